"""The company's room: overview, the company and its people, messages; and the door for those without a company."""

from datetime import datetime
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.company import roles_to_give
from portal.domain.deadlines import day_in_sweden
from portal.domain.roles import Role
from portal.errors import Invalid, NotAllowed, NotFound
from portal.forms import company as forms
from portal.forms import owners as owners_forms
from portal.forms.fields import Fields
from portal.locale import gettext as _
from portal.locale import language
from portal.routes.sign_in import local_target
from portal.services import members, messages, owners, providers, sessions
from portal.views.company import ChooseCompany, CompanyFacts, RegisterCompany
from portal.views.company_messages import MessagePage, Messages
from portal.views.company_overview import Overview
from portal.views.company_owners import Owners, OwnersPage
from portal.views.company_people import InvitationPage, InvitePage, MemberPage, People
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import company_chosen, company_side, signed_in
from portal.web.pages import page

PEOPLE = "/foretag/personer"
FACTS = "/foretag/uppgifter"


def posted(request: AnyRequest) -> Fields:
    return Fields.of(desk_of(request).posted)


def refuse_another_company(fields: Fields, actor: Actor) -> None:
    """A form that was opened for one company is not taken for another, chosen meanwhile in another window."""
    if fields.text("foretag") != str(actor.provider_id):
        raise NotAllowed("other_company")


