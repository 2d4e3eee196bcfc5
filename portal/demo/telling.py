"""Tells the demo's cases, by the services as people would have made them over the last months.

Run as the database's owner.  A municipality's cases are stored together, so
that its case numbers follow the days; two municipalities are told side by side.
Nobody's signature is imitated: contracts of the past were *approved* with an
e-ID, as they are where an e-ID cannot sign.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa
import typst
from sqlmodel import Session, col, select

from documents.intake import Received
from documents.store import Store
from portal.db.tables import (
    Application,
    Authorization,
    ConditionVersion,
    Contract,
    Municipality,
    Person,
    Provider,
    ProviderMember,
    Service,
    StaffMember,
)
from portal.demo.annual_report import MEDIA_TYPE, annual_report
from portal.demo.beside import tell_beside
from portal.demo.cases import CASES, Told
from portal.demo.checks import write_checks
from portal.demo.companies import COMPANIES, company_rows
from portal.demo.founding import known_person, person_of
from portal.demo.profiles import name_people
from portal.demo.statements import STATED
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.authorization import START_CONDITIONS
from portal.domain.authorization import State as AuthorizationState
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Criterion, Demand, Outcome
from portal.domain.deadlines import add_working_days, day_in_sweden
from portal.domain.review import CodedReason
from portal.domain.roles import Role, with_lesser
from portal.domain.second_review import Point
from portal.domain.solvency import concerns
from portal.domain.validity import Stated
from portal.services import (
    applications,
    contracts,
    decisions,
    documents,
    evidence,
    judging,
    papers,
    review,
    second_review,
)
from portal.services.contracts import Proof
from portal.services.documents import fresh_key
from portal.services.papers import SealFolder
from portal.services.writing import sets_of

DESCRIPTIONS = (
    "Vi arbetar efter en skriftlig rutin som all personal går igenom vid anställningen och sedan varje år.",
    "Verksamhetschefen ansvarar. Vi följer upp varje månad på arbetsplatsträffen och antecknar vad vi ändrar.",
    "Kunden får veta det vid det första mötet, muntligt och i ett häfte på lättläst svenska.",
    "Två i personalen är utbildade för det och handleder de andra. Beskrivningen finns i bifogat underlag.",
)
MET = "Underlaget visar det som villkoret kräver."
NOT_MET = "Det framgår inte av underlaget vem som ansvarar eller hur ni följer upp att det fungerar."
QUESTION = "Beskriv hur ni gör och bifoga den rutin som ni hänvisar till."


@dataclass(frozen=True)
class Stage:
    """What the telling needs of its surroundings."""

    engine: sa.Engine
    store: Store
    seals: SealFolder
    base_url: str
    staff_issuer: str
    now: datetime


@dataclass(frozen=True)
class Days:
    """When things happened in a case, in days from its beginning; squeezed where there is not time enough."""

    begun: datetime
    pace: float

    def __call__(self, days: float, minutes: int = 0) -> datetime:
        return self.begun + timedelta(days=days, minutes=minutes) * self.pace


def tell_all(stage: Stage) -> None:
    """Make the cases, once: a municipality that has an application is left as its people have made it."""
    with Session(stage.engine) as db:
        for company in COMPANIES:
            company_rows(db, company, now=stage.now - timedelta(days=200))
        db.commit()
    with ThreadPoolExecutor(len(CASES)) as side_by_side:
        for told in [side_by_side.submit(_tell_of, stage, slug) for slug in CASES]:
            told.result()


def _tell_of(stage: Stage, slug: str) -> None:
    with Session(stage.engine) as db:
        municipality = db.exec(select(Municipality.id).where(col(Municipality.slug) == slug)).one()
        if db.exec(select(Application.id).where(col(Application.municipality_id) == municipality)).first() is None:
            ordered = sorted(CASES[slug], key=lambda told: -told.days_ago)
            tellings = [_Telling(stage, db, municipality, told) for told in ordered]
            made = {(each.told.company, each.told.service): each.tell() for each in tellings}
            next(each for each in tellings if each.told.officer).check_registers()
            if slug == "bjorkvik":
                tell_beside(db, made, staff=tellings[0].staff, now=stage.now)
            db.commit()


class _Telling:
    """One case, from its beginning to where it stands."""

    def __init__(self, stage: Stage, db: Session, municipality: UUID, told: Told) -> None:
        self.stage, self.db, self.municipality, self.told = stage, db, municipality, told
        self.company = _signatory(db, told.company)
        in_force = db.exec(
            select(sa.func.max(ConditionVersion.valid_from)).where(
                col(ConditionVersion.municipality_id) == municipality
            )
        ).one()
        self.at = days_of(told.days_ago, in_force=in_force, now=stage.now)

    def tell(self) -> UUID:
        told, at = self.told, self.at
        service = self.db.exec(
            select(Service.id).where(
                col(Service.municipality_id) == self.municipality, col(Service.slug) == told.service
            )
        ).one()
        case = applications.start(self.db, service, actor=self.company, now=at(0)).id
        sets = sets_of(self.db, self.db.get_one(Application, case))
        self._answer(case, sets)
        if told.until is State.DRAFT:
            return case
        applications.submit(self.db, case, attested=True, actor=self.company, now=at(0.1))
        if told.until is State.WITHDRAWN:
            reason = "Vi väntar till nästa år, när våra nya lokaler är klara."
            applications.withdraw(self.db, case, reason=reason, actor=self.company, now=at(2))
        if told.officer:
            self._review(case, sets)
        return case

    def _answer(self, case: UUID, sets: ConditionSets) -> None:
        asked = sets.asked_criteria
        if self.told.until is State.DRAFT:
            asked = asked[: len(asked) // 2]
        for place, criterion in enumerate(asked):
            moment = self.at(0, minutes=place)
            question = criterion.question
            if question is None:
                continue
            words = DESCRIPTIONS[place % len(DESCRIPTIONS)] if question.description is Demand.REQUIRED else ""
            applications.save_answer(
                self.db,
                case,
                criterion.id,
                declared=True,
                description=words,
                stated=STATED,
                actor=self.company,
                now=moment,
            )
            name_people(self.db, case, sets, criterion, actor=self.company, now=moment)
            if concerns(criterion):
                self._hand_in_report(case, criterion, moment)
            elif _needs_papers(criterion):
                self._hand_in(case, criterion, sets.group_of(criterion).title.sv, moment)

    def _hand_in(self, case: UUID, criterion: Criterion, title: str, moment: datetime) -> None:
        """One paper for each part of the application, used for all its criteria, as companies do."""
        handed_in = _papers_of(self.db, self.company)
        if there := handed_in.get(f"{title}.pdf"):
            documents.reuse(self.db, case, criterion.id, there, actor=self.company, now=moment)
            self._date(case, criterion, there, moment)
            return
        content, key = _typeset(title), fresh_key()
        self.stage.store.put(key, content, media_type="application/pdf")
        received = Received(f"{title}.pdf", "application/pdf", len(content), sha256(content).hexdigest(), key)
        [made] = documents.attach(self.db, case, criterion.id, [received], actor=self.company, now=moment)
        self._date(case, criterion, made.id, moment)

    def _hand_in_report(self, case: UUID, criterion: Criterion, moment: datetime) -> None:
        """The latest annual report, as a file whose figures are read once the worker has examined it."""
        provider = self.db.get_one(Provider, self.company.provider_id)
        year = day_in_sweden(moment).year - 1
        name = f"Årsredovisning {year}.xhtml"
        if there := _papers_of(self.db, self.company).get(name):
            documents.reuse(self.db, case, criterion.id, there, actor=self.company, now=moment)
            self._date(case, criterion, there, moment)
            return
        content, key = annual_report(provider.name, provider.orgnr, year), fresh_key()
        self.stage.store.put(key, content, media_type=MEDIA_TYPE)
        received = Received(name, MEDIA_TYPE, len(content), sha256(content).hexdigest(), key)
        [made] = documents.attach(self.db, case, criterion.id, [received], actor=self.company, now=moment)
        self._date(case, criterion, made.id, moment)

    def _date(self, case: UUID, criterion: Criterion, document: UUID, moment: datetime) -> None:
        """Say of the paper what the criterion asks: the kind that it takes first, and the dates that the kind has."""
        accepted = sets_of(self.db, self.db.get_one(Application, case)).accepted(criterion)
        kind, limits = next(iter(accepted.items()))
        said = Stated(
            kind,
            day_in_sweden(moment) - timedelta(days=self.told.evidence_age) if limits.any else None,
            day_in_sweden(self.stage.now) + timedelta(days=self.told.evidence_ends) if limits.has_end_date else None,
        )
        evidence.state(self.db, case, criterion.id, {document: said}, actor=self.company, now=moment)

    def _review(self, case: UUID, sets: ConditionSets) -> None:
        told, at = self.told, self.at
        officer = self.staff(told.officer, Role.CASE_OFFICER)
        review.take(self.db, case, conflicted=False, actor=officer, now=at(2))
        judged = sets.asked_criteria
        if told.until is State.UNDER_REVIEW and not told.second:
            judged = judged[: len(judged) // 2]
        doubtful = next(each.id for each in reversed(judged) if _needs_papers(each))
        asks = told.until is State.SUPPLEMENT_REQUESTED
        for place, criterion in enumerate(judged):
            outcome, reason = Outcome.MET, MET
            if criterion.id == doubtful and asks:
                outcome, reason = Outcome.CANNOT_TELL, "Det framgår inte av underlaget."
            if criterion.id == doubtful and told.refused:
                outcome, reason = Outcome.NOT_MET, NOT_MET
            moment = at(3, minutes=place)
            judging.judge(self.db, case, criterion.id, outcome=outcome, reason=reason, actor=officer, now=moment)
        if told.second:
            self._second(case, officer, sets, doubtful)
        if asks:
            review.request_supplement(
                self.db,
                case,
                questions={doubtful: QUESTION},
                message="Vi behöver lite mer för att kunna bedöma alla villkor.",
                due_on=add_working_days(day_in_sweden(self.stage.now), 5),
                actor=officer,
                now=at(4),
            )
        elif told.until in (State.PROPOSED_DECISION, State.APPROVED, State.REJECTED):
            self._decide(case, officer, doubtful)

    def _second(self, case: UUID, officer: Actor, sets: ConditionSets, doubtful: str) -> None:
        """Asked for; and, where the case has come further, read by a colleague who sees one thing otherwise."""
        second_review.demand(self.db, case, note="Räcker rutinerna?", actor=officer, now=self.at(4))
        if self.told.until is State.UNDER_REVIEW:
            return
        points = [Point(each, each != doubtful, "Rutinen saknar datum.") for each in sets.by_id]
        other = self.staff(self.told.second, Role.CASE_OFFICER)
        second_review.answer(self.db, case, points, note="I övrigt håller jag med.", actor=other, now=self.at(5))

    def _decide(self, case: UUID, officer: Actor, doubtful: str) -> None:
        told, at, db = self.told, self.at, self.db
        summary = "Sökanden uppfyller villkoren. Underlaget är fullständigt."
        if told.refused:
            summary = "Sökanden uppfyller inte ett av villkoren. Övriga villkor är uppfyllda."
        coded = [CodedReason(doubtful, "requirement_not_met.routine_insufficient", NOT_MET)] if told.refused else []
        review.propose(db, case, approve=not told.refused, summary=summary, coded=coded, actor=officer, now=at(6))
        if not told.decider:
            return
        decider = self.staff(told.decider, Role.DECISION_MAKER)
        if told.refused:
            waits = told.until is State.PROPOSED_DECISION
            decisions.hear(db, case, actor=decider, now=self.stage.now - timedelta(days=1) if waits else at(8))
            if waits:
                return
            words = "Alla i personalen vet vad som gäller. Vi hinner inte skriva ner det före årsskiftet."
            applications.comment(db, case, words, actor=self.company, now=at(11))
            decisions.reject(db, case, actor=decider, now=at(13))
            return
        decisions.approve(db, case, actor=decider, now=at(9))
        self._contract(case, officer, decider)

    def _contract(self, case: UUID, officer: Actor, decider: Actor) -> None:
        if self.told.contract is AuthorizationState.OFFERED:
            return
        db, at, stage = self.db, self.at, self.stage
        authorization, paper = db.exec(
            select(Authorization.id, Contract.paper_id)
            .join(Contract, col(Contract.authorization_id) == col(Authorization.id))
            .where(col(Authorization.case_id) == case)
        ).one()
        papers.make(db, paper, store=stage.store, seals=stage.seals, base_url=stage.base_url, now=at(9, minutes=2))
        shown = contracts.to_sign(db, authorization, actor=self.company)
        contracts.sign_company(
            db, authorization, proof=_approval(shown.sha256, self.company, at(11)), actor=self.company, now=at(11)
        )
        contracts.sign_municipality(
            db, authorization, proof=_approval(shown.sha256, decider, at(13)), actor=decider, now=at(13)
        )
        if self.told.contract is AuthorizationState.ACTIVE:
            contracts.start(
                db,
                authorization,
                confirmed=frozenset(START_CONDITIONS),
                active_from=day_in_sweden(at(20)),
                actor=officer,
                now=at(20),
            )

    def check_registers(self) -> None:
        """The officer of this case has asked the registers about everybody's."""
        officer = self.staff(self.told.officer, Role.CASE_OFFICER)
        write_checks(self.db, officer=officer, now=self.stage.now)

    def staff(self, name: str, role: Role) -> Actor:
        """Who has worked in cases has signed in: the person is bound, with the login at the identity provider."""
        db = self.db
        member = db.exec(
            select(StaffMember).where(
                col(StaffMember.municipality_id) == self.municipality, col(StaffMember.name) == name
            )
        ).one()
        if member.person_id is None:
            member.person_id = person_of(db, known_person(name), issuer=self.stage.staff_issuer, now=member.added_at)
            db.add(member)
            db.flush()
        return Actor(member.person_id, name, frozenset({role}), municipality_id=self.municipality)


