"""One case in each of its main states, with the person who would look at it: what the accessibility walk is made of.

A scene is who looks and what stands for the names in an address.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session, col, select, update

from portal.db.tables import (
    AnswerDocument,
    Application,
    Authorization,
    Contract,
    Paper,
    ProviderMember,
    Signature,
    StaffEmployment,
    StaffMember,
    Supplement,
)
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.phrases import Purpose
from portal.domain.registers import Answer, Register, read_facts
from portal.domain.roles import Role
from portal.domain.second_review import Point
from portal.domain.worklist import Choice, Wanted
from portal.services import parked, phrases, registers, saved_views
from portal.services import second_review as second_reviews
from portal.services.competence_choice import choose
from portal.services.phrases import Wording
from tests.annual_reports import k3k
from tests.documents.files_to_show import pdf
from tests.factories import NOW, Place, make_member, make_provider, make_staff
from tests.factories_admin import make_own_municipality
from tests.factories_application import attach, make_application, make_attached, make_document, sets_of
from tests.factories_company import (
    make_application_row,
    make_authorization_row,
    make_invitation,
    make_letter,
    make_newcomer,
)
from tests.factories_competence import make_education, make_employment, make_profile
from tests.factories_figures import make_report, orgnr_of
from tests.factories_review import (
    acting,
    judge_all,
    make_decider,
    make_heard,
    make_officer,
    make_proposed,
    make_submitted,
    make_taken,
)

LONG = "Åsöns och Östra Ängens Familjebehandling, Samtalsstöd & Öppenvård ekonomisk förening"
SERVICE = "hemtjanst"
IN_GOOD_TIME = date(2099, 12, 4)


@dataclass(frozen=True)
class Scene:
    """``files``: what must be in the store, by key."""

    actor: Actor | None
    names: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)


def anyone(owner: Session, db: Session, place: Place) -> Scene:
    signatory = make_member(owner, make_provider(owner, LONG))
    token = f"anyone-{signatory.person_id}"
    make_invitation(owner, signatory, token=token)
    return Scene(None, {"token": token, "general": "1", "service": SERVICE})


def newcomer(owner: Session, db: Session, place: Place) -> Scene:
    return Scene(make_newcomer(owner))


def company(owner: Session, db: Session, place: Place) -> Scene:
    """A company that has only just registered, with a colleague, an invitation and a letter."""
    provider_id = make_provider(owner, LONG)
    signatory = make_member(owner, provider_id, name="Maria-Charlotta Åkerström-Öhman af Ängsö")
    colleague = make_member(owner, provider_id, Role.READER, name="Karin Ståhl")
    make_invitation(owner, signatory, "mycket.lang.adress@kansliet.asons-och-ostra-angens-familjebehandling.example")
    letter = make_letter(owner, provider_id)
    form = [("beskrivning", "Vi följer en skriftlig rutin."), ("svar", "ja")]
    token = parked.park(owner, path="/foretag/uppgifter/andra", fields=form, now=datetime.now(UTC))
    member_id = _member_id(owner, colleague)
    profile = make_profile(owner, signatory, make_education(), make_employment((2015, 1), (2021, 5), share=75))
    claim = owner.exec(select(StaffEmployment.id).where(col(StaffEmployment.profile_id) == profile)).one()
    owner.commit()
    names = {"letter": str(letter), "member": member_id, "parked": token, "service": str(place.services[SERVICE])}
    names |= {"profile": str(profile), "claim": str(claim)}
    return Scene(signatory, names)


def application(state: State, **how: Any) -> Callable[[Session, Session, Place], Scene]:
    """A company's application in some state, seen by its signatory."""

    def made(owner: Session, db: Session, place: Place) -> Scene:
        signatory = make_member(owner, make_provider(owner, LONG))
        row = make_application(owner, place, SERVICE, by=signatory, state=state, **how)
        # The worker beside the browser keeps real time, and every ten minutes closes requests that are overdue.
        owner.execute(update(Supplement).where(col(Supplement.application_id) == row.id).values(due_on=IN_GOOD_TIME))
        owner.commit()
        names = {"case": str(row.id), "group": _first_group(owner, row)}
        attached = select(col(AnswerDocument.document_id)).where(
            col(AnswerDocument.application_id) == row.id, col(AnswerDocument.criterion) == "GEN-25"
        )
        if (document := owner.exec(attached).first()) is not None:
            names["document"] = str(document)
        return Scene(signatory, names)

    return made


