"""Papers become PDFs: typeset, sealed where they are to be sealed, kept in the store, written into the record.

Runs in a job after the commit that ordered the paper, and may run twice: a
paper that is ready is left alone.  A contract that is to be signed is not
sealed: its bytes are what both parties sign, and the sealed contract carries
them inside.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from documents.attach import attach
from documents.papers import Template
from documents.seal import DemoAuthority, Sealer
from documents.stamps import StampService
from documents.store import Store
from documents.typeset import typeset
from portal.db.papers import TRANSLATION, PaperKind, original
from portal.db.tables import CaseFile, Contract, Municipality, Paper
from portal.domain.actors import system
from portal.errors import NotFound
from portal.services import retention
from portal.services.lifecycle import record

SUFFIX = {
    PaperKind.RECEIPT: "A",
    PaperKind.DECISION: "B",
    PaperKind.CONTRACT: "K",
    PaperKind.SIGNED_CONTRACT: "K",
}
"""What follows the case number in a paper's own number: ansökan, beslut, kontrakt."""

REASON = {
    PaperKind.RECEIPT: "Kvittens",
    PaperKind.DECISION: "Beslut",
    PaperKind.SIGNED_CONTRACT: "Undertecknat avtal",
}
SEALED = tuple(REASON)
TEMPLATE: dict[PaperKind, Template] = {
    PaperKind.RECEIPT: "receipt",
    PaperKind.DECISION: "decision",
    PaperKind.CONTRACT: "contract",
    PaperKind.SIGNED_CONTRACT: "signed_contract",
}


class OriginalAltered(Exception):
    """The contract in the store is not the one that was signed: nothing is sealed over it."""


@dataclass(frozen=True)
class SealFolder:
    """Where the sealing keys lie: ``<slug>-key.pem`` and ``<slug>.pem`` of a trust service, or the demo authority's."""

    folder: Path
    tsa_url: str | None = None

    def sealer(self, slug: str, organisation: str, *, now: datetime) -> Sealer:
        stamps = StampService(self.tsa_url) if self.tsa_url else None
        key, certificate = self.folder / f"{slug}-key.pem", self.folder / f"{slug}.pem"
        if key.exists() and certificate.exists():
            chain = tuple(sorted(self.folder.glob(f"{slug}-chain*.pem")))
            return Sealer.load(key, certificate, chain, stamps=stamps, roots=(*self.roots(), *self.stamp_roots()))
        pair = DemoAuthority.make(self.folder, now).sealing_pair(organisation, now)
        roots = (*self.roots(), *self.stamp_roots())
        return Sealer.load(pair.key_path, pair.certificate_path, stamps=stamps, roots=roots)

    def stamp_roots(self) -> tuple[Path, ...]:
        """The certificates that the time-stamp service's lead to: an operator's ``tsa-root….pem``."""
        return tuple(sorted(self.folder.glob("tsa-root*.pem")))

    def roots(self) -> tuple[Path, ...]:
        """The certificates that a genuine seal leads to: ``root.pem`` of the demo, or an operator's ``root-….pem``."""
        found = self.folder.glob("root*.pem") if self.folder.is_dir() else ()
        return tuple(sorted(path for path in found if not path.name.endswith("-key.pem")))


def make(db: Session, paper_id: UUID, *, store: Store, seals: SealFolder, base_url: str, now: datetime) -> Paper | None:
    """The paper, ready; ``None`` when it is not there.  The row is locked, so of two workers one makes it.

    Raises:
        ServiceUnavailable: the seal's time stamp could not be had now.  The paper waits; nothing is sealed without.
    """
    paper = db.exec(
        select(Paper).where(col(Paper.id) == paper_id).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if paper is None or paper.ready_at is not None:
        return paper
    kind = PaperKind(paper.kind)
    municipality = db.get_one(Municipality, paper.municipality_id)
    pdf = typeset(TEMPLATE[kind], facts_of(paper, base_url), language="sv", made_at=paper.made_at)
    if kind is PaperKind.SIGNED_CONTRACT:
        pdf = attach(
            pdf,
            name=paper.facts["original_name"],
            data=_original(db, paper, store),
            description=f"{paper.title}: filen som skrevs under",
            at=paper.made_at,
        )
    level = {}
    if kind in SEALED:
        sealer = seals.sealer(municipality.slug, municipality.name, now=now)
        pdf = sealer.seal(pdf, name=municipality.name, reason=REASON[kind], at=now)
        paper.sealed_by = sealer.organisation
        level = {"seal": sealer.level}
    paper.sha256 = hashlib.sha256(pdf).hexdigest()
    # Under its own digest: a worker that was thought dead, and puts its copy late, never lays it over the recorded one.
    paper.object_key = f"papers/{paper.id}/{paper.sha256[:16]}.pdf"
    paper.size = len(pdf)
    paper.ready_at = now
    store.put(paper.object_key, pdf, media_type="application/pdf")
    db.add(paper)
    db.flush()
    record(
        db,
        paper.case_id,
        "paper.sealed" if kind in SEALED else "paper.made",
        actor=system(municipality_id=paper.municipality_id, provider_id=paper.provider_id),
        now=now,
        facts={"paper": str(paper.id), "paper_kind": kind.value, "sha256": paper.sha256, **level},
    )
    # After a decision every paper is kept as long as what it rests on; before it, this finds nothing to do.
    retention.keep_later(db, db.get_one(CaseFile, paper.case_id))
    return paper


def translated(paper: Paper, *, base_url: str) -> tuple[bytes, str]:
    """The paper in English, for reading: the same bytes every time, from what was written down when it was ordered.

    The authority's paper is in Swedish (språklagen 10 §), and that one is sealed, kept and verified.  A translation
    is neither: it says on every page what it is, and by which number the original is checked.

    Raises:
        NotFound: there is none of this paper.
    """
    facts = paper.facts.get(TRANSLATION)
    if not facts:
        raise NotFound("translation", paper.id)
    told = facts_of(paper, base_url)
    numbers = {name: told[name] for name in ("document_number", "verification_number", "verify_at")}
    given = {**facts, **numbers, "translates": told["document_number"]}
    pdf = typeset(TEMPLATE[PaperKind(paper.kind)], given, language="en", made_at=paper.made_at)
    return pdf, hashlib.sha256(pdf).hexdigest()


def facts_of(paper: Paper, base_url: str) -> dict[str, Any]:
    suffix = SUFFIX[PaperKind(paper.kind)]
    return {
        "document_number": f"{paper.facts.get('case_number', '')}-{suffix}",
        **original(paper.facts),
        "verification_number": paper.number,
        "verify_at": f"{base_url.split('://', 1)[-1]}/kontrollera",
    }


def _original(db: Session, paper: Paper, store: Store) -> bytes:
    original = db.exec(
        select(Paper)
        .join(Contract, col(Contract.paper_id) == col(Paper.id))
        .where(col(Contract.sealed_paper_id) == paper.id)
    ).one()
    data = store.read(original.object_key or "")
    if hashlib.sha256(data).hexdigest() != paper.facts["original_sha256"]:
        raise OriginalAltered(str(original.id))
    return data
