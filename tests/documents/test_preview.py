"""Pages as pictures and text; and whatever a file does, an answer in time and a renderer for the next one."""

import io
import os
import random
import signal
from collections.abc import Iterator
from uuid import uuid4

import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from documents.kinds import DOCX, HEIC, JPEG, PDF, PNG, SIE, XHTML
from documents.preview import CannotShow, NoSuchPage, Original, Previewer, Why
from documents.renditions import Renditions, Shown, keys_of
from documents.store import Missing, Store
from tests.documents import files_to_show as files


@pytest.fixture(scope="module")
def previewer() -> Iterator[Previewer]:
    made = Previewer()
    yield made
    made.close()


def original(data: bytes, media_type: str = PDF.media_type) -> Original:
    return Original(media_type, len(data), lambda: (data[at : at + 1000] for at in range(0, len(data), 1000)))


def size_of(picture: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(picture)).size


def colour(picture: bytes, x: float, y: float) -> str:
    found = Image.open(io.BytesIO(picture)).convert("RGB")
    red, green, blue = found.getpixel((int(found.width * x), int(found.height * y)))
    return "red" if red > 200 > green + blue else "blue" if blue > 200 > red + green else "other"


def why(previewer: Previewer, data: bytes, media_type: str = PDF.media_type) -> Why:
    with pytest.raises(CannotShow) as refused:
        previewer.picture(original(data, media_type), page=1, width=640)
    return refused.value.why


def test_a_pdf_is_told_by_its_pages_and_what_they_say(previewer):
    contents = previewer.contents(original(files.pdf("Försäkring gäller", "Sidan två")))

    assert (contents.pages, contents.whole) == (2, True)
    assert "Försäkring gäller" in contents.texts[0]
    assert "Sidan två" in contents.texts[1]


def test_a_page_is_drawn_as_wide_as_asked_and_turned(previewer):
    two = original(files.pdf("Ett", "Två"))

    upright = size_of(previewer.picture(two, page=2, width=640))
    lying = size_of(previewer.picture(two, page=2, width=640, turn=90))

    assert upright[0] == lying[0] == 640
    assert upright[1] > 640 > lying[1]
    for page in (0, 3):
        with pytest.raises(NoSuchPage):
            previewer.picture(two, page=page, width=640)


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", JPEG), ("PNG", PNG), ("HEIF", HEIC)])
def test_a_photograph_is_shown_upright_and_tells_nothing_of_where_it_was_taken(previewer, kind, media_type):
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side
    exif[0x8825] = {1: "N", 2: (59.0, 20.0, 0.0)}
    taken = original(files.photograph(kind, exif=exif.tobytes()), media_type.media_type)

    shown = previewer.picture(taken, page=1, width=160)
    turned = previewer.picture(taken, page=1, width=160, turn=180)

    assert (colour(shown, 0.5, 0.1), colour(shown, 0.5, 0.9)) == ("red", "blue")
    assert (colour(turned, 0.5, 0.1), colour(turned, 0.5, 0.9)) == ("blue", "red")
    assert not Image.open(io.BytesIO(shown)).getexif()


def test_a_see_through_picture_stands_on_white_and_a_small_one_is_not_blown_up(previewer):
    made = io.BytesIO()
    Image.new("RGBA", (50, 40), (0, 0, 0, 0)).save(made, "PNG")

    shown = previewer.picture(original(made.getvalue(), PNG.media_type), page=1, width=1200)

    assert size_of(shown) == (50, 40)
    assert Image.open(io.BytesIO(shown)).getpixel((5, 5)) == (255, 255, 255)


def test_text_files_are_read_and_have_no_pictures(previewer):
    report = previewer.contents(original(files.IXBRL, XHTML.media_type))
    ledger = previewer.contents(original(files.SIE, SIE.media_type))

    assert report.texts[0].splitlines()[0] == "Årsredovisning"
    assert "Nettoomsättning 1 < 2" in report.texts[0]
    assert "alert" not in report.texts[0]
    assert "root:" not in report.texts[0]
    assert "Vega Familjestöd AB" in ledger.texts[0]
    with pytest.raises(NoSuchPage):
        previewer.picture(original(files.SIE, SIE.media_type), page=1, width=640)


@pytest.mark.parametrize(
    ("data", "media_type", "reason"),
    [
        (b"PK\x03\x04", DOCX.media_type, Why.KIND),
        (files.locked_pdf(), PDF.media_type, Why.LOCKED),
        (b"%PDF-1.7\nnot much", PDF.media_type, Why.BROKEN),
        (files.pdf("Halv")[:-2000], PDF.media_type, Why.BROKEN),
        (b"", PDF.media_type, Why.BROKEN),
        (files.photograph()[:200], JPEG.media_type, Why.BROKEN),
        (b"GIF89a" + b"\0" * 50, PNG.media_type, Why.BROKEN),
        (files.huge_png(9000), PNG.media_type, Why.TOO_LARGE),
    ],
    ids=["word", "locked", "no pdf", "cut", "empty", "cut photograph", "gif", "too many pixels"],
)
def test_what_cannot_be_shown_is_refused_with_its_reason(previewer, data, media_type, reason):
    assert why(previewer, data, media_type) is reason


