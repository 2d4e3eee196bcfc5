"""The company's people and what they can: list, person, and a form for each part; everything works without script."""

from datetime import datetime
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.competence_facts import Part
from portal.domain.deadlines import day_in_sweden
from portal.domain.roles import Role
from portal.errors import Invalid, NotAllowed, NotFound
from portal.forms import competence as forms
from portal.locale import gettext as _
from portal.routes.company import posted, refuse_another_company
from portal.services import competence
from portal.services.competence import ProfileDetails
from portal.views.competence import HOME, SEGMENTS, People, ProfilePage
from portal.views.competence_forms import claim_form, profile_form
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import company_chosen, company_side
from portal.web.pages import page


def part_of(segment: str) -> Part:
    found = next((part for part, written in SEGMENTS.items() if written == segment), None)
    if found is None:
        raise NotFound("part", segment)
    return found


def writers_only(actor: Actor) -> None:
    if not actor.may(Role.EDITOR):
        raise NotAllowed("role")


@get("/", sync_to_thread=False)
def people(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    gjort: FromQuery[str | None] = None,
) -> Response[str]:
    return page(request, "competence/people.html", People.of(db, actor, now=now, done=gjort or ""))


@get("/ny", sync_to_thread=False)
def new_person(request: AnyRequest, db: NamedDependency[Session], actor: NamedDependency[Actor]) -> Response[str]:
    writers_only(actor)
    return page(request, "competence/form.html", profile_form(db, actor, None))


@post("/ny", sync_to_thread=False)
def add_person(
    request: AnyRequest, db: NamedDependency[Session], actor: NamedDependency[Actor], now: NamedDependency[datetime]
) -> Response[str] | Redirect:
    writers_only(actor)
    fields = posted(request)
    refuse_another_company(fields, actor)
    form = forms.read_profile(fields)
    problems = form.problems
    if not problems and form.role is not None:
        details = ProfileDetails(form.values["namn"], form.role, form.values["titel"])
        try:
            made = competence.add_profile(db, details, actor=actor, now=now)
        except Invalid:
            problems = (("namn", _("Här finns redan så många personer som får plats. Ta bort någon först.")),)
        else:
            return Redirect(f"{HOME}/{made}?gjort=person", status_code=303)
    view = profile_form(db, actor, None, typed=form.values, problems=problems)
    return page(request, "competence/form.html", view, status_code=422)


@get("/{profile_id:uuid}", sync_to_thread=False)
def person(
    request: AnyRequest,
    profile_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    gjort: FromQuery[str | None] = None,
) -> Response[str]:
    scanner = desk_of(request).resources.scanner.configured
    view = ProfilePage.of(db, actor, profile_id, now=now, scanner=scanner, done=gjort or "")
    return page(request, "competence/person.html", view)


@get("/{profile_id:uuid}/andra", sync_to_thread=False)
def person_form(
    request: AnyRequest, profile_id: FromPath[UUID], db: NamedDependency[Session], actor: NamedDependency[Actor]
) -> Response[str]:
    competence.own_profile(db, profile_id, actor=actor)
    return page(request, "competence/form.html", profile_form(db, actor, profile_id))


@post("/{profile_id:uuid}/andra", sync_to_thread=False)
def change_person(
    request: AnyRequest,
    profile_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str] | Redirect:
    competence.own_profile(db, profile_id, actor=actor)
    form = forms.read_profile(posted(request))
    if form.problems or form.role is None:
        view = profile_form(db, actor, profile_id, typed=form.values, problems=form.problems)
        return page(request, "competence/form.html", view, status_code=422)
    details = ProfileDetails(form.values["namn"], form.role, form.values["titel"])
    competence.change_profile(db, profile_id, details, actor=actor, now=now)
    return Redirect(f"{HOME}/{profile_id}?gjort=sparat", status_code=303)


@post("/{profile_id:uuid}/ta-bort", sync_to_thread=False)
def remove_person(profile_id: FromPath[UUID], db: NamedDependency[Session], actor: NamedDependency[Actor]) -> Redirect:
    competence.remove_profile(db, profile_id, actor=actor)
    return Redirect(f"{HOME}?gjort=borttagen", status_code=303)


@get("/{profile_id:uuid}/{part:str}/ny", sync_to_thread=False)
def new_claim(
    request: AnyRequest,
    profile_id: FromPath[UUID],
    part: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
) -> Response[str]:
    competence.own_profile(db, profile_id, actor=actor)
    return page(request, "competence/form.html", claim_form(db, actor, profile_id, part_of(part), None))


@post("/{profile_id:uuid}/{part:str}/ny", sync_to_thread=False)
def add_claim(
    request: AnyRequest,
    profile_id: FromPath[UUID],
    part: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str] | Redirect:
    return _put(request, db, profile_id, part_of(part), None, actor, now)


@get("/{profile_id:uuid}/{part:str}/{claim_id:uuid}", sync_to_thread=False)
def one_claim(
    request: AnyRequest,
    profile_id: FromPath[UUID],
    part: FromPath[str],
    claim_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
) -> Response[str]:
    competence.own_profile(db, profile_id, actor=actor)
    return page(request, "competence/form.html", claim_form(db, actor, profile_id, part_of(part), claim_id))


@post("/{profile_id:uuid}/{part:str}/{claim_id:uuid}", sync_to_thread=False)
def change_claim(
    request: AnyRequest,
    profile_id: FromPath[UUID],
    part: FromPath[str],
    claim_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str] | Redirect:
    return _put(request, db, profile_id, part_of(part), claim_id, actor, now)


@post("/{profile_id:uuid}/{part:str}/{claim_id:uuid}/ta-bort", sync_to_thread=False)
def remove_claim(
    profile_id: FromPath[UUID],
    part: FromPath[str],
    claim_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    competence.remove_claim(db, profile_id, part_of(part), claim_id, actor=actor, now=now)
    return Redirect(f"{HOME}/{profile_id}?gjort=borttaget#{part}", status_code=303)


def _put(
    request: AnyRequest,
    db: Session,
    profile_id: UUID,
    part: Part,
    claim_id: UUID | None,
    actor: Actor,
    now: datetime,
) -> Response[str] | Redirect:
    competence.own_profile(db, profile_id, actor=actor)
    form = forms.read_claim(part, posted(request), today=day_in_sweden(now))
    problems = form.problems
    if form.claim is not None:
        try:
            competence.put_claim(db, profile_id, form.claim, claim_id=claim_id, actor=actor, now=now)
        except Invalid:
            # The period was looked at already; what is left is that there is no room.
            first = forms.NAMES[part][0]
            problems = ((first, _("Här finns redan så många rader som får plats. Ta bort någon först.")),)
        else:
            return Redirect(f"{HOME}/{profile_id}?gjort=sparat#{SEGMENTS[part]}", status_code=303)
    view = claim_form(db, actor, profile_id, part, claim_id, typed=form.values, problems=problems)
    return page(request, "competence/form.html", view, status_code=422)


router = Router(
    HOME,
    guards=[company_side],
    before_request=company_chosen,
    route_handlers=[
        people,
        new_person,
        add_person,
        person,
        person_form,
        change_person,
        remove_person,
        new_claim,
        add_claim,
        one_claim,
        change_claim,
        remove_claim,
    ],
)