def shown_figures(owner: Session, db: Session, place: Place) -> Scene:
    """A draft with a report that was read, one of a group, a PDF whose figures can be typed, and people named."""
    signatory = make_member(owner, make_provider(owner, LONG))
    row = make_application(owner, place, SERVICE, by=signatory)
    orgnr = orgnr_of(owner, signatory)
    make_report(owner, row, by=signatory, name=f"Årsredovisning_{'2024' * 12}.xhtml")
    make_report(owner, row, by=signatory, content=k3k(orgnr=orgnr), name="Koncern.xhtml")
    scanned = make_attached(owner, row, "GEN-09", by=signatory, name="Årsredovisning_inläst.pdf")
    leader = make_profile(owner, signatory, make_education(90, country="FI"), make_employment((2019, 1), (2020, 2)))
    choose(owner, row.id, "HTJ-02", [leader], actor=signatory, now=NOW)
    owner.commit()
    return Scene(signatory, {"case": str(row.id), "document": str(scanned.id)})


def document(owner: Session, db: Session, place: Place) -> Scene:
    """A document of two pages handed in with an application, and one that cannot be shown; seen by the company."""
    signatory = make_member(owner, make_provider(owner, LONG))
    row = make_application(owner, place, SERVICE, by=signatory, state=State.SUBMITTED)
    files = {}
    names = {"case": str(row.id)}
    for called, data in (("document", pdf("Så här gör vi", "Sidan två")), ("broken", b"%PDF-1.7")):
        made = make_document(
            owner, row.provider_id, by=signatory, name=f"Försäkringsbevis_{'2026' * 12}_{called}.pdf", content=data
        )
        attach(owner, row, "GEN-25", made, by=signatory)
        names[called] = str(made.id)
        files[made.object_key] = data
    owner.commit()
    return Scene(signatory, names, files)


def document_in_case(owner: Session, db: Session, place: Place) -> Scene:
    theirs = document(owner, db, place)
    return Scene(make_officer(owner, place), theirs.names, theirs.files)


def contract(state: AuthorizationState, *, signed: bool = False) -> Callable[[Session, Session, Place], Scene]:
    """A contract seen by the company's signatory."""

    def made(owner: Session, db: Session, place: Place) -> Scene:
        signatory = make_member(owner, make_provider(owner, LONG))
        row = make_application_row(owner, signatory.provider_id, place, State.APPROVED, service=SERVICE)
        authorization = make_authorization_row(owner, row, state, signed=signed)
        _fill_in(owner, authorization, signatory)
        return Scene(signatory, {"contract": str(authorization.id)})

    return made


def staff_contract(
    role: Role, state: AuthorizationState, *, signed: bool = False
) -> Callable[[Session, Session, Place], Scene]:
    def made(owner: Session, db: Session, place: Place) -> Scene:
        theirs = contract(state, signed=signed)(owner, db, place)
        return Scene(make_staff(owner, place.id, role, name="Sofia Ek"), theirs.names)

    return made


def waiting_case(owner: Session, db: Session, place: Place) -> Scene:
    """A new case; the officer has not said whether there is a conflict."""
    row = make_application(owner, place, SERVICE, state=State.SUBMITTED)
    return Scene(make_officer(owner, place), {"case": str(row.id)})


def taken_case(owner: Session, db: Session, place: Place) -> Scene:
    officer = make_officer(owner, place)
    acting(db, saved_views.save, "Nya, äldst först", Wanted(choice=Choice.NEW), shared=False, actor=officer)
    return Scene(officer, {"case": str(make_taken(owner, db, place, officer).id)})


def checked_provider(owner: Session, db: Session, place: Place) -> Scene:
    """Checked in two registers, of which one has a remark that nobody has looked at."""
    officer, row = make_officer(owner, place), make_submitted(owner, place)
    facts = {Register.COMPANIES: {"org.active": True}, Register.DEBTS: {"tax.enforcement_debt_sek": 4_200}}
    for register, said in facts.items():
        answer = Answer(read_facts(said), said)
        acting(db, registers.write_down, row.provider_id, register, answer, source="Utdrag", actor=officer)
    return Scene(officer, {"provider": str(row.provider_id)})


def judged_case(*unmet: str) -> Callable[[Session, Session, Place], Scene]:
    """All criteria judged, those named as not met; ready for a proposal."""

    def made(owner: Session, db: Session, place: Place) -> Scene:
        officer = make_officer(owner, place)
        row = make_taken(owner, db, place, officer)
        judge_all(db, row, officer, unmet=unmet)
        return Scene(officer, {"case": str(row.id)})

    return made


