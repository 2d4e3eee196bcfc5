"""Somebody else's case is not there: every address, every role, every method; nothing is read and nothing written.

The addresses come from the routing table, so that no new one escapes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.roles import COMPANY_ROLES, STAFF_ROLES, Role, with_lesser
from tests.factories import make_member, make_provider, make_staff, sign_in
from tests.factories_application import PDF
from tests.web.others_case import CRITERION, OthersCase, look, make_others_case

PUBLIC = {
    "/": "the start page names the municipalities, which are public",
    "/{municipality:str}": "a municipality's services are public",
    "/{municipality:str}/anordnare": "who is authorised and active is public",
    "/{municipality:str}/villkor": "the conditions are public",
    "/{municipality:str}/villkor/{number:int}": "the conditions are public",
    "/{municipality:str}/{service:str}": "a service is public",
    "/{municipality:str}/{service:str}/sjalvtest": "whether one can apply: reads the conditions and keeps nothing",
    "/{municipality:str}/{service:str}/villkor/{number:int}": "the conditions are public",
    "/{municipality:str}/villkor/{number:int}/jamfor/{other:int}": "what published conditions changed is public",
    "/{municipality:str}/{service:str}/villkor/{number:int}/jamfor/{other:int}": "what they changed is public",
    "/om/tillganglighet": "the accessibility statement is public",
    "/om/personuppgifter": "how personal data is handled is public",
    "/kontrollera": "anyone may verify a paper they hold; says no name and no content",
    "/tema/{slug:str}/{file:str}": "a municipality's colours and mark",
    "/static/{digest:str}/{name:path}": "style sheets, scripts and fonts",
    "/healthz": "whether the process answers",
    "/readyz": "whether the engines answer",
    "/logga-in": "signing in",
    "/logga-in/{side:str}": "signing in",
    "/logga-in/svar": "signing in",
    "/logga-ut": "ends the reader's own session and nobody else's",
    "/logga-ut/kanal": "carries the identity provider's signed token",
    "/session": "keeps the reader's own session alive",
    "/sprak/{language:str}": "chooses the reader's own language, and keeps nothing of a form that is sent along",
    "/fortsatt/{token:str}": "a parked form, behind a token that only its writer was given",
    "/inbjudan/{token:str}": "an invitation, behind a token that only its recipient was given",
    "/underskrift/svar": "comes back from the identity provider with a state that only the signer was given",
    "/demo/brev": "the demo's mails; not there in an installation that sends real ones",
    "/demo/brev/{mail_id:str}/{number:int}": "the demo's mails",
}
COMPANY_ROOM, STAFF_ROOM = "/foretag", "/kommun"

# A form that would be taken, were the case one's own: the refusal must not be about the form.
FORM = {
    "svar": "ja",
    "beskrivning": "Så här gör vi.",
    "intygar": "ja",
    "forsakran": "ja",
    "skal": "Vi har ändrat oss om det här.",
    "yttrande": "Vi har skickat in underlaget nu.",
    "forklaring": "Vi väntar på intyget.",
    "anteckning": "Ringt företaget.",
    "jav": "nej",
    "bedomning": "met",
    "motivering": "Underlaget visar det som villkoret kräver.",
    "villkor": CRITERION,
    f"fraga-{CRITERION}": "Vilket belopp gäller försäkringen?",
    "meddelande": "Vi behöver veta mer.",
    "senast": "2099-01-05",
    "forslag": "godkann",
    "sammanfattning": "Alla villkor är bedömda och uppfyllda.",
    "tillagg": "Bedöm försäkringen en gång till.",
    "roll": "editor",
    "startdag": "2026-05-01",
    "tillstand": "ja",
    "kalla": "Listan på webbplatsen",
    "atgard": "Ringt och fått svar.",
    "namn": "Mina brådskande",
    "anvands": "judgement",
    "rubrik": "Belopp saknas",
    "hall": "upp",
    "text": "Skriv vilket belopp som gäller.",
    "text_sv": "Skriv vilket belopp som gäller.",
}


@dataclass(frozen=True)
class Address:
    path: str
    method: str
    parameters: tuple[str, ...]

    @property
    def room(self) -> str:
        return STAFF_ROOM if self.path.startswith(STAFF_ROOM) else COMPANY_ROOM

    @property
    def of_somebody(self) -> bool:
        """Whether it names a thing that has an owner."""
        return any(name not in ("criterion", "group", "section", "register") for name in self.parameters)


def addresses(app: Litestar) -> list[Address]:
    """Every address that is not public."""
    found = {
        Address(route.path, method, tuple(re.findall(r"\{(\w+):", route.path)))
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler) and route.path not in PUBLIC
        for method in handler.http_methods
        if method not in ("OPTIONS", "HEAD")
    }
    return sorted(found, key=lambda each: (each.path, each.method))


def filled(address: Address, case: OthersCase) -> str:
    """The address with the other's things in it."""
    known = {
        **case.ids,
        "member_id": case.ids["staff_member_id" if address.room == STAFF_ROOM else "company_member_id"],
        "criterion": CRITERION,
        "group": "ekonomi",
        "number": 1,
        "section": "brev",
        "part": "sprak",
        "register": "ivo",
    }
    path = address.path
    for name in address.parameters:
        assert name in known, (
            f"{address.path} has a parameter {name!r} that this test does not know: make one of somebody else's in"
            " tests/web/others_case.py and give it here, or say in PUBLIC why the address is open to all"
        )
        path = re.sub(rf"\{{{name}:\w+\}}", str(known[name]), path)
    return path


