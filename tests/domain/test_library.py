"""The starting library holds together: every word in both languages, every id known where it is used."""

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

import portal
from portal.domain.criteria import PLACEHOLDER, Demand, Group, Text, asked_at_application, placeholders, worded
from portal.domain.drafting import READ_BY_OFFICER
from portal.domain.rules import leaves
from portal.library import load, reasons

LIBRARY = load()
CRITERIA = {each.id: each for each in LIBRARY.criteria}
BY_SLUG = {each.slug: each for each in LIBRARY.municipalities}
IN_LETTERS = {"criterion", "document", "note", "municipality"}
IN_TEXTS = {
    *("municipality", "board", "court", "provider", "organisation_number", "service"),
    *("general_version", "service_version", "valid_from"),
    *("decide_days", "supplement_working_days", "hearing_working_days"),
    *("start_months", "dormant_months", "notice_months"),
}
KINDS = {"pdf", "image", "office", "ixbrl", "sie"}


def every_reason(reasons=LIBRARY.reasons):
    for reason in reasons:
        yield reason
        yield from every_reason(reason.nested)


def every_text():
    """Every text of the library with a name to find it by."""
    for each in LIBRARY.criteria:
        yield from ((f"{each.id} title", each.title), (f"{each.id} text", each.text))
        if each.question:
            yield f"{each.id} question", each.question.text
            yield f"{each.id} help", each.question.help or Text("Ingen.", "None.")
    yield from ((f"fact {id_}", fact.name) for id_, fact in LIBRARY.facts.items())
    for group in LIBRARY.groups:
        yield from ((f"{group.id} title", group.title), (f"{group.id} hint", group.hint))
    for kind in LIBRARY.document_types.values():
        yield from ((f"{kind.id} name", kind.name), (f"{kind.id} shows", kind.shows))
    for service in LIBRARY.services.values():
        words = (service.name, service.summary, *service.goals, *service.wanted_profiles, *service.to_show)
        yield from ((service.code, text) for text in words)
    for step in LIBRARY.how_to_apply:
        yield from (("how to apply", text) for text in (step.title, step.text))
    yield "never upload", LIBRARY.never_upload
    for reason in every_reason():
        yield from ((reason.code, text) for text in (reason.name, reason.sentence) if text)
    for municipality in LIBRARY.municipalities:
        words = (municipality.name, municipality.board, municipality.court, *municipality.texts.values())
        clauses = [text for clause in municipality.contract for text in (clause.heading, *clause.paragraphs)]
        yield from ((municipality.slug, text) for text in (*words, *clauses))


def test_there_are_44_general_and_58_specific_conditions_in_six_services():
    assert len(LIBRARY.general) == 44
    assert {service: len(own) for service, own in LIBRARY.specific.items()} == {
        "familjeradgivning": 12,
        "familjebehandling": 11,
        "hemtjanst": 12,
        "boendestod": 10,
        "daglig-verksamhet-lss": 10,
        "sysselsattning-socialpsykiatri": 3,
    }
    assert set(LIBRARY.services) == set(LIBRARY.specific)


def test_every_id_is_unique():
    reasons = [each.code for each in every_reason()]
    groups = [each.id for each in LIBRARY.groups]

    assert len(CRITERIA) == len(LIBRARY.criteria) == len(LIBRARY.data) == 102
    assert len(set(reasons)) == len(reasons)
    assert len(set(groups)) == len(groups)


def test_there_are_133_facts_that_rules_use_and_one_for_criteria_of_a_municipalitys_own():
    used = {fact for each in LIBRARY.criteria for leaf in leaves(each.rule) for fact in (leaf.fact, leaf.fact2) if fact}

    assert len(used) == 133
    assert used | {READ_BY_OFFICER} == set(LIBRARY.facts)


def test_every_text_is_there_in_both_languages_and_they_differ_in_placeholders_nowhere():
    for name, text in every_text():
        assert text.sv, name
        assert text.en, name
        assert set(PLACEHOLDER.findall(text.sv)) == set(PLACEHOLDER.findall(text.en)), name


def test_no_english_stands_where_swedish_should_and_the_reverse():
    swedish, english = re.compile(r"\b(och|är|inte|för)\b"), re.compile(r"\b(the|and|is|not|of)\b", re.IGNORECASE)

    assert [name for name, text in every_text() if swedish.search(text.en)] == []
    assert [name for name, text in every_text() if english.search(text.sv)] == []


def test_no_text_has_doubled_spaces_or_trailing_ones():
    for name, text in every_text():
        for words in (text.sv, text.en):
            assert words == words.strip(), name
            assert "  " not in words, name


def test_titles_are_short_and_unique_within_their_group():
    for language in ("sv", "en"):
        titles = [(each.group, each.title.in_(language)) for each in LIBRARY.criteria]
        assert len(set(titles)) == len(titles)
        assert [title for _, title in titles if len(title.split()) > 4] == []


