"""One file from a multipart form, read as it comes, into memory and never to a disk."""

from dataclasses import dataclass

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from portal.web.desk import AnyRequest


@dataclass(frozen=True)
class SentFile:
    """``content`` is None when the file was larger than allowed: then it was read to its end and let go."""

    name: str
    content: bytes | None


async def read_one_file(request: AnyRequest, *, field: str, max_bytes: int) -> SentFile | None:
    """The first file under ``field``, or None when there is none or the form cannot be read."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data" or not options.get("boundary"):
        return None
    name: str | None = None
    content = bytearray()
    inside = False
    too_large = False
    try:
        with PushMultipartParser(options["boundary"]) as parser:
            async for chunk in request.stream():
                for part in parser.parse(chunk) if chunk else ():
                    if isinstance(part, MultipartSegment):
                        inside = name is None and part.name == field and bool(part.filename)
                        name = part.filename if inside else name
                    elif part is None:
                        inside = False
                    elif inside and len(content) + len(part) > max_bytes:
                        too_large = True
                        content.clear()
                    elif inside and not too_large:
                        content += part
    except MultipartError:
        return None
    if name is None:
        return None
    return SentFile(name, None if too_large else bytes(content))
