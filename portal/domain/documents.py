"""What a document is worth: only a clean one counts as evidence or can be opened (house rule 7).

Also why one is refused, and how long one that nobody can examine is waited for.
"""

from datetime import timedelta
from enum import StrEnum

from portal.domain.criteria import DocumentState

ALARM_AFTER = timedelta(minutes=15)
"""A document that has waited so long for its scan is told of to administrators and operators."""

PAUSES_S = (5, 15, 30, 60, 120, 300, 600)


class RefusedBecause(StrEnum):
    """What inspection found in a file; the values are those of ``documents.inspect.Reason``."""

    ENCRYPTED = "encrypted"
    SCRIPT = "script"
    LAUNCHES = "launches"
    EMBEDDED = "embedded"
    EXTERNAL = "external"
    ACTIVE = "active"
    MACROS = "macros"
    EXPLODES = "explodes"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_COMPLEX = "too_complex"
    MALFORMED = "malformed"


class Opening(StrEnum):
    """How somebody came to know what is in a document.

    A *view*: one page was sent to somebody, as a picture large enough to read or
    as text.  The same page to the same person for the same reason within
    ``ONE_VIEW`` is one view, however often it is turned, enlarged or loaded
    again.  The small pictures in lists are not views: an ordinary page cannot be
    read in them.  A *download*: the original was sent; going on with one that
    was interrupted is not another.
    """

    VIEW = "view"
    DOWNLOAD = "download"


ONE_VIEW = timedelta(minutes=30)


def may_be_opened(state: DocumentState, *, scanner: bool) -> bool:
    """Whether people may open it.

    Where an installation has no scanner at all, its people have been told so on
    every document, and an unscanned one can be opened; where there is a scanner,
    only what it has found clean.
    """
    return state is DocumentState.CLEAN or (state is DocumentState.COULD_NOT_TELL and not scanner)


def pause_after(tries: int) -> int:
    """Seconds until a document that could not be examined, for the ``tries``-th time, is looked at again."""
    return PAUSES_S[min(max(tries, 1), len(PAUSES_S)) - 1]
