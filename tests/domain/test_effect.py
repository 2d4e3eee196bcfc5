"""What a new version means for those who have shown something under an older one; without a database."""

from copy import deepcopy
from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import library
from portal.domain.conditions import Conditions, read_content
from portal.domain.criteria import ControlPoint, Outcome
from portal.domain.effect import (
    Effect,
    Tally,
    answered,
    asks_alike,
    carried,
    changed,
    effect,
    outcome_of,
    rewritten,
)
from portal.domain.evaluation import all_of, evaluate
from portal.domain.facts import FactSheet, Gap, Known, Paper, Source, Why
from portal.domain.rules import leaves
from portal.services.founding import content_of

CONTENT = content_of("familjebehandling", library.load().municipalities[0])
GENERAL = content_of(None, library.load().municipalities[0])
ASKED = [each["id"] for each in GENERAL["criteria"] if ControlPoint.AT_APPLICATION in each["control_points"]]
ON = date(2026, 3, 2)
MET, NOT_MET, CANNOT_TELL = Outcome.MET, Outcome.NOT_MET, Outcome.CANNOT_TELL
OUTCOMES = st.sampled_from(list(Outcome))


def conditions(content):
    return Conditions(
        id=uuid4(),
        municipality_id=uuid4(),
        service_id=None,
        number=1,
        valid_from=ON,
        decided_by="Socialnämnden",
        decided_on=ON,
        decision_reference="1",
        **read_content(content),
    )


def with_(id_, **parts):
    made = deepcopy(GENERAL)
    for each in made["criteria"]:
        if each["id"] == id_:
            each.update(parts)
    return made


BEFORE, SAME = conditions(GENERAL), conditions(deepcopy(GENERAL))


@given(st.dictionaries(st.sampled_from(ASKED), OUTCOMES))
def test_a_version_in_which_nothing_is_changed_changes_nothing(judged):
    anew = changed(BEFORE, SAME)
    found = effect((), carried(judged, BEFORE.by_id, (each.id for each in anew)))

    assert anew == ()
    assert found.criteria == {}
    assert found.outcome is all_of(judged.values())


@given(st.sampled_from(ASKED), st.permutations(["varning", "avauktorisation"]), st.sampled_from(["Ny", "Annan"]))
def test_other_names_consequences_and_places_ask_for_nothing_new(id_, consequences, title):
    after = with_(id_, on_breach=consequences, title={"sv": title, "en": title})
    after["criteria"].reverse()

    assert changed(BEFORE, conditions(after)) == ()


@pytest.mark.parametrize(
    "parts",
    [
        {"text": {"sv": "Något annat ska gälla.", "en": "Something else shall hold."}},
        {"evidence": ["fullmakt"]},
        {"rule": {"fact": "org.has_employees", "op": "eq", "value": True}},
    ],
)
def test_another_demand_text_or_evidence_asks_anew(parts):
    assert [each.id for each in changed(BEFORE, conditions(with_("GEN-17", **parts)))] == ["GEN-17"]


def test_another_threshold_asks_anew_and_one_that_the_criterion_does_not_have_does_not():
    after = deepcopy(GENERAL)
    named = next(each for each in BEFORE.criteria if each.thresholds and each.is_asked_at_application)
    after["thresholds"][named.thresholds[0].name] = 77

    assert named.id in [each.id for each in changed(BEFORE, conditions(after))]
    assert all(each.thresholds for each in changed(BEFORE, conditions(after)))


def test_what_is_only_followed_up_is_not_asked_of_anybody_yet_and_what_is_taken_out_of_nobody():
    followed = deepcopy(GENERAL)
    for each in followed["criteria"]:
        if each["id"] == "GEN-17":
            each["control_points"] = ["uppfoljning"]
            for part in ("question", "asks", "help"):
                each.pop(part, None)
    without = {**GENERAL, "criteria": [each for each in GENERAL["criteria"] if each["id"] != "GEN-17"]}

    assert changed(BEFORE, conditions(followed)) == ()
    assert changed(BEFORE, conditions(without)) == ()
    assert carried({"GEN-17": NOT_MET}, conditions(without).by_id, ()) == ()
    assert [each.id for each in changed(conditions(followed), BEFORE)] == ["GEN-17"]


