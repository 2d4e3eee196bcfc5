"""The public room: what anyone may read before signing in, and after.

No page here opens a session unless the reader has one.  These addresses begin
with a municipality's own name, so their router is the last to be tried.
"""

from datetime import datetime

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlmodel import Session

from portal.domain.deadlines import day_in_sweden
from portal.forms import self_test as forms
from portal.forms.fields import Fields
from portal.views.public import MunicipalityPage, StartPage
from portal.views.public_about import AboutPage
from portal.views.public_comparison import ComparisonPage
from portal.views.public_conditions import VersionPage, read_versions
from portal.views.public_providers import ProvidersPage
from portal.views.public_service import ServicePage
from portal.views.self_test import read_self_test, self_test_page
from portal.web.desk import AnyRequest, desk_of
from portal.web.pages import page

LONGEST_SEARCH = 100
SELF_TEST = "/{municipality:str}/{service:str}/sjalvtest"
# Answers live in the page alone, so the browser must be able to go back to it, and may not show it to others.
KEPT_BY_THE_READER = {"cache-control": "private, no-cache"}


@get("/", sync_to_thread=False)
def start(request: AnyRequest, db: NamedDependency[Session]) -> Response[str]:
    return page(request, "public/start.html", StartPage.read(db))


@get("/om/tillganglighet", sync_to_thread=False)
def accessibility(
    request: AnyRequest, db: NamedDependency[Session], kommun: FromQuery[str | None] = None
) -> Response[str]:
    return page(request, "public/accessibility.html", AboutPage.read(db, kommun, mail_from=_mail_from(request)))


@get("/om/personuppgifter", sync_to_thread=False)
def personal_data(
    request: AnyRequest, db: NamedDependency[Session], kommun: FromQuery[str | None] = None
) -> Response[str]:
    return page(request, "public/personal_data.html", AboutPage.read(db, kommun, mail_from=_mail_from(request)))


@get("/{municipality:str}", sync_to_thread=False)
def municipality(
    request: AnyRequest, municipality: FromPath[str], db: NamedDependency[Session], now: NamedDependency[datetime]
) -> Response[str]:
    return page(request, "public/municipality.html", MunicipalityPage.read(db, municipality, today=day_in_sweden(now)))


@get("/{municipality:str}/anordnare", sync_to_thread=False)
def providers(
    request: AnyRequest,
    municipality: FromPath[str],
    db: NamedDependency[Session],
    now: NamedDependency[datetime],
    tjanst: FromQuery[str | None] = None,
    sok: FromQuery[str | None] = None,
    efter: FromQuery[str | None] = None,
) -> Response[str]:
    asked = Fields.of((("sok", sok or ""), ("efter", efter or "")))
    view = ProvidersPage.read(
        db,
        municipality,
        service=tjanst or "",
        searched=asked.text("sok")[:LONGEST_SEARCH],
        after=asked.text("efter"),
        today=day_in_sweden(now),
    )
    return page(request, "public/providers.html", view)


@get("/{municipality:str}/villkor", sync_to_thread=False)
def versions(
    request: AnyRequest, municipality: FromPath[str], db: NamedDependency[Session], now: NamedDependency[datetime]
) -> Response[str]:
    return page(request, "public/versions.html", read_versions(db, municipality, today=day_in_sweden(now)))


@get("/{municipality:str}/villkor/{number:int}", sync_to_thread=False)
def general_version(
    request: AnyRequest,
    municipality: FromPath[str],
    number: FromPath[int],
    db: NamedDependency[Session],
    now: NamedDependency[datetime],
) -> Response[str]:
    return _version(request, db, municipality, None, number, now)


@get("/{municipality:str}/{service:str}", sync_to_thread=False)
def service(
    request: AnyRequest,
    municipality: FromPath[str],
    service: FromPath[str],
    db: NamedDependency[Session],
    now: NamedDependency[datetime],
) -> Response[str]:
    view = ServicePage.read(db, municipality, service, today=day_in_sweden(now))
    return page(request, "public/service.html", view)


@get(SELF_TEST, sync_to_thread=False)
def self_test(
    request: AnyRequest,
    municipality: FromPath[str],
    service: FromPath[str],
    db: NamedDependency[Session],
    now: NamedDependency[datetime],
) -> Response[str]:
    today = day_in_sweden(now)
    test = read_self_test(db, municipality, service, today=today)
    return page(request, "public/self_test.html", self_test_page(test, today=today), headers=KEPT_BY_THE_READER)


@post(SELF_TEST, status_code=200, sync_to_thread=False)
def tested(
    request: AnyRequest,
    municipality: FromPath[str],
    service: FromPath[str],
    db: NamedDependency[Session],
    now: NamedDependency[datetime],
) -> Response[str]:
    """What the answers come to; they are neither stored nor logged, and travel in the form alone.

    Who chooses another language before asking for the result sees the questions again, as they were answered.
    """
    today = day_in_sweden(now)
    test = read_self_test(db, municipality, service, today=today)
    form = forms.read_self_test(Fields.of(desk_of(request).posted), test.questions)
    problems = () if form.still_answering else form.problems
    found = None if form.still_answering or problems else test.findings(form.declared, form.values, on=today)
    view = self_test_page(
        test,
        today=today,
        stated=form.declared,
        values=form.values,
        typed=form.typed,
        found=found,
        problems=problems,
    )
    return page(
        request,
        "public/self_test.html",
        view,
        status_code=422 if problems else 200,
        headers=KEPT_BY_THE_READER,
    )


@get("/{municipality:str}/{service:str}/villkor/{number:int}", sync_to_thread=False)
def service_version(
    request: AnyRequest,
    municipality: FromPath[str],
    service: FromPath[str],
    number: FromPath[int],
    db: NamedDependency[Session],
    now: NamedDependency[datetime],
) -> Response[str]:
    return _version(request, db, municipality, service, number, now)


@get("/{municipality:str}/villkor/{number:int}/jamfor/{other:int}", sync_to_thread=False)
def compare_general(
    request: AnyRequest,
    municipality: FromPath[str],
    number: FromPath[int],
    other: FromPath[int],
    db: NamedDependency[Session],
    now: NamedDependency[datetime],
) -> Response[str]:
    view = ComparisonPage.read(db, municipality, None, number, other, today=day_in_sweden(now))
    return page(request, "public/comparison.html", view)


@get("/{municipality:str}/{service:str}/villkor/{number:int}/jamfor/{other:int}", sync_to_thread=False)
def compare_service(
    request: AnyRequest,
    municipality: FromPath[str],
    service: FromPath[str],
    number: FromPath[int],
    other: FromPath[int],
    db: NamedDependency[Session],
    now: NamedDependency[datetime],
) -> Response[str]:
    view = ComparisonPage.read(db, municipality, service, number, other, today=day_in_sweden(now))
    return page(request, "public/comparison.html", view)


def _version(
    request: AnyRequest, db: Session, slug: str, service_slug: str | None, number: int, now: datetime
) -> Response[str]:
    view = VersionPage.read(
        db,
        slug,
        service_slug,
        number,
        base_url=desk_of(request).resources.settings.base_url,
        today=day_in_sweden(now),
    )
    return page(request, "public/version.html", view)


def _mail_from(request: AnyRequest) -> str:
    return desk_of(request).resources.settings.mail_from


router = Router(
    "/",
    route_handlers=[
        start,
        accessibility,
        personal_data,
        municipality,
        providers,
        versions,
        general_version,
        service,
        self_test,
        tested,
        service_version,
        compare_general,
        compare_service,
    ],
)
