"""How much more may be handed in, as the database stands: what ``portal.domain.uploads`` says of what is there.

Counted are documents, and what is on its way to become one.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from portal.db.tables import Application
from portal.domain.uploads import Held, Room, Within, room_for
from portal.errors import Invalid


def room_seen(db: Session, application: Application, criterion_id: str) -> Room:
    """As it looks now, for telling a sender early; who writes has to ``claim``."""
    return _room(_there(db, application, criterion_id, ()))


def room_left(db: Session, application: Application, criterion_id: str) -> Room:
    """As it is until this transaction ends: others of the company who ask meanwhile wait."""
    _one_at_a_time(db, application)
    return room_seen(db, application, criterion_id)


def claim(
    db: Session,
    application: Application,
    criterion_id: str,
    *,
    number: int,
    size: int,
    digests: Sequence[str] = (),
) -> bool:
    """Make sure, until this transaction ends, that ``number`` more documents of ``size`` bytes together have room.

    One that takes another's place has ``number`` 0.  Says whether the company has handed in before what has one of
    these SHA-256 ``digests``: the statement that counts reads those rows anyway.

    Raises:
        Invalid: they have not (``fil``: too_many or no_room).
    """
    _one_at_a_time(db, application)
    there = _there(db, application, criterion_id, digests)
    room = _room(there)
    if number > room.number:
        raise Invalid({"fil": "too_many"}, {"within": room.number_within})
    if size > room.size:
        raise Invalid({"fil": "no_room"}, {"within": room.size_within})
    return bool(there.known)


def _one_at_a_time(db: Session, application: Application) -> None:
    db.execute(_ONE_AT_A_TIME, {"provider": str(application.provider_id)})


def _there(db: Session, application: Application, criterion_id: str, digests: Sequence[str]) -> Any:
    places = {"provider": application.provider_id, "application": application.id, "criterion": criterion_id}
    return db.execute(_THERE, {**places, "digests": list(digests)}).one()


def _room(there: Any) -> Room:
    return room_for(
        {
            Within.CRITERION: Held(there.here),
            Within.CASE: Held(there.case_number, there.case_size),
            Within.COMPANY: Held(there.company_number, there.company_size),
        }
    )


_ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('documents of ' || :provider, 0))")
_THERE = sa.text(
    "WITH held AS (SELECT count(*) AS n, coalesce(sum(size), 0) AS size,"
    "  coalesce(bool_or(sha256 = ANY(:digests) OR handed_in_sha256 = ANY(:digests)), false) AS known"
    "  FROM document WHERE provider_id = :provider AND discarded_at IS NULL),"
    " tied AS (SELECT count(DISTINCT a.document_id) AS n, count(DISTINCT a.document_id) FILTER"
    "  (WHERE a.criterion = :criterion) AS here FROM answer_document a"
    "  WHERE a.application_id = :application AND a.ended_at IS NULL),"
    " bytes AS (SELECT coalesce(sum(size), 0) AS size FROM document WHERE id IN"
    "  (SELECT document_id FROM answer_document WHERE application_id = :application)),"
    " coming AS (SELECT count(*) AS n, coalesce(sum(size), 0) AS size,"
    "  count(*) FILTER (WHERE application_id = :application AND replaces IS NULL) AS case_n,"
    "  coalesce(sum(size) FILTER (WHERE application_id = :application), 0) AS case_size,"
    "  count(*) FILTER (WHERE application_id = :application AND criterion = :criterion AND replaces IS NULL) AS here"
    "  FROM upload WHERE provider_id = :provider)"
    " SELECT tied.here + coming.here AS here, tied.n + coming.case_n AS case_number,"
    " CAST(bytes.size + coming.case_size AS bigint) AS case_size, held.n + coming.n AS company_number,"
    " CAST(held.size + coming.size AS bigint) AS company_size, held.known FROM held, tied, bytes, coming"
)
