"""A company's beneficial owners on its own pages: stated, corrected, and every error at its field."""

import pytest

from portal.domain.roles import Role
from tests.factories import make_member, make_provider, sign_in
from tests.factories_company import stated_owners
from tests.statements import BUDGET, statements

FACTS = "/foretag/uppgifter"
HERE = f"{FACTS}/huvudman"


@pytest.fixture
def actor(owner):
    return make_member(owner, make_provider(owner), Role.ADMINISTRATOR)


@pytest.fixture
def client(browse, owner, actor):
    return browse(sign_in(owner, actor))


@pytest.fixture
def form(actor):
    return lambda **fields: {"foretag": str(actor.provider_id), **fields}


def test_they_are_stated_shown_and_corrected(client, owner, actor, form, resources):
    assert "Ni har inte sagt vem som är verklig huvudman än." in client.get(FACTS).text
    said = {"huvudman": "stated", "namn-ny1": " Åsa  Öberg ", "sedan-ny1": "2020-01-01"}

    answer = client.post(HERE, data=form(**said))

    assert answer.headers["location"] == f"{FACTS}?gjort=huvudman"
    with statements(resources.engine) as sent:
        page = client.get(FACTS).text
    assert "Åsa Öberg, sedan 1 januari 2020" in page
    assert len(sent) <= BUDGET
    (row,) = stated_owners(owner, actor.provider_id)
    known = {f"namn-{row.id}": row.name, f"sedan-{row.id}": "2020-01-01", f"till-{row.id}": "2025-12-31"}
    assert client.post(HERE, data=form(huvudman="none", **known)).status_code == 303
    page = client.get(FACTS).text
    assert "Det finns ingen verklig huvudman" in page
    assert "Åsa Öberg, 1 januari 2020 till 31 december 2025" in page
    assert client.post(HERE, data=form(huvudman="not_established", **known, **{f"bort-{row.id}": "ja"})).is_redirect
    assert stated_owners(owner, actor.provider_id) == []


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({}, "huvudman", "Välj vad som gäller för företaget."),
        ({"huvudman": "stated"}, "namn-ny1", "Skriv minst en som är verklig huvudman nu."),
        ({"huvudman": "stated", "namn-ny2": "Åsa Öberg"}, "sedan-ny2", "Skriv sedan vilken dag."),
        ({"huvudman": "stated", "sedan-ny1": "2020-01-01"}, "namn-ny1", "Skriv för- och efternamn."),
        (
            {"huvudman": "stated", "namn-ny1": "850101-1234", "sedan-ny1": "2020-01-01"},
            "namn-ny1",
            "Skriv bara namnet, inget personnummer.",
        ),
        (
            {"huvudman": "stated", "namn-ny1": "Åsa Öberg", "sedan-ny1": "2020-02-31"},
            "sedan-ny1",
            "Datumet finns inte.",
        ),
        (
            {"huvudman": "stated", "namn-ny1": "Åsa Öberg", "sedan-ny1": "2999-01-01"},
            "sedan-ny1",
            "Dagen har inte varit än.",
        ),
        (
            {"huvudman": "none", "namn-ny1": "Åsa Öberg", "sedan-ny1": "2020-01-01"},
            "huvudman",
            "Skriv vilken dag de som står här slutade vara verkliga huvudmän, eller ta bort dem.",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    client, owner, actor, form, said, field, sentence
):
    answer = client.post(HERE, data=form(**said))

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert answer.text.count(sentence) == 2
    for name, value in said.items():
        assert name == "huvudman" or f'value="{value}"' in answer.text
    assert stated_owners(owner, actor.provider_id) == []


def test_who_may_not_change_the_company_reads_and_is_refused(browse, owner, actor, form):
    reader = browse(sign_in(owner, make_member(owner, actor.provider_id, Role.READER)))

    assert HERE not in reader.get(FACTS).text
    assert reader.get(HERE).status_code == 403
    assert reader.post(HERE, data=form(huvudman="none")).status_code == 403


def test_a_form_that_was_opened_for_another_company_is_not_taken(client, owner, form):
    answer = client.post(HERE, data={"foretag": str(make_provider(owner)), "huvudman": "none"})

    assert answer.status_code == 403
