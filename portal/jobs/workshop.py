"""What a worker holds open for its tasks, made once when it starts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from documents.preview import Previewer
from documents.renditions import Renditions
from documents.scan import Scanner
from documents.store import Store
from portal.db.session import make_engine
from portal.mail.relay import Relay
from portal.registers.companies import CompaniesRegister
from portal.services.papers import SealFolder
from portal.settings import Settings
from portal.store import open_store


@dataclass(frozen=True)
class Workshop:
    settings: Settings
    engine: sa.Engine
    store: Store
    scanner: Scanner
    relay: Relay
    seals: SealFolder
    clock: Callable[[], datetime]
    renditions: Renditions
    companies: CompaniesRegister | None = None

    def close(self) -> None:
        self.engine.dispose()
        self.renditions.close()


def open_workshop(settings: Settings, *, clock: Callable[[], datetime] | None = None) -> Workshop:
    store = open_store(settings)
    return Workshop(
        settings=settings,
        engine=make_engine(settings.database_url),
        store=store,
        scanner=Scanner(settings.clamd),
        relay=Relay.of(settings.smtp_url, settings.mail_from),
        seals=SealFolder(settings.seal_folder, settings.tsa_url),
        clock=clock or _now,
        # A worker draws each page once: it has nothing to remember.
        renditions=Renditions(store, Previewer(), remembered_bytes=0),
        companies=_companies(settings),
    )


def _companies(settings: Settings) -> CompaniesRegister | None:
    told = settings.companies_api
    if told is None:
        return None
    return CompaniesRegister(told.url.rstrip("/"), told.token_url, told.client_id, told.client_secret)


def _now() -> datetime:
    return datetime.now(UTC)
