"""What every page of a case shows of it: whose, which, how far, by when, and the reader's own part in it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.db import conditions
from portal.domain.actors import Actor
from portal.domain.application import APPLICATION, OPEN, Action, State
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Text
from portal.domain.deadlines import day_in_sweden
from portal.domain.review import HANDLING
from portal.domain.roles import Role
from portal.domain.second_review import is_drawn
from portal.errors import NotFound
from portal.locale import formats
from portal.locale import gettext as _
from portal.views import words
from portal.views.words import Status

_SQL = sa.text(r"""
SELECT a.id, a.number, a.provider_name, a.provider_id, a.state, a.submitted_at, a.complete_at, a.decided_at,
       a.due_on, a.asked, a.judged, a.officer_id, a.proposed_by, a.general_version_id, a.service_version_id,
       a.withdrawal_reason,
       (SELECT string_agg(u.explanation, E'\n\n' ORDER BY u.answered_at) FROM supplement u
         WHERE u.application_id = a.id AND u.explanation <> '') AS explanation,
       o.name AS officer, p.orgnr, p.email, p.phone, p.town, s.name_sv, s.name_en,
       (SELECT c.conflicted FROM conflict c WHERE c.case_id = a.id AND c.person_id = :me) AS my_conflict,
       EXISTS (SELECT FROM conflict c WHERE c.case_id = a.id AND c.conflicted) AS any_conflict,
       (SELECT r.reviewed_at IS NOT NULL FROM second_review r WHERE r.application_id = a.id) AS second_read,
       EXISTS (SELECT FROM case_link l WHERE a.id IN (l.case_id, l.other_id) AND l.unlinked_at IS NULL) AS linked,
       (SELECT m.settings -> 'second_review' ->> 'sample_percent' FROM municipality m WHERE m.id = :m) AS percent,
       EXISTS (SELECT FROM event e WHERE e.case_id = a.id AND e.actor_id = :me AND e.kind = ANY(:handling)) AS handled,
       a.state = 'under_review' AND a.judged < a.asked AND EXISTS (SELECT FROM supplement u
        WHERE u.application_id = a.id AND u.answered_at IS NOT NULL) AS answered
  FROM application a
  JOIN provider p ON p.id = a.provider_id
  JOIN service s ON s.id = a.service_id
  LEFT JOIN person o ON o.id = a.officer_id
 WHERE a.id = :id AND a.municipality_id = :m AND a.state <> 'draft'
""")


@dataclass(frozen=True)
class CaseHead:
    id: UUID
    number: str
    company: str
    provider_id: UUID
    orgnr: str
    email: str
    phone: str
    town: str
    service: Text
    state: State
    status: Status
    submitted_at: datetime
    complete_at: datetime | None
    decided_at: datetime | None
    due_on: date | None
    due_words: str
    late: bool
    asked: int
    judged: int
    officer: str | None
    mine: bool
    may_handle: bool
    may_decide: bool
    my_conflict: bool | None
    any_conflict: bool
    handled: bool
    withdrawal_reason: str
    explanation: str
    linked: bool
    second: str
    """Of the second review: ``drawn`` and not yet asked for, ``open``, ``done``, or nothing."""
    sets: ConditionSets

    @property
    def address(self) -> str:
        return f"/kommun/arenden/{self.id}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def can_take(self) -> bool:
        """Or answer for a conflict, where the case has been given to the reader."""
        if not self.may_handle or self.my_conflict:
            return False
        return (self.state is State.SUBMITTED and (self.mine or self.officer is None)) or self.is_given

    @property
    def is_given(self) -> bool:
        """Given to the reader by somebody else, who has not yet answered for a conflict."""
        return self.mine and self.is_open and self.my_conflict is None

    @property
    def can_work(self) -> bool:
        """The officer who has the case, in the one state where it is worked on."""
        return self.may_handle and self.mine and self.my_conflict is False and self.state is State.UNDER_REVIEW

    @property
    def awaits_decision(self) -> bool:
        return self.state is State.PROPOSED_DECISION

    @property
    def decides(self) -> bool:
        """May this reader decide: in the role, not jävig, and never somebody who has handled the case."""
        return self.awaits_decision and self.may_decide and not self.handled and not self.mine and not self.my_conflict


def read_head(db: Session, case_id: UUID, *, actor: Actor, now: datetime) -> CaseHead:
    """One statement, and the conditions from memory.

    Raises:
        NotFound: not this municipality's, or still a draft.
    """
    values = {"id": case_id, "m": actor.municipality_id, "me": actor.person_id, "handling": list(HANDLING)}
    row = db.execute(_SQL, values).one_or_none()
    if row is None:
        raise NotFound("application", case_id)
    state, today = State(row.state), day_in_sweden(now)
    return CaseHead(
        id=row.id,
        number=row.number,
        company=row.provider_name,
        provider_id=row.provider_id,
        orgnr=f"{row.orgnr[:6]}-{row.orgnr[6:]}",
        email=row.email,
        phone=row.phone,
        town=row.town,
        service=Text(row.name_sv, row.name_en),
        state=state,
        status=status_of(state, answered=row.answered),
        submitted_at=row.submitted_at,
        complete_at=row.complete_at,
        decided_at=row.decided_at,
        due_on=row.due_on,
        due_words=_due_words(state, row.due_on, today) if row.due_on else "",
        late=bool(row.due_on and row.due_on < today),
        asked=row.asked,
        judged=row.judged,
        officer=row.officer,
        mine=row.officer_id is not None and row.officer_id == actor.person_id,
        may_handle=actor.may(Role.CASE_OFFICER),
        may_decide=Action.APPROVE in APPLICATION.open_actions(State.PROPOSED_DECISION, actor.roles),
        my_conflict=row.my_conflict,
        any_conflict=row.any_conflict,
        handled=row.handled or row.proposed_by == actor.person_id,
        withdrawal_reason=row.withdrawal_reason,
        explanation=row.explanation or "",
        linked=row.linked,
        second=_second(row.second_read, row.id, int(row.percent or 0), state),
        sets=conditions.read_sets(db, general_id=row.general_version_id, service_id=row.service_version_id),
    )


def _second(read: bool | None, case_id: UUID, percent: int, state: State) -> str:
    if read is not None:
        return "done" if read else "open"
    return "drawn" if state in (State.SUBMITTED, State.UNDER_REVIEW) and is_drawn(case_id, percent) else ""


def _due_words(state: State, due_on: date, today: date) -> str:
    """The office's own days are counted in working days; what the company was given is a day."""
    of_company = state is State.SUPPLEMENT_REQUESTED
    return formats.until(due_on, today) if of_company else formats.working_days(due_on, today)


def status_of(state: State, *, answered: bool) -> Status:
    if answered:
        return Status("act", _("Svar har kommit"), "warning")
    return words.application_for_staff(state)
