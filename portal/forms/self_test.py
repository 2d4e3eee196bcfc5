"""What somebody answers in the self-test: read, compared and forgotten."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.domain.facts import Single
from portal.domain.self_test import Questions
from portal.forms.facts import read_facts
from portal.forms.fields import Fields
from portal.locale import gettext as _
from portal.locale.problems import Problems

YES, NO = "ja", "nej"


@dataclass(frozen=True)
class SelfTestForm:
    """``typed`` is what stood in each field of a fact, whatever it was.

    ``still_answering``: nobody has asked what the answers come to.
    """

    declared: Mapping[str, bool]
    values: Mapping[str, Single]
    typed: Mapping[str, tuple[str, ...]]
    problems: Problems
    still_answering: bool


def field_of(criterion_id: str) -> str:
    return f"villkor-{criterion_id}"


def read_self_test(fields: Fields, questions: Iterable[Questions]) -> SelfTestForm:
    """In the order of the page; an empty field is an answer that is not there."""
    declared: dict[str, bool] = {}
    values: dict[str, Single] = {}
    typed: dict[str, tuple[str, ...]] = {}
    problems: list[tuple[str, str]] = []
    for each in questions:
        name = field_of(each.criterion.id)
        given = fields.text(name) if each.yes_no else ""
        if given in (YES, NO):
            declared[each.criterion.id] = given == YES
        elif given:
            problems.append((name, _("Välj ja eller nej.")))
        form = read_facts(fields, each.facts)
        values |= form.values
        typed |= form.typed
        problems += form.problems
    return SelfTestForm(declared, values, typed, tuple(problems), fields.text("visa") == "fragorna")