@pytest.mark.parametrize("id_", [each.id for each in BEFORE.criteria])
def test_another_text_is_asked_of_applicants_or_to_be_confirmed_and_never_both_nor_neither(id_):
    after = conditions(with_(id_, text={"sv": "Något annat ska gälla.", "en": "Something else shall hold."}))
    asked, said = ([each.id for each in found(BEFORE, after)] for found in (changed, rewritten))

    assert (asked, said) == (([id_], []) if id_ in ASKED else ([], [id_]))
    assert not asks_alike(id_, BEFORE, after)
    assert rewritten(BEFORE, SAME) == ()


def test_what_is_taken_out_is_for_nobody_to_confirm_and_what_is_put_in_is():
    followed = next(each.id for each in BEFORE.criteria if each.id not in ASKED)
    without = conditions({**GENERAL, "criteria": [each for each in GENERAL["criteria"] if each["id"] != followed]})

    assert rewritten(BEFORE, without) == ()
    assert [each.id for each in rewritten(without, BEFORE)] == [followed]


@pytest.mark.parametrize("id_", ASKED)
def test_of_whom_nothing_is_known_more_is_asked_and_nobody_fails(id_):
    found = evaluate(BEFORE.by_id[id_], FactSheet(), thresholds=BEFORE.thresholds, on=ON)

    assert effect((found,)).outcome is not NOT_MET


@given(st.lists(OUTCOMES), st.lists(OUTCOMES))
def test_one_that_is_not_met_decides_and_then_one_that_is_not_known(first, second):
    everything = {*first, *second}

    found = effect((), (*first, *second)).outcome

    assert (found is NOT_MET) == (NOT_MET in everything)
    assert (found is MET) == (everything <= {MET})


def test_a_document_that_has_run_out_is_to_be_renewed_and_a_figure_that_falls_short_is_not():
    papers = next(
        each
        for each in BEFORE.criteria
        if evaluate(each, _expired(each), thresholds=BEFORE.thresholds, on=ON).outcome is NOT_MET
    )
    expired = evaluate(papers, _expired(papers), thresholds=BEFORE.thresholds, on=ON)
    solvency = BEFORE.by_id["GEN-09"]
    low = FactSheet.of(
        Known(fact=fact, value=1, source=Source.ANNUAL_REPORT, day=date(2026, 1, 15))
        for fact in ("finance.soliditet_pct", "finance.kassalikviditet_pct")
    )

    assert outcome_of(expired) is CANNOT_TELL
    read = evaluate(solvency, low, thresholds=BEFORE.thresholds, on=ON)
    assert outcome_of(read) is read.outcome


def _expired(criterion):
    facts = library.declared()
    found = {each.fact for each in leaves(criterion.rule) if facts[each.fact].kind.value == "document"}
    paper = Paper(handed_in=date(2020, 1, 1), issued=date(2019, 1, 1), valid_until=date(2020, 6, 1), activities=None)
    return FactSheet.of(Known(fact=fact, value=paper, source=Source.DOCUMENT) for fact in found)


def test_only_what_was_answered_of_the_same_facts_is_read():
    asked = (BEFORE.by_id["GEN-09"],)

    assert BEFORE.by_id["GEN-09"] in answered(BEFORE.criteria, asked)
    assert answered(BEFORE.criteria, ()) == ()
    assert BEFORE.by_id["GEN-17"] not in answered(BEFORE.criteria, asked)


@given(
    st.lists(st.tuples(OUTCOMES, st.dictionaries(st.sampled_from(["A", "B"]), OUTCOMES), st.booleans()), max_size=20)
)
def test_counts_are_the_same_however_they_were_divided(found):
    whole, first, second = Tally(), Tally(), Tally()
    for place, (outcome, criteria, authorised) in enumerate(found):
        for tally in (whole, first if place % 3 else second):
            tally.add(Effect(outcome, criteria), authorised=authorised)

    assert Tally.read(first.plain()).and_(second) == whole
    assert sum(whole.authorised.values()) + sum(whole.applications.values()) == len(found)


def test_a_gap_is_no_failure():
    asked = BEFORE.by_id["GEN-09"]
    sheet = FactSheet.of([Gap(fact="finance.soliditet_pct", why=Why.UNREADABLE)])

    assert effect((evaluate(asked, sheet, thresholds=BEFORE.thresholds, on=ON),)).outcome is CANNOT_TELL
