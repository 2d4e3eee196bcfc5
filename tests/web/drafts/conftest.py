"""A draft of an own municipality's conditions, as its administrator has begun it."""

import pytest

from portal.db.session import Scope, enter
from portal.services import drafts
from tests.factories_drafts import make_draft


@pytest.fixture
def draft_id(db, administrator, place):
    made = make_draft(db, administrator, place.services["familjebehandling"])
    db.rollback()
    return made


@pytest.fixture
def here(draft_id):
    """The address of the draft."""
    return f"/kommun/villkor/utkast/{draft_id}"


@pytest.fixture
def content(db, draft_id, administrator):
    """``content()``: what the draft holds now."""

    def read():
        db.rollback()
        enter(db, Scope.of(administrator))
        held = drafts.read(db, draft_id, actor=administrator).content
        db.rollback()
        return held

    return read
