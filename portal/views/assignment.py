"""How the work is spread: each officer's open cases, and one officer's cases to give to another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.application import OPEN, State
from portal.domain.criteria import Text
from portal.domain.deadlines import day_in_sweden
from portal.domain.identifiers import sort_key
from portal.domain.roles import READS_CASES
from portal.locale import formats
from portal.locale.problems import Problems
from portal.views.case_head import status_of
from portal.views.words import Status

ADDRESS = "/kommun/fordelning"
NOBODY = "ingen"
LISTED = 50


@dataclass(frozen=True)
class OfficerRow:
    """``works``: whether the person can be given a case; ``share`` is of the largest number, in per cent."""

    key: str
    name: str | None
    works: bool
    open: int
    late: int
    next_due: date | None
    next_words: str
    share: int
    current: bool
    address: str


@dataclass(frozen=True)
class GivenCase:
    id: UUID
    address: str | None
    company: str
    number: str
    service: Text
    status: Status
    due_on: date | None
    due_words: str
    late: bool
    conflicted: bool
    chosen: bool


@dataclass(frozen=True)
class AssignmentPage:
    officers: tuple[OfficerRow, ...]
    whose: OfficerRow | None
    cases: tuple[GivenCase, ...]
    more: bool
    receivers: tuple[tuple[str, str, int], ...]
    to: str
    reason: str
    done: int
    problems: Problems

    @property
    def late(self) -> int:
        return sum(each.late for each in self.officers)

    @property
    def open(self) -> int:
        return sum(each.open for each in self.officers)


@dataclass(frozen=True)
class Typed:
    cases: frozenset[UUID] = frozenset()
    to: str = ""
    reason: str = ""
    problems: Problems = ()


_OFFICERS = sa.text("""
SELECT coalesce(f.person_id, c.officer_id) AS person_id, coalesce(f.name, p.name) AS name,
       coalesce(f.active AND 'case_officer' = ANY(f.roles), false) AS works,
       coalesce(c.open, 0) AS open, coalesce(c.late, 0) AS late, c.next_due
  FROM (SELECT person_id, name, active, roles FROM staff_member
         WHERE municipality_id = :m AND person_id IS NOT NULL AND active AND 'case_officer' = ANY(roles)) f
  FULL JOIN (SELECT officer_id, count(*) AS open, count(*) FILTER (WHERE due_on < :today) AS late,
                    min(due_on) AS next_due
               FROM application WHERE municipality_id = :m AND state IN :states GROUP BY officer_id) c
    ON c.officer_id = f.person_id
  LEFT JOIN person p ON p.id = c.officer_id
""").bindparams(sa.bindparam("states", expanding=True))

_CASES = """
SELECT a.id, a.provider_name, a.number, a.state, a.due_on, s.name_sv, s.name_en,
       coalesce((SELECT c.conflicted FROM conflict c WHERE c.case_id = a.id AND c.person_id = a.officer_id), false)
         AS conflicted
  FROM application a JOIN service s ON s.id = a.service_id
 WHERE a.municipality_id = :m AND a.state IN :states AND {whose}
 ORDER BY a.due_on, a.id LIMIT :many
"""


def build(
    db: Session, *, whose: str, actor: Actor, now: datetime, done: int = 0, typed: Typed | None = None
) -> AssignmentPage:
    """Two statements beside the session's.  ``whose`` is a person's id, ``ingen``, or nobody chosen."""
    typed, today = typed or Typed(), day_in_sweden(now)
    values = {"m": actor.municipality_id, "today": today, "states": [each.value for each in OPEN]}
    found = db.execute(_OFFICERS, values).all()
    most = max((row.open for row in found), default=0)
    rows = [
        OfficerRow(
            key=(key := str(row.person_id) if row.person_id else NOBODY),
            name=row.name,
            works=row.works,
            open=row.open,
            late=row.late,
            next_due=row.next_due,
            next_words=formats.working_days(row.next_due, today) if row.next_due else "",
            share=round(100 * row.open / most) if most else 0,
            current=key == whose,
            address=f"{ADDRESS}?handlaggare={key}#arenden",
        )
        for row in found
    ]
    rows.sort(key=lambda row: (row.name is not None, row.works, sort_key(row.name or "")))
    chosen = next((row for row in rows if row.current), None)
    cases = _cases(db, chosen, values, typed, today, actor) if chosen is not None and chosen.open else ()
    return AssignmentPage(
        officers=tuple(rows),
        whose=chosen,
        cases=cases[:LISTED],
        more=len(cases) > LISTED,
        receivers=tuple((row.key, row.name or "", row.open) for row in rows if row.works and not row.current),
        to=typed.to,
        reason=typed.reason,
        done=done,
        problems=typed.problems,
    )


def _cases(
    db: Session, whose: OfficerRow, values: Mapping[str, object], typed: Typed, today: date, actor: Actor
) -> tuple[GivenCase, ...]:
    nobody = whose.key == NOBODY
    statement = _CASES.format(whose="a.officer_id IS NULL" if nobody else "a.officer_id = CAST(:officer AS uuid)")
    values = {**values, "many": LISTED + 1} | ({} if nobody else {"officer": whose.key})
    reads = bool(actor.roles & READS_CASES)
    return tuple(
        GivenCase(
            id=row.id,
            # An administrator spreads the work and does not read the cases.
            address=f"/kommun/arenden/{row.id}" if reads else None,
            company=row.provider_name,
            number=row.number,
            service=Text(row.name_sv, row.name_en),
            status=status_of(State(row.state), answered=False),
            due_on=row.due_on,
            due_words=formats.working_days(row.due_on, today) if row.due_on else "",
            late=bool(row.due_on and row.due_on < today),
            conflicted=row.conflicted,
            chosen=row.id in typed.cases,
        )
        for row in db.execute(sa.text(statement).bindparams(sa.bindparam("states", expanding=True)), values)
    )