def days_of(days_ago: int, *, in_force: date, now: datetime) -> Days:
    """No case may begin before its conditions were in force; one that should have is told at a quicker pace."""
    first = datetime.combine(in_force, time(8), tzinfo=UTC) + timedelta(days=1)
    since = max((now - first) / timedelta(days=1), 0.0)
    return Days(now - timedelta(days=min(days_ago, since)), min(1.0, since / days_ago))


def _approval(digest: str, actor: Actor, at: datetime) -> Proof:
    return Proof(
        kind="approval",
        digest=bytes.fromhex(digest),
        name=actor.name,
        acr="http://id.elegnamnden.se/loa/1.0/loa3",
        signed_at=at,
        authn_provider="Demo-eID",
    )


def _papers_of(db: Session, company: Actor) -> dict[str, UUID]:
    found = db.execute(
        sa.text("SELECT name, id FROM document WHERE provider_id = :provider"), {"provider": company.provider_id}
    )
    return {row.name: row.id for row in found}


@cache
def _typeset(title: str) -> bytes:
    source = f"""
#set document(title: "{title}")
#set page(paper: "a4")
#set text(lang: "sv", size: 11pt)
= {title}

Det här är ett påhittat underlag i Kundvals demo. I verkligheten ligger här företagets egna handlingar.
"""
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


def _needs_papers(criterion: Criterion) -> bool:
    return criterion.question is not None and criterion.question.documents is Demand.REQUIRED
