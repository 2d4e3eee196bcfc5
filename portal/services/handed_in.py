"""The facts that the application itself holds: answers, documents, the company's own number and the service.

A yes states only what is a yes or a no; figures are stated in fields of their own,
and what only follow-up can show is affirmed by the yes. A figure in somebody's own
words is for a person to read. A document counts when it was found clean, and never
otherwise.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from sqlmodel import Session

from portal.db.handed_in import HandedIn, read
from portal.domain.criteria import Criterion, DocumentState, Text
from portal.domain.deadlines import day_in_sweden
from portal.domain.facts import Fact, Gap, Kind, Known, Paper, Source, Why
from portal.domain.rules import Rule, leaves
from portal.domain.stated import SHOWN_LATER, read_kept, stated_at, told_by_a_yes
from portal.library import declared
from portal.services.fact_sources import FactCase

SIGNED = "declaration.signed_by_firmatecknare"
_STATES_A_GAP = {
    DocumentState.WAITING: Why.DOCUMENT_WAITING,
    DocumentState.COULD_NOT_TELL: Why.DOCUMENT_NOT_SCANNED,
    DocumentState.INFECTED: Why.DOCUMENT_STOPPED,
    DocumentState.REFUSED: Why.DOCUMENT_STOPPED,
}


class _HandedIn:
    """See the module."""

    @cached_property
    def facts(self) -> frozenset[str]:
        sources = {Source.ANSWER, Source.DOCUMENT, Source.COMPANY, Source.SERVICE, *SHOWN_LATER}
        return frozenset(id_ for id_, fact in declared().items() if fact.source in sources)

    def facts_of(self, db: Session, case: FactCase) -> Iterable[Known | Gap]:
        given = case.given or read(db, case.application_id)
        yield from _registered(given)
        yield from _of_service(given)
        for criterion in case.whole:
            yield from _answers(criterion, given)
            yield from _documents(criterion, given, case)

    def facts_of_many(self, db: Session, cases: Sequence[FactCase]) -> Mapping[UUID, Iterable[Known | Gap]]:
        return {case.application_id: self.facts_of(db, case) for case in cases}


HANDED_IN = _HandedIn()


def _registered(given: HandedIn) -> Iterator[Known]:
    """Registration refuses a number whose check digit is wrong, so that one that is here is valid."""
    common: dict[str, Any] = {"source": Source.COMPANY, "source_id": "registration", "at": given.registered_at}
    yield Known(fact="org.orgnr", value=given.orgnr, **common)
    yield Known(fact="org.orgnr_valid", value=True, **common)


def _of_service(given: HandedIn) -> Iterator[Known]:
    common: dict[str, Any] = {"source": Source.SERVICE, "label": given.service}
    for fact, value in given.service_facts.items():
        if isinstance(value, bool):
            yield Known(fact=f"service.{fact}", value=value, **common)
    yield Known(fact="service.goals_count", value=given.goals, **common)


@dataclass(frozen=True)
class _Asks:
    """What a rule asks of an application.

    ``facts``: each once, by id; ``told``: for which the criterion's yes or no is the answer; ``stated``: which are
    asked beside it; ``papers``: which documents show, as often as the rule names them.
    """

    facts: tuple[Fact, ...]
    told: frozenset[str]
    stated: frozenset[str]
    papers: tuple[Fact, ...]


@lru_cache(maxsize=4_000)
def _asks(rule: Rule) -> _Asks:
    """Read out of a rule once: a published one never changes, and a page reads those of forty criteria."""
    named = [declared()[leaf.fact] for leaf in leaves(rule)]
    return _Asks(
        facts=tuple(declared()[id_] for id_ in sorted({fact.id for fact in named})),
        told=told_by_a_yes(rule, declared()),
        stated=frozenset(fact.id for fact in stated_at(rule, declared())),
        papers=tuple(fact for fact in named if fact.source is Source.DOCUMENT),
    )


def _answers(criterion: Criterion, handed_in: HandedIn) -> Iterator[Known | Gap]:
    given = handed_in.of(criterion.id)
    asks = _asks(criterion.rule)
    origin: dict[str, Any] = {"source": Source.ANSWER, "source_id": criterion.id, "label": criterion.title}
    for fact in asks.facts:
        stated = read_kept(fact, given.stated.get(fact.id))
        if fact.id == SIGNED:
            # Only a signatory can submit, and only with the affirmation.
            if handed_in.submitted_at is not None:
                yield Known(fact=fact.id, value=True, **origin, who=handed_in.submitter, at=handed_in.submitted_at)
            else:
                yield Gap(fact=fact.id, why=Why.NOT_SUBMITTED, source_id=criterion.id, label=criterion.title)
        elif stated is not None:
            yield Known(fact=fact.id, value=stated, **origin, who=given.who, at=given.at)
        elif given.declared is None:
            continue
        elif fact.source in SHOWN_LATER:
            if given.declared:
                yield Gap(fact=fact.id, why=Why.AFFIRMED, source_id=criterion.id, label=criterion.title)
        elif fact.source is Source.ANSWER and fact.id in asks.told:
            yield Known(fact=fact.id, value=given.declared, **origin, who=given.who, at=given.at)
        elif fact.id in asks.stated or fact.source is Source.ANSWER:
            why = Why.NOT_STATED if fact.id in asks.stated else Why.ONLY_DESCRIBED
            yield Gap(fact=fact.id, why=why, source_id=criterion.id, label=criterion.title)


def _documents(criterion: Criterion, given: HandedIn, case: FactCase) -> Iterator[Known | Gap]:
    """A file is of the kind that the company says, or of the only kind that the criterion takes."""
    kinds = tuple(case.sets.accepted(criterion))
    for fact in _asks(criterion.rule).papers:
        for file in given.of(criterion.id).files:
            origin: dict[str, Any] = {"fact": fact.id, "source_id": str(file.id), "label": Text(file.name, file.name)}
            kind = file.said.kind or (kinds[0] if len(kinds) == 1 else None)
            if kind is not None and kind != fact.of:
                continue
            if file.state is not DocumentState.CLEAN:
                yield Gap(why=_STATES_A_GAP[file.state], **origin)
            elif kind is None:
                yield Gap(why=Why.KIND_UNKNOWN, **origin)
            elif fact.kind is Kind.DOCUMENT:
                paper = Paper(
                    handed_in=day_in_sweden(file.at), issued=file.said.issued_on, valid_until=file.said.ends_on
                )
                yield Known(value=paper, source=Source.DOCUMENT, who=file.who, at=file.at, **origin)
            elif read_kept(fact, given.of(criterion.id).stated.get(fact.id)) is None:
                yield Gap(why=Why.NOT_READ, **origin)
