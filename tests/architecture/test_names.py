"""Every state, action, outcome, role, event and letter is named, in both languages."""

import ast
import re

import pytest

from portal.docs import LIVES
from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.criteria import Consequence, ControlPoint, DocumentState, Outcome, Progress
from portal.domain.documents import RefusedBecause
from portal.domain.identifiers import OrganisationForm
from portal.domain.letters import AUDIENCE, LetterKind
from portal.domain.roles import Role
from portal.locale import english, speaking
from portal.locale.refusals import refused
from portal.views import words
from tests.architecture.source import TEMPLATES, modules, tree, where

NAMED = [
    (words.application_for_company, State),
    (words.application_for_staff, State),
    (words.authorization, AuthorizationState),
    (words.document, DocumentState),
    (words.progress, Progress),
    (words.outcome, Outcome),
    (words.control_point, ControlPoint),
    (words.consequence, Consequence),
    (words.role, Role),
    (words.organisation_form, OrganisationForm),
]
CASES = [pytest.param(named, member, id=f"{named.__name__}-{member}") for named, kind in NAMED for member in kind]
SHAPES = {"done", "half", "empty", "wait", "act", "stop", "ask"}
WITHOUT_CASE = {LetterKind.INVITATION, LetterKind.STAFF_ADDED, LetterKind.DOCUMENT_STOPPED}


def recorded_kinds():
    """(where, kind) for every event that a service records besides the steps of the tables."""
    for path in modules("portal/services") + modules("portal/jobs"):
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Call)
                and (getattr(node.func, "id", "") or getattr(node.func, "attr", "")) == "record"
                and len(node.args) >= 3
                and isinstance(node.args[2], ast.Constant)
            ):
                yield where(path, node), node.args[2].value


def steps():
    return sorted({f"{machine.name}.{step.action}" for _title, machine, *_ in LIVES for step in machine.transitions})


@pytest.mark.parametrize(("named", "member"), CASES)
def test_it_is_named_in_both_languages(named, member):
    with speaking("sv"):
        swedish = named(member)
    with speaking("en"):
        english_words = named(member)

    swedish = getattr(swedish, "words", swedish)
    assert swedish
    assert getattr(english_words, "words", english_words) == english()[swedish][0]


@pytest.mark.parametrize(("named", "member"), [case for case in CASES if "role" not in case.id])
def test_a_status_has_a_shape_that_the_style_sheet_draws(named, member):
    status = named(member)

    if isinstance(status, words.Status):
        assert status.shape in SHAPES
        assert status.colour in (None, "neutral", "warning", "danger", "success")


@pytest.mark.parametrize("kind", steps())
def test_every_step_has_words_in_the_history_of_a_case(kind):
    with speaking("en"):
        assert words.event(kind) in {forms[0] for forms in english().values()}


def test_every_event_that_is_no_step_has_words_too():
    nameless = []
    for place, kind in recorded_kinds():
        try:
            words.event(kind)
        except KeyError:
            nameless.append(f"{place}: {kind}")

    assert nameless == []


def test_every_letter_that_a_case_sends_has_an_audience():
    assert set(AUDIENCE) == set(LetterKind) - WITHOUT_CASE


@pytest.mark.parametrize("because", RefusedBecause)
def test_every_refusal_of_a_file_says_in_both_languages_what_to_do(because):
    with speaking("sv"):
        swedish = refused(because.value)
    with speaking("en"):
        assert refused(because.value) == english()[swedish][0] != refused("something older")
    assert re.search(r"PDF|Spara", swedish)


@pytest.mark.parametrize("kind", LetterKind)
def test_every_letter_has_a_subject_and_a_body(kind):
    """That each of its words has English is the business of test_words."""
    source = (TEMPLATES / "letters" / f"{kind.value}.txt").read_text(encoding="utf-8")

    lines = source.splitlines()
    assert "_(" in source or "{% trans" in source
    assert any(line.strip() for line in lines[1:]), "a subject, an empty line, a body"
