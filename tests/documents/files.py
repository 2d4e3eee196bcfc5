"""Files as people and attackers send them, made anew: real PDF, office documents, pictures and annual reports."""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import pikepdf
import pillow_heif
import typst
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

# In two parts, so that no scanner takes this module for the test virus itself.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPEN_TEXT = "application/vnd.oasis.opendocument.text"
MAIN = {
    "docx": ("word/document.xml", f"{WORD}.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{EXCEL}.main+xml"),
}
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def pdf(title: str = "Intyg") -> bytes:
    made: bytes = typst.compile(
        f'#set document(title: "{title}")\n= {title}\n#link("https://example.se")[Läs mer]'.encode()
    )
    return made


def changed_pdf(change: Callable[[Pdf], object], **how: Any) -> bytes:
    with Pdf.open(io.BytesIO(pdf())) as document:
        change(document)
        made = io.BytesIO()
        document.save(made, **how)
    return made.getvalue()


IN_OBJECT_STREAMS = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}


def pdf_with_script() -> bytes:
    """Nested in arrays and dictionaries that have no number of their own, and packed into an object stream."""
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    nested = Array([Array([Dictionary(X=Array([Dictionary(Y=script)]))])])
    return changed_pdf(lambda document: document.Root.__setitem__("/PieceInfo", nested), **IN_OBJECT_STREAMS)


def pdf_with(data: bytes) -> bytes:
    """A PDF whose page holds these bytes as they are, as the contents of a stream that nothing draws."""
    return changed_pdf(
        lambda document: document.Root.__setitem__("/Data", document.make_stream(data)), compress_streams=False
    )


def package(members: Mapping[str, bytes | str], *, first: tuple[str, str] | None = None) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        if first is not None:
            archive.writestr(*first, compress_type=zipfile.ZIP_STORED)
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def relations(*rows: tuple[str, str, str]) -> str:
    """Rows are (kind, target, mode)."""
    inner = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
        for n, (kind, target, mode) in enumerate(rows)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{RELATIONS}">{inner}</Relationships>'


def office(kind: str = "docx", members: Mapping[str, bytes | str] | None = None, *, body: str = "") -> bytes:
    """A docx, xlsx or odt, with more members or with this inside its text."""
    if kind == "odt":
        text = (
            '<?xml version="1.0"?><office:document-content'
            ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
            ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
            ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
            ' xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"'
            ' xmlns:xlink="http://www.w3.org/1999/xlink"><office:scripts/><office:body><office:text>'
            f'<text:p>Hej <text:a xlink:href="https://example.se">här</text:a></text:p>{body}'
            "</office:text></office:body></office:document-content>"
        )
        return package({"content.xml": text, **(members or {})}, first=("mimetype", OPEN_TEXT))
    main, content_type = MAIN[kind]
    inner = {
        "docx": f'<w:document xmlns:w="{WORDS}"><w:body><w:p><w:r>{body}</w:r></w:p></w:body></w:document>',
        "xlsx": f'<workbook xmlns="{SHEETS}">{body}<sheets/></workbook>',
    }[kind]
    return package(
        {
            "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{TYPES}">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/{main}" ContentType="{content_type}"/></Types>',
            "_rels/.rels": relations(("officeDocument", main, "Internal"), ("hyperlink", "https://a.se", "External")),
            main: f'<?xml version="1.0"?>{inner}',
            **(members or {}),
        }
    )


def picture(width: int = 320, height: int = 200) -> Image.Image:
    return Image.effect_noise((width, height), 60).convert("RGB")


def place_and_camera(orientation: int = 6) -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Nokia"
    exif.get_ifd(0x8825)[1] = "N"
    return exif.tobytes()


def image(kind: str, **how: Any) -> bytes:
    made = io.BytesIO()
    if kind == "heic":
        pillow_heif.from_pillow(picture()).save(made, **how)
    else:
        picture().save(made, kind.upper(), **how)
    return made.getvalue()


def jpeg_with_place() -> bytes:
    return image("jpeg", exif=place_and_camera())


def xhtml(body: str = "<p>Årsredovisning</p>", head: str = "<title>Årsredovisning</title>") -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml"'
        ' xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" xmlns:link="http://www.xbrl.org/2003/linkbase"'
        f' xmlns:xlink="http://www.w3.org/1999/xlink"><head>{head}</head><body><div><ix:header><ix:references>'
        '<link:schemaRef xlink:type="simple" xlink:href="http://xbrl.taxonomier.se/se/fr/gaap/k2-all.xsd"/>'
        f"</ix:references></ix:header></div>{body}</body></html>"
    ).encode()
