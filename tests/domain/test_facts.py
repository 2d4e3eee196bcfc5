"""Facts are declared, and a rule that asks for what they are not cannot be published; without a database."""

from decimal import Decimal

import pytest

from portal.domain.criteria import Text
from portal.domain.facts import (
    BadFact,
    Each,
    Fact,
    FactSheet,
    Gap,
    Kind,
    Known,
    Paper,
    Source,
    Unit,
    Why,
    fact_from_data,
    is_of,
    is_web_address,
    sheet_faults,
)
from portal.domain.publishing import ALLOWED, NotPublishable, check, day_of_year
from portal.domain.rules import Op
from portal.library import load
from portal.services.founding import content_of

LIBRARY = load()
GIVEN = {
    Kind.BOOLEAN: True,
    Kind.INTEGER: 3,
    Kind.DECIMAL: Decimal("3.5"),
    Kind.MONEY: 3,
    Kind.MONTHS: 3,
    Kind.TEXT: "SE",
    Kind.CHOICE: "socionom",
    Kind.LEVEL: "B2",
    Kind.SET: frozenset({"norr"}),
    Kind.DOCUMENT: Paper(),
    Kind.ADDRESS: "https://anordnaren.se/tillganglighet",
}


def content(rule, thresholds=None, **changes):
    """The content of a version with one criterion."""
    criterion = {
        "id": "X-01",
        "group": "finance",
        "title": {"sv": "Villkor", "en": "Condition"},
        "text": {"sv": "Det räcker.", "en": "It is enough."},
        "evidence": [],
        "control_points": ["uppfoljning"],
        "on_breach": ["varning"],
        "rule": rule,
        **changes,
    }
    return {"criteria": [criterion], "thresholds": thresholds or {}}


def faults_of(rule, **changes):
    with pytest.raises(NotPublishable) as refused:
        check(content(rule, **changes), LIBRARY.facts)
    return refused.value.faults


@pytest.mark.parametrize("municipality", LIBRARY.municipalities, ids=lambda each: each.slug)
def test_the_conditions_that_a_municipality_begins_with_can_be_published(municipality):
    for decided in municipality.conditions:
        check(content_of(decided.service, municipality), LIBRARY.facts)


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ({"fact": "moon.phase", "op": "exists"}, "unknown fact moon.phase"),
        ({"fact": "finance.soliditet_pct", "op": "gte", "value": "ten"}, "gte of a decimal cannot be 'ten'"),
        ({"fact": "finance.soliditet_pct", "op": "gte", "value": True}, "gte of a decimal cannot be True"),
        ({"fact": "tax.f_skatt", "op": "gte", "value": 1}, "gte cannot be asked of a boolean"),
        ({"fact": "tax.f_skatt", "op": "eq", "value": 1}, "eq of a boolean cannot be 1"),
        ({"fact": "manager.swedish_cefr", "op": "gte", "value": "D1"}, "gte of a level cannot be 'D1'"),
        ({"fact": "tax.f_skatt", "op": "none_true"}, "one answer for each person"),
        ({"fact": "doc.sprakplan", "op": "exists", "window_years": 2}, "window_years means nothing for a document"),
        ({"fact": "manager.leadership_months", "op": "gte", "value": 1, "window_years": 0}, "window_years cannot be 0"),
        ({"fact": "doc.sprakplan", "op": "submitted_by", "value": "--02-30"}, "submitted_by of a document cannot be"),
        ({"fact": "annual_report.status", "op": "in", "value": ["accepted"], "by": "--13-01"}, "by is no day"),
        ({"fact": "org.orgnr", "op": "eq_fact", "fact2": "service.goals_count"}, "another kind of thing"),
        ({"fact": "assignment.area", "op": "in_fact", "fact2": "org.orgnr"}, "org.orgnr is no set"),
    ],
)
def test_a_rule_that_asks_a_fact_for_what_it_is_not_cannot_be_published(rule, fault):
    assert [fault in each for each in faults_of(rule)] == [True]


def test_every_fault_of_every_criterion_is_named_at_once():
    both = {"all": [{"fact": "moon.phase", "op": "exists"}, {"fact": "tax.f_skatt", "op": "eq", "value": 1}]}
    written = content(both)
    written["criteria"] += content({"fact": "tax.f_skatt", "op": "gte", "value": 1}, id="X-02")["criteria"]

    with pytest.raises(NotPublishable) as refused:
        check(written, LIBRARY.facts)

    assert [each.split(":")[0] for each in refused.value.faults] == ["X-01", "X-02"]


