"""The figures of annual reports on a criterion's page, and the form for typing them from a PDF."""

import re
from datetime import date
from html import unescape

import pytest
from sqlmodel import col, select

from documents.unreadable import Why
from portal.db.tables import FinancialReport
from portal.domain.application import State
from portal.domain.roles import Role
from portal.domain.solvency import Doubt, Key
from portal.forms.figures import read_amount
from portal.services.report_figures import NAMES
from portal.views import solvency_words
from tests.annual_reports import k2, k3, k3k, sie
from tests.documents import files_to_show
from tests.factories import make_member, make_staff, sign_in
from tests.factories_application import attach, make_application, make_attached
from tests.factories_figures import CRITERION, make_report, orgnr_of
from tests.statements import BUDGET, statements

TYPED = {
    "forsta-dag": "2025-01-01",
    "sista-dag": "2025-12-31",
    "eget-kapital": "1 200 000",
    "obeskattade-reserver": "50.000",
    "summa-tillgangar": "4 100 000 kr",
    "omsattningstillgangar": "2900000",
    "varulager": "100 000,00",
    "kortfristiga-skulder": "2 000 000",
}


@pytest.fixture
def pdf(owner, draft, anna):
    document = make_attached(owner, draft, CRITERION, by=anna, name="Årsredovisning.pdf")
    owner.commit()
    return document


def address(application, rest=""):
    return f"/foretag/ansokningar/{application.id}/villkor/{CRITERION}{rest}"


def shown(client, application):
    """The text of the page, with one kind of space."""
    text = re.sub(r"<[^>]+>", " ", client.get(address(application)).text)
    return " ".join(text.split()).replace(" .", ".").replace(" :", ":")


def test_a_clean_report_shows_each_ratio_with_its_formula_its_figures_and_where_they_stand(client, owner, draft, anna):
    document = make_report(owner, draft, by=anna)

    page = shown(client, draft)

    assert "Räkenskapsåret 1 januari 2024 – 31 december 2024. Läst ur en digital årsredovisning (iXBRL)" in page
    assert "Soliditet: 30,2 %" in page
    assert "(eget kapital + 79,4 % av obeskattade reserver) / summa tillgångar" in page
    assert "(1 200 000 + 50 000 × 79,4 %) / 4 100 000 = 30,2 %" in page
    assert "(2 900 000 − 100 000) / 2 000 000 = 140 %" in page
    assert "Rapporten anger själv 30,2 %." in page
    assert "Det som syns når upp till villkoret." in page
    source = client.get(address(draft)).text
    assert f"/foretag/dokument/{document.id}/visa?arende={draft.id}&amp;villkor=GEN-09&amp;siffra=" in source
    assert "Skriv av siffrorna" not in source


def leads(page, words):
    """The address of the link to a figure's place that says so."""
    [found, *_] = re.findall(rf'<a class="ds-link" href="([^"#]+)#siffra">[^<]*{re.escape(words)}', page)
    return unescape(found)


def test_a_figure_leads_to_its_page_its_row_and_the_files_own_words(client, owner, resources, draft, anna):
    lines = "<p>Förvaltningsberättelse</p>" * 500
    content = k2(orgnr=orgnr_of(owner, anna)).replace(b"<table>", lines.encode() + b"<table>")
    make_report(owner, draft, by=anna, content=content, store=resources.store)
    there = leads(client.get(address(draft)).text, "1 200 000")

    page = client.get(there).text

    number = int(re.search(r">Sida (\d+) av \d+<", page).group(1))
    assert number > 1
    assert "<mark>1 200 000</mark>" in page.split('id="text"')[1]
    assert '<mark class="kv-break">EgetKapital 1 200 000</mark>' in page
    assert "contextRef=&#34;balans0&#34;" in page
    for fact in ("gen-base:EgetKapital", "31 december 2024", "Talet som det står", "Exakt", "SEK"):
        assert f">{fact}</dd>" in page
    other = re.sub(r"siffra=[0-9a-f-]+", "siffra=00000000-0000-4000-8000-000000000000", there)
    assert client.get(other).status_code == 404
    assert client.get(there.replace("siffra=", "siffra=x")).status_code in (400, 404)