@pytest.mark.parametrize("box", ["0 0 1000000 1000000", "0 0 0 0", "0 0 0.001 100000", "9 9 -9e30 nan"])
def test_a_page_of_any_measure_stays_within_the_pixels(previewer, box):
    try:
        wide, high = size_of(previewer.picture(original(files.raw_pdf(b"", box=box)), page=1, width=2400))
    except CannotShow:
        return
    assert wide * high <= 12_100_000


def test_a_file_that_eats_memory_costs_its_renderer_and_the_next_is_shown(previewer):
    assert why(previewer, files.endless_pdf()) in (Why.BROKEN, Why.TOO_LARGE, Why.TOO_SLOW)

    assert previewer.contents(original(files.pdf("Sedan"))).pages == 1


def test_a_renderer_that_stands_still_is_stopped_and_the_next_file_is_shown():
    hasty = Previewer(timeout=5)
    try:
        hasty.contents(original(files.pdf("Först")))
        (child,) = hasty.child_ids
        os.kill(child, signal.SIGSTOP)

        assert why(hasty, files.pdf("Aldrig")) is Why.TOO_SLOW
        assert hasty.contents(original(files.pdf("Sedan"))).pages == 1
    finally:
        hasty.close()


def test_a_renderer_that_was_killed_is_replaced():
    previewer = Previewer()
    try:
        previewer.contents(original(files.pdf("Ett")))
        (child,) = previewer.child_ids
        os.kill(child, signal.SIGKILL)

        assert previewer.contents(original(files.pdf("Två"))).pages == 1
        assert previewer.child_ids != {child}
    finally:
        previewer.close()


@pytest.mark.parametrize("told", [-10, 10])
def test_a_file_of_another_size_than_told_does_not_confuse_the_renderer(previewer, told):
    data = files.pdf("Ett")
    wrong = Original(PDF.media_type, len(data) + told, lambda: [data])

    with pytest.raises(CannotShow):
        previewer.contents(wrong)

    assert previewer.contents(original(data)).pages == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), which=st.sampled_from(["pdf", "jpeg", "png"]))
def test_a_damaged_file_is_shown_or_refused_and_nothing_else(previewer, seed, which):
    whole, media_type = {
        "pdf": (files.pdf("Ett", "Två"), PDF.media_type),
        "jpeg": (files.photograph(), JPEG.media_type),
        "png": (files.photograph("PNG"), PNG.media_type),
    }[which]
    draw, damaged = random.Random(seed), bytearray(whole)
    for _ in range(draw.randrange(1, 30)):
        damaged[draw.randrange(len(damaged))] = draw.randrange(256)
    file = original(bytes(damaged[: draw.randrange(len(damaged) // 2, len(damaged))]), media_type)

    for ask in (lambda: previewer.picture(file, page=1, width=160), lambda: previewer.contents(file)):
        try:
            assert ask()
        except (CannotShow, NoSuchPage):
            continue


# Kept


def shown(store: Store, data: bytes, media_type: str = PDF.media_type) -> Shown:
    key = f"kept/{uuid4()}"
    store.put(key, data, media_type=media_type)
    return Shown(uuid4(), uuid4().hex * 2, key, media_type, len(data))


def test_a_page_is_drawn_once_for_all_processes_and_goes_with_its_file(store, previewer):
    file = shown(store, files.pdf("Ett"))
    here, elsewhere = Renditions(store, previewer), Renditions(store, previewer)

    first = here.picture(file, page=1, width=160)
    contents = here.contents(file)
    store.delete(file.key)

    assert elsewhere.picture(file, page=1, width=160) == first
    assert elsewhere.contents(file) == contents
    for key in list(keys_of(store, file.id)):
        store.delete(key)
    with pytest.raises(Missing):
        Renditions(store, previewer).picture(file, page=1, width=160)


def test_altered_bytes_are_not_shown_by_their_old_pages(store, previewer):
    before = shown(store, files.pdf("Före"))
    after = Shown(before.id, uuid4().hex * 2, f"kept/{uuid4()}", before.media_type, len(files.pdf("Efteråt")))
    store.put(after.key, files.pdf("Efteråt"), media_type=PDF.media_type)
    renditions = Renditions(store, previewer)

    assert "Före" in renditions.contents(before).texts[0]
    assert "Efteråt" in renditions.contents(after).texts[0]


def test_a_file_that_cannot_be_shown_is_tried_once(store, previewer):
    file = shown(store, b"%PDF-1.7\nnot much")
    renditions = Renditions(store, previewer)

    for _ in range(2):
        with pytest.raises(CannotShow):
            renditions.picture(file, page=1, width=160)
        store.delete(file.key)  # the second time it is not even fetched


def test_memory_holds_the_latest_pages_and_no_more(store, previewer):
    file = shown(store, files.pdf("Ett", "Två", "Tre"))
    renditions = Renditions(store, previewer, remembered_bytes=1)

    for page in (1, 2, 3, 1):
        assert renditions.picture(file, page=page, width=160)

    assert renditions._bytes <= 1
