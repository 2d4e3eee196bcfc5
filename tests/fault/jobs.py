"""The jobs that wait in the queue for a case, read as the database's owner."""

import json
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

_JOBS = sa.text(
    "SELECT id, task_name, args FROM procrastinate_jobs WHERE args->>'case_id' = :case"
    " OR args->>'paper_id' IN (SELECT id::text FROM paper WHERE case_id::text = :case)"
    " OR args->>'letter_id' IN (SELECT id::text FROM letter WHERE case_id::text = :case) ORDER BY id"
)


@dataclass(frozen=True)
class Ordered:
    id: int
    task: str
    arguments: str  # as JSON

    @property
    def given(self) -> dict[str, object]:
        return json.loads(self.arguments)


def jobs_of(owner: Session, case_id: UUID) -> list[Ordered]:
    owner.rollback()
    rows = owner.execute(_JOBS, {"case": str(case_id)})
    return [Ordered(row.id, row.task_name, json.dumps(row.args)) for row in rows]
