"""A company's or a person's own data as one zip: JSON for machines, a page in both languages for people (GDPR 15, 20).

Only what is theirs: of a company its facts, people, applications, documents,
letters and papers; of a person the name, how they sign in, and which companies
they act for (what they did there is in the company's).  Nothing internal to a municipality is in it.
"""

import html
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath
from typing import IO, Any
from uuid import UUID

from sqlmodel import Session, SQLModel, col, select

from documents.store import Missing, Store
from portal.db.tables import (
    Answer,
    AnswerDocument,
    Application,
    Authorization,
    BeneficialOwner,
    CaseFile,
    Confirmation,
    Document,
    DocumentAccess,
    Event,
    Hearing,
    Invitation,
    Letter,
    Login,
    Paper,
    PaperAccess,
    Person,
    Provider,
    ProviderMember,
    SessionRow,
    Signature,
    Supplement,
)
from portal.domain.documents import may_be_opened
from portal.services.told import rows

Tables = Mapping[str, list[dict[str, Any]]]
OF_A_COMPANY: tuple[type[SQLModel], ...] = (
    ProviderMember,
    BeneficialOwner,
    CaseFile,
    Application,
    Answer,
    AnswerDocument,
    Supplement,
    Hearing,
    Authorization,
    Confirmation,
    Signature,
    DocumentAccess,
    PaperAccess,
)
SECRET = frozenset({"token_hash", "id_token", "hash", "object_key", "last_hash"})
NOT_OF_A_LOGIN = frozenset({"id", "issuer", "subject", "created_at"})
NAMES: Mapping[str, tuple[str, str]] = {
    "provider": ("Företaget", "The company"),
    "provider_member": ("Personer i företaget", "People in the company"),
    "beneficial_owner": ("Verkliga huvudmän", "Beneficial owners"),
    "invitation": ("Inbjudningar", "Invitations"),
    "case_file": ("Ärenden", "Cases"),
    "application": ("Ansökningar", "Applications"),
    "answer": ("Svar på villkor", "Answers to criteria"),
    "answer_document": ("Dokument till villkor", "Documents for criteria"),
    "supplement": ("Kompletteringar", "Supplements"),
    "hearing": ("Yttranden", "Comments before a decision"),
    "provider_authorization": ("Godkännanden", "Approvals"),
    "confirmation": ("Nya villkor att bekräfta", "New conditions to confirm"),
    "signature": ("Underskrifter", "Signatures"),
    "document_access": ("Vem som har öppnat dokument", "Who has opened documents"),
    "paper_access": ("Vem som har öppnat handlingar", "Who has opened papers"),
    "document": ("Dokument", "Documents"),
    "letter": ("Brev", "Letters"),
    "paper": ("Handlingar", "Papers"),
    "event": ("Händelser", "Events"),
    "person": ("Personen", "The person"),
    "login": ("Inloggningar", "Ways of signing in"),
    "session": ("Pågående besök", "Open sessions"),
}


def write_company(db: Session, provider_id: UUID, target: IO[bytes], *, store: Store, made_at: datetime) -> None:
    tables = {"provider": rows(db, Provider, col(Provider.id) == provider_id)}
    for table in OF_A_COMPANY:
        tables[str(table.__tablename__)] = rows(db, table, table.provider_id == provider_id, without=SECRET)  # type: ignore[attr-defined]  # each has it
    tables["invitation"] = rows(db, Invitation, col(Invitation.provider_id) == provider_id, without=SECRET)
    tables["event"] = rows(
        db, Event, col(Event.provider_id) == provider_id, col(Event.internal).is_(False), without=SECRET
    )
    tables["letter"] = rows(db, Letter, col(Letter.provider_id) == provider_id, col(Letter.to_company))
    documents = db.exec(select(Document).where(col(Document.provider_id) == provider_id)).all()
    papers = db.exec(select(Paper).where(col(Paper.provider_id) == provider_id, col(Paper.ready_at).is_not(None))).all()
    tables["document"] = rows(db, Document, col(Document.provider_id) == provider_id, without=SECRET)
    tables["paper"] = rows(db, Paper, col(Paper.provider_id) == provider_id, without=SECRET)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        files: dict[str, str] = {}
        for each in documents:
            if each.object_key and may_be_opened(each.state, scanner=False):
                _add_file(archive, files, store, each.object_key, f"dokument/{each.id}{_suffix(each.name)}", each.name)
        for paper in papers:
            if paper.object_key:
                _add_file(archive, files, store, paper.object_key, f"handlingar/{paper.id}.pdf", paper.title)
        _add(archive, tables, files, made_at)


