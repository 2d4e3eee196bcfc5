"""A case as evidence: everything that shows, years later and without the portal, that nothing was altered.

The same checks run against the database and the store, and against a package
that was exported from them.  Signatures are checked by whoever calls (they are
the web's business): ``verify_signature`` says what is wrong, or nothing.
"""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, or_, select

from documents.attach import attachments
from documents.seal import check_seal
from documents.store import Missing, Store
from portal.db.tables import CaseFile, Contract, Event, Municipality, Paper, Signature
from portal.domain.record import Recorded, breaks
from portal.errors import NotFound

FORMAT = 1
SEALED_KINDS = ("receipt", "decision", "signed_contract")

VerifySignature = Callable[[bytes, str, str, datetime], str | None]


@dataclass(frozen=True)
class Package:
    """``case`` is JSON: the case, its events, papers and signatures.  ``files`` are the papers' bytes, by id."""

    case: Mapping[str, Any]
    files: Mapping[str, bytes]
    roots: tuple[bytes, ...]


@dataclass(frozen=True)
class Check:
    what: str
    holds: bool
    detail: str = ""


def find_case(db: Session, wanted: str, *, municipality: str | None = None) -> UUID:
    """By id or by number.  A number is one municipality's own: where two have it, the slug says whose.

    Raises:
        NotFound: there is none, or more than one.
    """
    statement = select(CaseFile.id).join(Municipality, col(Municipality.id) == col(CaseFile.municipality_id))
    try:
        statement = statement.where(or_(col(CaseFile.id) == UUID(wanted), col(CaseFile.number) == wanted))
    except ValueError:
        statement = statement.where(col(CaseFile.number) == wanted)
    if municipality:
        statement = statement.where(col(Municipality.slug) == municipality)
    found = db.exec(statement).all()
    if len(found) != 1:
        raise NotFound(
            "case" if not found else "case: more than one municipality has it, so add --municipality;", wanted
        )
    return found[0]


def package(db: Session, case_id: UUID, *, store: Store, roots: Sequence[bytes]) -> Package:
    """As the database and the store have it now; a paper that is gone from the store has no bytes."""
    case = db.get_one(CaseFile, case_id)
    papers = db.exec(select(Paper).where(col(Paper.case_id) == case_id).order_by(col(Paper.made_at))).all()
    events = db.exec(select(Event).where(col(Event.case_id) == case_id).order_by(col(Event.seq))).all()
    signatures = db.exec(
        select(Signature, Contract.paper_id)
        .join(Contract, col(Contract.id) == col(Signature.contract_id))
        .where(col(Contract.paper_id).in_([paper.id for paper in papers]))
        .order_by(col(Signature.signed_at))
    ).all()
    files = {}
    for paper in papers:
        if paper.object_key:
            try:
                files[str(paper.id)] = store.read(paper.object_key)
            except Missing:
                continue
    told = {
        "format": FORMAT,
        "id": str(case.id),
        "number": case.number,
        "last_seq": case.last_seq,
        "last_hash": case.last_hash.hex(),
        "events": [_event(each) for each in events],
        "papers": [
            {
                "id": str(paper.id),
                "kind": paper.kind,
                "number": paper.number,
                "title": paper.title,
                "sha256": paper.sha256,
                "ready_at": paper.ready_at.isoformat() if paper.ready_at else None,
                "sealed_by": paper.sealed_by,
            }
            for paper in papers
        ],
        "signatures": [
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
            for row, paper_id in signatures
        ],
    }
    return Package(told, files, tuple(roots))


def check(held: Package, *, verify_signature: VerifySignature) -> Iterator[Check]:
    """Everything that can be checked, each by itself: one fault hides no other."""
    yield from _check_events(held)
    recorded = {
        event["facts"].get("paper"): event["facts"].get("sha256")
        for event in held.case["events"]
        if event["kind"] in ("paper.made", "paper.sealed")
    }
    for paper in held.case["papers"]:
        yield from _check_paper(held, paper, recorded)
    for signature in held.case["signatures"]:
        yield _check_signature(held, signature, verify_signature)


def _check_events(held: Package) -> Iterator[Check]:
    case = held.case
    events = [(_recorded(case["id"], each), bytes.fromhex(each["hash"])) for each in case["events"]]
    found = breaks(events, last_seq=case["last_seq"], last_hash=bytes.fromhex(case["last_hash"]))
    said = {"altered": "is not what was written", "missing": "is missing", "cut_short": "and what follows is missing"}
    for each in found:
        yield Check(f"event {each.seq}", False, said[each.reason])
    if not found:
        yield Check(f"record, {len(events)} events", True)