def test_every_text_of_a_condition_is_a_sentence_and_every_question_asks():
    for each in LIBRARY.criteria:
        for language in ("sv", "en"):
            assert each.text.in_(language).endswith("."), each.id
            if each.question:
                assert "?" in each.question.text.in_(language), each.id


def test_every_question_can_be_answered_with_yes_or_no():
    open_question = re.compile(r"^(Vem|Hur|Vad|Vilk|När|Varför|Who|How|What|Which|When|Why)")

    for each in asked_at_application(LIBRARY.criteria):
        assert not open_question.match(each.question.text.sv), each.id
        assert not open_question.match(each.question.text.en), each.id


def test_every_condition_stands_in_a_group_of_its_own_kind():
    groups: dict[str, Group] = {each.id: each for each in LIBRARY.groups}

    for each in LIBRARY.general:
        assert each.group == LIBRARY.themes[LIBRARY.data[each.id]["theme"]]
    for service, own in LIBRARY.specific.items():
        assert {groups[each.group].service for each in own} == {service}
        assert {each.group for each in own} == {each.id for each in LIBRARY.groups if each.service == service}
        assert 2 <= len({each.group for each in own}) <= 5


def test_groups_are_shown_in_one_order_with_the_general_ones_first():
    for service in LIBRARY.services:
        shown = LIBRARY.groups_for(service)
        assert all(one.order < next_.order for one, next_ in pairwise(shown))
        assert [bool(each.service) for each in shown] == sorted(bool(each.service) for each in shown)


def test_every_kind_of_evidence_has_a_name():
    assert {kind for each in LIBRARY.criteria for kind in each.evidence} <= set(LIBRARY.document_types)


def test_a_document_type_names_only_known_kinds_of_file_and_what_must_not_be_uploaded_has_none():
    for kind in LIBRARY.document_types.values():
        assert set(kind.kinds) <= KINDS, kind.id
        assert not (kind.never and kind.kinds), kind.id
    never = {kind.id for kind in LIBRARY.document_types.values() if kind.never}
    assert never == {"registerkontroll", "belastningsregisterutdrag", "kundakt"}


def test_a_document_that_a_rule_dates_is_dated_the_same_in_its_type():
    for each in LIBRARY.criteria:
        for leaf in leaves(each.rule):
            if leaf.max_age_months is not None:
                kind = LIBRARY.document_types[leaf.fact.removeprefix("doc.")]
                assert kind.greatest_age_months == leaf.max_age_months, each.id


def test_documents_are_asked_for_only_where_a_file_is_some_evidence():
    for each in asked_at_application(LIBRARY.criteria):
        if each.question.documents is not Demand.NONE:
            assert any(LIBRARY.document_types[kind].kinds for kind in each.evidence), each.id


@pytest.mark.parametrize("criterion_id", ["GEN-26", "HTJ-11"])
def test_a_register_extract_is_never_asked_for_only_who_checked_and_when(criterion_id):
    question = CRITERIA[criterion_id].question

    assert (question.documents, question.description) == (Demand.NONE, Demand.REQUIRED)
    assert "vem" in question.text.sv
    assert "när" in question.text.sv
    assert "Ladda aldrig upp" in question.help.sv


def test_only_what_is_shown_at_authorisation_is_asked():
    asked = {each.id for each in asked_at_application(LIBRARY.criteria)}

    assert len(asked) == 64
    assert "GEN-02" not in asked
    assert all((each.question is not None) == (each.id in asked) for each in LIBRARY.criteria)


def test_every_threshold_has_one_name_and_a_value_in_both_municipalities():
    named = [threshold.name for each in LIBRARY.criteria for threshold in each.thresholds]

    assert len(set(named)) == len(named)
    for municipality in LIBRARY.municipalities:
        assert set(municipality.thresholds) == set(named)


def test_every_question_can_be_worded_in_both_municipalities():
    for municipality in LIBRARY.municipalities:
        for each in asked_at_application(LIBRARY.criteria):
            words = worded(each.question.text, municipality.thresholds)
            assert not placeholders(words), each.id
            assert "{" not in words.sv + words.en, each.id


def test_a_municipality_that_says_nothing_of_its_own_has_the_defaults():
    defaults = {threshold.name: threshold.default for each in LIBRARY.criteria for threshold in each.thresholds}

    assert BY_SLUG["bjorkvik"].thresholds == defaults


def test_the_two_municipalities_differ():
    bjorkvik, ekholm = BY_SLUG["bjorkvik"], BY_SLUG["ekholm"]

    assert (bjorkvik.thresholds["soliditet_pct"], ekholm.thresholds["soliditet_pct"]) == (10, 15)
    assert (bjorkvik.thresholds["insurance_sek"], ekholm.thresholds["insurance_sek"]) == (10_000_000, 5_000_000)
    assert bjorkvik.deadlines["decide_days"] != ekholm.deadlines["decide_days"]
    assert bjorkvik.theme != ekholm.theme
    for name in ("intro", "court_review", "supplement_letter", "handling_time"):
        assert bjorkvik.texts[name] != ekholm.texts[name]
    assert bjorkvik.contract != ekholm.contract


