"""Pictures: of a size that can be handled, whole, and without a word of where and with what they were taken.

What is taken out is taken out of the file's own structure, so that each pixel
stays as it was; how the picture is to be turned is kept.
"""

import struct
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path

import pillow_heif
from PIL import Image, UnidentifiedImageError

from documents.inspection import heic
from documents.inspection.found import MOST_PIXELS, Found, Reason

ORIENTATION = 0x0112
UPRIGHT = 1
EXIF_ALLOWED = {ORIENTATION}
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD hIST pHYs sPLT cICP acTL fcTL fdAT".split()
)
JPEG_DROPPED = {*range(0xE1, 0xF0), 0xFE}
"""APP1 (Exif, XMP) to APP15, and comments; see ``_kept_segment`` for the two that stay."""

JPEG_ALONE = {0x01, *range(0xD0, 0xD9)}
EOI, SOS = 0xD9, 0xDA


def inspect(path: Path, kind: str) -> bytes | None:
    """The picture without what does not belong to it; None when it is as it should be already."""
    orientation = _opened(path, kind)
    data = path.read_bytes()
    if kind == "heic":
        stripped = heic.stripped(data)
    else:
        stripped = _jpeg(data, orientation) if kind == "jpeg" else _png(data, orientation)
    if stripped == data:
        return None
    path.write_bytes(stripped)
    # What was made must be a picture still, turned as before, and say nothing more.
    if _opened(path, kind) != orientation or _says_more(path):
        raise Found(Reason.MALFORMED, "metadata")
    return stripped


def _opened(path: Path, kind: str) -> int:
    """Decodes it, and says how it is to be turned."""
    if kind == "heic":
        pillow_heif.register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=("HEIF",) if kind == "heic" else (kind.upper(),)) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Found(Reason.TOO_MANY_PIXELS)
                turned = picture.getexif().get(ORIENTATION, UPRIGHT)
                # A JPEG is read through at an eighth of its size: its whole stream, a sixty-fourth of its memory.
                picture.draft(picture.mode, (picture.width // 8, picture.height // 8))
                picture.load()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Found(Reason.TOO_MANY_PIXELS) from error
    except MemoryError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, RuntimeError, struct.error) as error:
        raise Found(Reason.MALFORMED, type(error).__name__) from error
    except (TypeError, KeyError, IndexError, AttributeError, ZeroDivisionError, OverflowError) as error:
        raise Found(Reason.MALFORMED, type(error).__name__) from error
    return turned if isinstance(turned, int) and 1 <= turned <= 8 else UPRIGHT


def _says_more(path: Path) -> bool:
    with Image.open(path) as picture:
        exif = picture.getexif()
        return bool(set(exif) - EXIF_ALLOWED or exif.get_ifd(0x8825) or picture.info.get("xmp", b"").strip(b"\x00"))


def _orientation_exif(orientation: int) -> bytes:
    """The smallest Exif that says how to turn the picture, and nothing else."""
    entry = struct.pack(">HHIHH", ORIENTATION, 3, 1, orientation, 0)
    return b"MM\x00\x2a" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)


def _jpeg(data: bytes, orientation: int) -> bytes:
    made = bytearray(data[:2])
    told = False
    for marker, segment in _segments(data):
        # After JFIF's own header, which must come first.
        if not told and marker != 0xE0:
            told = True
            if orientation != UPRIGHT:
                exif = b"Exif\x00\x00" + _orientation_exif(orientation)
                made += b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
        if _kept_segment(marker, segment):
            made += segment
    return bytes(made)


def _kept_segment(marker: int, segment: bytes) -> bool:
    if marker == 0xE2:
        return segment[4:].startswith(b"ICC_PROFILE\x00")
    return marker == 0xEE or marker not in JPEG_DROPPED


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each segment whole, a scan together with its pixels; what follows the end of the picture is left out."""
    at = 2
    while True:
        start = at
        while data[at : at + 1] == b"\xff" and data[at + 1 : at + 2] == b"\xff":
            at += 1
        if at + 2 > len(data) or data[at] != 0xFF:
            raise Found(Reason.MALFORMED, "segment")
        marker = data[at + 1]
        if marker in JPEG_ALONE:
            yield marker, data[start : at + 2]
            at += 2
            continue
        if marker == EOI:
            yield marker, data[at : at + 2]
            return
        if at + 4 > len(data):
            raise Found(Reason.MALFORMED, "segment")
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == SOS:
            end = _end_of_scan(data, end)
        if end > len(data) or end < at + 4:
            raise Found(Reason.MALFORMED, "segment")
        yield marker, data[at:end]
        at = end


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the next marker stands that is not part of the pixels."""
    while (at := data.find(b"\xff", at)) >= 0:
        following = data[at + 1 : at + 2]
        if following and following != b"\xff" and following[0] not in {0x00, *range(0xD0, 0xD8)}:
            return at
        at += 1 if following == b"\xff" else 2
    # Cut short, as cameras do now and then; the decoder has accepted it.
    raise Found(Reason.MALFORMED, "no end")


def _png(data: bytes, orientation: int) -> bytes:
    made = bytearray(PNG_SIGNATURE)
    at = len(PNG_SIGNATURE)
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        name, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            raise Found(Reason.MALFORMED, "chunk")
        if name == b"IDAT" and orientation != UPRIGHT and b"eXIf" not in made:
            made += _chunk(b"eXIf", _orientation_exif(orientation))
        if name in PNG_KEPT:
            made += data[at:end]
        at = end
        if name == b"IEND":
            break
    return bytes(made)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
