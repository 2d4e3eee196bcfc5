"""Is a document what it says it is?  Answered to anyone, by its number or by its bytes; nothing sent in is kept.

What is known of a paper comes from ``public_paper``, which tells no name of a
person and no content.  What the file says of itself comes from its seal.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session

from documents.seal import SealReport, check_seal
from portal.domain.identifiers import normal_verification_number
from portal.domain.verification import Finding, KnownPaper, Stamp, Verdict

MAX_BYTES = 20_000_000
# A PDF may begin with some other bytes, but not with many (ISO 32000-1, implementation note 13).
HEADER_WITHIN = 1024


_PUBLIC_PAPER = sa.text(
    "SELECT number, kind, title, ready_at, sealed_by, municipality_name, municipality_slug"
    " FROM public_paper(:number, :sha256)"
)


def by_number(db: Session, typed: str) -> Verdict:
    paper = _look_up(db, number=normal_verification_number(typed))
    if paper is None:
        return Verdict(Finding.UNKNOWN_NUMBER)
    return Verdict(Finding.KNOWN_NUMBER, paper, paper.sealed_by, paper.ready_at)


def by_file(db: Session, sha256: str, report: SealReport | None) -> Verdict:
    """``report`` is None for what is not a PDF at all."""
    if paper := _look_up(db, sha256=sha256):
        sealed_at = report.at if report and report.genuine else paper.ready_at
        return _with_stamp(Verdict(Finding.GENUINE, paper, paper.sealed_by, sealed_at), report)
    if report is None:
        return Verdict(Finding.NOT_PDF)
    if not report.sealed:
        return Verdict(Finding.NO_SEAL)
    if not report.intact:
        # Whose seal it was is not said: in a file that has been changed, the name may be what was changed.
        return Verdict(Finding.CHANGED)
    if not report.trusted:
        return Verdict(Finding.STRANGER)
    finding = Finding.SEALED_ELSEWHERE if report.whole else Finding.ADDED_TO
    return _with_stamp(Verdict(finding, None, report.signer, report.at), report)


def _with_stamp(verdict: Verdict, report: SealReport | None) -> Verdict:
    if report is None or not (report.intact and report.trusted):
        return verdict
    stamp = Stamp.TRUSTED if report.stamped_at else Stamp.STRANGER if report.stamped else Stamp.NONE
    return replace(verdict, stamp=stamp, stamped_at=report.stamped_at, stamped_by=report.stamped_by)


def examine(content: bytes, roots: Iterable[Path], stamp_roots: Iterable[Path] = ()) -> tuple[str, SealReport | None]:
    """The file's SHA-256, and what its seal says.  Slow, and not for the thread of an event loop."""
    sha256 = hashlib.sha256(content).hexdigest()
    if b"%PDF-" not in content[:HEADER_WITHIN]:
        return sha256, None
    report = check_seal(content, roots, stamp_roots)
    if not report.sealed and b"/ByteRange" in content:
        # There was a seal, and the file is too damaged for it to be read.
        report = SealReport(sealed=True, problem=report.problem)
    return sha256, report


def _look_up(db: Session, *, number: str | None = None, sha256: str | None = None) -> KnownPaper | None:
    row = db.execute(_PUBLIC_PAPER, {"number": number, "sha256": sha256}).first()
    return None if row is None else KnownPaper(*row)
