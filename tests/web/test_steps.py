"""Of every step it is said who may take it; everyone else on the same side is refused, and nothing is written."""

import re
from dataclasses import replace
from uuid import uuid4

import pytest

from portal.domain.application import State
from portal.domain.roles import COMPANY_ROLES, STAFF_ROLES, Role, with_lesser
from tests.factories import make_member, make_staff, sign_in
from tests.factories_application import PDF
from tests.web.every_address import COMPANY_ROOM, FORM, STAFF_ROOM, Address, addresses, filled, problems_of
from tests.web.others_case import look, make_others_case

# In one's own case; whose step each is.
OFFICER, DECIDER = frozenset({Role.CASE_OFFICER}), frozenset({Role.DECISION_MAKER})
EITHER, ADMINISTRATOR = OFFICER | DECIDER, frozenset({Role.MUNICIPAL_ADMINISTRATOR})
WRITERS = frozenset({Role.EDITOR, Role.ADMINISTRATOR, Role.SIGNATORY})
MANAGERS, SIGNATORY = frozenset({Role.ADMINISTRATOR, Role.SIGNATORY}), frozenset({Role.SIGNATORY})
APPLICATION, CASE = "/foretag/ansokningar/{application_id:uuid}", "/kommun/arenden/{case_id:uuid}"
CHECKS = "/kommun/anordnare/{provider_id:uuid}/kontroller"
PERSON = "/foretag/personer"
STAFF = "/kommun/personal/{member_id:uuid}"
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
    "/foretag/nya-villkor/{application_id:uuid}/{criterion:str}/uppladdningar": SIGNATORY,
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
