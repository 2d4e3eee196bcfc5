"""A draft is started of a service that is open, once, under the conditions in force that day."""

import pytest

from portal.db.tables import Service
from portal.domain.application import State
from portal.domain.roles import Role
from portal.errors import NotAllowed
from portal.services import applications
from tests.factories import make_member, make_provider
from tests.factories_application import make_application
from tests.services.serving import kinds, serve


@pytest.mark.parametrize("state", list(State))
def test_an_application_can_be_made_in_every_state(owner, bjorkvik, state):
    assert make_application(owner, bjorkvik, state=state).state is state


def test_a_draft_keeps_the_versions_that_are_in_force_that_day(db, owner, bjorkvik, anna, now):
    started = applications.start(serve(db, anna), bjorkvik.services["familjeradgivning"], actor=anna, now=now)
    db.commit()

    assert started.state is State.DRAFT
    assert started.number is None
    assert started.asked == 37
    assert kinds(owner, started) == ["application.started"]


def test_a_draft_that_is_there_already_is_opened_instead(db, owner, bjorkvik, anna, now):
    first = make_application(owner, bjorkvik, by=anna)

    again = applications.start(serve(db, anna), bjorkvik.services["familjeradgivning"], actor=anna, now=now)

    assert again.id == first.id


def test_after_submission_a_new_draft_can_be_started(db, owner, bjorkvik, anna, now):
    first = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED)

    again = applications.start(serve(db, anna), bjorkvik.services["familjeradgivning"], actor=anna, now=now)

    assert again.id != first.id


def test_a_closed_service_takes_no_application(db, owner, bjorkvik, anna, now):
    closed = Service(
        municipality_id=bjorkvik.id,
        slug=f"x-{now.timestamp()}-{anna.person_id}",
        name_sv="X",
        name_en="X",
        sort_key="x",
        open=False,
    )
    owner.add(closed)
    owner.commit()

    with pytest.raises(NotAllowed) as refused:
        applications.start(serve(db, anna), closed.id, actor=anna, now=now)

    assert refused.value.reason == "service_closed"


def test_a_reader_starts_nothing(db, owner, bjorkvik, now):
    reader = make_member(owner, make_provider(owner), Role.READER)

    with pytest.raises(NotAllowed):
        applications.start(serve(db, reader), bjorkvik.services["familjeradgivning"], actor=reader, now=now)
