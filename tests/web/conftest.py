"""Whom most pages are tried as: a signatory with a draft of an application, signed in; and a place with conditions."""

import pytest

from tests.factories import make_member, make_provider, sign_in
from tests.factories_application import make_application
from tests.factories_drafts import make_place


@pytest.fixture
def anna(owner):
    return make_member(owner, make_provider(owner))


@pytest.fixture
def client(browse, owner, anna):
    return browse(sign_in(owner, anna))


@pytest.fixture
def draft(owner, bjorkvik, anna):
    return make_application(owner, bjorkvik, by=anna)


@pytest.fixture
def place(owner):
    return make_place(owner)
