"""The municipality's diary: case numbers, each given once in a year, and the words by which a case is found."""

import re
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from portal.db.tables import Application, ApplicationWord, DiarySerial, Municipality
from portal.domain.deadlines import day_in_sweden
from portal.domain.identifiers import case_number, search_words


def next_number(db: Session, municipality_id: UUID, *, now: datetime) -> str:
    """The next case number of the Swedish year.

    The serial's row stays locked until the transaction ends, so that numbers
    have no holes: a submission that fails gives its number back.
    """
    year = day_in_sweden(now).year
    counted = (
        insert(DiarySerial)
        .values(municipality_id=municipality_id, year=year, last=1)
        .on_conflict_do_update(
            index_elements=["municipality_id", "year"], set_={"last": sa.literal_column("diary_serial.last") + 1}
        )
        .returning(col(DiarySerial.last))
    )
    serial = db.execute(counted).scalar_one()
    prefix = db.execute(select(Municipality.diary_prefix).where(col(Municipality.id) == municipality_id)).scalar_one()
    return case_number(prefix, year, serial)


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
    db.execute(
        insert(ApplicationWord)
        .values(
            [
                {"municipality_id": application.municipality_id, "word": word, "application_id": application.id}
                for word in words
            ]
        )
        .on_conflict_do_nothing()
    )
