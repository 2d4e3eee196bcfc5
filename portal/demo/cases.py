"""Which cases the demo tells: who applies for what, where, and how far each has come.

There is one in every state, and for every step somebody whom a visitor can
sign in as.  How they are told is in ``telling``.
"""

from dataclasses import dataclass

from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState


@dataclass(frozen=True)
class Told:
    """``days_ago`` is when it began.  ``refused``: the proposal is to refuse, and the company has been shown it.

    Of an approved case, ``contract`` says how far its authorization has come.  ``evidence_ends`` is in days from
    today, ``evidence_age`` in days before the case began.
    """

    company: str
    service: str
    until: State
    days_ago: int
    officer: str = ""
    decider: str = ""
    refused: bool = False
    contract: AuthorizationState = AuthorizationState.OFFERED
    evidence_ends: int = 200
    evidence_age: int = 20
    second: str = ""
    """Who reads the judgements a second time; of a case under review, nobody has yet."""


def _running(company: str, service: str, days_ago: int, officer: str, decider: str, *, ends: int = 200) -> Told:
    running = AuthorizationState.ACTIVE
    return Told(company, service, State.APPROVED, days_ago, officer, decider, contract=running, evidence_ends=ends)


# By municipality.  The decision makers of each decide; its officers prepare.
CASES: dict[str, tuple[Told, ...]] = {
    "bjorkvik": (
        _running("Ängslyckans Familjebehandling AB", "familjebehandling", 190, "Mikael Öberg", "Eva Sandström"),
        _running("Samtal vid Ån AB", "familjeradgivning", 176, "Mikael Öberg", "Eva Sandström", ends=-6),
        _running("Samtal vid Ån AB", "familjebehandling", 165, "Mikael Öberg", "Eva Sandström"),
        _running("Omsorgskooperativet Näckrosen ek. för.", "hemtjanst", 151, "Leila Haddad", "Eva Sandström", ends=48),
        _running("Vardagsstödet Ö AB", "hemtjanst", 140, "Leila Haddad", "Eva Sandström"),
        _running("Ängslyckans Familjebehandling AB", "familjeradgivning", 132, "Mikael Öberg", "Eva Sandström"),
        _running("Vardagsstödet Ö AB", "boendestod", 120, "Leila Haddad", "Eva Sandström"),
        _running("Omsorgskooperativet Näckrosen ek. för.", "boendestod", 110, "Mikael Öberg", "Eva Sandström"),
        _running("Strandgårdens Samtal ek. för.", "familjebehandling", 100, "Mikael Öberg", "Eva Sandström"),
        Told("Solsidans Hemtjänst AB", "hemtjanst", State.REJECTED, 47, "Leila Haddad", "Eva Sandström", refused=True),
        Told(
            "Stödkompassen AB",
            "boendestod",
            State.APPROVED,
            40,
            "Leila Haddad",
            "Eva Sandström",
            contract=AuthorizationState.SIGNED,
        ),
        Told("Vega Familjestöd AB", "boendestod", State.APPROVED, 30, "Leila Haddad", "Eva Sandström"),
        Told(
            "Björkhagens Hemtjänst AB",
            "hemtjanst",
            State.PROPOSED_DECISION,
            28,
            "Leila Haddad",
            "Eva Sandström",
            refused=True,
        ),
        Told("Trygga Hemmet i Vik AB", "hemtjanst", State.PROPOSED_DECISION, 26, "Leila Haddad", second="Mikael Öberg"),
        Told("Lövängens Familjebehandling AB", "familjebehandling", State.SUPPLEMENT_REQUESTED, 21, "Mikael Öberg"),
        Told("Strandgårdens Samtal ek. för.", "familjeradgivning", State.UNDER_REVIEW, 14, "Mikael Öberg"),
        Told("Stödkompassen AB", "hemtjanst", State.UNDER_REVIEW, 11, "Leila Haddad", second="Mikael Öberg"),
        Told("Hasselbackens Familjehus HB", "familjebehandling", State.SUBMITTED, 8),
        Told("Vega Familjestöd AB", "familjebehandling", State.DRAFT, 3, evidence_age=75),
        Told("Nordljus Socialt Stöd AB", "boendestod", State.SUBMITTED, 1),
    ),
    "ekholm": (
        _running("Parsamtal i Ekholm AB", "familjeradgivning", 168, "Maja Sjögren", "Nils Dahl"),
        _running("Nordljus Socialt Stöd AB", "familjeradgivning", 133, "Maja Sjögren", "Nils Dahl", ends=24),
        Told("Dagvind Daglig Verksamhet AB", "daglig-verksamhet-lss", State.APPROVED, 37, "Maja Sjögren", "Nils Dahl"),
        Told("Samtalsrummet Ek HB", "familjeradgivning", State.WITHDRAWN, 12),
        Told("Nordljus Socialt Stöd AB", "familjebehandling", State.UNDER_REVIEW, 9, "Maja Sjögren"),
        Told("Vega Familjestöd AB", "familjeradgivning", State.SUBMITTED, 2),
    ),
}
