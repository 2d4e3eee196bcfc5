"""What a company states beside its yes or no: which facts, and that what is kept is what was stated."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.criteria import Outcome, Text
from portal.domain.evaluation import evaluate, leaf_findings
from portal.domain.facts import LEVELS, NUMBERS, Fact, FactSheet, Gap, Kind, Source, Why
from portal.domain.finding_words import explain
from portal.domain.rules import leaves
from portal.domain.stated import SHOWN_LATER, in_words, kept, read_kept, stated_at, told_by_a_yes
from portal.forms.facts import read_facts
from portal.forms.fields import Fields
from portal.library import declared, load
from portal.views.fact_fields import fact_fields

ASKED = [each for each in load().criteria if each.is_asked_at_application]
BY_ID = {each.id: each for each in ASKED}
FACTS = declared()
STATED = [fact for each in ASKED for fact in stated_at(each.rule, FACTS)]
VALUES = {
    Kind.BOOLEAN: st.booleans(),
    Kind.INTEGER: st.integers(0, 10**11),
    Kind.MONTHS: st.integers(0, 10**6),
    Kind.DECIMAL: st.decimals(0, 100, places=2),
    Kind.MONEY: st.decimals(0, 10**9, places=2),
    Kind.TEXT: st.text(min_size=1),
    Kind.CHOICE: st.text(min_size=1),
    Kind.LEVEL: st.sampled_from(LEVELS),
    Kind.SET: st.frozensets(st.text(min_size=1), max_size=5),
    Kind.ADDRESS: st.just("https://a.se/x"),
    Kind.DATE: st.dates(),
}
JUNK = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers() | st.text()) | st.just({"a": 1})


def ids(criterion):
    return [fact.id for fact in stated_at(BY_ID[criterion].rule, FACTS)]


def of_kind(kind):
    return Fact(id="a.fact", name=Text("Uppgift", "Fact"), kind=kind, source=Source.ANSWER)


def test_what_no_yes_can_say_is_asked_for():
    assert ids("GEN-21") == ["complaints.answered_within_days_p95"]
    assert ids("GEN-07") == ["org.has_employees"]  # whether the rest applies is the company's to say
    assert ids("GEN-25") == ["insurance.liability_sek"]  # it stands in the certificate, which is its evidence
    assert ids("GEN-40") == ["provider.has_website", "doc.tillganglighetsredogorelse"]


def test_nothing_is_asked_twice_and_nothing_that_is_not_the_companys_to_say():
    for criterion in ASKED:
        told = told_by_a_yes(criterion.rule, FACTS)
        asked = stated_at(criterion.rule, FACTS)
        assert len({fact.id for fact in asked}) == len(asked)
        assert told.isdisjoint(fact.id for fact in asked)
        for leaf in leaves(criterion.rule):
            fact = FACTS[leaf.fact]
            if fact.source not in (Source.ANSWER, Source.DOCUMENT) or fact.kind is Kind.DOCUMENT or fact.many:
                assert fact.id not in {each.id for each in asked}


def test_a_figure_that_only_says_whether_the_rest_applies_is_not_asked_for():
    assert ids("GEN-29") == []


@pytest.mark.parametrize("kind", sorted(VALUES))
def test_what_is_kept_is_what_was_stated(kind):
    fact = of_kind(kind)

    @given(VALUES[kind])
    def holds(value):
        assert read_kept(fact, kept(value)) == value

    holds()


@given(st.sampled_from(sorted(FACTS)), JUNK)
def test_what_is_no_value_of_the_fact_is_not_known(id_, stored):
    fact = FACTS[id_]
    value = read_kept(fact, stored)
    assert value is None or read_kept(fact, kept(value)) == value


def test_a_document_cannot_be_kept_as_a_statement():
    with pytest.raises(TypeError):
        kept(object())


@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_was_stated_is_said_in_words(language):
    told = in_words({"insurance.liability_sek": "10000000", "unknown": 1, "org.has_employees": "x"}, FACTS, language)
    name = {"sv": "Ansvarsförsäkringens belopp", "en": "Amount of liability insurance"}[language]
    assert [each for each, _ in told] == [name]
    assert "10" in told[0][1]


@given(st.data())
def test_a_field_shows_what_it_would_be_read_as(data):
    """What is kept is shown in the field, and sent back as it stands it is the same."""
    fact = data.draw(st.sampled_from(STATED))
    if fact.words:
        values = st.frozensets(st.sampled_from(sorted(fact.words)), min_size=1)
    elif fact.kind is Kind.SET:
        values = st.frozensets(st.sampled_from(["hantverk", "djur och natur", "media"]), min_size=1)
    else:
        values = VALUES[fact.kind]
    value = data.draw(values)
    (field,) = fact_fields([fact], {fact.id: value})
    sent = ["\n".join(field.typed)] if fact.kind is Kind.SET and not fact.words else list(field.typed)

    form = read_facts(Fields.of((field.name, each) for each in sent), [fact])

    assert (form.values, form.problems) == ({fact.id: value}, ())


@pytest.mark.parametrize(
    ("id_", "typed"),
    [
        ("staff.register_check_done_pct", "101"),
        ("staff.register_check_done_pct", "många"),
        ("insurance.liability_sek", "10 tkr"),
        ("insurance.liability_sek", "-5"),
        ("subcontractors.unapproved_count", "1,5"),
        ("org.has_employees", "kanske"),
        ("doc.tillganglighetsredogorelse", "www.a.se"),
        ("provider.hours", "nattetid"),
        ("profile.orientations", "hantverk\n19121212-1212"),
        ("profile.orientations", "\n".join(f"rad {n}" for n in range(21))),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_kept_as_typed(id_, typed):
    (field,) = fact_fields([FACTS[id_]], {})
    form = read_facts(Fields.of([(field.name, typed)]), [FACTS[id_]])

    assert form.values == {}
    assert [name for name, _sentence in form.problems] == [field.name]
    assert form.typed == {field.name: (typed,)}


@pytest.mark.parametrize(
    ("typed", "value"),
    [("10 000 000 kr", 10_000_000), ("10.000.000", 10_000_000), ("7,5", Decimal("7.5")), ("7.5", Decimal("7.5"))],
)
def test_numbers_are_read_as_people_write_them(typed, value):
    fact = FACTS["insurance.liability_sek"]
    (field,) = fact_fields([fact], {})
    assert fact.kind in NUMBERS
    assert read_facts(Fields.of([(field.name, typed)]), [fact]).values == {fact.id: value}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_only_follow_up_can_show_is_met_by_the_affirmation_and_says_so(language):
    criterion = BY_ID["GEN-36"]
    (leaf,) = leaves(criterion.rule)
    assert FACTS[leaf.fact].source in SHOWN_LATER
    affirmed = FactSheet.of([Gap(fact=leaf.fact, why=Why.AFFIRMED)])

    finding = evaluate(criterion, affirmed, thresholds={}, on=date(2026, 3, 2))
    unsaid = evaluate(criterion, FactSheet.of([]), thresholds={}, on=date(2026, 3, 2))

    assert (finding.outcome, unsaid.outcome) == (Outcome.MET, Outcome.CANNOT_TELL)
    assert [each.why for each in leaf_findings(finding.tree)] == [(Why.AFFIRMED,)]
    told = explain(finding, FACTS, language, {}).words.sentence
    assert {"sv": "följs upp senare", "en": "followed up later"}[language] in told
