"""A case as evidence: everything that shows, years later and without the portal, that nothing was altered.

The same checks run against the database and the store, and against a package
that was exported from them.  Signatures are checked by whoever calls (they are
the web's business): ``verify_signature`` says what is wrong, or nothing.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, or_, select

from documents.attach import attachments
from documents.seal import check_seal
from portal.db.tables import CaseFile, Municipality
from portal.domain.record import Recorded, breaks
from portal.errors import NotFound

FORMAT = 2
"""1 held the papers alone; 2 holds documents, letters and the protocol too, and a list of every file's SHA-256."""

SUMS = "SHA256SUMS"
SEALED_KINDS = ("receipt", "decision", "signed_contract")

VerifySignature = Callable[[bytes, str, str, datetime], str | None]


@dataclass(frozen=True)
class Package:
    """``case`` is JSON: the case, its events, papers and signatures.  ``files`` are read one at a time, by path.

    ``listed`` is what the package says of its own files, and ``digests`` what they are; both empty for a case that
    has not left the portal.  ``unreadable``: why a file's bytes cannot be had at all.
    """

    case: Mapping[str, Any]
    files: Mapping[str, bytes]
    roots: tuple[bytes, ...]
    listed: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)
    stamp_roots: tuple[bytes, ...] = ()


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


def check(held: Package, *, verify_signature: VerifySignature) -> Iterator[Check]:
    """Everything that can be checked, each by itself: one fault hides no other."""
    yield from _check_listed(held)
    yield from _check_events(held)
    record = _Record.of(held.case["events"])
    for paper in held.case["papers"]:
        yield from _check_paper(held, paper, record)
    for document in held.case.get("documents", ()):
        yield _check_document(held, document, record)
    for letter in held.case.get("letters", ()):
        yield _check_file(held, f"letter {letter['path']}", letter["path"], letter["sha256"])
    if protocol := held.case.get("protocol"):
        yield _check_file(held, "protocol", protocol["path"], protocol["sha256"])
    for signature in held.case["signatures"]:
        yield _check_signature(held, signature, verify_signature)


@dataclass(frozen=True)
class _Record:
    """What the events say of files: the digests they were made or kept with, and which were thinned out, and how."""

    papers: Mapping[str, str]
    documents: Mapping[str, str]
    thinned: Mapping[str, str]

    @classmethod
    def of(cls, events: list[Mapping[str, Any]]) -> "_Record":
        papers: dict[str, str] = {}
        documents: dict[str, str] = {}
        thinned: dict[str, str] = {}
        for event in events:
            facts = event["facts"]
            if event["kind"] in ("paper.made", "paper.sealed"):
                papers[facts["paper"]] = facts["sha256"]
            elif event["kind"] == "evidence.kept":
                documents |= facts["documents"]
            elif event["kind"] in ("paper.thinned", "document.thinned"):
                what = facts.get("paper") or facts["document"]
                thinned[what] = f"thinned out on {event['at'][:10]} by decision {facts['thinning']}"
        return cls(papers, documents, thinned)


def _check_listed(held: Package) -> Iterator[Check]:
    """A package's own list of files; where a file is not as listed, its name is said."""
    if not held.listed:
        return
    known = {each["sha256"] for kind in ("papers", "documents", "letters") for each in held.case.get(kind, ())}
    faults = [Check(path, False, f"the file cannot be read: {why}") for path, why in held.unreadable.items()]
    for path, digest in held.listed.items():
        if path in held.unreadable:
            continue
        if path not in held.digests:
            faults.append(Check(path, False, "the file is missing from the package"))
        elif held.digests[path] != digest and held.digests[path] in known:
            faults.append(Check(SUMS, False, f"the list has been altered: the case itself knows {path} as it is"))
        elif held.digests[path] != digest:
            faults.append(Check(path, False, "the file has been altered: its SHA-256 is not the one listed"))
    unknown = held.digests.keys() - held.listed.keys()
    faults += [Check(path, False, "the package does not list this file") for path in sorted(unknown)]
    yield from faults
    if not faults:
        yield Check(f"package, {len(held.listed)} files as listed", True)