def proposed_case(*unmet: str) -> Callable[[Session, Session, Place], Scene]:
    """What waits for a decision maker."""

    def made(owner: Session, db: Session, place: Place) -> Scene:
        row = make_proposed(owner, db, place, make_officer(owner, place), unmet=unmet)
        return Scene(make_decider(owner, place), {"case": str(row.id)})

    return made


def heard_case(owner: Session, db: Session, place: Place) -> Scene:
    decider = make_decider(owner, place)
    row = make_heard(owner, db, place, make_officer(owner, place), decider)
    return Scene(decider, {"case": str(row.id)})


def refused_case(owner: Session, db: Session, place: Place) -> Scene:
    decider = make_decider(owner, place)
    row = make_application(owner, place, SERVICE, state=State.REJECTED, decider=decider)
    return Scene(decider, {"case": str(row.id)})


def administrator(owner: Session, db: Session, place: Place) -> Scene:
    own = make_own_municipality(owner)
    colleague = make_staff(owner, own.id, Role.CASE_OFFICER, Role.RECEPTION)
    actor = make_staff(owner, own.id, Role.MUNICIPAL_ADMINISTRATOR, name="Henrik Wallin")
    owner.rollback()
    member = owner.exec(select(StaffMember.id).where(col(StaffMember.person_id) == colleague.person_id)).one()
    wording = Wording(Purpose.SUPPLEMENT, "Belopp saknas", "Skicka ett brev där beloppet syns.", "GEN-25")
    phrase = acting(db, phrases.add, wording, actor=actor)
    return Scene(actor, {"member": str(member), "phrase": str(phrase)})


def second_review(*, answered: bool = False) -> Callable[[Session, Session, Place], Scene]:
    """A case that a colleague of its officer is to read, or has read."""

    def made(owner: Session, db: Session, place: Place) -> Scene:
        officer, other = make_officer(owner, place), make_officer(owner, place, "Leila Haddad")
        row = make_taken(owner, db, place, officer)
        judge_all(db, row, officer)
        acting(db, second_reviews.demand, row.id, note="Titta på försäkringen.", actor=officer)
        if answered:
            asked = sets_of(owner, row).by_id
            points = [Point(each, each != "GEN-25", "Beloppet framgår inte.") for each in asked]
            acting(db, second_reviews.answer, row.id, points, note="I övrigt bra.", actor=other)
        return Scene(other, {"case": str(row.id)})

    return made


def leader(owner: Session, db: Session, place: Place) -> Scene:
    """Who sees how the work is spread; one officer has a case."""
    officer = make_officer(owner, place)
    row = make_taken(owner, db, place, officer)
    make_officer(owner, place, "Leila Haddad")
    return Scene(make_decider(owner, place), {"officer": str(officer.person_id), "case": str(row.id)})


def roleless(owner: Session, db: Session, place: Place) -> Scene:
    """On the staff of nowhere: signed in, with nothing to do."""
    actor = make_staff(owner, place.id)
    member = owner.exec(select(StaffMember).where(col(StaffMember.person_id) == actor.person_id)).one()
    member.active = False
    owner.add(member)
    owner.commit()
    return Scene(actor)


def _fill_in(owner: Session, authorization: Authorization, signatory: Actor) -> None:
    """What the jobs and the signing would have written."""
    of_it = select(Contract).where(col(Contract.authorization_id) == authorization.id)
    contract_row = owner.exec(of_it).one()
    paper = owner.get_one(Paper, contract_row.paper_id)
    paper.kind, paper.title, paper.sha256 = "contract", "Avtal om hemtjänst", "ab" * 32
    paper.facts = {"document_number": f"A-{authorization.id.hex[:6]}"}
    owner.add(paper)
    for signature in owner.exec(select(Signature).where(col(Signature.contract_id) == contract_row.id)):
        signature.name, signature.title = signatory.name, "Firmatecknare"
        signature.acr = "http://id.elegnamnden.se/loa/1.0/loa3"
        owner.add(signature)
    if authorization.state is not AuthorizationState.OFFERED:
        authorization.signed_at = datetime.now(UTC)
        contract_row.sealed_paper_id = paper.id
        owner.add_all([authorization, contract_row])
    owner.commit()


def _member_id(owner: Session, actor: Actor) -> str:
    found = select(ProviderMember.id).where(col(ProviderMember.person_id) == actor.person_id)
    return str(owner.exec(found).one())


def _first_group(owner: Session, row: Application) -> str:
    return sets_of(owner, row).asked[0][0].id
