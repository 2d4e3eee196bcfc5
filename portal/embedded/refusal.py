"""The one way in which the engines say that they will not start."""


class EnginesRefused(Exception):  # noqa: N818 - a refusal is a statement, as everywhere in the portal
    """Carries one sentence for the person at the keyboard: what is wrong, and what to do about it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