def _check_events(held: Package) -> Iterator[Check]:
    case = held.case
    events = [(_recorded(case["id"], each), bytes.fromhex(each["hash"])) for each in case["events"]]
    found = breaks(events, last_seq=case["last_seq"], last_hash=bytes.fromhex(case["last_hash"]))
    said = {"altered": "is not what was written", "missing": "is missing", "cut_short": "and what follows is missing"}
    for each in found:
        yield Check(f"event {each.seq}", False, said[each.reason])
    if not found:
        yield Check(f"record, {len(events)} events", True)


def _check_paper(held: Package, paper: Mapping[str, Any], record: _Record) -> Iterator[Check]:
    what = f"{paper['kind']} {paper['number']}"
    if paper["ready_at"] is None:
        yield Check(what, True, "ordered, not made yet")
        return
    path = f"papers/{paper['id']}.pdf"
    data = held.files.get(path)
    if data is None:
        yield _gone(held, what, path, record.thinned.get(paper["id"]))
        return
    digest = hashlib.sha256(data).hexdigest()
    if digest != paper["sha256"]:
        yield Check(what, False, "the file has been altered: its SHA-256 is not the one that was stored")
    elif record.papers.get(paper["id"]) != digest:
        yield Check(what, False, "the record does not name this file")
    else:
        yield Check(what, True, f"SHA-256 {digest}")
    if paper["kind"] in SEALED_KINDS:
        report = check_seal(data, held.roots, held.stamp_roots)
        stamped = f", time-stamped {report.stamped_at}" if report.stamped_at else ""
        said = f"sealed by {report.signer}, {report.at}{stamped}"
        detail = said if report.genuine else report.problem or "not genuine"
        yield Check(f"seal of {what}", report.genuine, detail)
    if paper["kind"] == "signed_contract" and digest == paper["sha256"]:
        inside = {hashlib.sha256(each).hexdigest() for each in attachments(data).values()}
        originals = {each["sha256"] for each in held.case["papers"] if each["kind"] == "contract"}
        yield Check(f"the signed file inside {what}", bool(inside) and inside <= originals)


def _check_document(held: Package, document: Mapping[str, Any], record: _Record) -> Check:
    """Against the row, and against the record from the moment that the decision's evidence was put under lock."""
    id_ = document["id"]
    what = f"document {id_}" + (f" ({document['name']})" if document["name"] else "")
    if document["withheld"]:
        return Check(what, True, f"not in the package: it is {document['withheld']}")
    kept = record.documents.get(id_)
    if kept is not None and kept != document["sha256"]:
        return Check(what, False, "the record names another file")
    return _check_file(held, what, document["path"], document["sha256"], thinned=record.thinned.get(id_))


def _check_file(held: Package, what: str, path: str, sha256: str, *, thinned: str | None = None) -> Check:
    data = held.files.get(path)
    if data is None:
        return _gone(held, what, path, thinned)
    if hashlib.sha256(data).hexdigest() != sha256:
        return Check(what, False, f"the file has been altered: {path}")
    return Check(what, True, f"SHA-256 {sha256}")


def _gone(held: Package, what: str, path: str, thinned: str | None) -> Check:
    if path in held.unreadable:
        return Check(what, False, f"the file has been altered: {path}")
    return Check(what, thinned is not None, thinned or "the file is missing")


def _check_signature(held: Package, row: Mapping[str, Any], verify: VerifySignature) -> Check:
    """Against the contract's bytes as they are now, not against what was noted at the time."""
    what = f"{row['kind']} by {row['name']} for the {row['party']}"
    data = held.files.get(f"papers/{row['paper']}.pdf")
    if data is None and (thinned := _Record.of(held.case["events"]).thinned.get(row["paper"])):
        return Check(what, True, f"of a contract that was {thinned}")
    digest = hashlib.sha256(data or b"").digest()
    if data is None or digest.hex() != row["digest"]:
        return Check(what, False, "what was signed is not the contract as it is now")
    if row["kind"] != "signature":
        return Check(what, True, "an approval: the contract's digest is the one approved; there is no e-ID signature")
    fault = verify(digest, row["signature"], row["certificate"], datetime.fromisoformat(row["signed_at"]))
    return Check(what, fault is None, fault or "the e-ID's signature verifies")


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