def write_person(db: Session, person_id: UUID, target: IO[bytes], *, made_at: datetime) -> None:
    """What the portal holds of one person; how others' rows name them is their id."""
    tables = {
        "person": rows(db, Person, col(Person.id) == person_id),
        "login": rows(db, Login, col(Login.person_id) == person_id, without=NOT_OF_A_LOGIN),
        "provider_member": rows(db, ProviderMember, col(ProviderMember.person_id) == person_id),
        "session": rows(db, SessionRow, col(SessionRow.person_id) == person_id, without=SECRET | {"subject", "sid"}),
    }
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, tables, {}, made_at)


def _add_file(archive: zipfile.ZipFile, files: dict[str, str], store: Store, key: str, path: str, name: str) -> None:
    try:
        pieces = store.stream(key)
    except Missing:
        return
    with archive.open(path, "w") as file:
        for piece in pieces:
            file.write(piece)
    files[path] = name


def _add(archive: zipfile.ZipFile, tables: Tables, files: Mapping[str, str], made_at: datetime) -> None:
    archive.writestr("uppgifter.json", json.dumps(tables, ensure_ascii=False, indent=1, sort_keys=True))
    archive.writestr("index.html", index(tables, files, made_at=made_at))


def index(tables: Tables, files: Mapping[str, str], *, made_at: datetime) -> str:
    """A page that needs nothing but a browser; every value is written out as text."""
    parts = [HEAD.format(made=html.escape(made_at.isoformat(timespec="minutes")))]
    if files:
        shown = ((html.escape(path), html.escape(name)) for path, name in files.items())
        links = "".join(f'<li><a href="{path}">{name}</a></li>' for path, name in shown)
        parts.append(f"<h2>Filer <span lang=en>/ Files</span></h2><ul>{links}</ul>")
    for name, found in tables.items():
        swedish, english = NAMES[name]
        parts.append(f"<h2>{swedish} <span lang=en>/ {english}</span> ({len(found)})</h2>")
        parts += [_row(row) for row in found]
    return "\n".join((*parts, "</main></body></html>\n"))


def _row(row: Mapping[str, Any]) -> str:
    said = {key: value for key, value in row.items() if value not in (None, "", [], {})}
    shown = {key: each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for key, each in said.items()}
    return "<dl>" + "".join(f"<dt>{key}</dt><dd>{html.escape(value)}</dd>" for key, value in shown.items()) + "</dl>"


def _suffix(name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    return suffix if suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= 6 else ""


HEAD = """<!doctype html>
<html lang="sv"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Uppgifter ur Kundval / Data from Kundval</title>
<style>body{{font:16px/1.5 sans-serif;margin:0}}main{{max-width:60rem;margin:auto;padding:1rem}}
dl{{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.2rem 1rem;margin:0}}
dl{{border-top:1px solid #767676;padding:.6rem 0}}
dt{{color:#444}}dd{{margin:0;overflow-wrap:anywhere}}</style></head><body><main>
<h1>Uppgifter ur Kundval <span lang="en">/ Data from Kundval</span></h1>
<p>Hämtade {made}. Samma uppgifter finns i uppgifter.json för den som vill läsa in dem i ett annat system.</p>
<p lang="en">Taken {made}. The same data is in uppgifter.json for whoever wants to read it into another system.</p>"""
