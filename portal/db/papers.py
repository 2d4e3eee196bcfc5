"""Order a paper: a row with its verification number now, the PDF by a job after the commit."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from portal.db.queue import later
from portal.db.tables import CaseFile, Paper
from portal.domain.identifiers import verification_number

TRANSLATION = "translation"
"""In a paper's facts: the fields of its translation, which is set when somebody asks for it."""


class PaperKind(StrEnum):
    RECEIPT = "receipt"
    DECISION = "decision"
    CONTRACT = "contract"
    SIGNED_CONTRACT = "signed_contract"


def order(
    db: Session,
    case: CaseFile,
    kind: PaperKind,
    *,
    title: str,
    facts: Mapping[str, Any],
    slug: str,
    now: datetime,
    translation: Mapping[str, Any] | None = None,
) -> Paper:
    """``facts`` are the fields of the kind's dataclass in ``documents.papers``, as JSON, formatted for the reader.

    ``translation`` holds the same fields in English: they are kept beside those of the paper, which is in Swedish.
    ``slug`` (the municipality's) begins the verification number, which is filled into ``facts`` by the job.
    """
    paper = Paper(
        case_id=case.id,
        municipality_id=case.municipality_id,
        provider_id=case.provider_id,
        kind=kind.value,
        number=verification_number(slug, secrets.token_bytes(8)),
        title=title,
        facts={**facts, TRANSLATION: dict(translation)} if translation else dict(facts),
        made_at=now,
    )
    db.add(paper)
    db.flush()
    later(
        db,
        "papers.make",
        lock=f"paper {paper.id}",
        municipality_id=str(case.municipality_id),
        provider_id=str(case.provider_id),
        paper_id=str(paper.id),
    )
    return paper


def original(facts: Mapping[str, Any]) -> dict[str, Any]:
    """A paper's own facts, without those of its translation."""
    return {name: value for name, value in facts.items() if name != TRANSLATION}