def test_a_typed_figure_leads_to_the_page_that_was_said(client, owner, resources, draft, anna):
    content = files_to_show.pdf("Nyckeltal 1 200 000", "Summa eget kapital 1 200 000", "Noter")
    document = make_attached(owner, draft, CRITERION, by=anna, content=content, store=resources.store)
    owner.commit()
    typing = address(draft, f"/dokument/{document.id}/siffror")
    client.post(typing, data=TYPED)
    seen = client.get(leads(client.get(address(draft)).text, "Inskrivet")).text
    assert ">Sida 1 av 3<" in seen
    for wrong, sentence in (("4", "Dokumentet har bara 3 sidor."), ("två", "Skriv sidans nummer med siffror")):
        refused = client.post(typing, data={**TYPED, "sida": wrong})
        assert (refused.status_code, sentence in refused.text, f'value="{wrong}"' in refused.text) == (422, True, True)

    client.post(typing, data={**TYPED, "sida": "2"})

    seen = client.get(leads(client.get(address(draft)).text, "Inskrivet, sida 2")).text
    assert ">Sida 2 av 3<" in seen
    assert "<mark>1 200 000</mark>" in seen
    assert re.search(r'name="sida" type="text" value="2"', client.get(typing).text)


def test_thousands_are_said_and_what_is_no_own_figure_is_doubted_in_words(client, owner, draft, anna):
    orgnr = orgnr_of(owner, anna)
    make_report(owner, draft, by=anna, content=k3(orgnr=orgnr), name="K3.xhtml")
    assert "Beloppen är avrundade till 1 000 kr." in shown(client, draft)

    make_report(owner, draft, by=anna, content=k3k(orgnr=orgnr), name="Koncern.xhtml")

    page = shown(client, draft)
    assert "Det går inte att se vad som är företagets egna belopp." in page


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (k2(orgnr="559900-1122"), "Filen har ett annat företags organisationsnummer."),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'><p>Hej</p></html>", "Filen är ingen digital årsredovisning."),
    ],
)
def test_a_file_that_says_nothing_of_the_company_is_told_of_and_the_rule_cannot_tell(
    client, owner, draft, anna, content, sentence
):
    make_report(owner, draft, by=anna, content=content)

    page = shown(client, draft)

    assert sentence in page
    assert "Det går inte att avgöra än" in page


def test_foreign_currency_is_never_converted(client, owner, draft, anna):
    make_report(owner, draft, by=anna, content=k2(orgnr=orgnr_of(owner, anna), currency="iso4217:EUR"))

    page = shown(client, draft)

    assert "Beloppen är i EUR." in page
    assert "Beloppet är inte i kronor: eget kapital. Vi räknar inte om." in page
    assert "Lämna beloppen i kronor, eller visa ekonomin på ett annat sätt." in page


def test_a_sie_file_leads_to_the_balance_of_its_first_account(client, owner, resources, draft, anna):
    content = sie().replace(b"556677-8899", orgnr_of(owner, anna).encode())
    make_report(owner, draft, by=anna, content=content, name="Bokslut.se", store=resources.store)

    assert "Läst ur en SIE-fil" in shown(client, draft)
    there = client.get(leads(client.get(address(draft)).text, "Konto 1210")).text
    assert "<mark>#UB 0 1210</mark>" in there
    assert "Så står det i filen" not in there


def test_typed_figures_are_marked_as_typed_and_where_they_differ_from_a_file_both_are_shown(
    client, owner, draft, anna, pdf
):
    make_report(owner, draft, by=anna, content=k2(orgnr=orgnr_of(owner, anna), year=("2025-01-01", "2025-12-31")))
    form = {**TYPED, "eget-kapital": "410 000", "obeskattade-reserver": ""}

    answer = client.post(address(draft, f"/dokument/{pdf.id}/siffror"), data=form)

    assert answer.status_code == 303
    page = shown(client, draft)
    assert "Inskrivet för hand av Anna Lindqvist efter en PDF" in page
    assert "410 000 / 4 100 000 = 10 %" in page
    ways = "30,2 % enligt Årsredovisning.xhtml", "10 % enligt Årsredovisning.pdf"
    assert any(f"Soliditet: {one} men {other}." in page for one, other in (ways, ways[::-1]))
    assert "Systemet väljer inte mellan dem." in page


def test_what_was_typed_stands_in_the_form_when_it_is_typed_anew(client, draft, pdf):
    there = address(draft, f"/dokument/{pdf.id}/siffror")
    assert client.post(there, data=TYPED).status_code == 303

    again = client.get(there).text

    assert 'value="1 200 000"' in again
    assert 'value="2025-12-31"' in again
    assert "Det som står här ersätter det som skrevs in förut." in again


def test_every_fault_stands_at_its_field_and_nothing_typed_is_lost(client, owner, draft, pdf):
    wrong = {
        "forsta-dag": "2025-02-30",
        "sista-dag": "2099-12-31",
        "eget-kapital": "120 EUR",
        "obeskattade-reserver": "ungefär 5",
        "summa-tillgangar": "0",
        "omsattningstillgangar": "",
        "varulager": "-5",
        "kortfristiga-skulder": "1 200 tkr",
    }

    answer = client.post(address(draft, f"/dokument/{pdf.id}/siffror"), data=wrong)

    assert answer.status_code == 422
    for field, typed in wrong.items():
        assert f'id="{field}-fel"' in answer.text, field
        assert f'href="#{field}"' in answer.text, field
        assert f'value="{typed}"' in answer.text, field
    assert "räkna inte om" in answer.text
    assert owner.exec(select(FinancialReport.id).where(col(FinancialReport.document_id) == pdf.id)).all() == []


