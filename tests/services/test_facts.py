"""What an application itself tells of the facts that rules ask about; on the real database."""

from decimal import Decimal

from portal.db.answers import answers_of
from portal.db.handed_in import read
from portal.domain.application import State
from portal.domain.criteria import DocumentState
from portal.domain.deadlines import day_in_sweden
from portal.domain.facts import Gap, Known, Source, Why, sheet_faults
from portal.domain.validity import Days
from portal.library import declared
from portal.services import applications, facts
from portal.services.fact_sources import FactCase
from tests.factories import NOW, make_member, make_provider
from tests.factories_application import attach, make_application, make_attached, make_document, sets_of
from tests.factories_clean import make_clean
from tests.factories_review import make_officer
from tests.statements import statements


def case_of(owner, application, *ids):
    sets = sets_of(owner, application)
    criteria = tuple(each for each in sets.asked_criteria if not ids or each.id in ids)
    return FactCase(
        application_id=application.id,
        provider_id=application.provider_id,
        sets=sets,
        criteria=criteria,
        on=day_in_sweden(NOW),
        given=read(owner, application.id),
    )


def test_a_draft_knows_only_the_company_and_the_service(owner, bjorkvik):
    application = make_application(owner, bjorkvik)

    sheet = facts.sheet_of(owner, case_of(owner, application))

    assert {fact.split(".")[0] for fact in sheet.known} == {"org", "service"}
    assert sheet.of_fact("org.orgnr_valid")[0].value is True
    assert sheet.of_fact("service.premises_visited")[0].value is True
    assert sheet.of_fact("service.goals_count")[0].value == 3


def test_a_yes_states_what_is_a_yes_or_a_no_and_no_figure(owner, bjorkvik):
    by = make_member(owner, make_provider(owner))
    application = make_application(owner, bjorkvik, by=by)
    for criterion, said in (("GEN-17", True), ("GEN-21", True), ("GEN-07", True)):
        applications.save_answer(owner, application.id, criterion, declared=said, description="", actor=by, now=NOW)

    sheet = facts.sheet_of(owner, case_of(owner, application, "GEN-17", "GEN-21", "GEN-07"))

    (law,) = sheet.of_fact("declaration.law_compliance")
    assert (law.value, law.source, law.source_id, law.at) == (True, Source.ANSWER, "GEN-17", NOW)
    assert sheet.of_fact("complaints.answered_within_days_p95") == ()
    assert sheet.gaps_of("complaints.answered_within_days_p95")[0].why is Why.NOT_STATED
    assert sheet.of_fact("tax.f_skatt") == ()
    assert sheet.of_fact("org.has_employees") == ()


def test_what_is_stated_beside_the_yes_is_known_with_who_and_when(owner, bjorkvik):
    by = make_member(owner, make_provider(owner))
    application = make_application(owner, bjorkvik, by=by)
    stated = {"complaints.answered_within_days_p95": Decimal("7.5"), "insurance.liability_sek": 10}
    answered = {"declared": True, "description": "", "actor": by, "now": NOW}
    applications.save_answer(owner, application.id, "GEN-21", stated=stated, **answered)
    applications.save_answer(owner, application.id, "GEN-25", stated={"insurance.liability_sek": 10}, **answered)
    assert not applications.save_answer(owner, application.id, "GEN-21", stated=stated, **answered)
    assert not applications.save_answer(owner, application.id, "GEN-21", **answered)

    sheet = facts.sheet_of(owner, case_of(owner, application, "GEN-21", "GEN-25"))

    (days,) = sheet.of_fact("complaints.answered_within_days_p95")
    assert (days.value, days.source, days.source_id, days.who, days.at) == (
        Decimal("7.5"),
        Source.ANSWER,
        "GEN-21",
        by.name,
        NOW,
    )
    # What another criterion asks is not stated here, whatever a form says.
    assert [each.source_id for each in sheet.of_fact("insurance.liability_sek")] == ["GEN-25"]


def test_what_only_the_contract_shows_is_affirmed_by_a_yes_and_by_nothing_else(owner, bjorkvik):
    by = make_member(owner, make_provider(owner))
    application = make_application(owner, bjorkvik, by=by)
    for said, whys in ((None, []), (False, []), (True, [Why.AFFIRMED])):
        applications.save_answer(owner, application.id, "GEN-36", declared=said, description="x", actor=by, now=NOW)
        sheet = facts.sheet_of(owner, case_of(owner, application, "GEN-36"))
        assert sheet.of_fact("contract.insyn_clause") == ()
        assert [each.why for each in sheet.gaps_of("contract.insyn_clause")] == whys


