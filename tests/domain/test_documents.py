"""Only a document that was found clean is opened, save where there is no scanner and everybody is told so."""

import pytest

from documents.inspect import Reason
from portal.domain.criteria import DocumentState
from portal.domain.documents import PAUSES_S, RefusedBecause, may_be_opened, pause_after


@pytest.mark.parametrize(
    ("state", "scanner", "opened"),
    [
        (DocumentState.CLEAN, True, True),
        (DocumentState.CLEAN, False, True),
        (DocumentState.COULD_NOT_TELL, True, False),
        (DocumentState.COULD_NOT_TELL, False, True),
        (DocumentState.WAITING, True, False),
        (DocumentState.WAITING, False, False),
        (DocumentState.INFECTED, True, False),
        (DocumentState.INFECTED, False, False),
        (DocumentState.REFUSED, True, False),
        (DocumentState.REFUSED, False, False),
    ],
)
def test_what_may_be_opened(state, scanner, opened):
    assert may_be_opened(state, scanner=scanner) is opened


def test_the_pauses_grow_and_then_stay_at_ten_minutes():
    pauses = [pause_after(tries) for tries in range(1, 50)]

    assert pauses == sorted(pauses)
    assert pauses[: len(PAUSES_S)] == list(PAUSES_S)
    assert pauses[-1] == 600


def test_every_reason_of_the_inspection_is_known_to_the_domain():
    assert {each.value for each in RefusedBecause} == {each.value for each in Reason}