@pytest.fixture
def others(owner: Session, bjorkvik) -> OthersCase:
    return make_others_case(owner, bjorkvik)


def _company(owner: Session, role: Role) -> Actor:
    return make_member(owner, make_provider(owner, "Rigel Omsorg AB"), role, "Olle Rigel")


STRANGERS = {
    **{f"{role} of another company": (COMPANY_ROOM, role) for role in COMPANY_ROLES},
    **{f"{role} of another municipality": (STAFF_ROOM, role) for role in STAFF_ROLES},
}


def problems_of(
    client, owner: Session, case: OthersCase, walked: Iterator[tuple[Address, tuple[int, ...]]], form: dict[str, str]
) -> list[str]:
    """Every address whose answer is not as it should be, reveals something, or comes with something written."""
    found, before = [], look(owner, case)
    for address, statuses in walked:
        path = filled(address, case)
        data = {"data": form} if address.method == "POST" else {}
        answer = client.request(address.method, path, **data)
        said = f"{address.method} {address.path}"
        if answer.status_code not in statuses:
            found.append(f"{said}: answered {answer.status_code}, not {' or '.join(map(str, statuses))}")
        found += [f"{said}: the answer holds {secret!r}" for secret in case.secrets if secret in answer.text]
        now = look(owner, case)
        if now != before:
            found.append(f"{said}: wrote in {sorted(name for name in now if now[name] != before[name])}")
            before = now
    return found


@pytest.mark.parametrize("stranger", STRANGERS)
def test_what_is_somebody_elses_is_not_there(app, browse, owner, ekholm, others, stranger):
    room, role = STRANGERS[stranger]
    actor = make_staff(owner, ekholm.id, role) if room == STAFF_ROOM else _company(owner, role)
    client = browse(sign_in(owner, actor))

    def walked():
        for address in addresses(app):
            # A room that is not the person's own is not there at all.
            if address.room != room or address.of_somebody:
                yield address, (404,)
            else:
                # One's own room: pages and lists of one's own, or a role that does not reach there.
                yield address, (200, 303, 403, 404, 409, 422)

    form = {**FORM, "foretag": str(actor.provider_id), "ateranvand": str(others.ids["document_id"])}
    assert problems_of(client, owner, others, walked(), form) == []


def test_whoever_has_not_signed_in_is_sent_to_sign_in(app, browse, owner, others):
    walked = ((address, (303,)) for address in addresses(app))

    assert problems_of(browse(), owner, others, walked, FORM) == []
    answer = browse().get(f"/kommun/arenden/{others.ids['case_id']}")
    assert answer.headers["location"].startswith("/logga-in/kommun?")


def test_one_does_not_come_to_act_for_somebody_else(browse, owner, ekholm, others):
    before = look(owner, others)
    company, staff = _company(owner, Role.SIGNATORY), make_staff(owner, ekholm.id)

    for actor, path, field, theirs in (
        (company, "/foretag/valj", "foretag", others.provider_id),
        (staff, "/kommun/valj", "kommun", others.place.id),
        (company, "/kommun/valj", "kommun", others.place.id),
        (staff, "/foretag/valj", "foretag", others.provider_id),
    ):
        answer = browse(sign_in(owner, actor)).post(path, data={field: str(theirs)})
        assert answer.status_code == 404, path

    assert look(owner, others) == before