def test_the_signatorys_affirmation_is_known_once_it_is_submitted(owner, bjorkvik):
    draft = make_application(owner, bjorkvik, complete=True)
    submitted = make_application(owner, bjorkvik, state=State.SUBMITTED)
    fact = "declaration.signed_by_firmatecknare"

    before = facts.sheet_of(owner, case_of(owner, draft, "GEN-11"))
    assert before.of_fact(fact) == ()
    assert [each.why for each in before.gaps_of(fact)] == [Why.NOT_SUBMITTED]
    assert facts.sheet_of(owner, case_of(owner, submitted, "GEN-11")).of_fact(fact)[0].value is True


def test_only_a_clean_document_is_known_and_the_others_say_why(owner, bjorkvik):
    by = make_member(owner, make_provider(owner))
    application = make_application(owner, bjorkvik, by=by)
    for state in DocumentState:
        make_attached(owner, application, "GEN-33", by=by, name=f"{state}.pdf", state=state)

    sheet = facts.sheet_of(owner, case_of(owner, application, "GEN-33"))

    (known,) = sheet.of_fact("doc.kontinuitetsplan")
    assert (known.label.sv, known.value.handed_in) == ("clean.pdf", day_in_sweden(NOW))
    assert {gap.why for gap in sheet.gaps_of("doc.kontinuitetsplan")} == {
        Why.DOCUMENT_WAITING,
        Why.DOCUMENT_NOT_SCANNED,
        Why.DOCUMENT_STOPPED,
    }


def test_where_several_kinds_of_document_are_taken_nobody_knows_which_one_a_file_is(owner, bjorkvik):
    by = make_member(owner, make_provider(owner))
    application = make_application(owner, bjorkvik, by=by)
    attach(owner, application, "GEN-21", make_document(owner, application.provider_id, by=by), by=by)

    sheet = facts.sheet_of(owner, case_of(owner, application, "GEN-21"))

    assert sheet.of_fact("doc.rutin_klagomal") == ()
    assert [gap.why for gap in sheet.gaps_of("doc.rutin_klagomal")] == [Why.KIND_UNKNOWN]


def test_everything_that_is_stated_of_a_full_application_is_of_its_declared_kind(owner, bjorkvik):
    application = make_application(owner, bjorkvik, state=State.SUBMITTED)
    stated = [each for source in facts.SOURCES for each in source.facts_of(owner, case_of(owner, application))]

    assert sheet_faults([each for each in stated if isinstance(each, Known)], declared()) == ()
    assert {each.fact for each in stated} <= set(declared())
    assert any(isinstance(each, Gap) for each in stated)


def test_a_source_is_asked_only_where_a_rule_asks_about_something_that_it_knows(owner, bjorkvik):
    application = make_application(owner, bjorkvik)
    asked = []

    class Solvency:
        facts = frozenset({"finance.soliditet_pct", "finance.kassalikviditet_pct"})

        def facts_of(self, db, case):
            asked.append(case.criteria)
            yield Known(fact="finance.soliditet_pct", value=23, source=Source.ANNUAL_REPORT)

    elsewhere = facts.sheet_of(owner, case_of(owner, application, "GEN-17"), sources=(Solvency(),))
    here = facts.sheet_of(owner, case_of(owner, application, "GEN-09"), sources=(Solvency(),))

    assert elsewhere.known == {}
    assert here.of_fact("finance.soliditet_pct")[0].value == 23
    assert len(asked) == 1


def test_a_finding_is_the_same_on_whichever_page_it_is_read(owner, db, bjorkvik):
    application = make_clean(owner, db, bjorkvik, make_officer(owner, bjorkvik))
    sets, given = sets_of(owner, application), read(owner, application.id)
    about = {"provider_id": application.provider_id, "sets": sets, "given": given, "on": day_in_sweden(NOW)}

    together = facts.findings_of(owner, application.id, criteria=sets.asked_criteria, **about)
    alone = [facts.findings_of(owner, application.id, criteria=[each], **about) for each in sets.asked_criteria]

    assert together == {id_: finding for found in alone for id_, finding in found.items()}


def test_registers_and_reports_are_asked_in_one_statement(owner, bjorkvik):
    application = make_application(owner, bjorkvik, state=State.SUBMITTED)
    case = case_of(owner, application)

    with statements(owner.get_bind()) as sent:
        sheet = facts.sheet_of(owner, case)

    assert len(sent) == 1
    assert sheet.gaps_of("tax.f_skatt")[0].why is Why.NOT_RUN
    assert sheet.gaps_of("finance.soliditet_pct")[0].why is Why.NOT_READ


def test_what_is_read_at_once_gives_the_same_answers_as_the_pages_that_read_only_those(owner, bjorkvik):
    application = make_application(owner, bjorkvik, state=State.SUBMITTED)
    sets, on = sets_of(owner, application), Days.of(day_in_sweden(NOW), None)

    assert read(owner, application.id).answers(sets, on=on) == answers_of(owner, application.id, sets=sets, on=on)
