"""The judgements of an application: which stand, and which must be made anew.

What was asked about in a supplement is judged again, since the older judgement
did not know the answer.  What was judged is pinned, so that a judgement of evidence
which has changed since is known.  One statement, for services and pages alike.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.domain.criteria import Outcome
from portal.domain.evidence import NONE, Change, change_since, from_data

_SQL = sa.text("""
SELECT j.criterion, j.outcome, j.reason, j.reason_en, j.judged_at, p.name AS judged_by, j.evidence,
       (SELECT coalesce(json_agg(json_build_object('document', f.id, 'sha256', f.sha256)), '[]')
          FROM answer_document d JOIN document f ON f.id = d.document_id
         WHERE d.application_id = j.application_id AND d.criterion = j.criterion AND d.ended_at IS NULL) AS present,
       coalesce(j.judged_at > (SELECT max(s.requested_at) FROM supplement s JOIN supplement_item i
                                ON i.supplement_id = s.id AND i.criterion = j.criterion
                                WHERE s.application_id = j.application_id), true) AS stands
  FROM judgement j JOIN person p ON p.id = j.judged_by
 WHERE j.application_id = :id
""")


@dataclass(frozen=True)
class Judged:
    """``stands`` is false where something was asked after the judgement was made; ``change`` is in the evidence."""

    outcome: Outcome
    reason: str
    by: str
    at: datetime
    stands: bool
    change: Change = NONE
    reason_en: str = ""

    @property
    def holds(self) -> bool:
        """Whether a proposal may rest on it as it is."""
        return self.stands and not self.change


def judgements_of(db: Session, application_id: UUID) -> dict[str, Judged]:
    """By criterion."""
    return {
        row.criterion: Judged(
            Outcome(row.outcome),
            row.reason,
            row.judged_by,
            row.judged_at,
            row.stands,
            change_since(from_data(row.evidence), from_data(row.present) or ()),
            row.reason_en,
        )
        for row in db.execute(_SQL, {"id": application_id})
    }


def standing(judged: dict[str, Judged]) -> dict[str, Outcome]:
    return {criterion: each.outcome for criterion, each in judged.items() if each.stands}


def overtaken(judged: dict[str, Judged]) -> frozenset[str]:
    """The criteria whose evidence has changed since they were judged."""
    return frozenset(criterion for criterion, each in judged.items() if each.change)