def test_without_short_term_debts_the_ratio_cannot_be_told_and_negative_equity_can(client, draft, pdf):
    form = {**TYPED, "eget-kapital": "−50 000", "kortfristiga-skulder": "0"}
    assert client.post(address(draft, f"/dokument/{pdf.id}/siffror"), data=form).status_code == 303

    page = shown(client, draft)

    assert "((-50 000) + 50 000 × 79,4 %) / 4 100 000 = -0,3 %" in page
    assert "Det går inte att dela: kortfristiga skulder är inte mer än noll." in page


def test_a_new_company_is_told_what_does_instead(client, draft, pdf):
    page = shown(client, draft)

    assert "Siffror läses inte ur en PDF. Skriv av siffrorna" in page
    assert "går det bra med bankintyg eller " in page


def test_only_one_who_writes_types_and_only_from_a_pdf_of_the_criterion_while_it_is_open(
    browse, owner, ekholm, draft, anna, pdf, client
):
    there = address(draft, f"/dokument/{pdf.id}/siffror")
    reader = browse(sign_in(owner, make_member(owner, anna.provider_id, Role.READER)))
    report = make_report(owner, draft, by=anna)
    sent = make_application(owner, ekholm, by=anna, state=State.SUBMITTED)
    attach(owner, sent, CRITERION, pdf, by=anna)
    owner.commit()

    assert reader.get(there).status_code == 403
    assert client.get(address(draft, f"/dokument/{report.id}/siffror")).status_code == 403
    assert client.get(there.replace(CRITERION, "GEN-25")).status_code == 404
    assert client.get(address(sent, f"/dokument/{pdf.id}/siffror")).status_code == 409
    assert "Skriv av siffrorna" not in client.get(address(sent)).text


def test_the_officer_sees_the_same_and_opens_the_report_as_an_officer(browse, owner, resources, bjorkvik, anna):
    case = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED)
    document = make_report(owner, case, by=anna, store=resources.store)
    officer = browse(sign_in(owner, make_staff(owner, bjorkvik.id, Role.CASE_OFFICER)))
    there = f"/kommun/arenden/{case.id}?villkor={CRITERION}"
    officer.get(there)

    with statements(resources.engine) as sent:
        page = officer.get(there).text

    assert f"/kommun/dokument/{document.id}/visa?arende={case.id}&amp;villkor=GEN-09&amp;siffra=" in page
    assert "contextRef=&#34;balans0&#34;" in officer.get(leads(page, "1 200 000")).text
    assert "(1\N{NO-BREAK SPACE}200\N{NO-BREAK SPACE}000 + " in page
    assert "Skriv av siffrorna" not in page
    assert len(sent) <= BUDGET, "\n".join(sent)
    assert "Siffror ur årsredovisningen" not in officer.get(there.replace(CRITERION, "GEN-17")).text


@pytest.mark.parametrize("state", [State.DRAFT, State.SUPPLEMENT_REQUESTED, State.APPROVED])
def test_the_page_with_reports_asks_the_database_at_most_six_times(client, owner, resources, bjorkvik, anna, state):
    application = make_application(owner, bjorkvik, by=anna, state=state)
    make_report(owner, application, by=anna)
    client.get(address(application))  # the conditions are read once in a process

    with statements(resources.engine) as sent:
        assert client.get(address(application)).status_code == 200

    assert len(sent) <= BUDGET, "\n".join(sent)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1 200 000", "1200000"),
        ("1\N{NO-BREAK SPACE}200\N{NARROW NO-BREAK SPACE}000 kr", "1200000"),
        ("1.200.000", "1200000"),
        ("−5,50", "-5.50"),
        ("1200 SEK", "1200"),
        ("1,5 mkr", None),
        ("1.5", None),
        ("12 USD", None),
        ("1e9", None),
        ("--5", None),
        ("", None),
    ],
)
def test_an_amount_is_read_however_people_write_kronor_and_nothing_else_is(typed, amount):
    found = read_amount(typed)

    assert (None if found is None else str(found)) == amount


def test_every_doubt_figure_and_fault_has_words():
    assert all(solvency_words.doubt(each, Key.EQUITY) for each in Doubt)
    assert all(solvency_words.key(each) for each in NAMES.values())
    general = solvency_words.fault("something else", None)
    assert all(solvency_words.fault(each.value, 3) != general for each in Why)
    assert solvency_words.year(None, date(2025, 12, 31)) == "Balansdag 31 december 2025"
