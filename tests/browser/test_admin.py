"""The administrator's pages in a real browser: nothing for axe, at both widths, errors included."""

import pytest

from portal.domain.roles import Role
from tests.factories import make_staff
from tests.factories_admin import make_own_municipality


@pytest.fixture
def page(as_actor, owner):
    place = make_own_municipality(owner)
    make_staff(owner, place.id, Role.CASE_OFFICER, Role.RECEPTION)
    return as_actor(make_staff(owner, place.id, Role.MUNICIPAL_ADMINISTRATOR, name="Henrik Wallin"))


@pytest.mark.parametrize(
    "path",
    [
        "/kommun/personal",
        "/kommun/personal/lagg-till",
        "/kommun/installningar",
        "/kommun/installningar/tider",
        "/kommun/installningar/granser",
        "/kommun/installningar/texter",
        "/kommun/installningar/kontakt",
        "/kommun/installningar/utseende",
        "/demo/brev",
    ],
)
def test_a_page_has_nothing_for_axe(page, nothing_for_axe, path):
    page.goto(path)

    nothing_for_axe(page)


def test_errors_at_the_fields_have_nothing_for_axe(page, nothing_for_axe):
    page.goto("/kommun/personal/lagg-till")
    page.get_by_role("button", name="Lägg till och skicka brev").click()

    nothing_for_axe(page)
