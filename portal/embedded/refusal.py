"""The one way in which the engines say that they will not start."""


class EnginesRefused(Exception):
    """Carries one sentence for the person at the keyboard: what is wrong, and what to do about it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
