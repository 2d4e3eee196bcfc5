"""A file inside a PDF: how a signed contract carries the exact bytes whose digest was signed.

typst refuses attachments under PDF/A-2, though the standard allows them when
the attached file is PDF/A itself, as all our own papers are. So it is done here,
before the seal; never attach anything else. The same input gives the same bytes.
"""

import io
from datetime import UTC, datetime

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String


def attach(pdf: bytes, *, name: str, data: bytes, description: str, at: datetime) -> bytes:
    """The PDF with one more file in it, named ``name``, as the source of what it shows."""
    moment = f"D:{at.astimezone(UTC):%Y%m%d%H%M%S}Z"
    with Pdf.open(io.BytesIO(pdf)) as document:
        stream = document.make_stream(
            data,
            Type=Name.EmbeddedFile,
            Subtype=Name("/application/pdf"),
            Params=Dictionary(Size=len(data), ModDate=String(moment)),
        )
        specification = document.make_indirect(
            Dictionary(
                Type=Name.Filespec,
                F=String(name),
                UF=String(name),
                Desc=String(description),
                AFRelationship=Name.Source,
                EF=Dictionary(F=stream, UF=stream),
            )
        )
        names = document.Root.get(Name.Names) or document.make_indirect(Dictionary())
        names[Name.EmbeddedFiles] = Dictionary(Names=Array([String(name), specification]))
        document.Root[Name.Names] = names
        document.Root[Name.AF] = Array([specification])
        made = io.BytesIO()
        document.save(made, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
    return made.getvalue()


def attachments(pdf: bytes) -> dict[str, bytes]:
    """The files inside, by name. Raises ``pikepdf.PdfError`` for what is no PDF."""
    with Pdf.open(io.BytesIO(pdf)) as document:
        return {name: held.get_file().read_bytes() for name, held in document.attachments.items()}
