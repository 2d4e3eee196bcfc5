"""What can be found when somebody asks whether a document is what it says it is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Finding(StrEnum):
    KNOWN_NUMBER = "known_number"
    UNKNOWN_NUMBER = "unknown_number"
    GENUINE = "genuine"  # byte for byte what the portal made
    SEALED_ELSEWHERE = "sealed_elsewhere"  # a good seal, on a file that the portal does not know
    CHANGED = "changed"  # a seal that no longer fits the file
    ADDED_TO = "added_to"  # sealed and intact, but something follows
    STRANGER = "stranger"  # a seal by somebody not trusted here
    NO_SEAL = "no_seal"
    NOT_PDF = "not_pdf"
    TOO_LARGE = "too_large"


class Stamp(StrEnum):
    """What is known of the moment at which a file was sealed, besides what the one who sealed it says."""

    TRUSTED = "trusted"  # a time-stamp service that is trusted here says so too (PAdES B-T)
    STRANGER = "stranger"  # somebody says so who is not trusted here
    NONE = "none"


@dataclass(frozen=True)
class KnownPaper:
    number: str
    kind: str
    title: str
    ready_at: datetime
    sealed_by: str | None
    municipality_name: str
    municipality_slug: str


@dataclass(frozen=True)
class Verdict:
    finding: Finding
    paper: KnownPaper | None = None
    sealed_by: str | None = None
    sealed_at: datetime | None = None
    stamp: Stamp | None = None
    """None where no seal was read: of a number, or of a file whose seal says nothing that holds."""
    stamped_at: datetime | None = None
    stamped_by: str | None = None
