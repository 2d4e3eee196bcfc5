"""The applicant's journey through the rules: a company that shows everything, and one with a gap in every rule."""

import pytest
from playwright.sync_api import Page, expect

from portal.domain.criteria import Outcome
from portal.services import applications
from portal.services.competence_choice import choose
from tests.annual_reports import k2, k3k
from tests.factories import NOW
from tests.factories_application import make_application, sets_of
from tests.factories_competence import make_education, make_employment, make_profile
from tests.factories_figures import make_report, orgnr_of
from tests.visitors import Visitor

YEAR = {"year": ("2025-01-01", "2025-12-31"), "before": ("2024-01-01", "2024-12-31")}

SAID = {
    "Villkoret ser inte ut att gälla här.": Outcome.MET,
    "Det som syns når upp till villkoret.": Outcome.MET,
    "Det som syns når inte upp till villkoret.": Outcome.NOT_MET,
    "Det går inte att avgöra än": Outcome.CANNOT_TELL,
}


@pytest.fixture
def draft(owner, bjorkvik, anna):
    return make_application(owner, bjorkvik, "hemtjanst", by=anna)


def open_criterion(page: Page, draft, criterion: str) -> None:
    page.goto(f"/foretag/ansokningar/{draft.id}/villkor/{criterion}")


def test_a_company_with_a_digital_annual_report_and_a_manager_sees_that_both_suffice(as_actor, owner, draft, anna):
    make_profile(owner, anna, make_education(), make_employment((2019, 1)), name="Birgitta Sandgren")
    page = as_actor(anna)

    open_criterion(page, draft, "GEN-09")
    report = {"name": "Årsredovisning.xhtml", "mimeType": "application/xhtml+xml"}
    page.locator("#fil").set_input_files([{**report, "buffer": k2(orgnr=orgnr_of(owner, anna), **YEAR)}])
    page.get_by_role("button", name="Ladda upp", exact=True).click()
    expect(page.get_by_role("link", name="Årsredovisning.xhtml").first).to_be_visible()
    Visitor("Anna Lindqvist", page).reload_until(page.get_by_text("Soliditet: 30,2"))

    finding = page.get_by_role("region", name="Systemet ser")
    expect(finding).to_contain_text("Det som syns når upp till villkoret.")
    figures = page.get_by_role("region", name="Siffror ur årsredovisningen")
    figures.get_by_role("link", name="”1 200 000”").click()
    stands = page.get_by_role("region", name="Siffran den")
    expect(stands).to_contain_text("Raden i filen: EgetKapital 1 200 000")
    stands.get_by_text("Så står det i filen").click()
    expect(stands).to_contain_text('contextRef="balans0"')
    expect(page.get_by_role("region", name="Texten på sidan").locator("mark").first).to_have_text("1 200 000")

    for criterion in ("HTJ-01", "HTJ-02", "HTJ-03"):
        open_criterion(page, draft, criterion)
        page.locator("label", has_text="Birgitta Sandgren").click()
        page.get_by_role("button", name="Spara valet och visa vad profilen säger").click()
        expect(page.get_by_role("region", name="Systemet ser")).to_contain_text("Det som syns når upp till villkoret.")


def test_a_company_with_a_gap_in_every_rule_is_told_of_each_what_would_help(as_actor, owner, draft, anna):
    make_report(owner, draft, by=anna, content=k3k(orgnr=orgnr_of(owner, anna)), name="Koncern.xhtml")
    leader = make_profile(owner, anna, make_education(60), make_employment((2024, 9), (2026, 1), share=50))
    choose(owner, draft.id, "HTJ-02", [leader], actor=anna, now=NOW)
    for id_ in ("GEN-17", "GEN-11"):
        applications.save_answer(owner, draft.id, id_, declared=False, description="Inte än.", actor=anna, now=NOW)
    owner.commit()
    page = as_actor(anna)
    seen = dict.fromkeys(Outcome, 0)

    for criterion in sets_of(owner, draft).asked_criteria:
        open_criterion(page, draft, criterion.id)
        finding = page.get_by_role("region", name="Systemet ser")
        told = finding.inner_text()
        [outcome] = [each for words, each in SAID.items() if words in told]
        seen[outcome] += 1
        if outcome is Outcome.MET:
            continue
        helped = finding.get_by_role("list").last.get_by_role("listitem")
        assert "Det här skulle hjälpa" in told, criterion.id
        assert all(text.strip().endswith(".") for text in helped.all_inner_texts()), criterion.id

    # What does not apply to the service is no gap.
    assert seen[Outcome.MET] <= 3
    assert seen[Outcome.NOT_MET] >= 5
    page.goto(f"/foretag/ansokningar/{draft.id}/granska")
    tally = page.get_by_role("region", name="Systemet ser")
    expect(tally.get_by_role("group").first).to_contain_text(f"Når inte upp {seen[Outcome.NOT_MET]} villkor")
