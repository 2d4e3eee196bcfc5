"""Makes an application that an officer has nothing to object to: every register in order, every paper in time.

What is left is what the rules find met, and what a person must read.
"""

from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from documents.store import Store
from portal.db.session import Scope, enter
from portal.db.tables import AnswerDocument, Application
from portal.domain.actors import Actor
from portal.domain.registers import Answer, Register, read_facts
from portal.domain.validity import Stated
from portal.services import applications, figures, registers, review
from portal.services.competence_choice import choose
from tests.factories import NOW, Place, make_member, make_provider
from tests.factories_application import make_application, make_attached, sets_of
from tests.factories_competence import make_education, make_employment, make_profile
from tests.factories_figures import AMOUNTS
from tests.factories_review import acting, fresh

IN_ORDER = {
    Register.COMPANIES: {
        "org.active": True,
        "org.deregistered": False,
        "org.pending_proceedings": [],
        "org.unnotified_registry_changes": 0,
    },
    Register.TAX: {"tax.f_skatt": True, "tax.employer_registered": True},
    Register.DEBTS: {"tax.enforcement_debt_sek": 0},
    Register.EXCLUSION: {"person_circle.business_ban": False},
}


def make_clean(
    owner: Session, db: Session, place: Place, officer: Actor, *, store: Store | None = None, now: datetime = NOW
) -> Application:
    """Of home care, taken by ``officer``; ``now`` is when it is submitted."""
    by = make_member(owner, make_provider(owner))
    application = make_application(owner, place, "hemtjanst", by=by, complete=True, store=store, now=now)
    for criterion in ("GEN-12", "GEN-22"):
        _paper(owner, application, criterion, by, store=store, now=now)
    for criterion, name in (("HTJ-01", "Åsa Öberg"), ("GEN-29", "Bo Ek"), ("GEN-14", "Cecilia Dahl")):
        profile = make_profile(owner, by, make_education(180), make_employment((now.year - 4, 1)), name=name, now=now)
        choose(owner, application.id, criterion, [profile], actor=by, now=now)
    owner.commit()
    _figures(owner, db, application, by, now=now)
    acting(db, applications.submit, application.id, attested=True, actor=by, now=now)
    provider = application.provider_id
    orgnr = registers.provider_of(owner, provider).orgnr
    for register, facts in {**IN_ORDER, Register.PERMITS: {"ivo.permit_holder_orgnr": orgnr}}.items():
        answer = Answer(read_facts(facts), facts)
        acting(db, registers.write_down, provider, register, answer, source="Utdrag", actor=officer, now=now)
    acting(db, review.take, application.id, conflicted=False, actor=officer, now=now)
    return fresh(owner, application.id)


def _paper(
    owner: Session, application: Application, criterion: str, by: Actor, *, store: Store | None, now: datetime
) -> None:
    """One of the only kind that the criterion takes, or of the first, with time left."""
    sets = sets_of(owner, application)
    accepted = sets.accepted(sets.by_id[criterion])
    stated = Stated(next(iter(accepted)), now.date(), now.date() + timedelta(days=900))
    make_attached(owner, application, criterion, by=by, name="Intyg.pdf", store=store, now=now, stated=stated)
    owner.commit()


def _figures(owner: Session, db: Session, application: Application, by: Actor, *, now: datetime) -> None:
    """Typed from the annual report, of last year."""
    report = owner.exec(
        select(AnswerDocument.document_id).where(
            col(AnswerDocument.application_id) == application.id, col(AnswerDocument.criterion) == "GEN-09"
        )
    ).one()
    owner.rollback()
    enter(db, Scope.of(by))
    last = now.year - 1
    figures.type_in(
        db,
        application.id,
        "GEN-09",
        report,
        day=date(last, 12, 31),
        first_day=date(last, 1, 1),
        amounts=AMOUNTS,
        actor=by,
        now=now,
    )
    db.commit()
