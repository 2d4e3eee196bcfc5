"""What may be confirmed in one step, and what must be looked at first."""

from datetime import date
from types import SimpleNamespace

import pytest

from portal.domain.confirming import Ground, Seen, Urgency, digest_of, ground_of, run_out_of
from portal.domain.criteria import Answer, Demand, DocumentFact, DocumentState, Outcome, Question, Text
from portal.domain.evaluation import AllFinding, Finding, LeafFinding
from portal.domain.facts import Why
from portal.domain.rules import Leaf, Op
from portal.domain.validity import Validity
from portal.library import declared

WORDS = Text("Villkoret", "The condition")
CRITERION = SimpleNamespace(
    id="GEN-01", question=Question(WORDS, description=Demand.REQUIRED, documents=Demand.OPTIONAL)
)
GOOD = Answer(True, "Så här gör vi.")
# One fact of each source that matters here.
REGISTER, ANSWER, DOCUMENT, REPORT, FOLLOW_UP = (
    "tax.f_skatt",
    "subcontractors.unapproved_count",
    "doc.forsakringsbrev",
    "finance.soliditet_pct",
    "assignment.area",
)


def leaf(outcome, *why, fact=ANSWER):
    return LeafFinding(
        leaf=Leaf(fact=fact, op=Op.DECLARED),
        outcome=outcome,
        observed=outcome,
        limit=None,
        known=(),
        others=(),
        gaps=(),
        why=why,
        on=date(2026, 3, 2),
    )


def ground(tree, answer=GOOD, *, run_out=False):
    return ground_of(Finding("GEN-01", tree), CRITERION, answer, declared(), run_out=run_out)


def test_what_the_rule_finds_met_is_confirmed_on_the_finding_unless_the_evidence_has_run_out():
    assert ground(leaf(Outcome.MET)) is Ground.FINDING
    assert ground(leaf(Outcome.MET), None) is Ground.FINDING
    assert ground(leaf(Outcome.MET), run_out=True) is None


def test_what_the_rule_finds_unmet_is_never_confirmed():
    assert ground(leaf(Outcome.NOT_MET)) is None


@pytest.mark.parametrize("why", list(Why))
def test_only_what_a_person_settles_by_reading_is_confirmed_as_read(why):
    read = {
        *(Why.ONLY_DESCRIBED, Why.NOT_READ, Why.KIND_UNKNOWN, Why.COVERAGE_UNKNOWN, Why.DATE_UNKNOWN),
        *(Why.NOT_DUE, Why.MAY_BE_EXCUSED, Why.NOT_STATED, Why.JUDGED, Why.AFFIRMED),
    }

    assert (ground(leaf(Outcome.CANNOT_TELL, why)) is Ground.READING) is (why in read)


def test_where_nobody_is_named_the_papers_are_read_if_there_are_any():
    papers = Answer(True, "Så här gör vi.", (DocumentFact("1", DocumentState.CLEAN),))
    nobody = leaf(Outcome.CANNOT_TELL, Why.NOBODY, fact="manager.leadership_months")

    assert ground(nobody) is None
    assert ground(nobody, papers) is Ground.READING


def test_one_thing_that_no_reading_settles_is_enough_to_stop_it():
    parts = (leaf(Outcome.CANNOT_TELL, Why.ONLY_DESCRIBED), leaf(Outcome.CANNOT_TELL, Why.NOT_RUN, fact=REGISTER))

    assert ground(AllFinding(Outcome.CANNOT_TELL, parts)) is None


@pytest.mark.parametrize(
    ("fact", "confirmable"), [(ANSWER, True), (FOLLOW_UP, True), (REGISTER, False), (DOCUMENT, False), (REPORT, False)]
)
def test_of_what_nobody_has_stated_the_source_decides(fact, confirmable):
    assert (ground(leaf(Outcome.CANNOT_TELL, fact=fact)) is Ground.READING) is confirmable


@pytest.mark.parametrize("answer", [None, Answer(False, "Vi söker ändå."), Answer(True, ""), Answer(None, "Kanske.")])
def test_what_is_not_wholly_answered_with_yes_is_judged_on_its_own(answer):
    assert ground(leaf(Outcome.CANNOT_TELL, Why.ONLY_DESCRIBED), answer) is None


def test_a_document_that_has_run_out_is_known_among_those_that_have_not():
    fresh, old = (
        DocumentFact(id_, DocumentState.CLEAN, validity)
        for id_, validity in (("1", Validity.VALID), ("2", Validity.TOO_OLD))
    )

    assert run_out_of(Answer(True, documents=(fresh,))) is None
    assert run_out_of(Answer(True, documents=(fresh, old))) is Validity.TOO_OLD
    assert run_out_of(None) is None


def test_what_has_run_out_stands_first_and_what_is_found_met_last():
    def seen(outcome, ground=None, run_out=None):
        return Seen(Finding("GEN-01", leaf(outcome)), ground, run_out, str)

    order = [
        seen(Outcome.MET, run_out=Validity.EXPIRED).urgency(changed=True),
        seen(Outcome.MET, Ground.FINDING).urgency(changed=True),
        seen(Outcome.CANNOT_TELL).urgency(),
        seen(Outcome.NOT_MET).urgency(),
        seen(Outcome.CANNOT_TELL, Ground.READING).urgency(),
        seen(Outcome.MET, Ground.FINDING).urgency(),
    ]

    assert order == sorted(Urgency)


def test_a_digest_tells_what_differs_and_is_the_same_for_the_same():
    assert digest_of(("ab", "c")) == digest_of(("ab", "c"))
    assert digest_of(("ab", "c")) != digest_of(("a", "bc"))
    assert digest_of((None,)) != digest_of(("None",))
