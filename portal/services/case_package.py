"""Gathers a whole case for the archive and for ``kundval verify``: rows as JSON, and each file to be read when asked.

Nothing is altered here, and nothing left out of the case: its documents,
letters, papers, protocol, events, and what was answered, judged and decided.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any
from uuid import UUID

from sqlmodel import Session, SQLModel, col, select

from documents.store import Missing, Store
from documents.typeset import typeset
from portal.db.tables import (
    Answer,
    AnswerDocument,
    Application,
    Authorization,
    CaseFile,
    CaseLink,
    Conflict,
    Contract,
    Decision,
    Document,
    Event,
    FormerJudgement,
    Hearing,
    Judgement,
    Letter,
    Municipality,
    Note,
    Paper,
    Person,
    Proposal,
    Provider,
    Retention,
    SecondReview,
    Service,
    Signature,
    Supplement,
    SupplementItem,
)
from portal.domain.documents import may_be_opened
from portal.services.exports import FORMAT, Package
from portal.services.told import plain, rows

OF_THE_APPLICATION: tuple[type[SQLModel], ...] = (
    Answer,
    AnswerDocument,
    Judgement,
    FormerJudgement,
    Note,
    Supplement,
    Proposal,
    Hearing,
    Decision,
    SecondReview,
)


class Files(Mapping[str, bytes]):
    """Files by path, each read when it is asked for: a case may hold more than memory does."""

    def __init__(self, readers: Mapping[str, Callable[[], bytes]]) -> None:
        self._readers = readers

    def __getitem__(self, path: str) -> bytes:
        try:
            return self._readers[path]()
        except Missing as missing:
            raise KeyError(path) from missing

    def __iter__(self) -> Iterator[str]:
        return iter(self._readers)

    def __len__(self) -> int:
        return len(self._readers)


def package(
    db: Session, case_id: UUID, *, store: Store, roots: Sequence[bytes], stamp_roots: Sequence[bytes] = ()
) -> Package:
    """As the database and the store have it now; what is gone from the store has no bytes."""
    case = db.get_one(CaseFile, case_id)
    papers = db.exec(
        select(Paper).where(col(Paper.case_id) == case_id).order_by(col(Paper.made_at), col(Paper.kind), col(Paper.id))
    ).all()
    events = db.exec(select(Event).where(col(Event.case_id) == case_id).order_by(col(Event.seq))).all()
    readers: dict[str, Callable[[], bytes]] = {
        f"papers/{paper.id}.pdf": _from_store(store, paper.object_key) for paper in papers if paper.object_key
    }
    told: dict[str, Any] = {
        "format": FORMAT,
        "id": str(case.id),
        "number": case.number,
        "last_seq": case.last_seq,
        "last_hash": case.last_hash.hex(),
        "about": _about(db, case),
        "events": [_event(each) for each in events],
        "people": _people(db, events),
        "papers": [_paper(each) for each in papers],
        "documents": list(_documents(db, case_id, store, readers)),
        "letters": list(_letters(db, case_id, readers)),
        "protocol": _protocol(papers, readers),
        "signatures": _signatures(db, papers),
        "rows": _rows(db, case_id),
    }
    return Package(told, Files(readers), tuple(roots), stamp_roots=tuple(stamp_roots))


def _from_store(store: Store, key: str) -> Callable[[], bytes]:
    return lambda: store.read(key)


def _said(data: bytes) -> Callable[[], bytes]:
    return lambda: data


def _about(db: Session, case: CaseFile) -> dict[str, Any]:
    municipality = db.get_one(Municipality, case.municipality_id)
    provider = db.get_one(Provider, case.provider_id)
    told: dict[str, Any] = {
        "municipality": municipality.name,
        "municipality_slug": municipality.slug,
        "board": municipality.settings["board"]["sv"],
        "company": provider.name,
        "organisation_number": provider.orgnr,
        "opened_at": case.opened_at.isoformat(),
    }
    if (application := db.get(Application, case.id)) is not None:
        told |= {
            "service": db.get_one(Service, application.service_id).name_sv,
            "state": application.state.value,
            "submitted_at": plain(application.submitted_at),
            "decided_at": plain(application.decided_at),
        }
    if (retention := db.get(Retention, case.id)) is not None:
        told |= {"kept_at": plain(retention.kept_at), "kept_until": plain(retention.until)}
    return told


def _people(db: Session, events: Sequence[Event]) -> dict[str, str]:
    """Who the events' actors are: in the record itself people are their ids."""
    actors = {each.actor_id for each in events if each.actor_id}
    found = db.execute(select(Person.id, Person.name).where(col(Person.id).in_(actors)))
    return dict(sorted((str(id_), name) for id_, name in found))


