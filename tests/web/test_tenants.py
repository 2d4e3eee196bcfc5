"""Somebody else's case is not there: every address, every role, every method; nothing is read and nothing written."""

import pytest
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.roles import COMPANY_ROLES, STAFF_ROLES, Role
from tests.factories import make_member, make_provider, make_staff, sign_in
from tests.web.every_address import COMPANY_ROOM, FORM, PUBLIC, STAFF_ROOM, addresses, problems_of
from tests.web.others_case import CRITERION, OthersCase, look, make_others_case


@pytest.fixture
def others(owner: Session, bjorkvik) -> OthersCase:
    return make_others_case(owner, bjorkvik)


def _company(owner: Session, role: Role) -> Actor:
    return make_member(owner, make_provider(owner, "Rigel Omsorg AB"), role, "Olle Rigel")


STRANGERS = {
    **{f"{role} of another company": (COMPANY_ROOM, role) for role in COMPANY_ROLES},
    **{f"{role} of another municipality": (STAFF_ROOM, role) for role in STAFF_ROLES},
}


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
