"""An invitation behind the link that was mailed.

Whoever holds the link is nobody to the company yet: row-level security shows
the one row whose hash is told to it, and nothing else of the company.
"""

import hashlib

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.db.tables import Invitation

_SHOW = sa.text("SELECT set_config('app.invitation', :hash, true)")


def invitation_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def by_token(db: Session, token: str) -> Invitation | None:
    hashed = invitation_hash(token)
    db.execute(_SHOW, {"hash": hashed.hex()})
    return db.exec(select(Invitation).where(col(Invitation.token_hash) == hashed)).one_or_none()
