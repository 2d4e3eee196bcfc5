"""What a document is worth: only a clean one counts as evidence or can be opened (house rule 7)."""

from portal.domain.criteria import DocumentState


def may_be_opened(state: DocumentState, *, scanner: bool) -> bool:
    """Whether people may open it.

    Where an installation has no scanner at all, its people have been told so on
    every document, and an unscanned one can be opened; where there is a scanner,
    only what it has found clean.
    """
    return state is DocumentState.CLEAN or (state is DocumentState.COULD_NOT_TELL and not scanner)
