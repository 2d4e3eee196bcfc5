"""Every address of the portal that is not open to all, filled with one case's things, and walked.

The addresses come from the routing table, so that no new one escapes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from sqlmodel import Session

from tests.web.others_case import CRITERION, OthersCase, look

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
COMPANY_ROOM = "/foretag"
STAFF_ROOM = "/kommun"

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
    "rubrik_sv": "Belopp saknas",
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


AT_A_TIME = 8
"""Addresses between two looks at what is stored: a look reads every table, and so costs more than a page."""


def problems_of(
    client, owner: Session, case: OthersCase, walked: Iterator[tuple[Address, tuple[int, ...]]], form: dict[str, str]
) -> list[str]:
    """Every address whose answer is not as it should be, or reveals something; and, by a few, where one wrote."""
    found: list[str] = []
    before, since = look(owner, case), []

    def written() -> None:
        nonlocal before
        now = look(owner, case)
        if now != before:
            changed = sorted(name for name in now if now[name] != before[name])
            found.append(f"one of {', '.join(since)}: wrote in {changed}")
        before = now
        since.clear()

    for address, statuses in walked:
        path = filled(address, case)
        data = {"data": form} if address.method == "POST" else {}
        answer = client.request(address.method, path, **data)
        said = f"{address.method} {address.path}"
        if answer.status_code not in statuses:
            found.append(f"{said}: answered {answer.status_code}, not {' or '.join(map(str, statuses))}")
        found += [f"{said}: the answer holds {secret!r}" for secret in case.secrets if secret in answer.text]
        since.append(said)
        if len(since) == AT_A_TIME:
            written()
    written()
    return found
