"""Numbers that people type and read: organisation numbers, case numbers, verification numbers, sort keys."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class OrgnrFault(StrEnum):
    EMPTY = "empty"
    FORM = "form"
    PERSONAL = "personal"
    CHECK_DIGIT = "check_digit"


class OrganisationForm(StrEnum):
    """By the first digit of the number (domain B4)."""

    PUBLIC = "public"
    AB = "ab"
    EKONOMISK_FORENING = "ekonomisk_forening"
    IDEELL = "ideell"
    HANDELSBOLAG = "handelsbolag"
    OTHER = "other"


_FORM_BY_DIGIT = {
    "2": OrganisationForm.PUBLIC,
    "5": OrganisationForm.AB,
    "7": OrganisationForm.EKONOMISK_FORENING,
    "8": OrganisationForm.IDEELL,
    "9": OrganisationForm.HANDELSBOLAG,
}


@dataclass(frozen=True)
class Orgnr:
    """An organisation number of a legal person: ten digits, third at least 2, Luhn check digit."""

    digits: str

    def __str__(self) -> str:
        return f"{self.digits[:6]}-{self.digits[6:]}"

    @property
    def form(self) -> OrganisationForm:
        return _FORM_BY_DIGIT.get(self.digits[0], OrganisationForm.OTHER)


def read_orgnr(typed: str) -> Orgnr | OrgnrFault:
    """Read what a person typed; spaces, a hyphen and the prefix 16 are accepted.

    A sole trader's number is a personal identity number, which the portal does
    not store (house rule 8): it is refused as ``PERSONAL``, so that the page can
    say what to do instead.
    """
    digits = re.sub(r"[\s\-–]", "", typed)
    if not digits:
        return OrgnrFault.EMPTY
    if len(digits) == 12 and digits.startswith("16"):
        digits = digits[2:]
    if len(digits) == 12 and digits.isdecimal() and digits[:2] in ("19", "20"):
        return OrgnrFault.PERSONAL
    if not re.fullmatch(r"[0-9]{10}", digits):
        return OrgnrFault.FORM
    if int(digits[2]) < 2:
        return OrgnrFault.PERSONAL
    if not luhn_holds(digits):
        return OrgnrFault.CHECK_DIGIT
    return Orgnr(digits)


def luhn_holds(digits: str) -> bool:
    doubled = (int(digit) * (2 - index % 2) for index, digit in enumerate(digits))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def case_number(prefix: str, year: int, serial: int) -> str:
    """A diarienummer as it is written: ``SN 2026/0417``."""
    return f"{prefix} {year}/{serial:04d}"


_VERIFICATION_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is read as something else


def verification_number(prefix: str, random: bytes) -> str:
    """``EKH 7Q4M 29XT K8WD``: sixty bits, read aloud without mistakes."""
    value = int.from_bytes(random[:8], "big")
    letters = ""
    for _ in range(12):
        value, index = divmod(value, 32)
        letters += _VERIFICATION_ALPHABET[index]
    return f"{prefix[:3].upper()} {letters[:4]} {letters[4:8]} {letters[8:]}"


def normal_verification_number(typed: str) -> str:
    """What a person typed, in the form that is stored: letters and digits in fours."""
    kept = re.sub(r"[^0-9A-ZÅÄÖ]", "", typed.upper())
    return f"{kept[:3]} {kept[3:7]} {kept[7:11]} {kept[11:]}".strip()


_AFTER_Z = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}"})


def sort_key(name: str) -> str:
    """A key that sorts as Swedes do (å ä ö last, accents otherwise ignored) under byte order."""
    folded = unicodedata.normalize("NFC", name).casefold().translate(_AFTER_Z)
    plain = "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", plain).strip()


def search_words(*texts: str) -> tuple[str, ...]:
    """The words under which something is found: folded, each once, in order."""
    words = (word for text in texts for word in re.findall(r"[\w/&+-]+", unicodedata.normalize("NFC", text).casefold()))
    return tuple(dict.fromkeys(words))