def test_somebody_elses_document_cannot_be_drawn_into_ones_own_application(browse, owner, bjorkvik, others):
    own = make_others_case(owner, bjorkvik)
    before, own_before = look(owner, others), look(owner, own)
    client = browse(sign_in(owner, own.signatory))
    there = f"/foretag/ansokningar/{own.ids['application_id']}/villkor/{CRITERION}"

    removed = client.post(f"{there}/dokument/{others.ids['document_id']}/ta-bort")
    reused = client.post(f"{there}/ateranvand", data={"ateranvand": str(others.ids["document_id"])})

    assert (removed.status_code, reused.status_code) == (404, 404)
    assert look(owner, others) == before
    assert look(owner, own)["answer_document"] == own_before["answer_document"]


def test_every_public_address_is_one_of_the_portals(app):
    assert set(PUBLIC) - {route.path for route in app.routes} == set()


# One's own case, and not one's own step: who may take each.  Everyone else on the same side is refused.
OFFICER, DECIDER = frozenset({Role.CASE_OFFICER}), frozenset({Role.DECISION_MAKER})
EITHER, ADMINISTRATOR = OFFICER | DECIDER, frozenset({Role.MUNICIPAL_ADMINISTRATOR})
WRITERS = frozenset({Role.EDITOR, Role.ADMINISTRATOR, Role.SIGNATORY})
MANAGERS, SIGNATORY = frozenset({Role.ADMINISTRATOR, Role.SIGNATORY}), frozenset({Role.SIGNATORY})
APPLICATION, CASE = "/foretag/ansokningar/{application_id:uuid}", "/kommun/arenden/{case_id:uuid}"
CHECKS = "/kommun/anordnare/{provider_id:uuid}/kontroller"
PERSON, STAFF = "/foretag/personer", "/kommun/personal/{member_id:uuid}"
DRAFT = "/kommun/villkor/utkast/{draft_id:uuid}"
PROFILE = "/foretag/kompetens/{profile_id:uuid}"
MAY = {
    f"{APPLICATION}/villkor/{{criterion:str}}": WRITERS,
    f"{APPLICATION}/villkor/{{criterion:str}}/dokument": WRITERS,
    f"{APPLICATION}/villkor/{{criterion:str}}/ateranvand": WRITERS,
    f"{APPLICATION}/villkor/{{criterion:str}}/kompetens": WRITERS,
    f"{PROFILE}/andra": WRITERS,
    f"{PROFILE}/ta-bort": WRITERS,
    f"{PROFILE}/{{part:str}}/ny": WRITERS,
    f"{PROFILE}/{{part:str}}/{{claim_id:uuid}}": WRITERS,
    f"{PROFILE}/{{part:str}}/{{claim_id:uuid}}/ta-bort": WRITERS,
    f"{APPLICATION}/villkor/{{criterion:str}}/dokument/{{document_id:uuid}}/ta-bort": WRITERS,
    f"{APPLICATION}/villkor/{{criterion:str}}/dokument/{{document_id:uuid}}/ersatt": WRITERS,
    f"{APPLICATION}/villkor/{{criterion:str}}/dokument/{{document_id:uuid}}/siffror": WRITERS,
    f"{APPLICATION}/villkor/{{criterion:str}}/uppladdningar": WRITERS,
    f"{APPLICATION}/villkor/{{criterion:str}}/uppladdningar/{{upload_id:uuid}}/avbryt": WRITERS,
    "/foretag/uppladdningar/{upload_id:uuid}": WRITERS,
    "/foretag/uppladdningar/{upload_id:uuid}/avbryt": WRITERS,
    "/foretag/underlag/{document_id:uuid}/ta-bort": WRITERS,
    f"{APPLICATION}/skicka-in": SIGNATORY,
    f"{APPLICATION}/aterkalla": SIGNATORY,
    f"{APPLICATION}/komplettera": WRITERS,
    f"{APPLICATION}/yttrande": WRITERS,
    "/foretag/avtal/{authorization_id:uuid}/skriv-under": SIGNATORY,
    f"{PERSON}/inbjudan/{{invitation_id:uuid}}/skicka-igen": MANAGERS,
    f"{PERSON}/inbjudan/{{invitation_id:uuid}}/aterkalla": MANAGERS,
    f"{PERSON}/{{member_id:uuid}}/roll": MANAGERS,
    f"{PERSON}/{{member_id:uuid}}/ta-bort": MANAGERS,
    f"{CASE}/anteckningar": EITHER,
    f"{CASE}/jav": EITHER,
    f"{CASE}/ta": OFFICER,
    f"{CASE}/lamna-over": OFFICER,
    f"{CASE}/villkor/{{criterion:str}}": OFFICER,
    f"{CASE}/villkor/{{criterion:str}}/bekrafta": OFFICER,
    f"{CASE}/andra-granskning/svar": OFFICER,
    f"{CASE}/andra-granskning/begar": OFFICER,
    f"{CASE}/kopplingar": OFFICER,
    f"{CASE}/kopplingar/{{link_id:uuid}}/ta-bort": OFFICER,
    f"{CASE}/villkor/{{criterion:str}}/uppfyllt": OFFICER,
    f"{CASE}/grupp/{{group:str}}": OFFICER,
    f"{CASE}/komplettering": OFFICER,
    f"{CASE}/forslag": OFFICER,
    f"{CASE}/beslut/aterlamna": DECIDER,
    f"{CASE}/beslut/yttrande": DECIDER,
    f"{CASE}/beslut/godkann": DECIDER,
    f"{CASE}/beslut/avsla": DECIDER,
    "/kommun/arenden/vyer/{view_id:uuid}": EITHER,
    "/kommun/arenden/vyer/{view_id:uuid}/ta-bort": EITHER,
    "/kommun/avtal/{authorization_id:uuid}/skriv-under": DECIDER,
    "/kommun/avtal/{authorization_id:uuid}/starta": OFFICER,
    f"{CHECKS}/{{register:str}}/svar": OFFICER,
    f"{CHECKS}/{{register:str}}/fraga": OFFICER,
    "/kommun/kontroller/{check_id:uuid}/atgarda": OFFICER,
    f"{CASE}/arkivpaket": EITHER,
    "/kommun/gallring/{thinning_id:uuid}/godkann": ADMINISTRATOR,
    "/foretag/nya-villkor/{application_id:uuid}/{criterion:str}": SIGNATORY,
    "/kommun/nya-villkor/{confirmation_id:uuid}/godta": OFFICER,
    "/kommun/nya-villkor/{confirmation_id:uuid}/aterlamna": OFFICER,
    f"{DRAFT}/verkan": ADMINISTRATOR,
    f"{DRAFT}/verkan/avbryt": ADMINISTRATOR,
    f"{DRAFT}/namn": ADMINISTRATOR,
    f"{DRAFT}/kasta": ADMINISTRATOR,
    f"{DRAFT}/lagg-till": ADMINISTRATOR,
    f"{DRAFT}/eget": ADMINISTRATOR,
    f"{DRAFT}/villkor/{{criterion:str}}": ADMINISTRATOR,
    f"{DRAFT}/villkor/{{criterion:str}}/ta-bort": ADMINISTRATOR,
    f"{DRAFT}/villkor/{{criterion:str}}/ta-tillbaka": ADMINISTRATOR,
    f"{DRAFT}/villkor/{{criterion:str}}/flytta": ADMINISTRATOR,
    f"{DRAFT}/publicera": ADMINISTRATOR,
    "/kommun/fraser/{phrase_id:uuid}": ADMINISTRATOR,
    "/kommun/fraser/{phrase_id:uuid}/ta-bort": ADMINISTRATOR,
    STAFF: ADMINISTRATOR,
    f"{STAFF}/avsluta": ADMINISTRATOR,
    f"{STAFF}/aterstall": ADMINISTRATOR,
}
REFUSED = (403, 404, 409)
COLLEAGUES = {
    **{f"{role} of the company": (COMPANY_ROOM, role) for role in COMPANY_ROLES},
    **{f"{role} of the municipality": (STAFF_ROOM, role) for role in STAFF_ROLES},
}


