"""What the demo's companies state."""

from datetime import date

from portal.demo.statements import STATED
from portal.domain.criteria import Outcome
from portal.domain.evaluation import evaluate, leaf_findings
from portal.domain.facts import FactSheet, Known, Source, sheet_faults
from portal.domain.stated import stated_at
from portal.library import declared, load

ASKED = [each for each in load().criteria if each.is_asked_at_application]


def test_everything_that_can_be_stated_is_stated_and_is_of_its_kind():
    assert {fact.id for each in ASKED for fact in stated_at(each.rule, declared())} == set(STATED)
    stated = [Known(fact=id_, value=value, source=Source.ANSWER) for id_, value in STATED.items()]
    assert sheet_faults(stated, declared()) == ()


def test_what_is_stated_falls_short_of_no_rule():
    sheet = FactSheet.of(Known(fact=id_, value=value, source=Source.ANSWER) for id_, value in STATED.items())
    for criterion in ASKED:
        finding = evaluate(criterion, sheet, thresholds={}, on=date(2026, 3, 2))
        assert Outcome.NOT_MET not in {each.outcome for each in leaf_findings(finding.tree) if each.known}
