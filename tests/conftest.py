"""What every test may ask for: the engines, its own database and bucket on them, and the people of most tests."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import hypothesis
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine
from sqlmodel import Session

from documents.authority import DemoAuthority
from portal import library
from portal.app import create_app, open_resources
from portal.db.migrate import upgrade
from portal.db.session import make_engine
from portal.db.tables import Application
from portal.domain.actors import Actor
from portal.embedded.engines import Access
from portal.jobs.workshop import Workshop, open_workshop
from portal.settings import Settings
from portal.web.desk import Resources
from tests import shared_engines
from tests.factories import NOW, Place, make_member, make_municipality, make_provider
from tests.factories_drafts import make_administrator, make_place
from tests.factories_review import make_officer, make_taken

Browse = Callable[..., TestClient[Litestar]]

RUN_FOLDER = pytest.StashKey[Path]()
RUN_LOCK = pytest.StashKey[int]()

# No test is timed: on a machine that others use an example may take its time, and so may finding one.
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        config.stash[RUN_FOLDER] = Path(config.workerinput["kundval_run_folder"])
    else:
        config.stash[RUN_FOLDER], config.stash[RUN_LOCK] = shared_engines.begin_run()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    """Called by xdist before it starts a worker."""
    node.workerinput["kundval_run_folder"] = str(node.config.stash[RUN_FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    if RUN_LOCK in config.stash:
        shared_engines.end_run(config.stash[RUN_FOLDER], config.stash[RUN_LOCK])


@dataclass(frozen=True)
class Database:
    """A database with every table of the portal: the serving role's address for it, and the owner's."""

    app_url: str
    owner_url: str

    @property
    def name(self) -> str:
        return self.app_url.rsplit("/", 1)[1]


def migrate_template(owner_url: str) -> None:
    """Gives the template, from which all tests' databases are copied, its tables; once a run."""
    upgrade(owner_url)


@pytest.fixture(scope="session")
def run_folder(request: pytest.FixtureRequest) -> Path:
    return request.config.stash[RUN_FOLDER]


@pytest.fixture(scope="session")
def engines(run_folder: Path) -> Access:
    return shared_engines.join(run_folder)


@pytest.fixture(scope="session")
def migrated_template(engines: Access, run_folder: Path) -> str:
    """The name of a migrated, otherwise empty database.  Never connect to it: whoever does holds up all copies."""
    kept = run_folder / "template"
    with shared_engines.only_one(run_folder, "template"):
        if not kept.exists():
            made = Database(*engines.new_database())
            migrate_template(made.owner_url)
            kept.write_text(made.name)
    return kept.read_text()


@pytest.fixture(scope="session")
def app_database(engines: Access, migrated_template: str) -> Database:
    """This process's own database, shared by its tests one after the other."""
    return Database(*engines.new_database(migrated_template))


@pytest.fixture
def fresh_database(engines: Access, migrated_template: str) -> Iterator[Database]:
    """For the one test that must not see what others have left: a tenth of a second."""
    database = Database(*engines.new_database(migrated_template))
    yield database
    engines.databases.drop(database.name)


@pytest.fixture(scope="session")
def app_bucket(engines: Access) -> str:
    """This process's own bucket, which can lock objects."""
    return engines.new_bucket()


@pytest.fixture(scope="session")
def app_environment(engines: Access, app_database: Database, app_bucket: str) -> dict[str, str]:
    """What the portal is told in this process: the shared engines, its own database and bucket."""
    return engines.environment | {
        "KUNDVAL_DATABASE_URL": app_database.app_url,
        "KUNDVAL_OWNER_DATABASE_URL": app_database.owner_url,
        "KUNDVAL_S3_BUCKET": app_bucket,
    }


@pytest.fixture(scope="session")
def settings(app_environment: dict[str, str]) -> Settings:
    found = Settings.from_env(app_environment)
    # Made at the tests' time, whichever test comes first: one that runs by the real clock would make keys that are
    # not valid yet for all the others.
    authority = DemoAuthority.make(found.seal_folder, NOW)
    for municipality in library.load().municipalities:
        authority.sealing_pair(municipality.name.sv, NOW)
    return found


@pytest.fixture(scope="session")
def resources(settings: Settings) -> Iterator[Resources]:
    opened = open_resources(settings)
    yield opened
    opened.engine.dispose()
    opened.renditions.close()


@pytest.fixture(scope="session")
def owner_engine(app_database: Database) -> Iterator[Engine]:
    engine = make_engine(app_database.owner_url)
    yield engine
    engine.dispose()


@pytest.fixture
def owner(owner_engine: Engine) -> Iterator[Session]:
    """A session as the database's owner, for making what a test is about and for looking at what came of it."""
    with Session(owner_engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def db(resources: Resources) -> Iterator[Session]:
    """A session as the portal has it: bound by row-level security, told by ``enter`` whom it serves."""
    with Session(resources.engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture(scope="session")
def app(settings: Settings, resources: Resources) -> Litestar:
    return create_app(settings, resources)


@pytest.fixture
def browse(app: Litestar, settings: Settings, resources: Resources) -> Iterator[Browse]:
    """``browse(token)``: a browser without a screen, signed in when given a token."""
    opened: list[TestClient[Litestar]] = []
    with ExitStack() as stack:

        def made(token: str | None = None) -> TestClient[Litestar]:
            client = TestClient(app, base_url="http://portal.local", raise_server_exceptions=True)
            # The application lives once, however many browsers look at it: a second start would leave the first's
            # streams open, and whichever test then runs would be told.
            if not opened:
                stack.enter_context(client)
            opened.append(client)
            client.headers["origin"] = settings.base_url
            client.follow_redirects = False
            if token:
                client.cookies.set(resources.session_cookie, token)
            return client

        yield made


@pytest.fixture
def bjorkvik(owner: Session) -> Place:
    return make_municipality(owner)


@pytest.fixture
def ekholm(owner: Session) -> Place:
    return make_municipality(owner, "ekholm")


@pytest.fixture
def place(owner: Session) -> Place:
    """A municipality with conditions of its own."""
    return make_place(owner)


@pytest.fixture
def administrator(owner: Session, place: Place) -> Actor:
    """Who keeps the conditions, the staff and the settings of ``place``."""
    return make_administrator(owner, place)


@pytest.fixture
def anna(owner: Session) -> Actor:
    """A signatory."""
    return make_member(owner, make_provider(owner))


@pytest.fixture
def officer(owner: Session, bjorkvik: Place) -> Actor:
    return make_officer(owner, bjorkvik)


@pytest.fixture
def colleague(owner: Session, bjorkvik: Place) -> Actor:
    """Another officer of the same municipality."""
    return make_officer(owner, bjorkvik, "Leila Haddad")


@pytest.fixture
def taken(owner: Session, db: Session, bjorkvik: Place, officer: Actor) -> Application:
    """A case that the officer has taken, without conflict."""
    return make_taken(owner, db, bjorkvik, officer)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def workshop(settings: Settings, now: datetime) -> Iterator[Workshop]:
    """What a worker's jobs are given, at the tests' time."""
    opened = open_workshop(settings, clock=lambda: now)
    yield opened
    opened.close()
