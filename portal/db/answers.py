"""What a company has answered in an application, as the rules of the domain read it: one statement."""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, literal, null, select, union_all
from sqlmodel import Session, col

from portal.db.tables import Answer, AnswerDocument, Document
from portal.domain import criteria
from portal.domain.conditions import ConditionSets
from portal.domain.validity import Days, Stated, Validity, assess


def answers_of(db: Session, application_id: UUID, *, sets: ConditionSets, on: Days) -> dict[str, criteria.Answer]:
    """By criterion; one without a row has no answer yet.  Documents come in the order they were attached.

    Each document is said to be valid or not ``on`` the day; those that no longer count are left out.
    """
    documents: dict[str, list[criteria.DocumentFact]] = {}
    said: dict[str, tuple[bool | None, str, dict[str, Any]]] = {}
    for criterion, declared, description, given, document_id, state, _, kind, issued_on, ends_on in db.execute(
        _statement(), {"application": application_id}
    ):
        if document_id is None:
            said[criterion] = (declared, description, given)
        else:
            stated = Stated(kind, issued_on, ends_on)
            asked = sets.by_id.get(criterion)
            validity = assess(stated, sets.accepted(asked), on=on) if asked else Validity.VALID
            documents.setdefault(criterion, []).append(
                criteria.DocumentFact(str(document_id), criteria.DocumentState(state), validity)
            )
    return {
        criterion: criteria.Answer(declared, description, tuple(documents.get(criterion, ())), given)
        for criterion in said.keys() | documents.keys()
        for declared, description, given in (said.get(criterion, (None, "", {})),)
    }


@cache
def _statement() -> Any:
    """Built once: to build it took longer than to run it."""
    wanted = bindparam("application", type_=Uuid())
    written = select(
        col(Answer.criterion),
        col(Answer.declared),
        col(Answer.description),
        col(Answer.stated),
        null().label("document_id"),
        null().label("state"),
        null().label("attached_at"),
        null().label("kind"),
        null().label("issued_on"),
        null().label("ends_on"),
    ).where(col(Answer.application_id) == wanted)
    attached = (
        select(
            col(AnswerDocument.criterion),
            null(),
            literal(""),
            null(),
            col(Document.id),
            col(Document.state),
            col(AnswerDocument.attached_at),
            col(AnswerDocument.kind),
            col(AnswerDocument.issued_on),
            col(AnswerDocument.ends_on),
        )
        .join(Document, col(Document.id) == col(AnswerDocument.document_id))
        .where(col(AnswerDocument.application_id) == wanted, col(AnswerDocument.ended_at).is_(None))
    )
    return union_all(written, attached).order_by("attached_at", "document_id")
