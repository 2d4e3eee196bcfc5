"""Start, answer, submit, supplement, comment, withdraw: and what must not happen."""

import pytest
from sqlmodel import Session, col, select

from portal.db.session import Scope, enter
from portal.db.tables import (
    Answer,
    Application,
    ApplicationWord,
    CaseFile,
    DiarySerial,
    Event,
    Hearing,
    Paper,
    Service,
    Supplement,
    SupplementItem,
)
from portal.domain.application import State
from portal.domain.criteria import DocumentState, Lack
from portal.domain.roles import Role
from portal.errors import ChangedMeanwhile, Invalid, NotAllowed, NotFound, NotReady, TransitionRefused
from portal.services import applications
from tests.factories import NOW, make_member, make_provider, make_staff
from tests.factories_application import answer_all, make_application, make_document


@pytest.mark.parametrize("state", list(State))
def test_an_application_can_be_made_in_every_state(owner, bjorkvik, state):
    assert make_application(owner, bjorkvik, state=state).state is state