def _documents(
    db: Session, case_id: UUID, store: Store, readers: dict[str, Callable[[], bytes]]
) -> Iterator[dict[str, Any]]:
    """What is not found clean stays behind: it may be opened nowhere else either."""
    used: dict[UUID, list[str]] = {}
    ties = select(AnswerDocument.document_id, AnswerDocument.criterion).where(
        col(AnswerDocument.application_id) == case_id
    )
    for document_id, criterion in db.execute(ties):
        used.setdefault(document_id, []).append(criterion)
    found = select(Document).where(col(Document.id).in_(used)).order_by(col(Document.uploaded_at), col(Document.id))
    for each in db.exec(found):
        path = f"documents/{each.id}{_suffix(each.name)}"
        if withheld := "" if may_be_opened(each.state, scanner=False) else each.state.value:
            path = ""
        elif each.object_key:
            readers[path] = _from_store(store, each.object_key)
        yield {
            "id": str(each.id),
            "name": each.name,
            "media_type": each.media_type,
            "size": each.size,
            "sha256": each.sha256,
            "uploaded_at": each.uploaded_at.isoformat(),
            "criteria": sorted(used[each.id]),
            "path": path,
            "withheld": withheld,
        }


def _suffix(name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    return suffix if re.fullmatch(r"\.[a-z0-9]{1,5}", suffix) else ""


def _letters(db: Session, case_id: UUID, readers: dict[str, Callable[[], bytes]]) -> Iterator[dict[str, Any]]:
    """Each as the text that was sent, with whom it went to and when."""
    found = select(Letter).where(col(Letter.case_id) == case_id).order_by(col(Letter.created_at), col(Letter.id))
    for each in db.exec(found):
        head = {
            "Message-ID": str(each.id),
            "To": f"{each.recipient_name} <{each.recipient}>",
            "Date": each.created_at.isoformat(),
            "Subject": each.subject,
        }
        text = "".join(f"{name}: {value}\n" for name, value in head.items()) + f"\n{each.body}\n"
        data = text.encode()
        path = f"letters/{each.id}.txt"
        readers[path] = _said(data)
        yield {
            "id": str(each.id),
            "kind": each.kind.value,
            "subject": each.subject,
            "at": each.created_at.isoformat(),
            "delivery": each.delivery,
            "path": path,
            "sha256": hashlib.sha256(data).hexdigest(),
        }


def _protocol(papers: Sequence[Paper], readers: dict[str, Callable[[], bytes]]) -> dict[str, str] | None:
    """The protocol of criteria as a PDF of its own, set from the facts of the decision: the same bytes every time."""
    decision = next((each for each in papers if each.kind == "decision" and each.facts.get("protocol")), None)
    if decision is None:
        return None
    facts = {
        **decision.facts,
        "document_number": f"{decision.facts.get('case_number', '')}-P",
        "verification_number": "",
        "verify_at": "",
    }
    data = typeset("protocol", facts, language="sv", made_at=decision.made_at)
    readers["protocol.pdf"] = _said(data)
    return {"path": "protocol.pdf", "sha256": hashlib.sha256(data).hexdigest()}


def _signatures(db: Session, papers: Sequence[Paper]) -> list[dict[str, Any]]:
    found = db.exec(
        select(Signature, Contract.paper_id)
        .join(Contract, col(Contract.id) == col(Signature.contract_id))
        .where(col(Contract.paper_id).in_([paper.id for paper in papers]))
        .order_by(col(Signature.signed_at))
    )
    return [
        {
            "paper": str(paper_id),
            "party": row.party,
            "name": row.name,
            "kind": row.kind,
            "digest": row.digest,
            "acr": row.acr,
            "signed_at": row.signed_at.isoformat(),
            "signature": row.signature,
            "certificate": row.certificate,
        }
        for row, paper_id in found
    ]


def _rows(db: Session, case_id: UUID) -> dict[str, Any]:
    told: dict[str, Any] = {"application": rows(db, Application, col(Application.id) == case_id)}
    for table in OF_THE_APPLICATION:
        told[str(table.__tablename__)] = rows(db, table, table.application_id == case_id)  # type: ignore[attr-defined]  # each has it
    asked = select(Supplement.id).where(col(Supplement.application_id) == case_id)
    told["supplement_item"] = rows(db, SupplementItem, col(SupplementItem.supplement_id).in_(asked))
    told["conflict"] = rows(db, Conflict, col(Conflict.case_id) == case_id)
    linked = (col(CaseLink.case_id) == case_id) | (col(CaseLink.other_id) == case_id)
    told["case_link"] = rows(db, CaseLink, linked)
    told["provider_authorization"] = rows(db, Authorization, col(Authorization.case_id) == case_id)
    return told


def _paper(paper: Paper) -> dict[str, Any]:
    return {
        "id": str(paper.id),
        "kind": paper.kind,
        "number": paper.number,
        "title": paper.title,
        "sha256": paper.sha256,
        "size": paper.size,
        "made_at": paper.made_at.isoformat(),
        "ready_at": paper.ready_at.isoformat() if paper.ready_at else None,
        "sealed_by": paper.sealed_by,
    }


def _event(row: Event) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "kind": row.kind,
        "actor": str(row.actor_id) if row.actor_id else None,
        "side": row.actor_side,
        "at": row.at.isoformat(),
        "facts": row.facts,
        "internal": row.internal,
        "hash": row.hash.hex(),
    }