def test_every_municipality_has_its_mark_among_the_pictures():
    pictures = Path(portal.__file__).parent / "static" / "img"

    for municipality in LIBRARY.municipalities:
        assert (pictures / municipality.mark).is_file()


def test_both_have_at_least_four_services_open_and_bjorkvik_has_all_six():
    open_in = {
        each.slug: {one.service for one in each.conditions if one.service and one.is_open}
        for each in LIBRARY.municipalities
    }

    assert all(len(services) >= 4 for services in open_in.values())
    assert open_in["bjorkvik"] != open_in["ekholm"]
    assert {one.service for one in BY_SLUG["bjorkvik"].conditions} == {"", *LIBRARY.services}


def test_conditions_were_decided_before_they_came_into_force():
    for municipality in LIBRARY.municipalities:
        assert {one.service for one in municipality.conditions} <= {"", *LIBRARY.services}
        for one in municipality.conditions:
            assert one.decided_on < one.valid_from
    [treatment] = [one for one in BY_SLUG["bjorkvik"].conditions if one.service == "familjebehandling"]
    assert treatment.valid_from == date(2018, 5, 1)


def test_the_start_deadline_and_the_start_condition_say_the_same():
    for municipality in LIBRARY.municipalities:
        assert municipality.deadlines["start_months"] == municipality.thresholds["start_months"]


def test_texts_and_letters_use_only_placeholders_that_the_portal_fills():
    for municipality in LIBRARY.municipalities:
        clauses = [text for clause in municipality.contract for text in (clause.heading, *clause.paragraphs)]
        for text in (*municipality.texts.values(), *clauses):
            assert placeholders(text) <= IN_TEXTS
    for step in LIBRARY.how_to_apply:
        assert placeholders(step.text) <= {"decide_days"}
    for reason in every_reason():
        if reason.sentence:
            assert placeholders(reason.sentence) <= IN_LETTERS, reason.code


def test_the_way_to_court_names_the_court_and_three_weeks_and_is_marked_for_lawyers():
    assert LIBRARY.for_lawyers == {"court_review", "contract"}
    for municipality in LIBRARY.municipalities:
        review = municipality.texts["court_review"]
        assert "{court}" in review.sv
        assert "inom tre veckor" in review.sv
        assert "within three weeks" in review.en


def test_a_contract_has_twelve_clauses_and_names_what_the_law_demands():
    for municipality in LIBRARY.municipalities:
        clauses = {clause.id: clause for clause in municipality.contract}
        assert len(clauses) == len(municipality.contract) == 12
        assert "10 kap. 9 § kommunallagen" in clauses["insight"].paragraphs[0].sv


def test_a_reason_can_be_chosen_or_opened_never_both():
    for reason in every_reason():
        assert bool(reason.nested) != bool(reason.sentence), reason.code
        assert reason.used_for, reason.code
        assert reason.used_for <= {"supplement", "refusal"}, reason.code


def test_other_demands_a_note_and_a_note_that_is_demanded_stands_in_the_letter():
    for reason in every_reason():
        if reason.code.endswith("other"):
            assert reason.note_required, reason.code
        if reason.sentence:
            assert reason.note_required == ("note" in placeholders(reason.sentence)), reason.code


def test_a_supplement_is_never_asked_for_on_a_ground_for_exclusion():
    for reason in every_reason():
        if reason.code.startswith(("exclusion_ground", "false_information", "requirement_not_met")):
            assert reason.used_for == {"refusal"}, reason.code


def test_every_service_has_goals_and_wanted_profiles_and_a_short_list_of_what_to_show():
    for service in LIBRARY.services.values():
        assert 2 <= len(service.goals) <= 4
        assert 3 <= len(service.wanted_profiles) <= 5
        assert 5 <= len(service.to_show) <= 7
        assert re.fullmatch(r"[a-z-]+", service.code)
        assert {"service." + fact for fact in service.facts} | {"service.goals_count"} == {
            fact for fact in LIBRARY.facts if fact.startswith("service.")
        }


def test_a_reason_ends_with_what_the_officer_writes():
    """So that the words can stand apart, in their own language, where the reason is read in another."""
    said = [
        text
        for purpose in (reasons.SUPPLEMENT, reasons.REFUSAL)
        for reason in reasons.by_code(purpose).values()
        if (text := reason.sentence)
    ]

    for each in (words for text in said for words in (text.sv, text.en)):
        assert "{note}" not in each.removesuffix("{note}"), each
