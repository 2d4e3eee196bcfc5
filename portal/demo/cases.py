"""Cases for the demo, in every state, made by the services as people would have made them over the last weeks.

Run as the database's owner.  Authorizations that have been running for long
are written as rows: their signatures were given before the demo began.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from uuid import UUID, uuid4

import typst
from sqlmodel import Session, col, select

from documents.intake import Received
from documents.store import Store
from portal.db.tables import (
    Application,
    Authorization,
    CaseFile,
    ConditionVersion,
    Municipality,
    Person,
    Provider,
    ProviderMember,
    Service,
    StaffMember,
)
from portal.demo.companies import COMPANIES, RUNNING, NewCompany, company_rows
from portal.demo.founding import known_person, person_of
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.criteria import Criterion, Demand, Outcome
from portal.domain.deadlines import add_working_days, day_in_sweden
from portal.domain.roles import Role, with_lesser
from portal.services import applications, decisions, documents, review
from portal.services.documents import fresh_key

HOW = "Vi arbetar efter en skriftlig rutin som all personal går igenom vid anställningen och sedan varje år."
MET = "Underlaget visar det som villkoret kräver."


@dataclass(frozen=True)
class Told:
    """One case: who applies for what, where, how far it has come, and how many days ago it began."""

    company: str
    municipality: str
    service: str
    until: State
    days_ago: int
    officer: str = ""
    decider: str = ""


CASES = (
    Told("Vega Familjestöd AB", "bjorkvik", "familjebehandling", State.DRAFT, 3),
    Told("Vega Familjestöd AB", "ekholm", "familjeradgivning", State.SUBMITTED, 2),
    Told("Nordljus Socialt Stöd AB", "ekholm", "familjebehandling", State.UNDER_REVIEW, 9, "Maja Sjögren"),
    Told("Nordljus Socialt Stöd AB", "bjorkvik", "boendestod", State.SUBMITTED, 1),
    Told("Hasselbackens Familjehus HB", "bjorkvik", "familjebehandling", State.SUBMITTED, 8),
    Told("Strandgårdens Samtal ek. för.", "bjorkvik", "familjeradgivning", State.UNDER_REVIEW, 14, "Mikael Öberg"),
    Told(
        "Lövängens Familjebehandling AB",
        "bjorkvik",
        "familjebehandling",
        State.SUPPLEMENT_REQUESTED,
        21,
        "Mikael Öberg",
    ),
    Told("Trygga Hemmet i Vik AB", "bjorkvik", "hemtjanst", State.PROPOSED_DECISION, 26, "Leila Haddad"),
    Told("Stödkompassen AB", "bjorkvik", "boendestod", State.APPROVED, 33, "Leila Haddad", "Eva Sandström"),
    Told(
        "Dagvind Daglig Verksamhet AB",
        "ekholm",
        "daglig-verksamhet-lss",
        State.APPROVED,
        37,
        "Maja Sjögren",
        "Nils Dahl",
    ),
    Told("Samtalsrummet Ek HB", "ekholm", "familjeradgivning", State.WITHDRAWN, 12),
)


def tell_all(db: Session, store: Store, *, staff_issuer: str, now: datetime) -> None:
    """Make the cases, once: a demo that has an application is left as its people have made it."""
    if db.exec(select(Application.id).limit(1)).first() is not None:
        return
    for company in COMPANIES:
        company_rows(db, company, now=now - timedelta(days=60))
    for municipality, companies in RUNNING.items():
        for service, company in companies:
            _running(db, municipality, service, company, now=now)
    for each in CASES:
        _tell(db, store, each, staff_issuer=staff_issuer, now=now)


def _tell(db: Session, store: Store, told: Told, *, staff_issuer: str, now: datetime) -> None:
    begun = now - timedelta(days=told.days_ago)
    municipality_id = db.exec(select(Municipality.id).where(col(Municipality.slug) == told.municipality)).one()
    service_id = db.exec(
        select(Service.id).where(col(Service.municipality_id) == municipality_id, col(Service.slug) == told.service)
    ).one()
    company = _signatory(db, told.company)
    application = applications.start(db, service_id, actor=company, now=begun)
    sets = review.conditions_of(db, application)
    asked = sets.asked_criteria
    if told.until is State.DRAFT:
        asked = asked[: len(asked) // 2]
    for minute, criterion in enumerate(asked):
        _answer(db, store, application.id, criterion, company, begun + timedelta(minutes=minute))
    if told.until is State.DRAFT:
        return
    submitted = begun + timedelta(hours=3)
    applications.submit(db, application.id, attested=True, actor=company, now=submitted)
    if told.until is State.WITHDRAWN:
        reason = "Vi väntar till nästa år, när våra nya lokaler är klara."
        applications.withdraw(db, application.id, reason=reason, actor=company, now=submitted + timedelta(days=2))
    if not told.officer:
        return
    officer = _staff(db, municipality_id, told.officer, Role.CASE_OFFICER, staff_issuer)
    taken = submitted + timedelta(days=2)
    review.take(db, application.id, conflicted=False, actor=officer, now=taken)
    half = told.until is State.UNDER_REVIEW
    judged = sets.asked_criteria[: len(sets.asked_criteria) // 2] if half else sets.asked_criteria
    unsure = {judged[-1].id} if told.until is State.SUPPLEMENT_REQUESTED else set()
    for minute, criterion in enumerate(judged):
        outcome = Outcome.CANNOT_TELL if criterion.id in unsure else Outcome.MET
        reason = "Det framgår inte av underlaget." if criterion.id in unsure else MET
        moment = taken + timedelta(days=1, minutes=minute)
        review.judge(db, application.id, criterion.id, outcome=outcome, reason=reason, actor=officer, now=moment)
    if told.until is State.SUPPLEMENT_REQUESTED:
        review.request_supplement(
            db,
            application.id,
            questions=dict.fromkeys(unsure, "Beskriv hur ni gör och bifoga den rutin som ni hänvisar till."),
            message="Vi behöver lite mer för att kunna bedöma alla villkor.",
            due_on=add_working_days(day_in_sweden(now), 5),
            actor=officer,
            now=now - timedelta(days=4),
        )
    if told.until not in (State.PROPOSED_DECISION, State.APPROVED):
        return
    proposed = taken + timedelta(days=5)
    summary = "Sökanden uppfyller villkoren. Underlaget är fullständigt."
    review.propose(db, application.id, approve=True, summary=summary, actor=officer, now=proposed)
    if told.decider:
        decider = _staff(db, municipality_id, told.decider, Role.DECISION_MAKER, staff_issuer)
        decisions.approve(db, application.id, actor=decider, now=proposed + timedelta(days=3))


def _answer(db: Session, store: Store, application_id: UUID, criterion: Criterion, actor: Actor, now: datetime) -> None:
    question = criterion.question
    if question is None:
        return
    words = HOW if question.description is Demand.REQUIRED else ""
    applications.save_answer(db, application_id, criterion.id, declared=True, description=words, actor=actor, now=now)
    if question.documents is Demand.REQUIRED:
        received = _paper(store, f"Underlag {criterion.id}", actor.name)
        documents.attach(db, application_id, criterion.id, [received], scanner=False, actor=actor, now=now)


def _paper(store: Store, title: str, by: str) -> Received:
    content = _typeset(by)
    key = fresh_key()
    store.put(key, content, media_type="application/pdf")
    return Received(f"{title}.pdf", "application/pdf", len(content), sha256(content).hexdigest(), key)


@cache
def _typeset(by: str) -> bytes:
    """One paper a signatory: what it says is the same, and typesetting takes time."""
    source = f'#set document(title: "Underlag")\n#set page(paper: "a4")\n= Underlag\n\nLämnat i demon av {by}.\n'
    made: bytes = typst.compile(source.encode())
    return made


def _signatory(db: Session, company: str) -> Actor:
    row = db.exec(
        select(ProviderMember.person_id, ProviderMember.provider_id, Person.name)
        .join(Provider, col(Provider.id) == col(ProviderMember.provider_id))
        .join(Person, col(Person.id) == col(ProviderMember.person_id))
        .where(col(Provider.name) == company, col(ProviderMember.role) == Role.SIGNATORY)
    ).one()
    return Actor(row[0], row[2], with_lesser(Role.SIGNATORY), provider_id=row[1])


def _staff(db: Session, municipality_id: UUID, name: str, role: Role, issuer: str) -> Actor:
    """Who has worked in cases has signed in: the person is bound, with the login of the demo's identity provider."""
    member = db.exec(
        select(StaffMember).where(col(StaffMember.municipality_id) == municipality_id, col(StaffMember.name) == name)
    ).one()
    if member.person_id is None:
        member.person_id = person_of(db, known_person(name), issuer=issuer, now=member.added_at)
        db.add(member)
        db.flush()
    return Actor(member.person_id, name, frozenset({role}), municipality_id=municipality_id)


