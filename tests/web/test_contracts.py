"""The contract's pages, for both sides, in every state."""

import subprocess
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from portal.db.session import Scope, enter
from portal.db.tables import Authorization, Paper, PaperAccess
from portal.domain.authorization import State
from portal.domain.deadlines import day_in_sweden
from portal.domain.roles import Role
from portal.services import contracts
from tests.factories import make_member, make_provider, make_staff, sign_in
from tests.factories_contract import authorization_of, make_contract_paper, make_offer, make_proof, paper_ids
from tests.statements import BUDGET, statements


@pytest.fixture
def today() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def make_paper(db, resources, today):
    return lambda parties, paper_id: make_contract_paper(db, resources, parties, paper_id, now=today)


@pytest.fixture
def offered(owner, db, bjorkvik, make_paper, today):
    """A contract on offer, with its PDF."""
    parties = make_offer(owner, db, bjorkvik, now=today)
    make_paper(parties, paper_ids(owner, parties)[0])
    return parties


@pytest.fixture
def visit(browse, owner, resources):
    """One browser, used by one person after the other."""
    client = browse()

    def as_(actor):
        client.cookies.set(resources.session_cookie, sign_in(owner, actor))
        return client

    return as_


def _sign(owner, db, parties, side, now):
    digest = owner.get_one(Paper, paper_ids(owner, parties)[0]).sha256
    actor = parties.signatory if side == "company" else parties.decision_maker
    sign = contracts.sign_company if side == "company" else contracts.sign_municipality
    enter(db, Scope.of(actor))
    sign(db, parties.authorization_id, proof=make_proof(digest, name=actor.name, at=now), actor=actor, now=now)
    db.commit()


def _signed(owner, db, parties, now):
    _sign(owner, db, parties, "company", now)
    _sign(owner, db, parties, "municipality", now)


def test_the_signatory_is_asked_to_read_and_sign(visit, owner, offered):
    answer = visit(offered.signatory).get(f"/foretag/avtal/{offered.authorization_id}")

    assert answer.status_code == 200
    assert "Skriv under senast" in answer.text
    assert "Läs avtalet (PDF" in answer.text
    assert "Skriv under med e-legitimation" in answer.text


def test_a_reader_is_told_who_can_sign_and_gets_no_button(visit, owner, offered):
    reader = make_member(owner, offered.signatory.provider_id, Role.READER, name="Rut Ros")

    answer = visit(reader).get(f"/foretag/avtal/{offered.authorization_id}")

    assert "Bara en firmatecknare kan skriva under" in answer.text
    assert "/skriv-under" not in answer.text


def test_a_reader_who_posts_anyway_is_refused(visit, owner, offered):
    reader = make_member(owner, offered.signatory.provider_id, Role.READER, name="Rut Ros")

    answer = visit(reader).post(f"/foretag/avtal/{offered.authorization_id}/skriv-under")

    assert answer.status_code == 403
    assert "Din roll räcker inte till" in answer.text


def test_before_the_pdf_is_made_nobody_can_sign(visit, owner, db, bjorkvik, today):
    parties = make_offer(owner, db, bjorkvik, now=today)
    client = visit(parties.signatory)

    assert "Skriv under med e-legitimation" not in client.get(f"/foretag/avtal/{parties.authorization_id}").text
    answer = client.post(f"/foretag/avtal/{parties.authorization_id}/skriv-under")
    assert answer.status_code == 403
    assert "Handlingen är inte klar än" in answer.text


@pytest.mark.parametrize("path", ["", "/skriv-under"])
def test_another_companys_contract_is_not_found_even_when_it_is_public(visit, owner, offered, path):
    row = owner.get_one(Authorization, offered.authorization_id)
    row.state, row.active_from = State.ACTIVE, row.sign_by
    owner.add(row)
    owner.commit()
    client = visit(make_member(owner, make_provider(owner, "Annat AB")))
    address = f"/foretag/avtal/{offered.authorization_id}{path}"

    assert (client.post(address) if path else client.get(address)).status_code == 404


