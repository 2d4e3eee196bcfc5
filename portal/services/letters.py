"""Letters: written when a step has been taken, one to each who is to know; sent, and told when they do not arrive.

A letter's id follows from the event, the kind and the recipient, so that a job
that runs twice writes it once.  That it is sent more than once cannot be ruled
out (a worker may be killed between the relay's yes and our writing it down);
the Message-ID is the same then, and whoever has it recognises the repeat.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import Row
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from documents.store import Store
from portal.db.queue import later
from portal.db.tables import Letter, Municipality, Paper, Person, Provider, ProviderMember, StaffMember
from portal.domain.actors import system
from portal.domain.criteria import Language
from portal.domain.letters import AUDIENCE, Audience, LetterKind
from portal.domain.municipality import MunicipalitySettings
from portal.domain.roles import Role
from portal.mail.message import Attachment, build
from portal.mail.relay import Refused, Relay, Unavailable
from portal.mail.words import compose
from portal.services.letter_facts import ATTACHED, CaseFacts, link_for, paper_for, read_case
from portal.services.lifecycle import record

NAMESPACE: Final = UUID("5b0e9d8e-7c43-5c6b-9d0f-6a2f4d7a1c11")
WRITERS = (Role.SIGNATORY, Role.ADMINISTRATOR, Role.EDITOR)
PAUSES_S = (30, 120, 600, 1800, 3600, *(6 * 3600,) * 7)
"""A relay that is away is tried again for about two days; then the letter has failed, and the officer sees it."""

PAPER_PAUSE_S = 3

PAPER_PATIENCE_S = 900
"""A letter waits so long for the PDF that it is to carry; then it goes without, since it has a link."""

KEY_REMOVED: Final = "/inbjudan/…"
"""Stands in a letter, once it is mailed, for the link that let its holder in."""


@dataclass(frozen=True)
class Recipient:
    address: str
    name: str
    language: str = "sv"


def write(
    db: Session, case_id: UUID, seq: int, kinds: Iterable[LetterKind], *, base_url: str, now: datetime
) -> tuple[UUID, ...]:
    """The letters that an event of a case sends; returns those that were not written before."""
    facts = read_case(db, case_id, seq=seq)
    written: list[UUID] = []
    for kind in kinds:
        audience = AUDIENCE[kind]
        company = audience is Audience.COMPANY
        link = link_for(kind, facts, company=company)
        for to in _recipients(db, audience, facts):
            told = {**facts.told, "recipient": to.name, "link": f"{base_url}{link}"}
            words = compose(kind, told, language=to.language)
            letter_id = uuid5(NAMESPACE, f"{case_id} {seq} {kind.value} {to.address.lower()}")
            letter = {
                "id": letter_id,
                "case_id": case_id,
                "municipality_id": facts.case.municipality_id,
                "provider_id": facts.case.provider_id,
                "kind": kind,
                "to_company": company,
                "recipient": to.address,
                "recipient_name": to.name,
                "language": to.language,
                "subject": words.subject,
                "body": words.body,
                "link": link,
                "paper_id": paper_for(db, kind, case_id),
                "created_at": now,
            }
            if _add(db, letter):
                written.append(letter_id)
    return tuple(written)


def write_one(
    db: Session,
    *,
    key: str,
    kind: LetterKind,
    recipient: Recipient,
    link: str,
    facts: Mapping[str, Any],
    municipality_id: UUID | None,
    provider_id: UUID | None,
    base_url: str,
    now: datetime,
) -> UUID | None:
    """A single letter, of no case, to one address.  ``key`` is what a repeat is recognised by (the job's number)."""
    there = f"{base_url}{link}" if link.startswith("/") else link
    words = compose(kind, {**facts, "recipient": recipient.name, "link": there}, language=recipient.language)
    letter_id = uuid5(NAMESPACE, f"{key} {kind.value} {recipient.address.lower()}")
    letter = {
        "id": letter_id,
        "case_id": None,
        "municipality_id": municipality_id,
        "provider_id": provider_id,
        "kind": kind,
        # An invitation's link is a key: it is for its recipient, not for a page that the company's people read.
        "to_company": provider_id is not None and kind is not LetterKind.INVITATION,
        "recipient": recipient.address,
        "recipient_name": recipient.name,
        "language": recipient.language,
        "subject": words.subject,
        "body": words.body,
        "link": link,
        "paper_id": None,
        "created_at": now,
    }
    return letter_id if _add(db, letter) else None


def write_to_company(
    db: Session,
    provider_id: UUID,
    kind: LetterKind,
    *,
    key: str,
    link: str,
    facts: Mapping[str, Any],
    base_url: str,
    now: datetime,
) -> None:
    """A letter of no case to all who write for a company, at one moment, so that their copies are one message."""
    for to in _company(db, provider_id):
        write_one(
            db,
            key=key,
            kind=kind,
            recipient=to,
            link=link,
            facts=facts,
            municipality_id=None,
            provider_id=provider_id,
            base_url=base_url,
            now=now,
        )


def send(db: Session, letter_id: UUID, *, relay: Relay, store: Store, now: datetime) -> int | None:
    """Hand the letter over; the seconds to wait before the next try, if there is to be one.

    The row is locked meanwhile, so that of two workers one sends it.
    """
    letter = _locked(db, letter_id)
    if letter is None or letter.delivery != "waiting":
        return None
    attachment = None
    if letter.paper_id is not None and letter.kind in ATTACHED:
        paper = db.get(Paper, letter.paper_id)
        if paper is not None and paper.object_key and paper.ready_at is not None:
            attachment = Attachment(file_name(paper), store.read(paper.object_key))
        elif (now - letter.created_at).total_seconds() < PAPER_PATIENCE_S:
            return PAPER_PAUSE_S
    sender_name, reply_to = _sender(db, letter.municipality_id)
    letter.attempts += 1
    try:
        message = build(
            relay,
            letter_id=letter.id,
            recipient=letter.recipient,
            recipient_name=letter.recipient_name,
            subject=letter.subject,
            body=letter.body,
            language=letter.language,
            written_at=letter.created_at,
            sender_name=sender_name,
            reply_to=reply_to,
            attachment=attachment,
        )
        relay.send(message, letter_id=letter.id, recipient=letter.recipient)
    except (Refused, ValueError) as error:  # ValueError: an address that no mail can carry
        _fail(db, letter, "failed", str(error), now=now)
    except Unavailable as error:
        letter.problem = str(error)[:300]
        if letter.attempts <= len(PAUSES_S):
            db.add(letter)
            return PAUSES_S[letter.attempts - 1]
        _fail(db, letter, "failed", str(error), now=now)
    else:
        letter.delivery, letter.sent_at, letter.problem = "sent", now, None
        db.add(letter)
        _forget_key(letter)
    return None


def bounced(db: Session, letter_id: UUID, *, reason: str, now: datetime) -> bool:
    """The other side has sent the letter back; the officer sees it.  Whether that was news."""
    letter = _locked(db, letter_id)
    if letter is None or letter.delivery in ("bounced", "failed"):
        return False
    _fail(db, letter, "bounced", reason, now=now)
    return True


def file_name(paper: Paper) -> str:
    """``Avtal SN 2026-0417-K.pdf``: as it lies in somebody's folder."""
    title = {"receipt": "Kvittens", "decision": "Beslut"}.get(paper.kind, "Avtal")
    number = str(paper.facts.get("document_number") or paper.facts.get("case_number", ""))
    return f"{title} {number.replace('/', '-')}.pdf".replace("  ", " ")


def _locked(db: Session, letter_id: UUID) -> Letter | None:
    statement = select(Letter).where(col(Letter.id) == letter_id).with_for_update(key_share=True)
    return db.exec(statement, execution_options={"populate_existing": True}).one_or_none()


def _fail(db: Session, letter: Letter, delivery: str, problem: str, *, now: datetime) -> None:
    letter.delivery, letter.problem = delivery, problem[:300]
    _forget_key(letter)
    db.add(letter)
    db.flush()
    if letter.case_id is not None:
        actor = system(municipality_id=letter.municipality_id, provider_id=letter.provider_id)
        facts = {"letter": str(letter.id), "letter_kind": letter.kind.value, "delivery": delivery}
        record(db, letter.case_id, "letter.failed", actor=actor, now=now, facts=facts, internal=True)


def _forget_key(letter: Letter) -> None:
    """An invitation's link lets its holder in: no longer than until it is mailed does it stand in the letter."""
    if letter.kind is LetterKind.INVITATION and letter.link:
        letter.body = letter.body.replace(letter.link, KEY_REMOVED)
        letter.link = ""


def _add(db: Session, letter: Mapping[str, Any]) -> bool:
    values = {"delivery": "waiting", "attempts": 0, **letter}
    statement = insert(Letter).values(**values).on_conflict_do_nothing(index_elements=["id"])
    # Without being asked to, SQLAlchemy does not keep how many rows an insert made.
    added: Any = db.execute(statement.execution_options(preserve_rowcount=True))
    if added.rowcount != 1:
        return False
    later(
        db,
        "letters.send",
        lock=f"letter {letter['id']}",
        letter_id=str(letter["id"]),
        municipality_id=_text(letter["municipality_id"]),
        provider_id=_text(letter["provider_id"]),
    )
    return True


def _recipients(db: Session, audience: Audience, facts: CaseFacts) -> tuple[Recipient, ...]:
    mailbox = Recipient(facts.settings.email, f"{facts.settings.board.sv}, {facts.municipality.name}")
    if audience is Audience.COMPANY:
        return _company(db, facts.case.provider_id)
    if audience is Audience.OFFICER and facts.officer is not None:
        return (_staff(db, facts.officer),)
    if audience is Audience.DECISION_MAKERS:
        found = db.exec(
            select(StaffMember)
            .where(
                col(StaffMember.municipality_id) == facts.case.municipality_id,
                StaffMember.active,
                col(StaffMember.roles).contains([Role.DECISION_MAKER.value]),
            )
            .order_by(col(StaffMember.email))
        ).all()
        return tuple(_staff(db, each) for each in found) or (mailbox,)
    return (mailbox,)


def language_of(db: Session, provider_id: UUID) -> Language:
    """What a letter to all of a company is written in: English where all who write for it have chosen that."""
    chosen = {row.language for row in _writers(db, provider_id)}
    return "en" if chosen == {"en"} else "sv"


def _company(db: Session, provider_id: UUID) -> tuple[Recipient, ...]:
    """Everyone who writes for the company, and its contact address, each address once."""
    provider = db.get_one(Provider, provider_id)
    found = [Recipient(row.email, row.name, row.language) for row in _writers(db, provider_id) if row.email]
    found.append(Recipient(provider.email, provider.name))
    return tuple({each.address.lower(): each for each in reversed(found)}.values())[::-1]


def _writers(db: Session, provider_id: UUID) -> Sequence[Row[Any]]:
    return db.execute(
        select(ProviderMember.email, Person.name, Person.language)
        .join(Person, col(Person.id) == col(ProviderMember.person_id))
        .where(
            col(ProviderMember.provider_id) == provider_id,
            col(ProviderMember.left_at).is_(None),
            col(ProviderMember.role).in_(WRITERS),
        )
        .order_by(col(ProviderMember.email))
    ).all()


def _staff(db: Session, member: StaffMember) -> Recipient:
    person = db.get(Person, member.person_id) if member.person_id else None
    return Recipient(member.email, member.name, person.language if person else "sv")


def _sender(db: Session, municipality_id: UUID | None) -> tuple[str, str]:
    if municipality_id is None:
        return "Kundval", ""
    municipality = db.get_one(Municipality, municipality_id)
    return f"{municipality.name}, Kundval", MunicipalitySettings.read(municipality.settings).email


def _text(value: UUID | None) -> str | None:
    return str(value) if value is not None else None
