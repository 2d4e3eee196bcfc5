"""On the page of a criterion about competence: whom the application names, and what their profiles say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.db.competence import KnownProfile
from portal.domain.competence import Capacity
from portal.domain.competence_facts import Concern
from portal.domain.criteria import Criterion
from portal.domain.rules import Value
from portal.locale import gettext as _
from portal.views import competence_words as said
from portal.views.competence_finding import Opening, PersonFound, people_found


@dataclass(frozen=True)
class Person:
    """Somebody to choose.  ``address`` is their page; one who was erased since they were sent has none."""

    id: str
    name: str
    about: str
    chosen: bool


@dataclass(frozen=True)
class PeopleShown:
    """``several``: any number may be chosen, where otherwise it is one."""

    legend: str
    several: bool
    people: tuple[Person, ...]
    none_chosen: bool
    found: tuple[PersonFound, ...]


def people_shown(
    own: Sequence[KnownProfile],
    named: Sequence[KnownProfile],
    criterion: Criterion,
    concern: Concern,
    thresholds: Mapping[str, Value],
    *,
    on: date,
    scanner: bool,
) -> PeopleShown:
    """``own`` are the company's people, ``named`` those whom the application names as anything."""
    named = [each for each in named if each.capacity is concern.capacity]
    chosen = {each.profile.id for each in named}
    legends = {
        Capacity.LEADER: _("Vem är verksamhetsansvarig?"),
        Capacity.STAND_IN: _("Vem är ersättare?"),
        Capacity.STAFF: _("Vilka i personalen gäller det?"),
    }
    opening = Opening("/foretag/dokument", scanner)
    return PeopleShown(
        legends[concern.capacity],
        concern.capacity is Capacity.STAFF,
        _choices(own, chosen),
        not chosen,
        people_found(named, criterion, concern, thresholds, on=on, opening=opening),
    )


def _choices(own: Sequence[KnownProfile], chosen: set[str]) -> tuple[Person, ...]:
    return tuple(
        Person(
            each.profile.id,
            each.profile.name,
            each.profile.title or said.staff_role(each.profile.role),
            each.profile.id in chosen,
        )
        for each in own
    )