def test_it_is_said_of_every_step_who_may_take_it(app):
    steps = {each.path for each in addresses(app) if each.method == "POST" and each.of_somebody}

    assert steps - set(MAY) == set(), "say in MAY which roles may take these steps"
    assert set(MAY) - steps == set()


@pytest.mark.parametrize("state", [State.DRAFT, State.SUPPLEMENT_REQUESTED, State.PROPOSED_DECISION])
@pytest.mark.parametrize("colleague", COLLEAGUES)
def test_who_has_not_the_role_takes_no_step_in_ones_own_case(app, browse, owner, bjorkvik, colleague, state):
    room, role = COLLEAGUES[colleague]
    case = make_others_case(owner, bjorkvik, state=state)
    if room == STAFF_ROOM:
        actor = make_staff(owner, bjorkvik.id, role)
    else:
        actor = make_member(owner, case.provider_id, role)
        assert actor.roles == with_lesser(role)
    client = browse(sign_in(owner, actor))

    def walked():
        for address in addresses(app):
            if address.method == "POST" and address.room == room and role not in MAY.get(address.path, {role}):
                yield address, REFUSED

    form = {**FORM, "foretag": str(actor.provider_id), "ateranvand": str(uuid4())}
    # What one may see of one's own is no secret.
    case = replace(case, secrets=())
    assert problems_of(client, owner, case, walked(), form) == []