def test_a_threshold_that_the_rule_cannot_compare_with_or_that_is_not_decided_is_refused():
    rule = {"fact": "finance.soliditet_pct", "op": "gte", "value": 10, "configurable": True}
    named = {"soliditet_pct": "finance.soliditet_pct"}

    assert "named threshold" in faults_of(rule)[0]
    written = content(rule)
    written["criteria"][0]["thresholds"] = named
    with pytest.raises(NotPublishable, match="threshold soliditet_pct is not decided"):
        check(written, LIBRARY.facts)
    with pytest.raises(NotPublishable, match="cannot be 'high'"):
        check({**written, "thresholds": {"soliditet_pct": "high"}}, LIBRARY.facts)


def test_of_every_comparison_and_kind_only_the_listed_can_be_asked():
    assert set(ALLOWED) == set(Op)
    assert Kind.BOOLEAN not in ALLOWED[Op.GTE] | ALLOWED[Op.LTE]
    assert all(Kind.DOCUMENT not in kinds for op, kinds in ALLOWED.items() if op.value in ("eq", "in", "nonempty"))


def test_a_value_is_of_its_own_kind_and_of_no_other_that_is_unlike_it():
    numbers = {Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.MONTHS}
    words = {Kind.TEXT, Kind.CHOICE, Kind.LEVEL, Kind.ADDRESS}
    for kind, value in GIVEN.items():
        for other in GIVEN:
            alike = kind is other or {kind, other} <= numbers or {kind, other} <= words
            alike = alike or {kind, other} == {Kind.BOOLEAN, Kind.DOCUMENT}
            assert is_of(kind, value)
            assert alike or not is_of(other, value), (kind, other)
    assert not is_of(Kind.DECIMAL, 3.5)
    assert not is_of(Kind.DECIMAL, Decimal("NaN"))


def test_a_declaration_that_says_too_little_or_something_else_is_refused_with_all_its_faults():
    with pytest.raises(BadFact) as refused:
        fact_from_data("x", {"sv": "X", "kind": "boolean", "unit": "hours", "source": "register", "moon": 1})

    assert str(refused.value).count(";") == 3


def test_a_source_that_states_what_is_not_declared_is_found_out():
    stated = (
        Known(fact="moon.phase", value=1, source=Source.REGISTER),
        Known(fact="tax.f_skatt", value="yes", source=Source.REGISTER),
        Known(fact="staff.each.ects", value=180, source=Source.PROFILE),
        Known(fact="staff.each.ects", value=Each((("1", 180), ("2", None))), source=Source.PROFILE),
    )

    assert len(sheet_faults(stated, LIBRARY.facts)) == 3


def test_what_two_sources_say_and_what_was_not_found_all_stand_on_the_sheet():
    read = Known(fact="finance.soliditet_pct", value=23, source=Source.ANNUAL_REPORT)
    typed = Known(fact="finance.soliditet_pct", value=32, source=Source.ANSWER)
    gap = Gap(fact="tax.f_skatt", why=Why.NOT_RUN)

    sheet = FactSheet.of((read, gap, typed))

    assert sheet.of_fact("finance.soliditet_pct") == (read, typed)
    assert sheet.gaps_of("tax.f_skatt") == (gap,)
    assert sheet.of_fact("tax.f_skatt") == ()


@pytest.mark.parametrize("written", ["--02-29", "--12-31"])
def test_a_day_of_the_year_is_read(written):
    assert day_of_year(written) == tuple(map(int, written[2:].split("-")))


@pytest.mark.parametrize("written", ["", "02-28", "--02-30", "--00-10", "--1-1", None, 228])
def test_what_is_no_day_of_the_year_is_not_read_as_one(written):
    assert day_of_year(written) is None


def test_only_what_can_be_a_page_is_an_address():
    assert is_web_address("https://anordnaren.se/tillganglighet?a=1")
    assert not any(map(is_web_address, ("anordnaren.se", "javascript:alert(1)", "https://intranet", "https://a b.se")))


def test_a_name_holds_no_unit_since_the_unit_is_declared():
    fact = LIBRARY.facts["finance.soliditet_pct"]

    assert fact == Fact(
        id="finance.soliditet_pct",
        name=Text("Soliditet", "Equity ratio"),
        kind=Kind.DECIMAL,
        unit=Unit.PERCENT,
        source=Source.ANNUAL_REPORT,
    )
