"""The choice between signing in as a company's person and as the municipality's."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ChooseSide:
    till: str
