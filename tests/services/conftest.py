"""A municipality with conditions of its own, and what its jobs work with."""

import pytest

from portal.jobs.workshop import open_workshop
from tests.factories import NOW
from tests.factories_drafts import make_place


@pytest.fixture
def place(owner):
    return make_place(owner)


@pytest.fixture
def workshop(settings):
    opened = open_workshop(settings, clock=lambda: NOW)
    yield opened
    opened.engine.dispose()
