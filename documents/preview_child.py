"""The preview child: runs as a script, reads a file, answers with its pages as pictures or as text.

Imports nothing of ours. pdfium and the image libraries are C that reads what
strangers wrote: a crash, a loop or a bomb costs this process and not the
portal. It may take so much memory and no more, it writes to no file, and its
environment is empty.
"""

import io
import json
import resource
import struct
import sys
import time
from html.parser import HTMLParser
from typing import BinaryIO

import pypdfium2
from PIL import Image, ImageOps
from pypdfium2 import raw

MOST_MEMORY_BYTES = 1024**3
MOST_PIXELS_IN = 64_000_000
MOST_PIXELS_OUT = 12_000_000
MOST_LETTERS = 1_000_000
LETTERS_A_PAGE = 20_000
READING_SECONDS = 3.0
LINES_A_PAGE = 60
QUALITY = 84

Request = dict[str, object]
BLOCKS = frozenset("p div tr li h1 h2 h3 h4 h5 h6 br table section article header footer dt dd caption".split())
UNSEEN = frozenset(("script", "style", "title", "ix:header"))


class CannotShow(Exception):
    """With the reason, as ``documents.preview.Why`` has it."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    while len(size := sys.stdin.buffer.read(8)) == 8:
        request: Request = json.loads(sys.stdin.buffer.read(struct.unpack("!Q", size)[0]))
        data = sys.stdin.buffer.read(int(str(request["size"])))
        try:
            answer, mark = answered(request, data), b"+"
        except CannotShow as why:
            answer, mark = str(why).encode(), b"-"
        except MemoryError:
            answer, mark = b"too_large", b"-"
        except Exception as error:  # whatever a library finds to raise about what strangers wrote
            print(f"preview: {type(error).__name__}: {error}"[:500], file=sys.stderr)
            answer, mark = b"broken", b"-"
        del data
        sys.stdout.buffer.write(mark + struct.pack("!Q", len(answer)) + answer)
        sys.stdout.buffer.flush()


def answered(request: Request, data: bytes) -> bytes:
    kind, turn = str(request["kind"]), int(str(request["turn"]))
    page, width = int(str(request["page"])), int(str(request["width"]))
    if request["want"] == "text":
        texts, pages, whole = texts_of(kind, data)
        return json.dumps({"pages": pages, "texts": texts, "whole": whole}).encode()
    if kind == "pdf":
        return pdf_page(data, page, width, turn)
    if kind == "image":
        return image(io.BytesIO(data), page, width, turn)
    raise CannotShow("no_picture")


def opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD
        raise CannotShow("locked" if locked else "broken") from error
    if len(document) < 1:
        raise CannotShow("broken")
    # What somebody filled into a form is drawn with it. There is no JavaScript in this pdfium.
    document.init_forms()
    return document


def pdf_page(data: bytes, page: int, width: int, turn: int) -> bytes:
    document = opened(data)
    try:
        if not 1 <= page <= len(document):
            raise CannotShow("no_such_page")
        found = document[page - 1]
        wide, high = found.get_size()
        if turn in (90, 270):
            wide, high = high, wide
        if not (wide > 0 and high > 0):
            raise CannotShow("broken")
        scale = min(width / wide, (MOST_PIXELS_OUT / (wide * high)) ** 0.5)
        if min(wide, high) * scale < 1:  # a page like a thread
            raise CannotShow("too_large")
        return jpeg(found.render(scale=scale, rotation=turn, may_draw_forms=True).to_pil())
    finally:
        document.close()


def image(file: BinaryIO, page: int, width: int, turn: int) -> bytes:
    if page != 1:
        raise CannotShow("no_such_page")
    with picture(file) as found:
        # A JPEG is read at the size that is wanted: a photograph of 12 million pixels in a third of the time.
        found.draft("RGB", (width, width * found.height // found.width))
        upright = ImageOps.exif_transpose(found)
        if turn:
            upright = upright.rotate(-turn, expand=True)
        width = min(width, upright.width)
        height = max(1, round(upright.height * width / upright.width))
        if width * height > MOST_PIXELS_OUT:
            width, height = max(1, MOST_PIXELS_OUT // 4 // height), MOST_PIXELS_OUT // 4
            upright.thumbnail((width, height))
            return jpeg(on_white(upright))
        return jpeg(on_white(upright).resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0))


def picture(file: BinaryIO) -> Image.Image:
    if file.read(12)[4:8] == b"ftyp":
        from pillow_heif import register_heif_opener  # noqa: PLC0415  slow to load, and few pictures need it

        register_heif_opener()
    file.seek(0)
    found = Image.open(file, formats=("JPEG", "PNG", "HEIF"))
    if found.width * found.height > MOST_PIXELS_IN:
        raise CannotShow("too_large")
    return found


def on_white(found: Image.Image) -> Image.Image:
    if "A" in found.getbands() or "transparency" in found.info:
        white = Image.new("RGBA", found.size, "white")
        white.alpha_composite(found.convert("RGBA"))
        return white.convert("RGB")
    return found.convert("RGB")


def jpeg(found: Image.Image) -> bytes:
    """JPEG and not WebP: a page of text takes 5 ms instead of 50, for half as many bytes again.

    A new picture: nothing of the file's own data about place and camera follows along.
    """
    buffer = io.BytesIO()
    found.convert("RGB").save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def texts_of(kind: str, data: bytes) -> tuple[list[str], int, bool]:
    """Each page's text, how many pages there are, and whether all of it was read."""
    if kind == "pdf":
        return pdf_texts(data)
    if kind == "image":
        with picture(io.BytesIO(data)):
            return [""], 1, True
    text = markup_text(data) if kind == "markup" else plain(data)
    lines = [line.rstrip() for line in clean(text[:MOST_LETTERS]).splitlines()]
    pages = ["\n".join(lines[at : at + LINES_A_PAGE]) for at in range(0, len(lines), LINES_A_PAGE)] or [""]
    return pages, len(pages), len(text) <= MOST_LETTERS


def pdf_texts(data: bytes) -> tuple[list[str], int, bool]:
    document = opened(data)
    texts: list[str] = []
    until, letters = time.monotonic() + READING_SECONDS, 0
    try:
        for index in range(len(document)):
            if letters > MOST_LETTERS or time.monotonic() > until:
                return texts, len(document), False
            try:
                text = clean(document[index].get_textpage().get_text_bounded())[:LETTERS_A_PAGE]
            except pypdfium2.PdfiumError:  # one page that cannot be read is not the whole document
                text = ""
            texts.append(text)
            letters += len(text)
        return texts, len(document), True
    finally:
        document.close()


def plain(data: bytes) -> str:
    """UTF-8, or else the character set that SIE files are written in."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp437")


def markup_text(data: bytes) -> str:
    """What a reader of the page would see, line by line; nothing is fetched and no entity is looked up."""
    reader = Words()
    text = data.decode("utf-8-sig", "replace")
    reader.feed(text[max(text.find("<html"), 0) :])  # what is declared before it is not for reading
    reader.close()
    return "\n".join(line for each in "".join(reader.parts).splitlines() if (line := " ".join(each.split())))


class Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.unseen += tag in UNSEEN
        self._break(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in UNSEEN and self.unseen > 0
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.parts.append(" ".join(data.split("\n")))

    def _break(self, tag: str) -> None:
        if tag in BLOCKS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")


def clean(text: str) -> str:
    """Without what is not for reading: control characters, and halves of characters that no encoding takes."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "ignore").decode("utf-8")
    return "".join(letter for letter in kept if letter in "\n\t" or (letter.isprintable() or letter.isspace()))


if __name__ == "__main__":
    main()
