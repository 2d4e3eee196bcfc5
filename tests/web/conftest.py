"""Whom most pages are tried as: a signatory with a draft of an application, an officer, an administrator; signed in."""

import pytest

from tests.factories import sign_in
from tests.factories_application import make_application


@pytest.fixture
def client(browse, owner, anna):
    """The signatory's browser."""
    return browse(sign_in(owner, anna))


@pytest.fixture
def as_officer(browse, owner, officer):
    """The officer's browser."""
    return browse(sign_in(owner, officer))


@pytest.fixture
def as_administrator(browse, owner, administrator):
    """The administrator's browser."""
    return browse(sign_in(owner, administrator))


@pytest.fixture
def draft(owner, bjorkvik, anna):
    return make_application(owner, bjorkvik, by=anna)
