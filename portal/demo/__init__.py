"""The demo: two municipalities with their staff, and companies whose people can sign in.

Run as the database's owner, after the migration, by ``kundval seed-demo``; a
second run changes nothing that is there.  The people are those of the demo
identity provider.  Nothing here is imported by the portal itself.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from portal.db.session import make_engine
from portal.demo.founding import found_all
from portal.demo.revision import draft_revision
from portal.demo.telling import Stage, tell_all
from portal.services.papers import SealFolder
from portal.settings import BadSettings, Settings
from portal.store import open_store


def seed(settings: Settings, *, now: datetime) -> None:
    """Make what is missing of the demo."""
    if settings.owner_database_url is None:
        raise BadSettings("KUNDVAL_OWNER_DATABASE_URL is not set: the demo is made as the database's owner")
    store = open_store(settings)
    engine = make_engine(settings.owner_database_url)
    try:
        with Session(engine) as db:
            # Its people were there before their cases.
            found_all(db, issuer=settings.company_sign_in.issuer, now=now - timedelta(days=200))
            db.commit()
        tell_all(
            Stage(
                engine=engine,
                store=store,
                seals=SealFolder(settings.seal_folder, settings.tsa_url),
                base_url=settings.base_url,
                staff_issuer=settings.staff_sign_in.issuer,
                now=now,
            )
        )
        with Session(engine) as db:
            draft_revision(db, issuer=settings.staff_sign_in.issuer, now=now - timedelta(days=3))
            db.commit()
    finally:
        engine.dispose()