def uuid_of(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise NotFound("provider", typed) from None


# Without a company


@get("/foretag", sync_to_thread=False)
def overview(
    request: AnyRequest, db: NamedDependency[Session], now: NamedDependency[datetime]
) -> Response[str] | Redirect:
    identity = desk_of(request).signed_in()
    if identity.provider_id is None:
        has_any = bool(ChooseCompany.of(db, identity).companies)
        return Redirect("/foretag/valj" if has_any else "/foretag/registrera", status_code=303)
    return page(request, "company/overview.html", Overview.of(db, identity, now=now))


@get("/foretag/valj", sync_to_thread=False)
def choose(
    request: AnyRequest, db: NamedDependency[Session], till: FromQuery[str | None] = None
) -> Response[str] | Redirect:
    view = ChooseCompany.of(db, desk_of(request).signed_in(), local_target(till, ""))
    if not view.companies:
        return Redirect("/foretag/registrera", status_code=303)
    return page(request, "company/choose.html", view)


@post("/foretag/valj", sync_to_thread=False)
def switch(request: AnyRequest, db: NamedDependency[Session]) -> Redirect:
    desk = desk_of(request)
    fields = posted(request)
    person_id = desk.signed_in().person_id
    sessions.act_for_company(db, desk.token or "", uuid_of(fields.text("foretag")), person_id=person_id)
    return Redirect(local_target(fields.text("till"), "/foretag"), status_code=303)


@get("/foretag/registrera", sync_to_thread=False)
def register_form(request: AnyRequest, db: NamedDependency[Session]) -> Response[str]:
    return page(request, "company/register.html", RegisterCompany.blank(db, desk_of(request).signed_in()))


@post("/foretag/registrera", sync_to_thread=False)
def register(
    request: AnyRequest, db: NamedDependency[Session], actor: NamedDependency[Actor], now: NamedDependency[datetime]
) -> Response[str] | Redirect:
    desk = desk_of(request)
    form = forms.read_registration(posted(request))
    problems, taken = form.problems, False
    if form.details is not None and form.orgnr is not None:
        try:
            provider_id = providers.register(db, form.orgnr, form.details, actor=actor, now=now)
        except Invalid:
            problems, taken = ((forms.ORGNR, forms.orgnr_taken()),), True
        else:
            sessions.act_for_company(db, desk.token or "", provider_id, person_id=desk.signed_in().person_id)
            return Redirect("/foretag", status_code=303)
    view = RegisterCompany.again(form.values, identity=desk.signed_in(), problems=problems, taken=taken)
    return page(request, "company/register.html", view, status_code=422)


# The company


@get(FACTS, sync_to_thread=False)
def facts(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    gjort: FromQuery[str | None] = None,
) -> Response[str]:
    return page(request, "company/facts.html", CompanyFacts.of(db, actor, with_owners=True, done=gjort or ""))


@get(f"{FACTS}/andra", sync_to_thread=False)
def facts_form(request: AnyRequest, db: NamedDependency[Session], actor: NamedDependency[Actor]) -> Response[str]:
    if not actor.may(Role.ADMINISTRATOR):
        raise NotAllowed("role")
    return page(request, "company/facts_form.html", CompanyFacts.of(db, actor))


@post(f"{FACTS}/andra", sync_to_thread=False)
def change_facts(
    request: AnyRequest, db: NamedDependency[Session], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    if not actor.may(Role.ADMINISTRATOR):
        raise NotAllowed("role")
    fields = posted(request)
    refuse_another_company(fields, actor)
    form = forms.read_details(fields)
    if form.details is None:
        view = CompanyFacts.of(db, actor, typed=form.values, problems=form.problems)
        return page(request, "company/facts_form.html", view, status_code=422)
    providers.change_details(db, form.details, actor=actor)
    return Redirect(f"{FACTS}?gjort=sparat", status_code=303)


@get(f"{FACTS}/huvudman", sync_to_thread=False)
def owners_form(request: AnyRequest, db: NamedDependency[Session], actor: NamedDependency[Actor]) -> Response[str]:
    return page(request, "company/owners.html", OwnersPage.of(db, actor, owners_forms.NEW))


@post(f"{FACTS}/huvudman", sync_to_thread=False)
def state_owners(
    request: AnyRequest, db: NamedDependency[Session], actor: NamedDependency[Actor], now: NamedDependency[datetime]
) -> Response[str] | Redirect:
    if not actor.may(Role.ADMINISTRATOR):
        raise NotAllowed("role")
    fields = posted(request)
    refuse_another_company(fields, actor)
    form = owners_forms.read(fields, Owners.read(db, actor.provider_id).known, today=day_in_sweden(now))
    if form.problems:
        view = OwnersPage.of(db, actor, owners_forms.NEW, typed=fields.text, problems=form.problems)
        return page(request, "company/owners.html", view, status_code=422)
    owners.state(db, form.ownership, form.owners, without=form.without, actor=actor, now=now)
    return Redirect(f"{FACTS}?gjort=huvudman", status_code=303)


# Its people


@get(PEOPLE, sync_to_thread=False)
def people(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    gjort: FromQuery[str | None] = None,
) -> Response[str]:
    return page(request, "company/people.html", People.of(db, actor, now=now, done=gjort or ""))


@get(f"{PEOPLE}/bjud-in", sync_to_thread=False)
def invite_form(request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
    if not roles_to_give(actor.roles):
        raise NotAllowed("role")
    return page(request, "company/invite.html", InvitePage.of(actor))


@post(f"{PEOPLE}/bjud-in", sync_to_thread=False)
def invite(
    request: AnyRequest, db: NamedDependency[Session], actor: NamedDependency[Actor], now: NamedDependency[datetime]
) -> Response[str] | Redirect:
    if not roles_to_give(actor.roles):
        raise NotAllowed("role")
    fields = posted(request)
    refuse_another_company(fields, actor)
    form = forms.read_invitation(fields)
    problems = form.problems
    if not problems and form.role is not None:
        try:
            members.invite(db, form.values[forms.EMAIL], form.role, actor=actor, now=now, language=language())
        except Invalid as refused:
            problems = ((forms.EMAIL, forms.invited_fault(refused.errors["email"])),)
        else:
            return Redirect(f"{PEOPLE}?gjort=inbjuden", status_code=303)
    return page(request, "company/invite.html", InvitePage.of(actor, form.values, problems), status_code=422)


@post(f"{PEOPLE}/inbjudan/{{invitation_id:uuid}}/skicka-igen", sync_to_thread=False)
def resend(
    invitation_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    members.resend(db, invitation_id, actor=actor, now=now, language=language())
    return Redirect(f"{PEOPLE}?gjort=skickad", status_code=303)


@post(f"{PEOPLE}/inbjudan/{{invitation_id:uuid}}/aterkalla", sync_to_thread=False)
def withdraw(
    invitation_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    members.withdraw(db, invitation_id, actor=actor, now=now)
    return Redirect(f"{PEOPLE}?gjort=aterkallad", status_code=303)


@get(f"{PEOPLE}/{{member_id:uuid}}", sync_to_thread=False)
def member(
    request: AnyRequest, member_id: FromPath[UUID], db: NamedDependency[Session], actor: NamedDependency[Actor]
) -> Response[str]:
    return page(request, "company/member.html", MemberPage.of(db, actor, member_id))


@post(f"{PEOPLE}/{{member_id:uuid}}/roll", sync_to_thread=False)
def change_role(
    request: AnyRequest, member_id: FromPath[UUID], db: NamedDependency[Session], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    role = forms.read_role(posted(request).text(forms.ROLE))
    if role is None:
        problems = ((forms.ROLE, _("Välj vilken roll personen ska ha.")),)
        view = MemberPage.of(db, actor, member_id, chosen="", problems=problems)
        return page(request, "company/member.html", view, status_code=422)
    members.change_role(db, member_id, role, actor=actor)
    return Redirect(f"{PEOPLE}?gjort=roll", status_code=303)


@post(f"{PEOPLE}/{{member_id:uuid}}/ta-bort", sync_to_thread=False)
def remove(
    member_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    members.remove(db, member_id, actor=actor, now=now)
    return Redirect(f"{PEOPLE}?gjort=borttagen", status_code=303)


# An invitation, from the other side


@get("/inbjudan/{token:str}", sync_to_thread=False)
def invitation(
    request: AnyRequest, token: FromPath[str], db: NamedDependency[Session], now: NamedDependency[datetime]
) -> Response[str]:
    view = InvitationPage.of(db, token, desk_of(request).identity, now=now)
    return page(request, "company/invitation.html", view)


@post("/inbjudan/{token:str}", guards=[signed_in], sync_to_thread=False)
def accept(
    request: AnyRequest,
    token: FromPath[str],
    db: NamedDependency[Session],
    now: NamedDependency[datetime],
) -> Response[str] | Redirect:
    """Join; where that cannot be, the page says why in its own words."""
    desk = desk_of(request)
    identity = desk.signed_in()
    try:
        if identity.staff:
            raise NotAllowed("role")
        provider_id = members.accept(db, token, actor=identity.actor, now=now)
    except NotAllowed:
        view = InvitationPage.of(db, token, identity, now=now)
        return page(request, "company/invitation.html", view, status_code=409)
    sessions.act_for_company(db, desk.token or "", provider_id, person_id=identity.person_id)
    return Redirect("/foretag", status_code=303)


# Messages


@get("/foretag/meddelanden", sync_to_thread=False)
def message_list(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    fore: FromQuery[str | None] = None,
) -> Response[str]:
    return page(request, "company/messages.html", Messages.of(db, actor, before=fore or ""))


@get("/foretag/meddelanden/{letter_id:uuid}", sync_to_thread=False)
def message(
    request: AnyRequest,
    letter_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    messages.mark_read(db, letter_id, actor=actor, now=now)
    return page(request, "company/message.html", MessagePage.of(db, actor, letter_id))


door = Router("/", route_handlers=[overview, choose, switch, register_form, register], guards=[company_side])
room = Router(
    "/",
    route_handlers=[
        facts,
        facts_form,
        change_facts,
        owners_form,
        state_owners,
        people,
        invite_form,
        invite,
        resend,
        withdraw,
        member,
        change_role,
        remove,
        message_list,
        message,
    ],
    guards=[company_side],
    before_request=company_chosen,
)
invitations = Router("/", route_handlers=[invitation, accept])
