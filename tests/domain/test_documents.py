"""Only a document that was found clean is opened, save where there is no scanner and everybody is told so."""

import pytest

from portal.domain.criteria import DocumentState
from portal.domain.documents import may_be_opened


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
    ],
)
def test_what_may_be_opened(state, scanner, opened):
    assert may_be_opened(state, scanner=scanner) is opened
