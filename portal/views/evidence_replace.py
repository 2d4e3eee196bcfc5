"""The page where a newer document is handed in, in the place of an older."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from portal.db.tables import AnswerDocument, Document
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Text
from portal.domain.deadlines import day_in_sweden
from portal.domain.validity import Stated
from portal.errors import NotFound
from portal.locale import gettext as _
from portal.locale import spoken
from portal.locale.problems import Problems
from portal.views.application_documents import Unfinished, replacing
from portal.views.application_head import Head, crumbs, read_head
from portal.views.chrome import Brand, Crumb
from portal.views.document_links import confirmation_address
from portal.views.evidence_dates import Dated, DateFields, date_fields, dated
from portal.views.upload_offer import RulesFor, Upload, upload_of

NEW = "ny"
"""What stands in the names of the fields for the document that is not there yet."""


@dataclass(frozen=True)
class Ahead:
    """The newer document, where it came before what is said of it was right."""

    id: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class ReplacePage:
    brand: Brand
    head: Head
    crumbs: tuple[Crumb, ...]
    here: Crumb
    back: str
    title: Text
    older: str
    older_dated: Dated
    upload: Upload
    fields: DateFields | None
    runs: bool
    problems: Problems
    begin: str
    unfinished: tuple[Unfinished, ...]
    ahead: Ahead | None


def replace_page(
    db: Session,
    application_id: UUID,
    criterion_id: str,
    document_id: UUID,
    *,
    sets: ConditionSets,
    rules: RulesFor,
    actor: Actor,
    now: datetime,
    typed: Callable[[str], str] | None = None,
    problems: Problems = (),
    ahead: Ahead | None = None,
) -> ReplacePage:
    """``sets`` ask for the document: what was decided on, or a newer version.

    Raises:
        NotFound: that document does not count for the criterion (any more).
    """
    head = read_head(db, application_id, provider_id=actor.provider_id)
    criterion = sets.by_id.get(criterion_id)
    allowed = rules(sets, criterion) if criterion else None
    row = db.execute(
        select(
            col(Document.name),
            col(Document.state),
            col(AnswerDocument.kind),
            col(AnswerDocument.issued_on),
            col(AnswerDocument.ends_on),
        )
        .join(AnswerDocument, col(AnswerDocument.document_id) == col(Document.id))
        .where(
            col(AnswerDocument.application_id) == application_id,
            col(AnswerDocument.criterion) == criterion_id,
            col(AnswerDocument.document_id) == document_id,
            col(AnswerDocument.ended_at).is_(None),
        )
    ).one_or_none()
    if criterion is None or allowed is None or row is None:
        raise NotFound("document", document_id)
    on = head.days(day_in_sweden(now))
    fields = date_fields(sets, criterion, NEW, Stated(row.kind), on=on, opened=True)
    here = f"{head.criterion_address(criterion_id)}/dokument/{document_id}/ersatt"
    decided_on = criterion_id in head.sets.by_id
    address = head.criterion_address(criterion_id) if decided_on else confirmation_address(head.id, criterion_id)
    evidence = tuple(sets.evidence_type(id_) for id_ in criterion.evidence)
    return ReplacePage(
        brand=head.brand,
        head=head,
        crumbs=crumbs(head, Crumb(spoken(head.service), head.address), Crumb(spoken(criterion.title), address)),
        here=Crumb(_("Ersätt ett dokument"), here),
        back=f"{address}#dok" if decided_on else address,
        title=criterion.title,
        older=row.name,
        older_dated=dated(sets, criterion, Stated(row.kind, row.issued_on, row.ends_on), row.state, on=on),
        upload=upload_of(evidence, allowed, 1),
        fields=fields.retyped(typed) if fields and typed else fields,
        runs=head.state is State.APPROVED,
        problems=problems,
        begin=f"{head.criterion_address(criterion_id)}/uppladdningar?ersatter={document_id}",
        unfinished=replacing(db, head, criterion_id, document_id),
        ahead=ahead,
    )
