"""What many applications hold, of some criteria: a statement for each kind of thing, however many they are.

For work in the background over everybody. A page has one application, and ``db.handed_in`` reads that in one statement.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.db.competence import KnownProfile, named_from, named_of_many
from portal.db.handed_in import NOTHING, File, Given, HandedIn
from portal.domain.criteria import DocumentState, Text
from portal.domain.validity import Stated

_HEADS = sa.text("""
SELECT a.id, a.submitted_at, w.name AS submitter, p.orgnr, p.registered_at, s.name_sv, s.name_en,
       s.content -> 'facts' AS service_facts, jsonb_array_length(s.content -> 'goals') AS goals
  FROM application a JOIN provider p ON p.id = a.provider_id JOIN service s ON s.id = a.service_id
  LEFT JOIN person w ON w.id = a.submitted_by
 WHERE a.id = ANY(:applications)
""")
_ANSWERS = sa.text("""
SELECT n.application_id, n.criterion, n.declared, n.description, n.stated, w.name AS who, n.answered_at AS at
  FROM answer n JOIN person w ON w.id = n.answered_by
 WHERE n.application_id = ANY(:applications) AND n.criterion = ANY(:criteria)
""")
_FILES = sa.text("""
SELECT x.application_id, x.criterion, d.id, d.name, d.size, d.state, d.because, w.name AS who, x.attached_at AS at,
       x.kind, x.issued_on, x.ends_on, d.pages
  FROM answer_document x JOIN document d ON d.id = x.document_id JOIN person w ON w.id = x.attached_by
 WHERE x.application_id = ANY(:applications) AND x.criterion = ANY(:criteria)
   AND x.ended_at IS NULL
 ORDER BY x.attached_at, d.id
""")


def read_many(
    db: Session, applications: Iterable[UUID], *, criteria: Collection[str], people: bool
) -> dict[UUID, HandedIn]:
    """By application; of ``criteria`` only, and with whom they name only where ``people`` are asked about.

    An application that is not to be seen here is left out, as is what is on its way and what no longer counts.
    """
    wanted: dict[str, Any] = {"applications": list(applications), "criteria": list(criteria)}
    said: dict[UUID, dict[str, Given]] = {}
    files: dict[UUID, dict[str, list[File]]] = {}
    named: dict[UUID, tuple[KnownProfile, ...]] = {}
    if criteria:
        for row in db.execute(_ANSWERS, wanted):
            given = Given(row.declared, row.description, row.who, row.at, stated=row.stated)
            said.setdefault(row.application_id, {})[row.criterion] = given
        for row in db.execute(_FILES, wanted):
            files.setdefault(row.application_id, {}).setdefault(row.criterion, []).append(_file(row))
    if people:
        for id_, rows in named_of_many(db, wanted["applications"]).items():
            named[id_] = named_from(rows)
    return {
        row.id: HandedIn(
            by_criterion=_together(said.get(row.id, {}), files.get(row.id, {})),
            submitted_at=row.submitted_at,
            submitter=row.submitter or "",
            orgnr=row.orgnr,
            registered_at=row.registered_at,
            service=Text(row.name_sv, row.name_en),
            service_facts=row.service_facts or {},
            goals=row.goals or 0,
            named=named.get(row.id, ()),
        )
        for row in db.execute(_HEADS, {"applications": wanted["applications"]})
    }


def _together(said: dict[str, Given], files: dict[str, list[File]]) -> dict[str, Given]:
    return {
        id_: replace(given, every_file=tuple(files.get(id_, ())))
        for id_ in said.keys() | files.keys()
        for given in (said.get(id_, NOTHING),)
    }


def _file(row: sa.Row[Any]) -> File:
    return File(
        id=row.id,
        name=row.name,
        size=row.size,
        state=DocumentState(row.state),
        because=row.because,
        who=row.who,
        at=row.at,
        said=Stated(row.kind, row.issued_on, row.ends_on),
        pages=row.pages,
        ended_at=None,
        replaced_by=None,
    )
