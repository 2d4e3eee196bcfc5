"""Which pages are walked in the accessibility tests: every page of every room, in its main states and with its errors.

A page is here as an address in a scene.  A new page that is not here fails a test.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from portal.domain.application import State
from portal.domain.authorization import State as Authorized
from portal.domain.registers import Register
from portal.domain.roles import Role
from tests import factories_drafts, factories_effects, factories_equal
from tests import factories_scenes as scenes
from tests.factories_scenes import Scene


@dataclass(frozen=True)
class Walk:
    """Who looks at what; ``mistakes`` are pages on which the named button is pressed with nothing filled in."""

    scene: Callable[..., Scene]
    pages: tuple[str, ...]
    mistakes: dict[str, str] = field(default_factory=dict)


APPLICATION = ("/foretag/ansokningar/{case}",)
WALKS = {
    "anyone": Walk(
        scenes.anyone,
        (
            "/",
            "/logga-in",
            "/logga-in/svar",
            "/om/tillganglighet",
            "/om/personuppgifter",
            "/kontrollera",
            "/kontrollera?nummer=BJO 2222 3333 4444",
            "/demo/brev",
            "/inbjudan/{token}",
            "/bjorkvik",
            "/bjorkvik/anordnare",
            "/bjorkvik/anordnare?sok=finns-inte",
            "/bjorkvik/villkor",
            "/bjorkvik/villkor/{general}",
            "/bjorkvik/{service}",
            "/ekholm/familjeradgivning",
            "/bjorkvik/{service}/villkor/{general}",
            "/bjorkvik/{service}/sjalvtest",
            "/finns/inte/alls",
        ),
        {"/kontrollera": "Kontrollera numret", "/kontrollera?kommun=bjorkvik": "Kontrollera filen"},
    ),
    "compared versions": Walk(
        factories_drafts.compared,
        (
            "/{slug}/villkor",
            "/{slug}/villkor/2/jamfor/1",
            "/{slug}/familjebehandling/villkor/2",
            "/{slug}/familjebehandling/villkor/2/jamfor/1",
        ),
    ),
    "newcomer": Walk(scenes.newcomer, ("/foretag/registrera",), {"/foretag/registrera": "Registrera företaget"}),
    "company": Walk(
        scenes.company,
        (
            "/foretag",
            "/foretag/valj",
            "/foretag/uppgifter?gjort=sparat",
            "/foretag/uppgifter/huvudman",
            "/foretag/uppgifter/andra",
            "/foretag/personer?gjort=inbjuden",
            "/foretag/personer/bjud-in",
            "/foretag/personer/{member}",
            "/foretag/kompetens?gjort=borttagen",
            "/foretag/kompetens/ny",
            "/foretag/kompetens/{profile}?gjort=sparat",
            "/foretag/kompetens/{profile}/andra",
            "/foretag/kompetens/{profile}/utbildning/ny",
            "/foretag/kompetens/{profile}/anstallning/{claim}",
            "/foretag/meddelanden",
            "/foretag/meddelanden/{letter}",
            "/foretag/ansokningar",
            "/foretag/ansokningar/ny?tjanst={service}",
            "/foretag/avtal",
            "/foretag/utdrag",
            "/foretag/underlag",
            "/fortsatt/{parked}",
            "/underskrift/svar",
            "/kommun/arenden",
        ),
        {"/foretag/personer/bjud-in": "Skicka inbjudan", "/foretag/kompetens/{profile}/anstallning/ny": "Spara"},
    ),
    "draft": Walk(
        scenes.application(State.DRAFT),
        (
            "/foretag",
            "/foretag/ansokningar",
            "/foretag/ansokningar/{case}",
            "/foretag/ansokningar/{case}/delar/{group}",
            "/foretag/ansokningar/{case}/villkor/GEN-01",
            "/foretag/ansokningar/{case}/granska",
            "/foretag/ansokningar/{case}/aterkalla",
        ),
        {
            "/foretag/ansokningar/{case}/villkor/GEN-25": "Spara och fortsätt",
            "/foretag/ansokningar/{case}/villkor/GEN-01": "Ladda upp",
        },
    ),
    "complete draft": Walk(
        scenes.application(State.DRAFT, complete=True),
        (
            "/foretag/ansokningar/{case}",
            "/foretag/ansokningar/{case}/delar/{group}",
            "/foretag/ansokningar/{case}/villkor/GEN-25",
            "/foretag/ansokningar/{case}/granska",
            "/foretag/underlag",
            "/foretag/underlag/{document}",
        ),
        {
            "/foretag/ansokningar/{case}/granska": "Skicka in ansökan",
            "/foretag/ansokningar/{case}/villkor/GEN-25/dokument/{document}/ersatt": "Ersätt dokumentet",
        },
    ),
    "draft with figures": Walk(
        scenes.shown_figures,
        (
            "/foretag/ansokningar/{case}/villkor/GEN-09",
            "/foretag/ansokningar/{case}/villkor/HTJ-01",
            "/foretag/ansokningar/{case}/villkor/HTJ-02",
            "/foretag/ansokningar/{case}/granska",
        ),
        {"/foretag/ansokningar/{case}/villkor/GEN-09/dokument/{document}/siffror": "Spara siffrorna"},
    ),
    "submitted": Walk(
        scenes.application(State.SUBMITTED),
        (
            "/foretag/ansokningar/{case}",
            "/foretag/ansokningar/{case}/kvitto",
            "/foretag/ansokningar/{case}/villkor/GEN-25",
            "/foretag/ansokningar/{case}/aterkalla",
        ),
        {"/foretag/ansokningar/{case}/aterkalla": "Återkalla ansökan"},
    ),
    "supplement": Walk(
        scenes.application(State.SUPPLEMENT_REQUESTED),
        (
            "/foretag",
            "/foretag/ansokningar/{case}",
            "/foretag/ansokningar/{case}/villkor/GEN-25",
            "/foretag/ansokningar/{case}/granska",
        ),
        {"/foretag/ansokningar/{case}/granska": "Skicka in kompletteringen"},
    ),
    "hearing": Walk(
        scenes.application(State.PROPOSED_DECISION, heard=True),
        ("/foretag", "/foretag/ansokningar/{case}", "/foretag/ansokningar/{case}/yttrande"),
        {"/foretag/ansokningar/{case}/yttrande": "Skicka yttrandet"},
    ),
    "rejected": Walk(scenes.application(State.REJECTED), APPLICATION),
    "withdrawn": Walk(scenes.application(State.WITHDRAWN), APPLICATION),
    "approved": Walk(scenes.application(State.APPROVED), APPLICATION),
    "contract to sign": Walk(
        scenes.contract(Authorized.OFFERED), ("/foretag", "/foretag/avtal", "/foretag/avtal/{contract}")
    ),
    "contract signed by the company": Walk(
        scenes.contract(Authorized.OFFERED, signed=True), ("/foretag/avtal/{contract}",)
    ),
    "contract signed": Walk(scenes.contract(Authorized.SIGNED, signed=True), ("/foretag/avtal/{contract}",)),
    "contract active": Walk(scenes.contract(Authorized.ACTIVE, signed=True), ("/foretag/avtal/{contract}",)),
    "document": Walk(
        scenes.document,
        (
            "/foretag/dokument/{document}/visa?arende={case}&villkor=GEN-25&sok=Så",
            "/foretag/dokument/{document}/visa?arende={case}&villkor=GEN-25&sida=2&zoom=200&vrid=90",
            "/foretag/dokument/{broken}/visa",
        ),
    ),
    "document in a case": Walk(
        scenes.document_in_case,
        (
            "/kommun/dokument/{document}/visa?arende={case}&villkor=GEN-25",
            "/kommun/arenden/{case}?villkor=GEN-25",
        ),
    ),
    "waiting case": Walk(
        scenes.waiting_case,
        ("/kommun/valj", "/kommun/arenden", "/kommun/arenden?q=finns-inte", "/kommun/arenden/{case}"),
        {"/kommun/arenden/{case}": "Spara svaret"},
    ),
    "taken case": Walk(
        scenes.taken_case,
        (
            "/kommun/arenden/{case}?villkor=GEN-25",
            "/kommun/arenden/{case}/grupp/company?bekraftade=3",
            "/kommun/arenden/{case}/protokoll",
            "/kommun/arenden/{case}/historik",
            "/kommun/arenden/{case}/narstaende",
            "/kommun/arenden/{case}/lamna-over",
            "/kommun/arenden/{case}/komplettering",
            "/kommun/arenden/{case}/komplettering?villkor=GEN-25",
            "/kommun/arenden/{case}/forslag",
            "/kommun/anordnare",
            "/kommun/arenden?urval=nya",
            "/kommun/arenden/vyer?klart=ja",
        ),
        {
            "/kommun/arenden/{case}/narstaende": "Koppla ärendena",
            "/kommun/arenden/vyer?urval=nya": "Spara vyn",
            "/kommun/arenden/{case}": "Spara och gå till nästa",
            "/kommun/arenden/{case}?villkor=GEN-01": "Spara anteckningen",
            "/kommun/arenden/{case}/lamna-over": "Lämna över",
            "/kommun/arenden/{case}/komplettering": "Fortsätt till frågorna",
            "/kommun/arenden/{case}/komplettering?villkor=GEN-25": "Skicka begäran",
        },
    ),
    "checked provider": Walk(
        scenes.checked_provider,
        (
            "/kommun/kontroller",
            "/kommun/anordnare/{provider}/kontroller",
            *(f"/kommun/anordnare/{{provider}}/kontroller/{each.value}" for each in Register),
        ),
        {
            "/kommun/anordnare/{provider}/kontroller/kronofogden": "Spara och markera som hanterad",
            "/kommun/anordnare/{provider}/kontroller/skatteverket": "Spara svaret",
        },
    ),
    "judged case": Walk(
        scenes.judged_case(),
        (
            "/kommun/arenden/{case}",
            "/kommun/arenden/{case}/forslag",
            "/kommun/arenden/{case}/protokoll",
            "/kommun/arenden/{case}/andra-granskning",
        ),
        {"/kommun/arenden/{case}/forslag": "Lämna förslag om godkännande"},
    ),
    "judged case, unmet": Walk(
        scenes.judged_case("GEN-25", "GEN-01"),
        ("/kommun/arenden/{case}/forslag",),
        {"/kommun/arenden/{case}/forslag": "Lämna förslag om avslag"},
    ),
    "proposed approval": Walk(
        scenes.proposed_case(),
        ("/kommun/att-besluta", "/kommun/arenden/{case}", "/kommun/arenden/{case}/beslut"),
        {"/kommun/arenden/{case}/beslut": "Återlämna"},
    ),
    "proposed refusal": Walk(scenes.proposed_case("GEN-25"), ("/kommun/arenden/{case}/beslut",)),
    "heard": Walk(scenes.heard_case, ("/kommun/arenden/{case}/beslut",)),
    "refused": Walk(
        scenes.refused_case,
        ("/kommun/arenden/{case}", "/kommun/arenden/{case}/beslut", "/kommun/arenden/{case}/arkivpaket"),
    ),
    "to countersign": Walk(
        scenes.staff_contract(Role.DECISION_MAKER, Authorized.OFFERED, signed=True), ("/kommun/avtal/{contract}",)
    ),
    "waiting for the company": Walk(
        scenes.staff_contract(Role.RECEPTION, Authorized.OFFERED), ("/kommun/avtal/{contract}", "/kommun/arenden")
    ),
    "to start": Walk(
        scenes.staff_contract(Role.CASE_OFFICER, Authorized.SIGNED, signed=True), ("/kommun/avtal/{contract}",)
    ),
    "started": Walk(
        scenes.staff_contract(Role.CONTROLLER, Authorized.ACTIVE, signed=True),
        ("/kommun/anordnare", "/kommun/avtal/{contract}"),
    ),
    "administrator": Walk(
        scenes.administrator,
        (
            "/kommun/personal",
            "/kommun/personal/lagg-till",
            "/kommun/personal/{member}",
            "/kommun/tillstandslista",
            "/kommun/installningar",
            *(
                f"/kommun/installningar/{each}"
                for each in ("tider", "granser", "texter", "kontakt", "bevarande", "granskning", "utseende")
            ),
            "/kommun/gallring",
            "/kommun/fraser?klart=ja",
            "/kommun/fraser/ny",
            "/kommun/fraser/{phrase}",
        ),
        {
            "/kommun/fraser/ny": "Spara frasen",
            "/kommun/personal/lagg-till": "Lägg till och skicka brev",
            "/kommun/tillstandslista": "Ladda upp listan",
        },
    ),
    "second review to answer": Walk(
        scenes.second_review(),
        ("/kommun/arenden/andra-granskning", "/kommun/arenden/{case}/andra-granskning"),
        {"/kommun/arenden/{case}/andra-granskning": "Lämna svaret"},
    ),
    "second review answered": Walk(
        scenes.second_review(answered=True),
        ("/kommun/arenden/{case}/andra-granskning", "/kommun/arenden/{case}/protokoll"),
    ),
    "leader": Walk(
        scenes.leader,
        ("/kommun/fordelning?klart=2", "/kommun/fordelning?handlaggare={officer}"),
        {"/kommun/fordelning?handlaggare={officer}": "Byt handläggare"},
    ),
    "equal treatment": Walk(
        factories_equal.followed_up,
        (
            "/kommun/likabehandling",
            "/kommun/likabehandling?period=i-fjol",
        ),
    ),
    "asked to confirm": Walk(
        factories_effects.asked,
        (
            "/foretag/nya-villkor/{application}",
            "/foretag/nya-villkor/{application}/GEN-25",
            "/foretag/nya-villkor/{application}/GEN-07",
        ),
        {"/foretag/nya-villkor/{application}/GEN-25": "Svara för företaget"},
    ),
    "who has not confirmed": Walk(
        factories_effects.asked_of_staff,
        (
            "/kommun/nya-villkor",
            "/kommun/nya-villkor?urval=svar&villkor=allmanna-1",
            "/kommun/nya-villkor?arende={case}",
        ),
    ),
    "effect": Walk(
        factories_effects.effect,
        (
            "/kommun/villkor/utkast/{draft}/verkan",
            "/kommun/villkor/utkast/{draft}/verkan?utfall=mer",
            "/kommun/villkor/utkast/{draft}/verkan/{application}",
            "/kommun/villkor/utkast/{counting}/verkan",
        ),
    ),
    "drafts of conditions": Walk(
        factories_drafts.drafted,
        (
            "/kommun/villkor",
            "/kommun/villkor/nytt",
            "/kommun/villkor/utkast/{draft}?klart=tillagt",
            "/kommun/villkor/utkast/{draft}?ordna=ja",
            "/kommun/villkor/utkast/{draft}/jamfor",
            "/kommun/villkor/utkast/{draft}/forhandsvisa",
            "/kommun/villkor/utkast/{draft}/publicera",
            "/kommun/villkor/utkast/{draft}/lagg-till",
            "/kommun/villkor/utkast/{draft}/eget",
            "/kommun/villkor/utkast/{draft}/villkor/FBH-03",
            "/kommun/villkor/utkast/{draft}/villkor/FBH-E2",
            "/kommun/villkor/utkast/{published}",
        ),
        {
            "/kommun/villkor/nytt": "Skapa utkastet",
            "/kommun/villkor/utkast/{draft}/lagg-till": "Lägg till de valda",
            "/kommun/villkor/utkast/{draft}/eget": "Fortsätt",
            "/kommun/villkor/utkast/{draft}/villkor/FBH-E2": "Spara villkoret",
            "/kommun/villkor/utkast/{whole}/publicera": "Publicera version 2",
        },
    ),
    "on no staff": Walk(scenes.roleless, ("/kommun/valj",)),
}

# What answers with a file, a redirection, or something for machines.
NO_PAGES = {
    "/healthz",
    "/readyz",
    "/static/{}/{}",
    "/tema/{}/{}",
    "/logga-in/{}",
    "/sprak/{}",
    "/demo/brev/{}/{}",
    "/foretag/dokument/{}",
    "/foretag/uppladdningar/{}",
    "/kommun/dokument/{}",
    "/foretag/dokument/{}/sidor/{}",
    "/kommun/dokument/{}/sidor/{}",
    "/foretag/handlingar/{}",
    "/kommun/handlingar/{}",
    "/foretag/handlingar/{}/oversattning",
    "/kommun/handlingar/{}/oversattning",
    "/kommun/arkivpaket/{}",
    "/foretag/utdrag/{}",
    "/kommun",
}
