"""What the services' jobs work with."""

import pytest

from portal.jobs.workshop import open_workshop
from tests.factories import NOW


@pytest.fixture
def workshop(settings):
    opened = open_workshop(settings, clock=lambda: NOW)
    yield opened
    opened.engine.dispose()
