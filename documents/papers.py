"""What each paper says, as typed facts: the contract between a caller and the templates.

Every string is ready for its reader: dates, sizes and outcomes in words come
formatted and in the paper's language. Labels are not here; they live with the
templates, in both languages. Long texts are tuples of paragraphs.
"""

from dataclasses import asdict, dataclass
from typing import Literal

Template = Literal["receipt", "decision", "protocol", "contract", "signed_contract"]
"""A ``protocol`` is set from the facts of its decision, and goes to an archive without a number of its own."""

Paragraphs = tuple[str, ...]
Tongue = Literal["sv", "en"]
"""Of what an official wrote: in a translation those words stand as they are, and are said to."""


@dataclass(frozen=True, kw_only=True)
class Sender:
    """The municipality as its letters show it. ``mark_svg`` is drawn light, on a tile of the accent colour."""

    municipality: str
    department: str = ""
    address: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    accent: str = "#1f3a4d"
    mark_svg: str | None = None


@dataclass(frozen=True, kw_only=True)
class Party:
    name: str
    organisation_number: str
    address: tuple[str, ...] = ()
    represented_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What every paper carries: whose it is, and how one checks later that it is genuine."""

    sender: Sender
    case_number: str
    date: str
    document_number: str
    verification_number: str
    verify_at: str
    translates: str = ""
    """The Swedish paper's number, where this is a translation of it: the numbers above are then that paper's."""

    def to_facts(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True)
class AttachedDocument:
    name: str
    size: str
    sha256: str


@dataclass(frozen=True)
class AnsweredCriterion:
    code: str
    title: str
    answer: str = ""
    documents: tuple[AttachedDocument, ...] = ()


@dataclass(frozen=True)
class AnsweredGroup:
    title: str
    criteria: tuple[AnsweredCriterion, ...]


@dataclass(frozen=True, kw_only=True)
class Receipt(Paper):
    company: Party
    service: str
    submitted_at: str
    submitted_by: str
    conditions_version: str
    groups: tuple[AnsweredGroup, ...]
    what_happens_next: Paragraphs


@dataclass(frozen=True)
class UnmetCriterion:
    code: str
    text: str
    reason: str
    note: str = ""
    note_in: Tongue = "sv"


@dataclass(frozen=True)
class JudgedCriterion:
    code: str
    title: str
    outcome: Literal["met", "not_met", "cannot_tell"]
    reason: str = ""
    reason_in: Tongue = "sv"


@dataclass(frozen=True, kw_only=True)
class Decision(Paper):
    """``heading`` is one sentence that says how it went; ``court_review`` is empty for an approval.

    ``reasons`` are as they were written, in Swedish, also in a translation.
    """

    approved: bool
    heading: str
    service: str
    applicant: Party
    decided_by: str
    decided_by_title: str
    delegation: str
    decision: Paragraphs
    reasons: Paragraphs
    protocol: tuple[JudgedCriterion, ...]
    what_happens_next: Paragraphs
    unmet: tuple[UnmetCriterion, ...] = ()
    court_review: Paragraphs = ()


@dataclass(frozen=True)
class ConditionsInForce:
    title: str
    version: str
    valid_from: str
    decided_by: str


@dataclass(frozen=True)
class Clause:
    heading: str
    paragraphs: Paragraphs


@dataclass(frozen=True, kw_only=True)
class Contract(Paper):
    title: str
    service: str
    municipality: Party
    provider: Party
    valid: str
    background: Paragraphs
    scope: Paragraphs
    conditions: tuple[ConditionsInForce, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, kw_only=True)
class Signature:
    """``how``: an e-ID's own signature over the digest, or an approval by signing in anew over the shown document."""

    name: str
    role: str
    party: str
    at: str
    how: Literal["e_id_signature", "approval"]
    by_means_of: str
    level: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class SignedContract(Contract):
    """The contract again, with who signed. ``original_name`` names the attached file whose digest was signed."""

    original_name: str
    original_sha256: str
    signatures: tuple[Signature, ...]
