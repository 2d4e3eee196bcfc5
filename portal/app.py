"""The application: wires everything, decides nothing."""

from pathlib import Path

from litestar import Litestar
from litestar.logging import LoggingConfig

from documents.preview import Previewer
from documents.renditions import Renditions
from documents.scan import Scanner
from portal.db.session import make_engine
from portal.routes import ROUTERS
from portal.settings import OidcClient, Settings
from portal.store import open_store
from portal.web import assets
from portal.web.desk import DEPENDENCIES, DeskMiddleware, Resources, origin_middleware
from portal.web.error_pages import EXCEPTION_HANDLERS
from portal.web.oidc import Client
from portal.web.pages import tell_templates


def open_resources(settings: Settings) -> Resources:
    def client(named: OidcClient, answer: str = "/logga-in/svar") -> Client:
        return Client(
            issuer=named.issuer,
            client_id=named.client_id,
            private_key_pem=Path(named.key).read_text(),
            redirect_uri=f"{settings.base_url}{answer}",
            post_logout_redirect_uri=f"{settings.base_url}/",
            e_id_roots=_roots(settings),
        )

    store = open_store(settings)
    return Resources(
        settings=settings,
        engine=make_engine(settings.database_url),
        store=store,
        renditions=Renditions(store, Previewer()),
        scanner=Scanner(settings.clamd),
        company_sign_in=client(settings.company_sign_in),
        staff_sign_in=client(settings.staff_sign_in),
        company_signing=client(settings.company_sign_in, "/underskrift/svar"),
        staff_signing=client(settings.staff_sign_in, "/underskrift/svar"),
    )


def _roots(settings: Settings) -> tuple[str, ...]:
    if settings.eid_roots is None:
        return ()
    return (settings.eid_roots.read_text(),)


def create_app(settings: Settings, resources: Resources | None = None) -> Litestar:
    held = resources or open_resources(settings)
    tell_templates(idle_minutes=settings.session_idle_minutes, scan_trial=settings.clamd_trial)
    app = Litestar(
        route_handlers=[assets.serve, *ROUTERS],
        dependencies=DEPENDENCIES,
        middleware=[origin_middleware],
        exception_handlers=EXCEPTION_HANDLERS,
        openapi_config=None,
        # What an operator has to see; the queue tells of every job that it takes, and each would be written down.
        logging_config=LoggingConfig(root={"level": "WARNING", "handlers": ["queue_listener"]}),
        request_max_body_size=1_000_000,
        on_shutdown=[held.engine.dispose, held.renditions.close],
    )
    app.asgi_handler = DeskMiddleware(app.asgi_handler, held)
    return app