def _check_paper(held: Package, paper: Mapping[str, Any], recorded: Mapping[str, str]) -> Iterator[Check]:
    what = f"{paper['kind']} {paper['number']}"
    if paper["ready_at"] is None:
        yield Check(what, True, "ordered, not made yet")
        return
    data = held.files.get(paper["id"])
    if data is None:
        yield Check(what, False, "the file is missing")
        return
    digest = hashlib.sha256(data).hexdigest()
    if digest != paper["sha256"]:
        yield Check(what, False, "the file has been altered: its SHA-256 is not the one that was stored")
    elif recorded.get(paper["id"]) != digest:
        yield Check(what, False, "the record does not name this file")
    else:
        yield Check(what, True, f"SHA-256 {digest}")
    if paper["kind"] in SEALED_KINDS:
        report = check_seal(data, held.roots)
        detail = f"sealed by {report.signer}, {report.at}" if report.genuine else report.problem or "not genuine"
        yield Check(f"seal of {what}", report.genuine, detail)
    if paper["kind"] == "signed_contract" and digest == paper["sha256"]:
        inside = {hashlib.sha256(each).hexdigest() for each in attachments(data).values()}
        originals = {each["sha256"] for each in held.case["papers"] if each["kind"] == "contract"}
        yield Check(f"the signed file inside {what}", bool(inside) and inside <= originals)


def _check_signature(held: Package, row: Mapping[str, Any], verify: VerifySignature) -> Check:
    """Against the contract's bytes as they are now, not against what was noted at the time."""
    what = f"{row['kind']} by {row['name']} for the {row['party']}"
    data = held.files.get(row["paper"])
    digest = hashlib.sha256(data or b"").digest()
    if data is None or digest.hex() != row["digest"]:
        return Check(what, False, "what was signed is not the contract as it is now")
    if row["kind"] != "signature":
        return Check(what, True, "an approval: the contract's digest is the one approved; there is no e-ID signature")
    fault = verify(digest, row["signature"], row["certificate"], datetime.fromisoformat(row["signed_at"]))
    return Check(what, fault is None, fault or "the e-ID's signature verifies")


def to_zip(held: Package) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        archive.writestr("case.json", json.dumps(held.case, ensure_ascii=False, indent=1, sort_keys=True))
        for id_, data in held.files.items():
            archive.writestr(f"papers/{id_}.pdf", data)
        for number, root in enumerate(held.roots, start=1):
            archive.writestr(f"roots/{number}.pem", root)
    return made.getvalue()


def from_zip(data: bytes) -> Package:
    """Raises ``ValueError`` for what is no such package."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            case = json.loads(archive.read("case.json"))
            names = archive.namelist()
            files = {
                name.removeprefix("papers/").removesuffix(".pdf"): archive.read(name)
                for name in names
                if name.startswith("papers/")
            }
            roots = tuple(archive.read(name) for name in sorted(names) if name.startswith("roots/"))
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError) as error:
        raise ValueError(f"not an exported case: {error}") from error
    return Package(case, files, roots)


def _event(row: Event) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "kind": row.kind,
        "actor": str(row.actor_id) if row.actor_id else None,
        "side": row.actor_side,
        "at": row.at.isoformat(),
        "facts": row.facts,
        "internal": row.internal,
        "hash": base64.b16encode(row.hash).decode().lower(),
    }


def _recorded(case_id: str, event: Mapping[str, Any]) -> Recorded:
    return Recorded(
        UUID(case_id),
        event["seq"],
        event["kind"],
        UUID(event["actor"]) if event["actor"] else None,
        event["side"],
        datetime.fromisoformat(event["at"]),
        event["facts"],
        event["internal"],
    )


README = """\
Ett ärende ur Kundval, för kontroll utan portalen.
A case from Kundval, to be checked without the portal:  kundval verify THIS-FILE.zip

case.json   the record (a chain: each event carries the SHA-256 of the one before it), papers, signatures
papers/     the papers as they were made; contracts, decisions and receipts
roots/      the certificates that the seals lead to, as the portal trusted them; compare them with your own
"""
