"""What is asked, what is lacking and how it is read; without a database, without a clock."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.criteria import (
    DATED,
    STOPPED,
    Answer,
    Demand,
    DocumentFact,
    DocumentState,
    Lack,
    Progress,
    Text,
    asked_at_application,
    obstacles,
    progress,
    progress_of,
    shown,
    worded,
)
from portal.domain.criteria_parsing import ALLOWED, NEEDED, BadCriterion, from_data
from portal.domain.rules import All, Any, Leaf, Op, WhenThen
from portal.domain.validity import Validity

FACTS = {"finance.soliditet_pct", "doc.plan", "service.home_visits", "org.orgnr", "ivo.orgnr"}
CLEAN = DocumentFact("d1", DocumentState.CLEAN)
INFECTED = DocumentFact("d2", DocumentState.INFECTED)
WAITING = DocumentFact("d3", DocumentState.WAITING)
NOT_SCANNED = DocumentFact("d4", DocumentState.COULD_NOT_TELL)


def data(**changes):
    """A criterion as written; a change to ``None`` leaves the key out."""
    written = {
        "id": "GEN-09",
        "group": "finance",
        "title": {"sv": "Soliditet", "en": "Equity ratio"},
        "text": {"sv": "Ekonomin räcker.", "en": "The finances are sufficient."},
        "question": {"sv": "Är den minst {soliditet_pct} procent?", "en": "Is it at least {soliditet_pct} per cent?"},
        "asks": {"declaration": True, "description": "none", "documents": "required"},
        "thresholds": {"soliditet_pct": "finance.soliditet_pct"},
        "evidence": ["arsredovisning"],
        "control_points": ["uppvisa_vid_auktorisation", "uppfoljning"],
        "on_breach": ["avslag"],
        "rule": {"fact": "finance.soliditet_pct", "op": "gte", "value": 10, "configurable": True},
        **changes,
    }
    return {key: value for key, value in written.items() if value is not None}


def criterion(id_="GEN-09", description="none", documents="required", **changes):
    asks = {"declaration": True, "description": description, "documents": documents}
    return from_data(data(id=id_, asks=asks, **changes), facts=FACTS)


def not_asked(id_="GEN-02"):
    written = data(id=id_, question=None, asks=None, control_points=["uppfoljning"])
    return from_data(written, facts=FACTS)


def lacks(given_criterion, answer):
    return [each.lack for each in obstacles(given_criterion, answer)]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, [Lack.UNANSWERED, Lack.DESCRIPTION_MISSING, Lack.DOCUMENT_MISSING]),
        (Answer(declared=True), [Lack.DESCRIPTION_MISSING, Lack.DOCUMENT_MISSING]),
        (Answer(declared=True, description="  \n"), [Lack.DESCRIPTION_MISSING, Lack.DOCUMENT_MISSING]),
        (Answer(declared=True, description="Så här."), [Lack.DOCUMENT_MISSING]),
        (Answer(True, "Så här.", (CLEAN,)), []),
        (Answer(True, "Så här.", (INFECTED,)), [Lack.DOCUMENT_MISSING, Lack.DOCUMENT_INFECTED]),
        (Answer(True, "Så här.", (CLEAN, INFECTED)), [Lack.DOCUMENT_INFECTED]),
        (Answer(True, "Så här.", (WAITING,)), [Lack.DOCUMENT_WAITING]),
        (Answer(True, "Så här.", (NOT_SCANNED,)), [Lack.DOCUMENT_COULD_NOT_TELL]),
        (Answer(declared=False), [Lack.NOT_DECLARED]),
        (Answer(False, "Vi väntar på intyget."), []),
    ],
)
def test_everything_lacking_in_an_answer_is_named(answer, expected):
    assert lacks(criterion(description="required"), answer) == expected


def test_an_honest_no_with_a_reason_is_ready_for_an_officer_to_judge():
    assert progress(criterion(), Answer(False, "Vi är nystartade.")) is Progress.READY


def test_what_is_not_asked_lacks_nothing():
    assert obstacles(not_asked(), None) == ()


def test_what_waits_or_could_not_be_scanned_is_told_and_does_not_block():
    answer = Answer(True, "", (WAITING, NOT_SCANNED))

    found = obstacles(criterion(), answer)

    assert [(each.document_id, each.blocks) for each in found] == [("d3", False), ("d4", False)]
    assert progress(criterion(), answer) is Progress.READY


@pytest.mark.parametrize("state", DocumentState)
@pytest.mark.parametrize("validity", [each for each in Validity if each in DATED])
def test_what_was_stopped_is_to_be_taken_away_and_needs_no_date(state, validity):
    found = lacks(criterion(), Answer(True, "", (CLEAN, DocumentFact("d9", state, validity))))

    assert (DATED[validity] in found) is (state not in STOPPED)


def test_only_what_is_found_clean_counts_as_evidence():
    assert Answer(True, "", (CLEAN, INFECTED, WAITING, NOT_SCANNED)).evidence == (CLEAN,)


def test_where_nothing_may_be_uploaded_a_document_is_in_the_way_however_clean():
    register_check = criterion(documents="none")

    assert lacks(register_check, Answer(True, "", (CLEAN,))) == [Lack.DOCUMENT_UNWANTED]
    assert progress(register_check, Answer(True, "", (CLEAN,))) is Progress.NEEDS_ATTENTION


@given(
    declared=st.sampled_from([None, True, False]),
    description=st.sampled_from(["", " ", "text"]),
    states=st.lists(st.sampled_from(DocumentState), max_size=4),
    asks=st.sampled_from(list(product(Demand, Demand))),
)
def test_every_document_and_every_part_that_is_lacking_is_named_once(declared, description, states, asks):
    documents = tuple(DocumentFact(f"d{number}", state) for number, state in enumerate(states))
    asked = criterion(description=asks[0].value, documents=asks[1].value)

    found = obstacles(asked, Answer(declared, description, documents))

    named = [each.document_id for each in found if each.document_id]
    unwanted = asks[1] is Demand.NONE
    assert named == [each.id for each in documents if unwanted or each.state is not DocumentState.CLEAN]
    assert len(set(found)) == len(found)
    assert (Lack.UNANSWERED in {each.lack for each in found}) == (declared is None)
    needs_words = declared is False or asks[0] is Demand.REQUIRED
    words_lacking = bool({Lack.NOT_DECLARED, Lack.DESCRIPTION_MISSING} & {each.lack for each in found})
    assert words_lacking == (needs_words and not description.strip())
    usable = set(states) - {DocumentState.INFECTED, DocumentState.REFUSED}
    must_show = declared is not False and asks[1] is Demand.REQUIRED
    assert (Lack.DOCUMENT_MISSING in {each.lack for each in found}) == (must_show and not usable)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, Progress.NOT_STARTED),
        (Answer(), Progress.NOT_STARTED),
        (Answer(declared=True), Progress.BEGUN),
        (Answer(None, "", (CLEAN,)), Progress.BEGUN),
        (Answer(True, "", (CLEAN,)), Progress.READY),
        (Answer(True, "", (CLEAN, INFECTED)), Progress.NEEDS_ATTENTION),
    ],
)
def test_progress_follows_what_is_lacking(answer, expected):
    assert progress(criterion(), answer) is expected


READY = Answer(True, "", (CLEAN,))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, Progress.NOT_STARTED),
        ({"A": READY}, Progress.BEGUN),
        ({"A": READY, "B": READY}, Progress.READY),
        ({"A": READY, "B": Answer(True, "", (INFECTED,))}, Progress.NEEDS_ATTENTION),
    ],
)
def test_a_group_is_as_far_as_what_is_asked_in_it(answers, expected):
    group = (criterion("A"), criterion("B"), not_asked("C"))

    assert progress_of(group, answers) is expected


def test_a_group_in_which_nothing_is_asked_is_ready():
    assert progress_of((not_asked(),), {}) is Progress.READY


def test_only_what_is_shown_at_authorisation_is_asked():
    assert asked_at_application((criterion("A"), not_asked("B"))) == (criterion("A"),)


@pytest.mark.parametrize(
    ("value", "swedish", "english"),
    [
        (10_000_000, "10\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}000", "10,000,000"),
        (0, "0", "0"),
        (("AAA", "AA", "A"), "AAA, AA eller A", "AAA, AA or A"),
        (("AAA",), "AAA", "AAA"),
        ("--02-28", "28 februari", "28 February"),
        ("C1", "C1", "C1"),
    ],
)
def test_a_threshold_is_shown_as_people_write_it(value, swedish, english):
    assert (shown(value, "sv"), shown(value, "en")) == (swedish, english)


def test_a_municipalitys_own_threshold_stands_in_the_words():
    text = criterion().question.text

    assert worded(text, {"soliditet_pct": 15}) == Text("Är den minst 15 procent?", "Is it at least 15 per cent?")


def test_a_text_with_a_hole_is_never_shown():
    with pytest.raises(KeyError):
        worded(criterion().question.text, {})


def test_a_rule_is_read_as_a_tree():
    leaf = {"fact": "doc.plan", "op": "exists", "max_age_months": 24}
    written = {
        "when": {"fact": "service.home_visits", "op": "eq", "value": True},
        "then": {"any": [{"all": [leaf, leaf]}, {"fact": "ivo.orgnr", "op": "eq_fact", "fact2": "org.orgnr"}]},
    }

    parsed = from_data(data(rule=written, thresholds=None, question={"sv": "A?", "en": "A?"}), facts=FACTS)

    plan = Leaf(fact="doc.plan", op=Op.EXISTS, max_age_months=24)
    holder = Leaf(fact="ivo.orgnr", op=Op.EQ_FACT, fact2="org.orgnr")
    when = Leaf(fact="service.home_visits", op=Op.EQ, value=True)
    assert parsed.rule == WhenThen(when, Any((All((plan, plan)), holder)))
    assert parsed.greatest_age_months == 24


LEAF = data()["rule"]
REFUSED = [
    ({"text": {"sv": "Bara svenska."}}, "text has no text in en"),
    ({"title": {"sv": " ", "en": "Blank"}}, "title has no text in sv"),
    ({"text": "En sträng"}, "text has no text in sv"),
    ({"help": {"sv": "Minst {annat}.", "en": "At least {annat}."}}, "placeholder {annat} without a threshold"),
    ({"help": {"sv": "Minst {soliditet_pct}.", "en": "At least."}}, "help has different placeholders in sv and en"),
    ({"help": {"sv": "Minst {.", "en": "At least {."}}, "help has a stray brace in sv"),
    ({"control_points": ["vid_fullmane", "uppvisa_vid_auktorisation"]}, "control_points: unknown vid_fullmane"),
    ({"control_points": []}, "control_points is empty"),
    ({"on_breach": ["boter"]}, "on_breach: unknown boter"),
    ({"evidence": ["a", "a"]}, "evidence is not a list of different words"),
    ({"colour": "green"}, "unknown key colour"),
    ({"question": None, "asks": None}, "a question belongs to exactly the criteria shown at application"),
    ({"control_points": ["uppfoljning"]}, "a question belongs to exactly the criteria shown at application"),
    ({"asks": {"declaration": True, "description": "none", "documents": "maybe"}}, "asks: documents cannot be maybe"),
    (
        {"asks": {"declaration": False, "description": "none", "documents": "none"}},
        "asks: a declaration is always asked for",
    ),
    ({"asks": {"declaration": True}}, "asks must name declaration, description and documents"),
    ({"thresholds": None}, "configurable finance.soliditet_pct has no named threshold"),
    ({"thresholds": {"soliditet_pct": "doc.plan"}}, "threshold soliditet_pct: nothing to decide about doc.plan"),
    ({"rule": {**LEAF, "fact": "moon.phase"}}, "rule names an unknown fact moon.phase"),
    ({"rule": {**LEAF, "op": "roughly"}}, "rule on finance.soliditet_pct: unknown op roughly"),
    ({"rule": {**LEAF, "value": None}}, "rule on finance.soliditet_pct: configurable without a value"),
    ({"rule": {"fact": "doc.plan", "op": "gte"}}, "rule on doc.plan: gte needs a value"),
    ({"rule": {"fact": "org.orgnr", "op": "eq_fact"}}, "rule on org.orgnr: eq_fact needs a fact2"),
    ({"rule": {**LEAF, "window_years": "ten"}}, "rule on finance.soliditet_pct: window_years is not int"),
    ({"rule": {**LEAF, "mood": "good"}}, "rule on finance.soliditet_pct: unknown key mood"),
    ({"rule": {"all": []}}, "rule: all needs a list of at least one rule"),
    ({"rule": {"all": [LEAF], "any": [LEAF]}}, "rule has keys ['all', 'any'], which no combinator has"),
    ({"rule": {"when": LEAF}}, "rule has keys ['when'], which no combinator has"),
    ({"rule": []}, "rule is list, not a mapping"),
]


@pytest.mark.parametrize(("changes", "fault"), REFUSED, ids=[fault for _, fault in REFUSED])
def test_what_is_not_allowed_is_refused_by_name(changes, fault):
    with pytest.raises(BadCriterion) as refused:
        from_data(data(**changes), facts=FACTS)

    assert fault in refused.value.faults


@pytest.mark.parametrize("key", sorted(NEEDED))
def test_what_is_missing_is_refused_by_name(key):
    with pytest.raises(BadCriterion) as refused:
        from_data(data(**{key: None}), facts=FACTS)

    assert f"{key} is missing" in refused.value.faults


@given(st.text(min_size=1, max_size=12).filter(lambda key: key not in ALLOWED))
def test_a_key_nobody_knows_is_refused(key):
    with pytest.raises(BadCriterion) as refused:
        from_data(data(**{key: "x"}), facts=FACTS)

    assert f"unknown key {key}" in refused.value.faults


def test_all_faults_are_named_at_once():
    with pytest.raises(BadCriterion) as refused:
        from_data(data(text={"sv": "Ja."}, on_breach=["boter"], rule={**LEAF, "fact": "moon.phase"}), facts=FACTS)

    assert refused.value.faults == (
        "text has no text in en",
        "on_breach: unknown boter",
        "rule names an unknown fact moon.phase",
    )
