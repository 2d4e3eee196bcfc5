"""The municipality's diary: case numbers, each given once in a year, and the words by which a case is found."""

import re
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.db.tables import Application, Municipality
from portal.domain.deadlines import day_in_sweden
from portal.domain.identifiers import case_number, search_words

_COUNT = sa.text(
    "INSERT INTO diary_serial (municipality_id, year, last) VALUES (:municipality, :year, 1)"
    " ON CONFLICT (municipality_id, year) DO UPDATE SET last = diary_serial.last + 1 RETURNING last"
)
_INDEX = sa.text(
    "INSERT INTO application_word (municipality_id, word, application_id)"
    " SELECT :municipality, unnest(CAST(:words AS text[])), :application ON CONFLICT DO NOTHING"
)


def next_number(db: Session, municipality_id: UUID, *, now: datetime) -> str:
    """The next case number of the Swedish year.

    The serial's row stays locked until the transaction ends, so that numbers
    have no holes: a submission that fails gives its number back.
    """
    year = day_in_sweden(now).year
    serial = db.execute(_COUNT, {"municipality": municipality_id, "year": year}).scalar_one()
    # The municipality is in hand already wherever a number is given.
    return case_number(db.get_one(Municipality, municipality_id).diary_prefix, year, serial)


def index(db: Session, application: Application, *, orgnr: str) -> None:
    """Write the words under which the work list finds the application; once, when it is submitted.

    The number is found whole and by its parts (``0417``, ``417``, ``2026/0417``),
    the organisation number with and without its hyphen.
    """
    number = application.number or ""
    serial = number.rpartition("/")[2]
    digits = re.sub(r"\D", "", orgnr)
    words = search_words(
        application.provider_name,
        re.sub(r"[\s/&+-]+", " ", application.provider_name),
        f"{digits} {digits[:6]}-{digits[6:]}",
        f"{number} {serial} {serial.lstrip('0')}",
    )
    found_by = {"municipality": application.municipality_id, "application": application.id, "words": list(words)}
    db.execute(_INDEX, found_by)