def test_another_municipalitys_contract_is_not_found(visit, owner, offered, ekholm):
    client = visit(make_staff(owner, ekholm.id, Role.DECISION_MAKER, Role.CASE_OFFICER))

    assert client.get(f"/kommun/avtal/{offered.authorization_id}").status_code == 404
    assert client.post(f"/kommun/avtal/{offered.authorization_id}/skriv-under").status_code == 404
    assert client.post(f"/kommun/avtal/{offered.authorization_id}/starta").status_code == 404


def test_the_municipality_cannot_sign_first(visit, owner, offered):
    client = visit(offered.decision_maker)

    assert "Skriv under med e-legitimation" not in client.get(f"/kommun/avtal/{offered.authorization_id}").text
    answer = client.post(f"/kommun/avtal/{offered.authorization_id}/skriv-under")
    assert answer.status_code == 403
    assert "Företaget skriver under först" in answer.text


def test_when_the_company_has_signed_it_waits_and_the_decision_maker_acts(visit, owner, db, offered, today):
    _sign(owner, db, offered, "company", today)

    company = visit(offered.signatory).get(f"/foretag/avtal/{offered.authorization_id}")
    staff = visit(offered.decision_maker).get(f"/kommun/avtal/{offered.authorization_id}")

    assert "Ni har skrivit under. Nu är det kommunens tur" in company.text
    assert "Skriv under med e-legitimation" not in company.text
    assert "Skriv under med e-legitimation" in staff.text
    assert "Anna Lindqvist" in staff.text


def test_a_signed_contract_is_started_by_an_officer_who_confirms_everything(visit, owner, db, offered, today):
    _signed(owner, db, offered, today)
    client = visit(offered.officer)
    address = f"/kommun/avtal/{offered.authorization_id}"
    assert "Bekräfta startvillkoren" in client.get(address).text
    day = day_in_sweden(authorization_of(owner, offered).signed_at).isoformat()
    everything = {"confirmed": ["insurance", "permit", "invoice", "profile"], "active_from": day}

    answer = client.post(f"{address}/starta", data=everything)

    assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert "är godkänd anordnare från" in client.get(address).text
    assert authorization_of(owner, offered).state is State.ACTIVE


def test_what_is_not_confirmed_is_named_and_what_was_typed_is_kept(visit, owner, db, offered, today):
    _signed(owner, db, offered, today)
    client = visit(offered.officer)

    answer = client.post(
        f"/kommun/avtal/{offered.authorization_id}/starta",
        data={"confirmed": ["insurance"], "active_from": "1999-01-01"},
    )

    assert answer.status_code == 422
    assert answer.text.count('href="#') >= 4
    assert "<title>Fel: " in answer.text
    assert 'value="1999-01-01"' in answer.text
    assert 'id="insurance" name="confirmed" value="insurance" checked' in answer.text
    assert authorization_of(owner, offered).state is State.SIGNED


def test_the_sealed_contract_can_be_fetched_by_both(visit, owner, db, offered, make_paper, today):
    _signed(owner, db, offered, today)
    sealed = paper_ids(owner, offered)[1]
    client = visit(offered.signatory)
    assert client.get(f"/foretag/handlingar/{sealed}").status_code == 403
    make_paper(offered, sealed)

    company = client.get(f"/foretag/handlingar/{sealed}?spara=true")
    staff = visit(offered.officer).get(f"/kommun/handlingar/{sealed}")

    assert company.content == staff.content
    assert company.headers["content-disposition"].startswith("attachment; filename=")
    assert company.content[:5] == b"%PDF-"
    page = visit(offered.signatory).get(f"/foretag/avtal/{offered.authorization_id}")
    assert "Ladda ner avtalet" in page.text


def test_a_paper_is_sent_in_part_where_a_part_is_asked_for(visit, owner, db, offered, make_paper, today):
    _signed(owner, db, offered, today)
    sealed = paper_ids(owner, offered)[1]
    make_paper(offered, sealed)
    client, there = visit(offered.signatory), f"/foretag/handlingar/{sealed}"
    whole = client.get(there)

    rest = client.get(there, headers={"range": "bytes=1000-", "if-range": whole.headers["etag"]})
    beyond = client.get(there, headers={"range": f"bytes={len(whole.content)}-"})

    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["content-disposition"].startswith("inline")
    assert (rest.status_code, rest.content) == (206, whole.content[1000:])
    assert beyond.status_code == 416


