"""Files as people hand them in, made here: readable, filled in, locked, broken, and meant to do harm."""

import io
import zlib
from functools import cache

import pikepdf
import typst
from PIL import Image, ImageDraw


@cache
def pdf(*pages: str) -> bytes:
    """A page for each text."""
    body = "#pagebreak()".join(f"= {page}\n" for page in pages)
    made: bytes = typst.compile(f'#set document(title: "Intyg")\n{body}'.encode())
    return made


def locked_pdf() -> bytes:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("Hemligt"))) as document:
        document.save(made, encryption=pikepdf.Encryption(owner="a", user="b"))
    return made.getvalue()


def raw_pdf(content: bytes, *, box: str = "0 0 595 842", resources: bytes = b"", more: bytes = b"") -> bytes:
    """One page that draws ``content``, by hand and without a table of places: pdfium finds the objects itself."""
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[" + box.encode() + b"]/Contents 4 0 R"
        b"/Resources<<" + resources + b">>>>endobj\n" + _stream(4, content) + more + b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def endless_pdf() -> bytes:
    """A drawing of ten drawings of ten drawings …: four kilobytes, and more strokes than there is room for."""
    first, last = 10, 24
    links = b"".join(
        _stream(
            number,
            b"/F Do " * 10 if number < last else b"0 0 m 99 99 l S",
            b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</F %d 0 R>>>>" % min(number + 1, last),
        )
        for number in range(first, last + 1)
    )
    return raw_pdf(b"/F Do", resources=b"/XObject<</F %d 0 R>>" % first, more=links)


def _stream(number: int, content: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(content)
    head = b"%d 0 obj<</Length %d/Filter/FlateDecode%b>>stream\n" % (number, len(packed), entries)
    return head + packed + b"\nendstream endobj\n"


def photograph(kind: str = "JPEG", size: tuple[int, int] = (400, 300), **how: object) -> bytes:
    """Red to the left, blue to the right, so that one sees how it is turned."""
    picture = Image.new("RGB", size, "red")
    ImageDraw.Draw(picture).rectangle((size[0] // 2, 0, *size), fill="blue")
    made = io.BytesIO()
    picture.save(made, kind, **how)
    return made.getvalue()


def huge_png(side: int) -> bytes:
    made = io.BytesIO()
    Image.new("1", (side, side)).save(made, "PNG")
    return made.getvalue()


IXBRL = (
    b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>T</title><style>p{}</style>'
    b"<script>alert(1)</script></head><body><h1>\xc3\x85rsredovisning</h1>"
    b"<p>Nettooms\xc3\xa4ttning <b>1 &lt; 2</b> &a;</p></body></html>"
)
SIE = '#FLAGGA 0\r\n#FNAMN "Vega Familjestöd AB"\r\n'.encode("cp437")
