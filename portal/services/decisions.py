"""The decision: sent back, heard, approved or refused, always by a named person who has not handled the case.

A decision follows the officer's proposal; whoever thinks otherwise sends it
back with a reason.  There is no ranking and no cap: an application that meets
every condition can only be approved.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.db.tables import Application, CaseFile, Conflict, Decision, Event, Hearing, Proposal, StaffMember
from portal.domain.actors import Actor
from portal.domain.application import APPLICATION, Action, State
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Criterion, Text, worded
from portal.domain.deadlines import add_days, add_working_days, day_in_sweden
from portal.domain.municipality import filled
from portal.domain.review import HANDLING, has_been_heard
from portal.errors import NotAllowed, TransitionRefused
from portal.library import reasons
from portal.services import contracts, decision_paper, retention
from portal.services.deadlines import decide_by, settings_of
from portal.services.lifecycle import move
from portal.services.review import conditions_of, judgements, lock_case, person_of

COURT_REVIEW_DAYS = 21
"""Three weeks to ask the court for review, from the day of the decision (LOV 10 kap.)."""


def send_back(db: Session, application_id: UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Give the case back to its officer; the company is not written to."""
    application, proposal = _lock_for_decision(db, application_id, Action.SEND_BACK, actor)
    proposal.sent_back_at, proposal.sent_back_by, proposal.sent_back_reason = now, actor.person_id, reason
    db.add(proposal)
    begun = application.complete_at or application.submitted_at or now
    move(
        db,
        application,
        APPLICATION,
        Action.SEND_BACK,
        case_id=application.id,
        actor=actor,
        now=now,
        facts={"proposal": str(proposal.id)},
        due_on=decide_by(db, application.municipality_id, begun=begun),
    )


def hear(db: Session, application_id: UUID, *, addition: str = "", actor: Actor, now: datetime) -> UUID:
    """Show the company the draft of a refusal, and give it time to comment.

    Raises:
        NotAllowed: ``follow_proposal``, when approval is proposed; ``own_proposal`` or ``conflict``.
        TransitionRefused: the company has the draft already.
    """
    application, proposal = _lock_for_decision(db, application_id, Action.HEAR, actor)
    if proposal.approve:
        raise NotAllowed("follow_proposal")
    if hearing_of(db, proposal.id) is not None:
        raise TransitionRefused(APPLICATION.name, application.state.value, Action.HEAR.value, _roles(actor))
    settings = settings_of(db, application.municipality_id)
    sets = conditions_of(db, application)
    days = settings.deadlines["hearing_working_days"]
    row = Hearing(
        application_id=application.id,
        municipality_id=application.municipality_id,
        provider_id=application.provider_id,
        proposal_id=proposal.id,
        draft={
            "summary": proposal.summary,
            "addition": addition,
            "letter": _json(
                filled(settings.texts["hearing_letter"], {"hearing_working_days": days})
                if "hearing_letter" in settings.texts
                else Text("", "")
            ),
            "reasons": coded_reasons(db, application, proposal, sets),
        },
        due_on=add_working_days(day_in_sweden(now), days),
        communicated_at=now,
    )
    db.add(row)
    db.flush()
    move(
        db,
        application,
        APPLICATION,
        Action.HEAR,
        case_id=application.id,
        actor=actor,
        now=now,
        facts={"hearing": str(row.id), "due_on": row.due_on.isoformat()},
        due_on=row.due_on,
    )
    return row.id


def approve(db: Session, application_id: UUID, *, addition: str = "", actor: Actor, now: datetime) -> UUID:
    """Approve as proposed: the decision, its paper, and the offer of a contract, in one transaction."""
    application, proposal = _lock_for_decision(db, application_id, Action.APPROVE, actor)
    if not proposal.approve:
        raise NotAllowed("follow_proposal")
    decision = _decide(db, application, proposal, addition=addition, actor=actor, now=now)
    contracts.offer(db, application, actor=actor, now=now)
    return decision.id


def reject(db: Session, application_id: UUID, *, addition: str = "", actor: Actor, now: datetime) -> UUID:
    """Refuse as proposed, when the company has had its say.

    Raises:
        NotAllowed: ``hearing_first`` until it has commented or the time for it has passed.
    """
    application, proposal = _lock_for_decision(db, application_id, Action.REJECT, actor)
    if proposal.approve:
        raise NotAllowed("follow_proposal")
    hearing = hearing_of(db, proposal.id)
    if hearing is None or not has_been_heard(
        commented=hearing.commented_at is not None, due_on=hearing.due_on, today=day_in_sweden(now)
    ):
        raise NotAllowed("hearing_first")
    return _decide(db, application, proposal, addition=addition, actor=actor, now=now).id


