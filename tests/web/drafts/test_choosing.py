"""Which criteria a draft holds, and in what order: taken away and back, moved, from the library, or one's own."""

from portal.domain.drafting import criterion_in, fingerprint
from tests.factories_drafts import decision_form, form_of


def test_what_was_removed_is_listed_and_had_back(as_administrator, here, content):
    seen = fingerprint(content(), "FBH-E1")
    as_administrator.post(f"{here}/villkor/FBH-E1/ta-bort", data={"sett": seen})

    assert f'action="{here}/villkor/FBH-E1/ta-tillbaka"' in as_administrator.get(here).text
    answer = as_administrator.post(f"{here}/villkor/FBH-E1/ta-tillbaka")

    assert answer.headers["location"] == f"{here}?klart=tillbaka#fbh-e1"
    assert fingerprint(content(), "FBH-E1") == seen


def test_a_criterion_is_moved_and_the_order_is_told_and_read_by_the_public(
    as_administrator, browse, here, content, place
):
    def order():
        return [each["id"] for each in content()["criteria"] if each["group"] == "fbh_delivery"]

    first, second, *rest = order()
    assert "flytta" not in as_administrator.get(here).text
    page = as_administrator.get(f"{here}?ordna=ja").text
    assert f'action="{here}/villkor/{second}/flytta"' in page
    groups = [each["group"] for each in content()["criteria"]]
    assert page.count("Flytta upp") == sum(groups.count(each) > 1 for each in groups), "one alone has nowhere to go"

    answer = as_administrator.post(f"{here}/villkor/{second}/flytta", data={"hall": "upp"})

    assert answer.headers["location"] == f"{here}?ordna=ja&klart=flyttat#{second.lower()}-upp"
    assert order() == [second, first, *rest]
    assert "Villkoret är flyttat." in as_administrator.get(answer.headers["location"]).text
    assert as_administrator.post(f"{here}/villkor/{second}/flytta", data={"hall": "bort"}).status_code == 404
    assert order() == [second, first, *rest]
    assert "Flyttat" in as_administrator.get(here).text
    compared = as_administrator.get(f"{here}/jamfor").text
    assert "1 är flyttat." in compared
    assert "Plats i delen" in compared
    assert "Tillagt" not in compared
    assert as_administrator.post(f"{here}/villkor/FBH-99/flytta", data={"hall": "upp"}).status_code == 404
    as_administrator.post(f"{here}/publicera", data=decision_form(as_administrator.get(f"{here}/publicera").text))
    public = browse().get(f"/{place.slug}/familjebehandling/villkor/2").text
    assert public.index(f">{second}<") < public.index(f">{first}<")
    assert as_administrator.post(f"{here}/villkor/{second}/flytta", data={"hall": "ned"}).status_code == 403
    assert "Flytta upp" not in as_administrator.get(f"{here}?ordna=ja").text


def test_the_library_offers_what_the_draft_has_not(as_administrator, here, content):
    assert "redan alla villkor" in as_administrator.get(f"{here}/lagg-till").text
    as_administrator.post(f"{here}/villkor/FBH-07/ta-bort", data={"sett": fingerprint(content(), "FBH-07")})

    assert 'value="FBH-07"' in as_administrator.get(f"{here}/lagg-till").text
    assert as_administrator.post(f"{here}/lagg-till", data={}).status_code == 422
    answer = as_administrator.post(f"{here}/lagg-till", data={"villkor": ["FBH-07"]})

    assert answer.headers["location"] == f"{here}?klart=tillagt"
    assert criterion_in(content(), "FBH-07") is not None
    assert as_administrator.post(f"{here}/lagg-till", data={"villkor": ["GEN-01"]}).status_code == 404


def test_a_criterion_of_ones_own_is_written_and_nothing_is_wrong_before_it_is_saved(as_administrator, here, content):
    answer = as_administrator.post(
        f"{here}/eget", data={"rubrik_sv": "Hund", "rubrik_en": "Dog", "del": "fbh_delivery"}
    )

    text = as_administrator.get(answer.headers["location"]).text
    assert "FBH-E2" in text
    assert "Fel: " not in text
    assert "En handläggare läser svaret" in text
    assert "går inte att få tillbaka" in text
    assert "går inte att få tillbaka" not in as_administrator.get(f"{here}/villkor/FBH-06").text
    saved = as_administrator.post(f"{here}/villkor/FBH-E2", data=form_of(content(), "FBH-E2"))
    assert "Skriv villkoret på svenska." in as_administrator.get(saved.headers["location"]).text


def test_a_criterion_of_ones_own_needs_a_title_in_both_languages(as_administrator, here):
    answer = as_administrator.post(f"{here}/eget", data={"rubrik_sv": "Hund", "rubrik_en": "", "del": "finns_inte"})

    assert answer.status_code == 422
    assert 'value="Hund"' in answer.text
    for field in ("rubrik_en", "del"):
        assert f'href="#{field}"' in answer.text
