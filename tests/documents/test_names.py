"""Names come in as people and browsers write them, and go out so that every browser reads them."""

import unicodedata

import pytest

from documents.names import clean_name, content_disposition


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Årsredovisning för Åkes Äldreomsorg.pdf", "Årsredovisning för Åkes Äldreomsorg.pdf"),
        (unicodedata.normalize("NFD", "Försäkring.pdf"), "Försäkring.pdf"),
        ("C:\\Users\\Eva\\intyg.pdf", "intyg.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb\0c.pdf", "a bc.pdf"),
        ("avtal\u202efdp.exe", "avtalfdp.exe"),
        (".htaccess", "htaccess"),
        ("  mellan   rum .pdf ", "mellan rum .pdf"),
        ("", ""),
        ("..", ""),
        ("/", ""),
    ],
)
def test_a_name_keeps_its_letters_and_loses_its_folders(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_a_long_name_is_cut_before_its_extension() -> None:
    name = clean_name("å" * 400 + ".pdf")

    assert len(name) == 200
    assert name.endswith("å.pdf")


def test_a_header_carries_the_true_name_and_a_plain_one() -> None:
    header = content_disposition('Ås "plan" 100%.pdf')

    assert header == ("attachment; filename=\"As _plan_ 100_.pdf\"; filename*=UTF-8''%C3%85s%20%22plan%22%20100%25.pdf")
    assert content_disposition("a.pdf", inline=True).startswith("inline; ")


def test_a_header_cannot_be_split_by_a_name() -> None:
    header = content_disposition("a\r\nSet-Cookie: x=1.pdf")

    assert "\r" not in header
    assert "\n" not in header
    assert header.isascii()