# In which state each step is open with the form above; the refusals are then about the person and not about the form.
TAKEN_IN = {
    State.DRAFT: [f"{APPLICATION}/villkor/{{criterion:str}}"],
    State.SUBMITTED: [f"{CASE}/ta"],
    State.UNDER_REVIEW: [
        f"{APPLICATION}/aterkalla",
        f"{CASE}/anteckningar",
        f"{CASE}/jav",
        f"{CASE}/lamna-over",
        f"{CASE}/villkor/{{criterion:str}}",
        f"{CASE}/komplettering",
        f"{CHECKS}/{{register:str}}/svar",
        f"{CHECKS}/{{register:str}}/fraga",
        "/kommun/kontroller/{check_id:uuid}/atgarda",
        f"{CASE}/kopplingar/{{link_id:uuid}}/ta-bort",
        "/kommun/arenden/vyer/{view_id:uuid}",
        "/kommun/arenden/vyer/{view_id:uuid}/ta-bort",
    ],
    State.SUPPLEMENT_REQUESTED: [
        f"{APPLICATION}/villkor/{{criterion:str}}/dokument",
        f"{APPLICATION}/villkor/{{criterion:str}}/dokument/{{document_id:uuid}}/ta-bort",
        f"{APPLICATION}/villkor/{{criterion:str}}/dokument/{{document_id:uuid}}/ersatt",
        f"{APPLICATION}/villkor/{{criterion:str}}/uppladdningar/{{upload_id:uuid}}/avbryt",
        "/foretag/uppladdningar/{upload_id:uuid}/avbryt",
        f"{APPLICATION}/komplettera",
        f"{PERSON}/inbjudan/{{invitation_id:uuid}}/skicka-igen",
        f"{PERSON}/inbjudan/{{invitation_id:uuid}}/aterkalla",
        f"{PERSON}/{{member_id:uuid}}/roll",
        f"{PERSON}/{{member_id:uuid}}/ta-bort",
        f"{STAFF}/avsluta",
        "/kommun/fraser/{phrase_id:uuid}",
        "/kommun/fraser/{phrase_id:uuid}/ta-bort",
    ],
    State.PROPOSED_DECISION: [f"{CASE}/beslut/aterlamna"],
}


@pytest.mark.parametrize(("state", "path"), [(state, path) for state, paths in TAKEN_IN.items() for path in paths])
def test_the_same_form_is_taken_from_whoever_has_the_role(browse, owner, bjorkvik, state, path):
    case = make_others_case(owner, bjorkvik, state=state)
    address = Address(path, "POST", tuple(re.findall(r"\{(\w+):", path)))
    if MAY[path] <= set(COMPANY_ROLES):
        actor = case.signatory
    elif state is not State.SUBMITTED and Role.CASE_OFFICER in MAY[path]:
        actor = case.officer
    else:
        actor = make_staff(owner, bjorkvik.id, *MAY[path])
    before = look(owner, case)

    file = {"fil": ("Intyg.pdf", PDF, "application/pdf")} if path.endswith(("/dokument", "/ersatt")) else None
    form = {**FORM, "foretag": str(case.provider_id)}
    answer = browse(sign_in(owner, actor)).post(filled(address, case), data=form, files=file)

    assert answer.status_code == 303
    assert look(owner, case) != before
