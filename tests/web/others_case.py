"""A case of somebody else's, with one of everything that has an address, and a look at whether it was touched."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from documents.store import Store
from portal.db.invitations import invitation_hash
from portal.db.tables import (
    Archive,
    CaseLink,
    Conflict,
    Phrase,
    Provider,
    ProviderMember,
    RegisterCheck,
    SavedView,
    StaffLanguage,
    StaffMember,
    Thinning,
)
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.competence import Cefr, LanguageSkill
from portal.domain.phrases import Purpose
from portal.domain.registers import Register, Said
from portal.domain.roles import Role
from portal.domain.worklist import Choice, Wanted
from tests.factories import NOW, Place, make_member, make_provider, make_staff
from tests.factories_application import make_application, make_attached, make_upload
from tests.factories_company import make_authorization_row, make_invitation, make_letter, make_paper_row
from tests.factories_competence import make_profile
from tests.factories_drafts import make_draft_row
from tests.factories_effects import make_confirmation_row

CRITERION = "GEN-25"


@dataclass(frozen=True)
class OthersCase:
    """``ids`` are by the name of the path parameter; ``secrets`` are words that no answer to a stranger may hold."""

    provider_id: UUID
    place: Place
    signatory: Actor
    officer: Actor
    ids: dict[str, UUID]
    secrets: tuple[str, ...]


def make_others_case(
    owner: Session, place: Place, *, state: State = State.SUPPLEMENT_REQUESTED, store: Store | None = None
) -> OthersCase:
    """Open for a supplement by default, since then both sides have most to do in it."""
    name = f"Hemlig Omsorg {uuid4().hex[:10]} AB"
    provider_id = make_provider(owner, name)
    signatory = make_member(owner, provider_id, Role.SIGNATORY, f"Sekreta{uuid4().hex[:8]} Andersson")
    colleague = make_member(owner, provider_id, Role.READER)
    officer = make_staff(owner, place.id, Role.CASE_OFFICER, name=f"Handläggarja{uuid4().hex[:8]} Berg")
    application = make_application(owner, place, by=signatory, state=state, officer=officer, store=store)
    if state is not State.DRAFT:
        owner.add(
            Conflict(
                case_id=application.id,
                municipality_id=place.id,
                person_id=officer.person_id,
                conflicted=False,
                declared_at=NOW,
            )
        )
    document = make_attached(owner, application, CRITERION, by=signatory, name="Hemligt intyg.pdf", store=store)
    upload = make_upload(owner, application, CRITERION, by=signatory, name="Hemlig film.pdf")
    # Not active: an active one is public.
    authorization = make_authorization_row(owner, application, AuthorizationState.OFFERED)
    paper = make_paper_row(owner, application)
    token = uuid4().hex
    invitation = make_invitation(owner, signatory, f"hemlig.{token}@vega.example", token=token)
    assert invitation.token_hash == invitation_hash(token)
    letter = make_letter(owner, provider_id, "Hemligt brev", application=application)
    check = RegisterCheck(
        municipality_id=place.id,
        provider_id=provider_id,
        asked_of=Register.DEBTS,
        asked_at=NOW,
        said=Said.REMARK,
        facts={"tax.enforcement_debt_sek": 1},
        note="Hemlig skuld",
        act_because="remark",
    )
    owner.add(check)
    profile = make_profile(owner, signatory, LanguageSkill(language="sv", level=Cefr.C2), name="Hemlig Profil")
    claim = owner.scalar(sa.select(StaffLanguage.id).where(StaffLanguage.profile_id == profile))
    provider = owner.get_one(Provider, provider_id)
    member = owner.scalar(sa.select(ProviderMember.id).where(ProviderMember.person_id == colleague.person_id))
    staff = owner.scalar(sa.select(StaffMember.id).where(StaffMember.person_id == officer.person_id))
    # Of lists that wait there is one in a municipality, and several tests share theirs.
    waiting = select(Thinning).where(col(Thinning.municipality_id) == place.id, col(Thinning.approved_at).is_(None))
    thinning = owner.exec(waiting).first() or Thinning(municipality_id=place.id, proposed_at=NOW)
    archive = Archive(
        municipality_id=place.id, case_id=application.id, ordered_by=officer.person_id, ordered_at=NOW, ready_at=NOW
    )
    view = SavedView(
        municipality_id=place.id,
        person_id=officer.person_id,
        name="Hemligt urval",
        wanted=Wanted(Choice.NEW).kept(),
        saved_at=NOW,
    )
    draft = make_draft_row(owner, place.id, staff_id=officer.person_id, name="Hemligt utkast")
    second = make_application(owner, place, state=State.SUBMITTED)
    link = CaseLink(
        municipality_id=place.id,
        case_id=min(application.id, second.id),
        other_id=max(application.id, second.id),
        note="Hemligt samband",
        linked_by=officer.person_id,
        linked_at=NOW,
    )
    phrase = Phrase(
        municipality_id=place.id,
        purpose=Purpose.JUDGEMENT,
        title=f"Hemligt svar {uuid4().hex[:8]}",
        text="Hemligt",
        changed_by=officer.person_id,
        changed_at=NOW,
    )
    owner.add_all([link, phrase])
    confirmation = make_confirmation_row(owner, application, CRITERION)
    owner.add_all([thinning, archive, view, draft, confirmation])
    owner.commit()
    return OthersCase(
        provider_id,
        place,
        signatory,
        officer,
        {
            "provider_id": provider_id,
            "check_id": check.id,
            "application_id": application.id,
            "case_id": application.id,
            "document_id": document.id,
            "upload_id": upload.id,
            "authorization_id": authorization.id,
            "paper_id": paper.id,
            "letter_id": letter,
            "profile_id": profile,
            "claim_id": claim,
            "invitation_id": invitation.id,
            "company_member_id": member,
            "staff_member_id": staff,
            "thinning_id": thinning.id,
            "archive_id": archive.id,
            "view_id": view.id,
            "draft_id": draft.id,
            "link_id": link.id,
            "phrase_id": phrase.id,
            "confirmation_id": confirmation.id,
        },
        (name, provider.orgnr, signatory.name, officer.name, "Hemligt", "Hemlig Profil", invitation.email),
    )


def look(owner: Session, case: OthersCase) -> dict[str, tuple[int, str]]:
    """Every row of that company's, and every row of that municipality's own, as counts and digests."""
    owner.rollback()
    asked = []
    for name, table in sorted(SQLModel.metadata.tables.items()):
        if name == "document_access" or "provider_id" in table.columns:
            of = "t.provider_id = :provider"
        elif name == "provider":
            of = "t.id = :provider"
        elif name == "municipality":
            of = "t.id = :municipality"
        elif "municipality_id" in table.columns:
            of = "t.municipality_id = :municipality"
        else:
            continue
        asked.append((name, f"{name} t WHERE {of}"))
    asked.append(("procrastinate_jobs", "procrastinate_jobs t WHERE t.args->>'provider_id' = :provider::text"))
    statement = " UNION ALL ".join(
        f"SELECT '{name}', count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {rows}"
        for name, rows in asked
    )
    found = owner.execute(
        sa.text(statement.replace(":provider::text", "CAST(:provider AS text)")),
        {"provider": case.provider_id, "municipality": case.place.id},
    )
    answer = {row[0]: (row[1], row[2]) for row in found}
    owner.rollback()
    return answer