def test_a_contract_is_read_in_english_beside_the_swedish_one_that_counts(
    visit, owner, db, offered, make_paper, today, ekholm
):
    _signed(owner, db, offered, today)
    original, sealed = paper_ids(owner, offered)
    client, there = visit(offered.signatory), f"/foretag/handlingar/{sealed}/oversattning"
    assert client.get(there).status_code == 403, "there is nothing to translate before the paper is made"
    make_paper(offered, original)
    make_paper(offered, sealed)

    english = client.get(there)

    assert (
        english.content
        == client.get(there).content
        == visit(offered.officer).get(f"/kommun/handlingar/{sealed}/oversattning").content
    )
    text = words_of(english.content)
    paper = owner.get_one(Paper, sealed)
    for wanted in (f"This is a translation of {paper.facts['document_number']}", paper.number, "Signed for", "kl."):
        assert (wanted in text) == (wanted != "kl."), wanted
    assert "This is a translation" not in words_of(
        visit(offered.signatory).get(f"/foretag/handlingar/{sealed}").content
    )
    page = visit(offered.signatory).get(f"/foretag/avtal/{offered.authorization_id}").text
    assert f'href="{there}"' in page
    officer, for_staff = visit(offered.officer), there.replace("/foretag/", "/kommun/")
    for page in (f"/kommun/avtal/{offered.authorization_id}", f"/kommun/arenden/{offered.case_id}"):
        shown = officer.get(page).text
        assert f'href="{for_staff}">Avtalet på engelska, översättning (PDF)' in shown, page
    stranger = make_member(owner, make_provider(owner, "Annat AB"))
    assert visit(stranger).get(there).status_code == 404
    assert visit(make_staff(owner, ekholm.id)).get(f"/kommun/handlingar/{sealed}/oversattning").status_code == 404


def test_a_paper_without_a_translation_has_none_to_show(visit, owner, offered, make_paper):
    """As those that were made before there were any."""
    paper_id = paper_ids(owner, offered)[0]
    make_paper(offered, paper_id)
    paper = owner.get_one(Paper, paper_id, populate_existing=True)
    paper.facts = {name: value for name, value in paper.facts.items() if name != "translation"}
    owner.add(paper)
    owner.commit()

    assert visit(offered.signatory).get(f"/foretag/handlingar/{paper_id}/oversattning").status_code == 404
    page = visit(offered.signatory).get(f"/foretag/avtal/{offered.authorization_id}").text
    assert "oversattning" not in page


