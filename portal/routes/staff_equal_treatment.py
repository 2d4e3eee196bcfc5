"""Equal treatment followed up, for those who lead the work or answer for its control."""

from datetime import datetime

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.deadlines import day_in_sweden
from portal.domain.equal_treatment import READS_EQUAL_TREATMENT
from portal.domain.followed_periods import offered
from portal.forms.equal_treatment import read_period
from portal.views import equal_treatment as views
from portal.web.desk import AnyRequest
from portal.web.guards import only
from portal.web.pages import page


@get("/", sync_to_thread=True)
def show(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    period: FromQuery[str] = "",
) -> Response[str]:
    """In a thread: a year of a large municipality takes some tenths of a second to count."""
    periods = offered(day_in_sweden(now))
    view = views.build(db, read_period(period, periods), periods, actor=actor)
    return page(request, "staff/equal_treatment.html", view)


router = Router("/kommun/likabehandling", route_handlers=[show], guards=[only(*READS_EQUAL_TREATMENT)])
