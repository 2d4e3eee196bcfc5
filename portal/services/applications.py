"""A company's application: start, answer, submit, supplement, comment, withdraw.

Whether a criterion is met is never judged here: what is lacking is said by
``domain.criteria``, and who may take a step by the table of ``domain.application``.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from portal.db import hearings, papers
from portal.db.answers import answers_of
from portal.db.conditions import in_force
from portal.db.tables import Answer, Application, CaseFile, Hearing, Municipality, Provider, Service
from portal.domain.actors import Actor
from portal.domain.application import APPLICATION, Action, State
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Answer as Given
from portal.domain.criteria import Obstacle, obstacles
from portal.domain.deadlines import add_working_days, day_in_sweden
from portal.domain.facts import Single
from portal.domain.municipality import MunicipalitySettings
from portal.domain.roles import Role
from portal.domain.stated import kept, stated_at
from portal.domain.validity import Days
from portal.errors import Invalid, NotAllowed, NotFound, NotReady
from portal.library import declared as declared_facts
from portal.services import competence_choice, diary, receipts
from portal.services.deadlines import decide_by
from portal.services.lifecycle import move, record
from portal.services.writing import asked_again, held, open_part, open_supplement, person_of, sets_of, touch


def start(db: Session, service_id: UUID, *, actor: Actor, now: datetime) -> Application:
    """A draft under the conditions that are in force today; a draft that is there already is opened instead.

    Raises:
        NotAllowed: the role does not write, or the service takes no applications.
    """
    if not actor.may(Role.EDITOR) or actor.provider_id is None:
        raise NotAllowed("role")
    service = db.get(Service, service_id)
    if service is None:
        raise NotFound("service", service_id)
    # Two who start at once get the same draft.
    db.execute(
        sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"),
        {"what": f"start {actor.provider_id} {service_id}"},
    )
    drafts = select(Application).where(
        col(Application.provider_id) == actor.provider_id,
        col(Application.service_id) == service_id,
        col(Application.state) == State.DRAFT,
    )
    if (draft := db.exec(drafts).first()) is not None:
        return draft
    if not service.open:
        raise NotAllowed("service_closed")
    today = day_in_sweden(now)
    general = in_force(db, service.municipality_id, None, on=today)
    own = in_force(db, service.municipality_id, service_id, on=today)
    provider = db.get_one(Provider, actor.provider_id)
    case = CaseFile(municipality_id=service.municipality_id, provider_id=provider.id, opened_at=now)
    db.add(case)
    db.flush()
    application = Application(
        id=case.id,
        municipality_id=service.municipality_id,
        provider_id=provider.id,
        service_id=service_id,
        general_version_id=general.id,
        service_version_id=own.id,
        state=State.DRAFT,
        started_at=now,
        started_by=person_of(actor),
        asked=len(ConditionSets(service=own, general=general).asked_criteria),
        provider_name=provider.name,
        provider_sort_key=provider.sort_key,
    )
    db.add(application)
    db.flush()
    versions = {"general": general.number, "service": own.number}
    record(db, case.id, "application.started", actor=actor, now=now, facts=versions)
    return application


def save_answer(
    db: Session,
    application_id: UUID,
    criterion_id: str,
    *,
    declared: bool | None,
    description: str,
    stated: Mapping[str, Single] | None = None,
    actor: Actor,
    now: datetime,
) -> bool:
    """Keep what was answered; says whether anything was new.  Incomplete is fine: a draft grows.

    ``stated`` are facts by id; without it those that were stated before stay.

    Raises:
        TransitionRefused: the application is no longer the company's to write in.
        NotAllowed: this criterion is not open, or the role does not write.
    """
    application, sets = open_part(db, application_id, criterion_id, actor=actor)
    before = db.get(Answer, (application_id, criterion_id), populate_existing=True)
    kept_before = before.stated if before else {}
    asked = {fact.id for fact in stated_at(sets.by_id[criterion_id].rule, declared_facts())}
    stated_now = kept_before if stated is None else {id_: kept(value) for id_, value in stated.items() if id_ in asked}
    if before is None and declared is None and not (description or stated_now):
        return False
    if before is not None and (before.declared, before.description, kept_before) == (declared, description, stated_now):
        return False
    written = {
        "declared": declared,
        "description": description,
        "stated": stated_now,
        "answered_by": actor.person_id,
        "answered_at": now,
    }
    db.execute(
        insert(Answer)
        .values(
            application_id=application_id,
            criterion=criterion_id,
            municipality_id=application.municipality_id,
            provider_id=application.provider_id,
            **written,
        )
        .on_conflict_do_update(index_elements=["application_id", "criterion"], set_=written)
    )
    if before is not None:
        db.expire(before)
    record(db, application_id, "answer.saved", actor=actor, now=now, facts={"criterion": criterion_id})
    touch(db, application, criterion_id, now=now)
    return True


def answered(db: Session, application_id: UUID, *, now: datetime) -> tuple[ConditionSets, dict[str, Given]]:
    """What is asked in an application, and what has been answered."""
    application = db.get_one(Application, application_id)
    submitted = day_in_sweden(application.submitted_at) if application.submitted_at else None
    sets, on = sets_of(db, application), Days.of(day_in_sweden(now), submitted)
    return sets, answers_of(db, application_id, sets=sets, on=on)


def lacking(sets: ConditionSets, given: dict[str, Given]) -> tuple[Obstacle, ...]:
    """Everything that is lacking, in the order of the pages; those that do not block are among them."""
    return tuple(each for c in sets.asked_criteria for each in obstacles(c, given.get(c.id)))


def submit(db: Session, application_id: UUID, *, attested: bool, actor: Actor, now: datetime) -> Application:
    """Hand it in: the case gets its number, the municipality its work, the company its receipt.

    Raises:
        NotReady: with every obstacle that blocks, and ``"attestation"`` where that is missing.
        TransitionRefused: not a draft, or not a signatory.
        ChangedMeanwhile: somebody else submitted it first.
    """
    application = held(db, application_id, actor=actor, alone=True)
    APPLICATION.step(application.state, Action.SUBMIT, actor.roles)
    sets = sets_of(db, application)
    given = answers_of(db, application_id, sets=sets, on=Days.of(day_in_sweden(now), None))
    blocking = tuple(each for each in lacking(sets, given) if each.blocks)
    if blocking or not attested:
        raise NotReady(blocking if attested else (*blocking, "attestation"))
    municipality = db.get_one(Municipality, application.municipality_id)
    settings = MunicipalitySettings.read(municipality.settings)
    provider = db.get_one(Provider, application.provider_id)
    # Before the number: what is sent is the application as the company's own, evidence included.
    competence_choice.freeze(db, application, sets, actor=actor, now=now)
    case = db.get_one(CaseFile, application_id, with_for_update=True, populate_existing=True)
    number = diary.next_number(db, application.municipality_id, now=now)
    case.number = number
    db.add(case)
    db.flush()
    move(
        db,
        application,
        APPLICATION,
        Action.SUBMIT,
        case_id=application_id,
        actor=actor,
        now=now,
        facts={"number": number},
        number=number,
        submitted_at=now,
        submitted_by=actor.person_id,
        due_on=add_working_days(day_in_sweden(now), settings.deadlines["assign_working_days"]),
        # The company may have changed its name since the draft was begun.
        provider_name=provider.name,
        provider_sort_key=provider.sort_key,
    )
    diary.index(db, application, orgnr=provider.orgnr)
    said = receipts.receipt(db, application, sets, given, municipality, provider, actor=actor, now=now)
    papers.order(
        db,
        case,
        papers.PaperKind.RECEIPT,
        title=said.title,
        facts=said.facts,
        translation=said.translation,
        slug=municipality.slug,
        now=now,
    )
    return application


def answer_supplement(
    db: Session, application_id: UUID, *, explanation: str = "", actor: Actor, now: datetime
) -> Application:
    """Send in the supplement: the review goes on, with a new day by which it should be decided.

    Raises:
        NotReady: something that was asked about is untouched, and no explanation says why.
    """
    application = held(db, application_id, actor=actor, alone=True)
    APPLICATION.step(application.state, Action.SUPPLEMENT, actor.roles)
    supplement = open_supplement(db, application_id)
    if supplement is None:
        raise NotFound("supplement", application_id)
    untouched = tuple(sorted(c for c, item in asked_again(db, application_id).items() if item.touched_at is None))
    if untouched and not explanation.strip():
        raise NotReady(untouched)
    supplement.answered_at = now
    supplement.explanation = explanation.strip()
    db.add(supplement)
    move(
        db,
        application,
        APPLICATION,
        Action.SUPPLEMENT,
        case_id=application_id,
        actor=actor,
        now=now,
        facts={"untouched": list(untouched)},
        complete_at=now,
        due_on=decide_by(db, application.municipality_id, begun=now),
    )
    return application


def comment(db: Session, application_id: UUID, text: str, *, actor: Actor, now: datetime) -> Hearing:
    """Answer the draft of a refusal, once.

    Raises:
        Invalid: nothing was written.
        NotAllowed: it was answered before.
    """
    application = held(db, application_id, actor=actor, alone=True)
    APPLICATION.step(application.state, Action.COMMENT, actor.roles)
    hearing = hearings.current(db, application_id)
    if hearing is None:
        raise NotFound("hearing", application_id)
    if hearing.commented_at is not None:
        raise NotAllowed("commented")
    if not text.strip():
        raise Invalid({"yttrande": "empty"})
    hearing.comment, hearing.commented_at, hearing.commented_by = text.strip(), now, actor.person_id
    db.add(hearing)
    move(db, application, APPLICATION, Action.COMMENT, case_id=application_id, actor=actor, now=now)
    return hearing


def withdraw(db: Session, application_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Application:
    """Take the application back; where the municipality has it, with a reason.

    Raises:
        Invalid: it was submitted, and no reason is given.
    """
    application = held(db, application_id, actor=actor, alone=True)
    APPLICATION.step(application.state, Action.WITHDRAW, actor.roles)
    if application.state is not State.DRAFT and not reason.strip():
        raise Invalid({"skal": "empty"})
    move(
        db,
        application,
        APPLICATION,
        Action.WITHDRAW,
        case_id=application_id,
        actor=actor,
        now=now,
        withdrawal_reason=reason.strip(),
        due_on=None,
    )
    return application
