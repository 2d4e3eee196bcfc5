"""What an officer has before the eyes of each criterion: the finding, on what ground it may be confirmed, and a digest.

Pages show it, and services look again when it is confirmed; nothing is written here.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlmodel import Session

from portal.db import handed_in
from portal.db.handed_in import Given, HandedIn
from portal.domain.conditions import ConditionSets
from portal.domain.confirming import Ground, Seen, digest_of, ground_of, run_out_of
from portal.domain.criteria import Answer, Criterion
from portal.domain.deadlines import day_in_sweden
from portal.domain.evaluation import Finding
from portal.domain.finding_words import explain
from portal.domain.validity import Days, Validity
from portal.library import declared
from portal.services.facts import findings_of


def look(
    db: Session,
    application_id: UUID,
    *,
    provider_id: UUID,
    sets: ConditionSets,
    criteria: Iterable[Criterion],
    submitted_at: datetime,
    now: datetime,
) -> tuple[HandedIn, dict[str, Seen]]:
    """What was handed in, and what is seen of each criterion; two statements.

    ``portal.views.finding.Looks`` is this.
    """
    given = handed_in.read(db, application_id)
    submitted_on = day_in_sweden(submitted_at)
    asked = tuple(criteria)
    found = findings_of(
        db, application_id, provider_id=provider_id, sets=sets, criteria=asked, given=given, on=submitted_on
    )
    answers = given.answers(sets, on=Days.of(day_in_sweden(now), submitted_on))
    return given, {
        each.id: _seen(found[each.id], each, answers.get(each.id), given.of(each.id), sets) for each in asked
    }


def _seen(finding: Finding, criterion: Criterion, answer: Answer | None, given: Given, sets: ConditionSets) -> Seen:
    run_out = run_out_of(answer)
    ground = ground_of(finding, criterion, answer, declared(), run_out=run_out is not None)
    return Seen(finding, ground, run_out, partial(_digest, finding, ground, run_out, criterion, given, sets))


def _digest(
    finding: Finding,
    ground: Ground | None,
    run_out: Validity | None,
    criterion: Criterion,
    given: Given,
    sets: ConditionSets,
) -> str:
    """Of the whole explanation, the answer and the documents, in the language of the record whoever reads."""
    names = {id_: sets.evidence_type(id_).name.sv for id_ in criterion.evidence}
    files = [(str(file.id), file.state.value, str(file.ended_at), repr(file.said)) for file in given.every_file]
    return digest_of(
        (
            explain(finding, declared(), "sv", names),
            ground and ground.value,
            run_out and run_out.value,
            given.declared,
            given.description,
            sorted(given.stated.items()),
            sorted(files),
        )
    )
