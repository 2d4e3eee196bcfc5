"""What the profiles of the people named in an application state, for the rules that ask about competence.

The same reading as the page of a criterion shows with its periods. What a person
has to weigh is a gap that says so, and so is a capacity that nobody is named in.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from sqlmodel import Session

from portal.db.competence import KnownProfile, named_in
from portal.domain.competence_facts import FACTS, Told, told
from portal.domain.criteria import Text
from portal.domain.facts import Asked, Each, FactValue, Gap, Known, Source, Why
from portal.library import declared
from portal.services.fact_sources import FactCase


class CompetenceFacts:
    """See the module."""

    @property
    def facts(self) -> Collection[str]:
        return FACTS.keys()

    def facts_of(self, db: Session, case: FactCase) -> Iterable[Known | Gap]:
        asked = sorted((each for each in case.asked if each.fact in FACTS), key=lambda each: str(each))
        if not asked:
            return
        named = case.given.named if case.given else named_in(db, case.application_id)
        for each in asked:
            people = [known for known in named if known.capacity is FACTS[each.fact].capacity]
            said = told(
                each.fact,
                [known.profile for known in people],
                many=declared()[each.fact].many,
                window_years=each.window_years,
                on=case.on,
            )
            yield _stated(each, said, people)

    def facts_of_many(self, db: Session, cases: Sequence[FactCase]) -> Mapping[UUID, Iterable[Known | Gap]]:
        return {case.application_id: self.facts_of(db, case) for case in cases}


COMPETENCE_FACTS = CompetenceFacts()


def _stated(asked: Asked, said: Told | Each, people: Sequence[KnownProfile]) -> Known | Gap:
    """Of those hired after a day nothing is stated: a profile does not say when somebody was hired here."""
    value: FactValue | None = said if isinstance(said, Each) else said.value
    said = said if isinstance(said, Told) else Told()
    whom = next((known for known in people if known.profile is said.whom), None)
    label = Text(whom.profile.name, whom.profile.name) if whom else None
    if value is None:
        return Gap(fact=asked.fact, why=said.why or Why.NOT_STATED, label=label)
    return Known(
        fact=asked.fact,
        value=value,
        source=Source.PROFILE,
        source_id=whom.profile.id if whom else "",
        label=label,
        who=people[0].who,
        at=max((known.at for known in people if known.at), default=None),
        window_years=asked.window_years,
        parts=said.parts,
        more=said.more,
    )