def _decide(
    db: Session, application: Application, proposal: Proposal, *, addition: str, actor: Actor, now: datetime
) -> Decision:
    sets = conditions_of(db, application)
    title, delegation = capacity_of(db, application, actor)
    row = Decision(
        application_id=application.id,
        municipality_id=application.municipality_id,
        provider_id=application.provider_id,
        approved=proposal.approve,
        reasons="\n\n".join(part for part in (proposal.summary, addition) if part),
        coded_reasons=[] if proposal.approve else coded_reasons(db, application, proposal, sets),
        protocol=protocol_now(db, application, sets),
        decided_by=person_of(actor),
        decided_by_title=title,
        delegation=delegation,
        decided_at=now,
        review_until=None if proposal.approve else add_days(day_in_sweden(now), COURT_REVIEW_DAYS),
    )
    db.add(row)
    db.flush()
    move(
        db,
        application,
        APPLICATION,
        Action.APPROVE if proposal.approve else Action.REJECT,
        case_id=application.id,
        actor=actor,
        now=now,
        facts={"decision": str(row.id), "proposal": str(proposal.id)},
        decided_at=now,
        due_on=None,
    )
    row.paper_id = decision_paper.order(db, application, row, sets, decided_by=actor.name, now=now).id
    db.add(row)
    db.flush()
    retention.keep_later(db, db.get_one(CaseFile, application.id))
    return row


def capacity_of(db: Session, application: Application, actor: Actor) -> tuple[str, str]:
    """The title and the delegation that this person decides with; the municipality's where the person has no own."""
    row = db.execute(
        select(StaffMember.title, StaffMember.delegation).where(
            col(StaffMember.municipality_id) == application.municipality_id,
            col(StaffMember.person_id) == actor.person_id,
            StaffMember.active,
        )
    ).one()
    return row.title, row.delegation or settings_of(db, application.municipality_id).delegation


def protocol_now(db: Session, application: Application, sets: ConditionSets) -> list[dict[str, Any]]:
    """The protocol of criteria as it stands: every criterion asked, in order, as its own words read today."""
    judged = judgements(db, application.id)
    return [
        {
            "criterion": criterion.id,
            "title": worded_title(sets, criterion).sv,
            "text": worded(criterion.text, sets.thresholds_for(criterion)).sv,
            "outcome": judged[criterion.id].outcome.value,
            "reason": judged[criterion.id].reason,
            "reason_en": judged[criterion.id].reason_en,
        }
        for criterion in sets.asked_criteria
    ]


def worded_title(sets: ConditionSets, criterion: Criterion) -> Text:
    return worded(criterion.title, sets.thresholds_for(criterion))


def coded_reasons(
    db: Session, application: Application, proposal: Proposal, sets: ConditionSets
) -> list[dict[str, Any]]:
    """The reasons of a refusal in both languages, as they read today."""
    name = decision_paper.municipality_name(db, application)
    known = reasons.by_code(reasons.REFUSAL)
    found = []
    for each in proposal.reasons:
        criterion, reason = sets.by_id[each["criterion"]], known[each["code"]]
        note = Text(each["note"], each.get("note_en") or each["note"])
        said = reasons.sentence(reason, criterion, sets, note=note, municipality=name)
        found.append(
            {
                **each,
                "title": _json(worded_title(sets, criterion)),
                "text": _json(worded(criterion.text, sets.thresholds_for(criterion))),
                "name": _json(reason.name),
                "sentence": _json(said),
                "legal_basis": reason.legal_basis,
            }
        )
    return found


def hearing_of(db: Session, proposal_id: UUID) -> Hearing | None:
    return db.exec(select(Hearing).where(col(Hearing.proposal_id) == proposal_id)).one_or_none()


def _lock_for_decision(db: Session, application_id: UUID, action: Action, actor: Actor) -> tuple[Application, Proposal]:
    """The case and its proposal, if this person may decide in it: in the role, not jävig, and never its handler."""
    application = lock_case(db, application_id, actor)
    APPLICATION.step(application.state, action, actor.roles)
    handled = db.execute(
        sa.select(
            sa.exists().where(
                col(Event.case_id) == application.id,
                col(Event.actor_id) == actor.person_id,
                col(Event.kind).in_(HANDLING),
            ),
            sa.exists().where(
                col(Conflict.case_id) == application.id,
                col(Conflict.person_id) == actor.person_id,
                col(Conflict.conflicted),
            ),
        )
    ).one()
    if handled[0] or actor.person_id in (application.proposed_by, application.officer_id):
        raise NotAllowed("own_proposal")
    if handled[1]:
        raise NotAllowed("conflict")
    proposal = db.exec(
        select(Proposal)
        .where(col(Proposal.application_id) == application.id, col(Proposal.sent_back_at).is_(None))
        .order_by(col(Proposal.proposed_at).desc())
        .limit(1)
    ).one_or_none()
    if proposal is None or application.state is not State.PROPOSED_DECISION:
        raise TransitionRefused(APPLICATION.name, application.state.value, action.value, _roles(actor))
    return application, proposal


def _roles(actor: Actor) -> tuple[str, ...]:
    return tuple(sorted(actor.roles))


def _json(text: Text) -> dict[str, str]:
    return {"sv": text.sv, "en": text.en}
