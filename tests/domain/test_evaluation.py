"""What rules find: three values, from what is known alone; without a database, without a clock."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.comparing import months_before
from portal.domain.criteria import Criterion, Outcome, Text
from portal.domain.evaluation import Finding, all_of, any_of, deciding, evaluate, leaf_findings, when_then
from portal.domain.facts import LEVELS, Each, FactSheet, Gap, Kind, Known, MayBeMore, Paper, Part, Source, Why
from portal.domain.finding_words import explain
from portal.domain.rules import Leaf, Op, leaves
from portal.library import load

LIBRARY = load()
BY_ID = {each.id: each for each in LIBRARY.criteria}
ON = date(2026, 3, 2)
MET, NOT_MET, CANNOT_TELL = Outcome.MET, Outcome.NOT_MET, Outcome.CANNOT_TELL
OUTCOMES = st.sampled_from(list(Outcome))
DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))
MAYBE_DAY = st.none() | DAYS
NUMBERS = st.integers(-10_000, 20_000_000) | st.decimals(-1000, 1000, places=2)
PAPERS = st.booleans() | st.builds(
    Paper,
    handed_in=MAYBE_DAY,
    issued=MAYBE_DAY,
    valid_from=MAYBE_DAY,
    valid_until=MAYBE_DAY,
    until_further_notice=st.booleans(),
    activities=st.none() | st.frozensets(st.sampled_from(["hemtjanst", "LSS_9_10", "annat"])),
)
OF_KIND = {
    Kind.BOOLEAN: st.booleans(),
    Kind.INTEGER: st.integers(-100, 20_000_000),
    Kind.DECIMAL: NUMBERS,
    Kind.MONEY: NUMBERS,
    Kind.MONTHS: NUMBERS,
    Kind.TEXT: st.sampled_from(["SE", "NO", "5560000001", ""]),
    Kind.CHOICE: st.sampled_from(["AAA", "C", "godkand", "submitted", "socionom", "par", "personal"]),
    Kind.LEVEL: st.sampled_from(LEVELS),
    Kind.SET: st.frozensets(st.sampled_from(["norr", "vardag_0730_1900", "konkurs"])),
    Kind.DOCUMENT: PAPERS,
    Kind.ADDRESS: st.sampled_from(["https://a.se/x", "a.se", ""]),
    Kind.DATE: DAYS,
}


def known_of(fact):
    value = OF_KIND[fact.kind]
    if fact.many:
        value = st.lists(st.none() | value, max_size=4).map(
            lambda items: Each(tuple((str(place), item) for place, item in enumerate(items, 1)))
        )
    return st.builds(
        Known,
        fact=st.just(fact.id),
        value=value,
        source=st.sampled_from(list(Source)),
        window_years=st.sampled_from([None, 5, 10, 20]),
        day=MAYBE_DAY,
        more=st.none() | st.builds(MayBeMore, most=st.none() | st.integers(-100, 20_000_000), why=st.sampled_from(Why)),
    )


STATED = st.sampled_from(list(LIBRARY.facts.values())).flatmap(
    lambda fact: known_of(fact) | st.builds(Gap, fact=st.just(fact.id), why=st.sampled_from(list(Why)))
)
SHEETS = st.lists(STATED, max_size=60).map(FactSheet.of)


def find(id_, *stated, on=ON, **thresholds):
    return evaluate(BY_ID[id_], FactSheet.of(stated), thresholds=thresholds, on=on)


def state(fact, value, **origin):
    return Known(fact=fact, value=value, source=origin.pop("source", Source.REGISTER), **origin)


def criterion_of(leaf):
    return Criterion(
        id="X-01",
        group="x",
        title=Text("Villkor", "Condition"),
        text=Text("Villkor", "Condition"),
        evidence=(),
        control_points=(),
        on_breach=(),
        rule=leaf,
    )


def of_leaf(leaf, *stated, on=ON):
    return evaluate(criterion_of(leaf), FactSheet.of(stated), thresholds={}, on=on).outcome


@pytest.mark.parametrize("id_", BY_ID)
def test_of_nothing_every_rule_can_tell_nothing_unless_it_only_recommends(id_):
    recommends = all(leaf.advisory for leaf in leaves(BY_ID[id_].rule))

    assert find(id_).outcome is (MET if recommends else CANNOT_TELL)


@given(SHEETS, DAYS)
@settings(max_examples=30)
def test_whatever_is_known_every_rule_finds_something_and_can_say_it(sheet, on):
    for criterion in LIBRARY.criteria:
        finding = evaluate(criterion, sheet, thresholds={}, on=on)
        assert any(each.outcome is finding.outcome for each in deciding(finding.tree)) or not finding.concerns
        for language in ("sv", "en"):
            said = explain(finding, LIBRARY.facts, language, {})
            assert said.conclusion
            assert bool(said.missing) is (said.outcome is CANNOT_TELL)


@given(SHEETS, STATED)
@settings(max_examples=80)
def test_to_know_one_thing_more_never_overturns_what_is_found(sheet, more):
    """A first word on a fact only settles what was open: it takes a contradiction to turn a finding over."""
    if isinstance(more, Gap) or sheet.of_fact(more.fact) or sheet.gaps_of(more.fact):
        return
    grown = FactSheet({**sheet.known, more.fact: (more,)}, sheet.gaps)
    for criterion in LIBRARY.criteria:
        before = evaluate(criterion, sheet, thresholds={}, on=ON).outcome
        assert before is CANNOT_TELL or evaluate(criterion, grown, thresholds={}, on=ON).outcome is before


@given(st.lists(OUTCOMES, min_size=1), st.lists(OUTCOMES, min_size=1))
def test_all_and_any_are_strong_kleene(some, more):
    rank = {NOT_MET: 0, CANNOT_TELL: 1, MET: 2}
    turned = {MET: NOT_MET, NOT_MET: MET, CANNOT_TELL: CANNOT_TELL}

    assert rank[all_of(some)] == min(map(rank.get, some))
    assert rank[any_of(some)] == max(map(rank.get, some))
    assert all_of(some + more) is all_of([all_of(some), all_of(more)]) is all_of(more + some)
    assert any_of(some) is turned[all_of(turned[each] for each in some)]


def test_what_does_not_concern_the_company_is_met_and_an_unknown_condition_tells_only_where_both_ways_agree():
    met = {(when, then) for when, then in product(Outcome, Outcome) if when_then(when, then) is MET}
    not_met = {(when, then) for when, then in product(Outcome, Outcome) if when_then(when, then) is NOT_MET}

    assert met == {(NOT_MET, then) for then in Outcome} | {(when, MET) for when in Outcome}
    assert not_met == {(MET, NOT_MET)}


@pytest.mark.parametrize(
    ("leaf", "value", "outcome"),
    [
        ({"fact": "a", "op": "gte", "value": 24}, 24, MET),
        ({"fact": "a", "op": "gte", "value": 24}, Decimal("23.99"), NOT_MET),
        ({"fact": "a", "op": "gte", "value": "B2"}, "C1", MET),
        ({"fact": "a", "op": "gte", "value": "C1"}, "B2", NOT_MET),
        ({"fact": "a", "op": "lte", "value": 0}, 1, NOT_MET),
        ({"fact": "a", "op": "eq", "value": True}, 1, CANNOT_TELL),
        ({"fact": "a", "op": "eq", "value": False}, False, MET),
        ({"fact": "a", "op": "ne", "value": "SE"}, "SE", NOT_MET),
        ({"fact": "a", "op": "in", "value": ("AAA", "AA")}, "B", NOT_MET),
        ({"fact": "a", "op": "gte", "value": 24}, "many", CANNOT_TELL),
        ({"fact": "a", "op": "gte", "value": 24, "advisory": True}, 1, MET),
        ({"fact": "a", "op": "lte", "value": 1, "unless": "trial_decision"}, 2, CANNOT_TELL),
        ({"fact": "a", "op": "lte", "value": 1, "unless": "trial_decision"}, 1, MET),
        ({"fact": "a", "op": "nonempty"}, frozenset(), NOT_MET),
        ({"fact": "a", "op": "empty"}, frozenset(), MET),
        ({"fact": "a", "op": "covers", "value": ("x",)}, frozenset({"x", "y"}), MET),
        ({"fact": "a", "op": "covers", "value": ("x", "z")}, frozenset({"x", "y"}), NOT_MET),
        ({"fact": "a", "op": "url"}, "javascript:alert(1)", NOT_MET),
        ({"fact": "a", "op": "declared"}, False, MET),
        ({"fact": "a", "op": "report"}, 0, MET),
        ({"fact": "a", "op": "none_true"}, Each((("1", False), ("2", False))), MET),
        ({"fact": "a", "op": "none_true"}, Each((("1", False), ("2", None))), CANNOT_TELL),
        ({"fact": "a", "op": "none_true"}, Each((("1", True), ("2", None))), NOT_MET),
        ({"fact": "a", "op": "gte", "value": 180}, Each(()), CANNOT_TELL),
        ({"fact": "a", "op": "exists"}, Paper(), MET),
        ({"fact": "a", "op": "exists"}, False, NOT_MET),
        ({"fact": "a", "op": "exists", "max_age_months": 12}, Paper(), CANNOT_TELL),
        ({"fact": "a", "op": "exists", "max_age_months": 12}, Paper(issued=date(2025, 3, 2)), MET),
        ({"fact": "a", "op": "exists", "max_age_months": 12}, Paper(issued=date(2025, 3, 1)), NOT_MET),
        ({"fact": "a", "op": "exists", "max_age_months": 12}, Paper(issued=date(2026, 3, 3)), CANNOT_TELL),
        ({"fact": "a", "op": "valid"}, Paper(), CANNOT_TELL),
        ({"fact": "a", "op": "valid"}, Paper(valid_until=ON), MET),
        ({"fact": "a", "op": "valid"}, Paper(valid_until=ON - timedelta(1)), NOT_MET),
        ({"fact": "a", "op": "valid"}, Paper(until_further_notice=True), MET),
        ({"fact": "a", "op": "valid", "activity": "hemtjanst"}, Paper(until_further_notice=True), CANNOT_TELL),
        (
            {"fact": "a", "op": "valid", "activity": "hemtjanst"},
            Paper(until_further_notice=True, activities=frozenset({"LSS_9_10"})),
            NOT_MET,
        ),
        ({"fact": "a", "op": "submitted_by", "value": "--03-01"}, Paper(handed_in=date(2026, 3, 1)), MET),
        ({"fact": "a", "op": "submitted_by", "value": "--03-01"}, Paper(handed_in=date(2026, 3, 2)), NOT_MET),
        ({"fact": "a", "op": "submitted_by", "value": "--03-01"}, Paper(handed_in=date(2025, 2, 1)), CANNOT_TELL),
    ],
)
def test_a_comparison_finds(leaf, value, outcome):
    assert of_leaf(Leaf(**{**leaf, "op": Op(leaf["op"])}), state("a", value)) is outcome


def test_what_should_be_done_by_a_day_is_not_late_before_that_day_has_passed():
    def find_report(status, day, on):
        return find("GEN-30", state("annual_report.status", status, day=day), on=on, annual_report_by="--02-28").outcome

    assert find_report("accepted", date(2026, 2, 28), ON) is MET
    assert find_report("accepted", date(2026, 3, 1), ON) is NOT_MET
    assert find_report("accepted", None, ON) is CANNOT_TELL
    assert find_report("draft", None, date(2026, 2, 28)) is CANNOT_TELL
    assert find_report("draft", None, date(2026, 3, 1)) is NOT_MET


@pytest.mark.parametrize(
    ("months", "window", "outcome"),
    [
        (24, 10, MET),
        (23, 10, NOT_MET),
        (24, None, CANNOT_TELL),
        (23, None, NOT_MET),
        (24, 5, MET),
        (23, 5, CANNOT_TELL),
    ],
)
def test_months_counted_over_another_time_tell_only_where_it_cannot_matter(months, window, outcome):
    assert find("HTJ-02", state("manager.care_fulltime_months", months, window_years=window)).outcome is outcome


@pytest.mark.parametrize(
    ("credits", "most", "outcome"),
    [(120, None, MET), (119, None, CANNOT_TELL), (90, 120, CANNOT_TELL), (90, 119, NOT_MET)],
)
def test_what_may_be_more_tells_only_where_it_cannot_matter_how_much(credits, most, outcome):
    leaf = Leaf(fact="manager.university_ects_care", op=Op.GTE, value=120)
    more = MayBeMore(most, Why.UHR_MISSING)

    assert of_leaf(leaf, state("manager.university_ects_care", credits, more=more)) is outcome


def test_sources_that_lead_to_different_findings_are_not_chosen_between():
    read, typed = state("finance.soliditet_pct", 23), state("finance.soliditet_pct", 4)
    (first, *_) = leaf_findings(find("GEN-09", read, typed).tree)

    assert (first.outcome, first.why) == (CANNOT_TELL, (Why.SOURCES_DIFFER,))
    assert first.known == (read, typed)


def test_of_several_documents_one_that_is_valid_is_enough_and_one_that_waits_may_be_it():
    old = state("doc.forsakringsbrev", Paper(valid_until=date(2025, 1, 1)))
    new = state("doc.forsakringsbrev", Paper(valid_until=date(2027, 1, 1)))
    waiting = Gap(fact="doc.forsakringsbrev", why=Why.DOCUMENT_WAITING)
    amount = state("insurance.liability_sek", 10_000_000)

    assert find("GEN-25", old, amount).outcome is NOT_MET
    assert find("GEN-25", old, new, amount).outcome is MET
    assert find("GEN-25", old, waiting, amount).outcome is CANNOT_TELL


def test_the_municipalitys_own_threshold_is_what_counts_and_whose_it_is_is_said():
    facts = (state("finance.soliditet_pct", 12), state("finance.kassalikviditet_pct", 120))
    own = find("GEN-09", *facts, soliditet_pct=15)

    assert find("GEN-09", *facts).outcome is MET
    assert own.outcome is CANNOT_TELL
    (first, *_) = leaf_findings(own.tree)
    assert (first.limit.value, first.limit.default, first.limit.decided) == (15, 10, True)


def test_a_day_so_many_months_earlier_is_a_day_of_that_month():
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2026, 1, 15), 24) == date(2024, 1, 15)


def told(finding: Finding, language="sv"):
    return explain(finding, LIBRARY.facts, language, {"forsakringsbrev": "Försäkringsbrev"})


def test_the_months_that_were_found_are_told_with_where_they_were_worked():
    parts = (Part("Ekholms kommun", 14), Part("Nordljus", 17))
    found = find("HTJ-02", state("manager.care_fulltime_months", 31, window_years=10, parts=parts))

    assert told(found).words.sentence == (
        "24 månader krävs inom de senaste tio åren; 31 månader hittades: 14 hos Ekholms kommun, 17 hos Nordljus."
    )
    assert told(found, "en").words.sentence == (
        "24 months are asked for within the last ten years; 31 months were found: 14 at Ekholms kommun, 17 at Nordljus."
    )
    assert (told(found).measure.found_at, told(found).measure.asked_at) == (Decimal("83.3"), Decimal("64.5"))


def test_money_shares_and_days_are_written_as_people_write_them():
    insurance = told(
        find(
            "GEN-25",
            state("doc.forsakringsbrev", Paper(valid_until=date(2027, 1, 31)), source=Source.DOCUMENT),
            state("insurance.liability_sek", 1_000_000),
        )
    )
    valid, amount = insurance.words.parts

    assert valid.sentence == "Dokumentet ska gälla; dokumentet gäller till och med 31 januari 2027."
    assert amount.sentence.replace("\N{NO-BREAK SPACE}", " ") == "Minst 10 000 000 kr krävs; 1 000 000 kr hittades."
    solvency = told(find("GEN-09", state("finance.soliditet_pct", Decimal("23.40"))), "en").words.parts[0].parts[0]
    assert solvency.sentence == "At least 10% is asked for; 23.4% was found."


def test_of_what_nobody_may_have_those_who_have_it_are_counted():
    banned = Each((("Li Ek", False), ("Sara Niemi", True)))
    ban = told(find("GEN-10", state("person_circle.business_ban", banned))).words.parts[1]
    english = told(find("GEN-10", state("person_circle.business_ban", banned)), "en").words.parts[1]

    assert ban.sentence == "Ingen får ha det; 1 av 2 har det; Sara Niemi: ja."
    assert english.sentence == "Nobody may have one; 1 of 2 do; Sara Niemi: yes."


def test_what_is_missing_and_what_would_help_is_said_once_each():
    said = told(find("GEN-25"))

    assert said.missing == ("Försäkringsbrev", "Ansvarsförsäkringens belopp")
    assert said.help == ("Bifoga: försäkringsbrev.",)
    assert told(find("GEN-08")).help == ("Kommunen kontrollerar: skulder hos Kronofogden.",)


def test_what_does_not_concern_the_company_says_so_and_asks_for_nothing():
    said = told(find("GEN-20", state("service.health_care", False, source=Source.SERVICE)))

    assert (said.outcome, said.concerns, said.missing, said.help) == (MET, False, (), ())
    assert len(said.words.parts) == 1


def test_every_code_that_a_rule_compares_with_has_a_name():
    unnamed = {"finance.credit_rating"}  # AAA is what people call it
    for criterion in LIBRARY.criteria:
        for leaf in leaves(criterion.rule):
            fact = LIBRARY.facts[leaf.fact]
            codes = {
                *(leaf.value if isinstance(leaf.value, tuple) else ()),
                *([leaf.activity] if leaf.activity else ()),
            }
            if fact.kind in (Kind.CHOICE, Kind.TEXT) and isinstance(leaf.value, str):
                codes.add(leaf.value)
            assert fact.id in unnamed or codes <= set(fact.words), criterion.id
