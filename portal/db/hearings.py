"""The draft of a refusal that a company has been shown, and may comment on."""

from uuid import UUID

from sqlmodel import Session, col, func, select

from portal.db.tables import Event, Hearing


def current(db: Session, application_id: UUID) -> Hearing | None:
    """The draft that belongs to the latest proposal; one from before a proposal was sent back is not it.

    The company may not read proposals, but that one was made stands in the record.
    """
    proposed = (
        select(func.max(col(Event.at)))
        .where(col(Event.case_id) == application_id, col(Event.kind) == "application.propose")
        .scalar_subquery()
    )
    return db.exec(
        select(Hearing)
        .where(
            col(Hearing.application_id) == application_id,
            func.coalesce(col(Hearing.communicated_at) >= proposed, True),
        )
        .order_by(col(Hearing.communicated_at).desc())
        .limit(1)
    ).one_or_none()
