"""Who has read the papers of a case, as its history and the contract's page show them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.db.papers import PaperKind
from portal.locale import gettext as _

SHOWN = 50


@dataclass(frozen=True)
class PaperReader:
    """Somebody who has read a paper on one day."""

    name: str
    side: str
    what: str
    at: datetime


_READERS = sa.text("""
SELECT p.name, m.name AS municipality, q.kind, a.translation, max(a.at) AS at
  FROM paper q
  JOIN paper_access a ON a.paper_id = q.id
  JOIN person p ON p.id = a.person_id
  LEFT JOIN municipality m ON m.id = a.municipality_id
 WHERE q.case_id = :case AND q.kind = ANY(:kinds)
 GROUP BY q.id, a.person_id, p.name, m.name, a.translation, (a.at AT TIME ZONE 'Europe/Stockholm')::date
 ORDER BY max(a.at) DESC LIMIT :most
""")


def paper_readers(
    db: Session, case_id: UUID, *, kinds: Collection[PaperKind] = tuple(PaperKind), company: bool
) -> tuple[PaperReader, ...]:
    """The newest first; the company sees every reading, a municipality those of its own staff.  One statement."""
    values = {"case": case_id, "kinds": [each.value for each in kinds], "most": SHOWN}
    return tuple(
        PaperReader(
            row.name,
            row.municipality or (_("Ert företag") if company else _("Företaget")),
            _what(PaperKind(row.kind), translation=row.translation),
            row.at,
        )
        for row in db.execute(_READERS, values)
    )


def _what(kind: PaperKind, *, translation: bool) -> str:
    said = {
        PaperKind.RECEIPT: _("Kvittensen"),
        PaperKind.DECISION: _("Beslutet"),
        PaperKind.CONTRACT: _("Avtalet att skriva under"),
        PaperKind.SIGNED_CONTRACT: _("Det undertecknade avtalet"),
    }[kind]
    return _("%(paper)s, på engelska") % {"paper": said} if translation else said