def words_of(pdf):
    """As another program reads them."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, check=True, capture_output=True)
    return " ".join(done.stdout.decode().split())


def test_a_paper_of_another_company_is_not_found(visit, owner, offered, ekholm):
    paper = paper_ids(owner, offered)[0]
    stranger = make_member(owner, make_provider(owner, "Annat AB"))

    assert visit(stranger).get(f"/foretag/handlingar/{paper}").status_code == 404
    other = visit(make_staff(owner, ekholm.id))
    assert other.get(f"/kommun/handlingar/{paper}").status_code == 404


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.CONTROLLER, Role.MUNICIPAL_ADMINISTRATOR, Role.CASE_OFFICER])
def test_who_cannot_open_the_case_is_shown_no_way_to_it(visit, owner, bjorkvik, offered, role):
    client = visit(make_staff(owner, bjorkvik.id, role))
    case = f"/kommun/arenden/{authorization_of(owner, offered).case_id}"

    shown = client.get(f"/kommun/avtal/{authorization_of(owner, offered).id}").text

    assert (f'href="{case}"' in shown) == (client.get(case).status_code == 200)


def test_lists_show_the_contract_to_each_side(visit, owner, offered):
    company = visit(offered.signatory).get("/foretag/avtal")
    staff = visit(offered.officer).get("/kommun/anordnare?lage=offered")

    assert "Hemtjänst i Björkviks kommun" in company.text
    assert "Väntar på företaget" in staff.text


def test_the_list_of_providers_goes_on_where_the_page_before_ended(visit, owner, db, ekholm, today, monkeypatch):
    monkeypatch.setattr("portal.views.contract_lists.PAGE", 2)
    for name in ("Ärlans Omsorg AB", "Östans Omsorg AB", "Åsens Omsorg AB"):
        make_offer(owner, db, ekholm, now=today, company=name)
    client = visit(make_staff(owner, ekholm.id))

    seen, address = [], "/kommun/anordnare"
    while address:
        text = client.get(address).text
        seen += [part.split("<", 1)[0] for part in text.split('">')[1:] if part.split("<", 1)[0].endswith("Omsorg AB")]
        links = [part.split('"')[0] for part in text.split('href="') if "efter=" in part.split('"')[0]]
        address = links[0].replace("&amp;", "&") if links else ""

    assert seen == ["Åsens Omsorg AB", "Ärlans Omsorg AB", "Östans Omsorg AB"]


@pytest.mark.parametrize(
    "address", ["/foretag/avtal", "/foretag/avtal/{id}", "/kommun/anordnare", "/kommun/avtal/{id}"]
)
def test_no_page_needs_more_than_six_statements(visit, owner, offered, resources, address):
    actor = offered.signatory if address.startswith("/foretag") else offered.decision_maker
    client = visit(actor)

    with statements(resources.engine) as sent:
        assert client.get(address.format(id=offered.authorization_id)).status_code == 200

    assert len(sent) <= BUDGET, sent


def test_an_empty_list_says_what_will_come(visit, owner):
    client = visit(make_member(owner, make_provider(owner)))

    assert "Ni har inga avtal än" in client.get("/foretag/avtal").text


def readings(owner, paper_id):
    owner.rollback()
    found = select(PaperAccess).where(col(PaperAccess.paper_id) == paper_id).order_by(col(PaperAccess.at))
    return [(each.person_id, each.municipality_id, each.translation) for each in owner.exec(found).all()]


def test_who_reads_a_paper_is_written_down_once_and_shown_to_those_whom_it_concerns(visit, owner, offered, ekholm):
    ours, theirs = offered.signatory, offered.officer
    contract, case = f"avtal/{offered.authorization_id}", authorization_of(owner, offered).case_id
    original = paper_ids(owner, offered)[0]
    there = f"/foretag/handlingar/{original}"

    company = visit(ours)
    whole = company.get(there)
    company.get(there, headers={"range": "bytes=1000-", "if-range": whole.headers["etag"]})
    company.get(there, headers={"range": f"bytes={len(whole.content)}-"})
    assert visit(make_staff(owner, ekholm.id)).get(f"/kommun/handlingar/{original}").status_code == 404
    staff = visit(theirs)
    staff.get(f"/kommun/handlingar/{original}/oversattning")

    assert readings(owner, original) == [
        (ours.person_id, None, False),
        (theirs.person_id, theirs.municipality_id, True),
    ]
    by_company, by_staff = "Ert företag<br>Avtalet att skriva under<", "Avtalet att skriva under, på engelska"
    for address in (f"/kommun/{contract}", f"/kommun/arenden/{case}/historik"):
        page = staff.get(address).text
        assert by_staff in page
        assert "<br>Avtalet att skriva under<" not in page
    page = visit(ours).get(f"/foretag/{contract}").text
    assert by_company in page
    assert by_staff in page


def test_what_was_not_sent_is_not_written_down(visit, owner, db, offered, make_paper, today):
    _signed(owner, db, offered, today)
    sealed = paper_ids(owner, offered)[1]
    client, there = visit(offered.signatory), f"/foretag/handlingar/{sealed}"

    assert client.get(there).status_code == 403
    make_paper(offered, sealed)
    paper = owner.get_one(Paper, sealed)
    paper.facts = {key: each for key, each in paper.facts.items() if key != "translation"}
    owner.commit()
    assert client.get(f"{there}/oversattning").status_code == 404

    assert readings(owner, sealed) == []
