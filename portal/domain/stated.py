"""Which facts the company states itself at a criterion, beside its yes or no, and how they are kept.

A rule may ask for a figure, a choice or an address that no yes can give. Whatever
the company can say of it is asked as such; it may be left out, and is then not known.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from portal.domain.criteria import Language
from portal.domain.fact_words import said
from portal.domain.facts import NUMBERS, Fact, Kind, Single, Source, is_of
from portal.domain.rules import All, Any, Leaf, Op, Rule, WhenThen, leaves

# What only follow-up or the contract shows: at application the company affirms it with its yes.
SHOWN_LATER = frozenset({Source.FOLLOW_UP, Source.CONTRACT})


def told_by_a_yes(rule: Rule, facts: Mapping[str, Fact]) -> frozenset[str]:
    """The facts for which the criterion's own yes or no is the answer.

    Not those of a ``when``: that the criterion is met says nothing of whether it concerns the company.
    """
    match rule:
        case Leaf():
            is_yes = rule.op is Op.DECLARED or (rule.op is Op.EQ and rule.value is True)
            return frozenset({rule.fact}) if is_yes and facts[rule.fact].kind is Kind.BOOLEAN else frozenset()
        case All(rules) | Any(rules):
            return frozenset().union(*(told_by_a_yes(each, facts) for each in rules))
        case WhenThen(_, then):
            return told_by_a_yes(then, facts)


def stated_at(rule: Rule, facts: Mapping[str, Fact]) -> tuple[Fact, ...]:
    """The facts to ask for beside the question, in the order of the rule, each once.

    A figure that stands in a document is one of them: the document is its evidence. A figure that only says
    whether the rest applies is not: it belongs to a case that has not come.
    """
    left_out = told_by_a_yes(rule, facts) | conditional_numbers(rule, facts)
    asked = [facts[id_] for id_ in dict.fromkeys(leaf.fact for leaf in leaves(rule)) if id_ not in left_out]
    return tuple(fact for fact in asked if _is_the_companys(fact))


def conditional_numbers(rule: Rule, facts: Mapping[str, Fact]) -> frozenset[str]:
    """The figures that only say whether the rest of the rule applies."""
    conditions = frozenset(leaf.fact for each in _whens(rule) for leaf in leaves(each))
    return frozenset(id_ for id_ in conditions if facts[id_].kind in NUMBERS)


def field_of(fact: Fact) -> str:
    """The name of the field in which it is asked."""
    return "uppgift-" + re.sub(r"[._]", "-", fact.id)


def kept(value: Single) -> bool | int | str | list[str]:
    """A value as JSON; ``read_kept`` makes it what it was."""
    match value:
        case bool() | int() | str():
            return value
        case Decimal():
            return str(value)
        case frozenset():
            return sorted(value)
        case date():
            return value.isoformat()
        case _:
            raise TypeError(f"a {type(value).__name__} is not stated")


def read_kept(fact: Fact, stored: object) -> Single | None:
    """What was kept of a fact; ``None`` where it is no value of that fact, since then nothing is known."""
    value: object = stored
    if fact.kind in NUMBERS and isinstance(stored, str):
        try:
            value = Decimal(stored)
        except InvalidOperation:
            return None
    elif fact.kind is Kind.SET and isinstance(stored, list):
        value = frozenset(stored) if all(isinstance(each, str) for each in stored) else None
    elif fact.kind is Kind.DATE and isinstance(stored, str):
        try:
            value = date.fromisoformat(stored)
        except ValueError:
            return None
    return value if is_of(fact.kind, value) else None  # type: ignore[return-value]  # is_of says so


def read_stated(stated: Mapping[str, object], facts: Mapping[str, Fact]) -> dict[str, Single]:
    """All that was kept, by the id of the fact."""
    read = {id_: read_kept(facts[id_], value) for id_, value in stated.items() if id_ in facts}
    return {id_: value for id_, value in read.items() if value is not None}


def in_words(
    stated: Mapping[str, object], facts: Mapping[str, Fact], language: Language
) -> tuple[tuple[str, str], ...]:
    """What was stated, as name and value, in the order of the names."""
    return tuple(
        sorted(
            (facts[id_].name.in_(language), said(value, facts[id_], language))
            for id_, value in read_stated(stated, facts).items()
        )
    )


def _is_the_companys(fact: Fact) -> bool:
    return not fact.many and fact.kind is not Kind.DOCUMENT and fact.source in (Source.ANSWER, Source.DOCUMENT)


def _whens(rule: Rule) -> tuple[Rule, ...]:
    match rule:
        case Leaf():
            return ()
        case All(rules) | Any(rules):
            return tuple(when for each in rules for when in _whens(each))
        case WhenThen(when, then):
            return (when, *_whens(then))