def _running(db: Session, municipality: str, service: str, company: NewCompany, *, now: datetime) -> None:
    """An authorization that has been active for some months."""
    row = db.exec(select(Municipality).where(col(Municipality.slug) == municipality)).one()
    service_row = db.exec(
        select(Service).where(col(Service.municipality_id) == row.id, col(Service.slug) == service)
    ).one()
    versions = dict(
        db.exec(
            select(ConditionVersion.service_id, ConditionVersion.id).where(
                col(ConditionVersion.municipality_id) == row.id
            )
        ).all()
    )
    provider_id = company_rows(db, company, now=now - timedelta(days=200))
    begun = now - timedelta(days=150)
    case = CaseFile(municipality_id=row.id, provider_id=provider_id, opened_at=begun - timedelta(days=40))
    db.add(case)
    db.flush()
    provider = db.get_one(Provider, provider_id)
    db.add(
        Authorization(
            id=uuid4(),
            case_id=case.id,
            municipality_id=row.id,
            provider_id=provider_id,
            service_id=service_row.id,
            general_version_id=versions[None],
            service_version_id=versions[service_row.id],
            state=AuthorizationState.ACTIVE,
            offered_at=begun - timedelta(days=10),
            sign_by=day_in_sweden(begun),
            signed_at=begun - timedelta(days=3),
            active_from=day_in_sweden(begun),
            provider_name=provider.name,
            provider_sort_key=provider.sort_key,
            orgnr=provider.orgnr,
            profile={"town": provider.town, "email": provider.email, "phone": provider.phone},
        )
    )
    db.flush()
