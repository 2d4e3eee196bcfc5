"""A municipality is founded once, and only under an address that can be its own."""

from dataclasses import replace

import pytest

from portal import library
from portal.domain.municipality import may_be_service_slug
from portal.errors import Invalid
from portal.services import founding
from tests.factories import NOW


@pytest.mark.parametrize("slug", ["kommun", "foretag", "kontrollera", "Björkvik", "a/b", ""])
def test_an_address_that_another_page_has_is_refused(owner, slug):
    wanted = replace(library.load().municipalities[0], slug=slug)

    with pytest.raises(Invalid) as refused:
        founding.found(owner, wanted, now=NOW)

    assert refused.value.errors == {"slug": "not_an_address"}


@pytest.mark.parametrize(("slug", "may"), [("hemtjanst", True), ("villkor", False), ("anordnare", False), ("Å", False)])
def test_a_service_is_not_called_as_a_page_of_its_municipality(slug, may):
    assert may_be_service_slug(slug) is may
