"""Saved views, as an officer makes and uses them on the pages."""

import re

from sqlmodel import col, select

from portal.db.tables import SavedView
from tests.factories import sign_in
from tests.factories_review import make_officer
from tests.statements import BUDGET, statements

CHOSEN = "/kommun/arenden?urval=nya&q=vega&sortering=-foretag"


def views_of(owner, officer):
    owner.rollback()
    return owner.exec(select(SavedView).where(col(SavedView.person_id) == officer.person_id)).all()


def saved(as_officer, name="Vega, nya", **more):
    form = {"urval": "nya", "q": "vega", "sortering": "-foretag", "namn": name, **more}
    return as_officer.post("/kommun/arenden/vyer", data=form)


def test_the_selection_in_use_is_saved_and_stands_above_the_list(as_officer):
    offered = re.search(r'href="(/kommun/arenden/vyer\?[^"]+)"', as_officer.get(CHOSEN).text)
    assert offered
    page = as_officer.get(offered[1].replace("&amp;", "&")).text
    assert "Nya ärenden, efter företag, Ö till A, sökning på ”vega”." in page

    answer = saved(as_officer)

    assert answer.headers["location"] == CHOSEN
    listed = as_officer.get(CHOSEN).text
    assert f'href="{CHOSEN.replace("&", "&amp;")}" aria-current="page">Vega, nya</a>' in listed
    assert "Spara som vy" not in listed


def test_the_list_as_it_is_has_nothing_to_save(as_officer):
    assert "Spara som vy" not in as_officer.get("/kommun/arenden").text


def test_the_list_with_views_keeps_within_its_statements(as_officer, resources):
    saved(as_officer)
    as_officer.get(CHOSEN)

    with statements(resources.engine) as sent:
        assert as_officer.get(CHOSEN).status_code == 200

    assert len(sent) <= BUDGET, sent


def test_a_view_without_a_name_is_refused_with_what_was_chosen_kept(as_officer, owner, officer):
    answer = saved(as_officer, "  ", delad="ja")

    assert answer.status_code == 422
    assert 'href="#namn">Skriv vad vyn ska heta.' in answer.text
    assert 'name="q" value="vega"' in answer.text
    assert 'name="delad" value="ja" checked' in answer.text
    assert views_of(owner, officer) == []


def test_a_view_is_renamed_shared_and_removed(as_officer, browse, owner, bjorkvik, officer):
    saved(as_officer)
    [view] = views_of(owner, officer)
    there = f"/kommun/arenden/vyer/{view.id}"

    assert as_officer.post(there, data={"namn": f"Vegas {view.id.hex[:8]}", "delad": "ja"}).status_code == 303
    colleague = browse(sign_in(owner, make_officer(owner, bjorkvik, "Leila Haddad")))
    assert f"Vegas {view.id.hex[:8]}" in colleague.get("/kommun/arenden").text
    assert as_officer.post(f"{there}/ta-bort").status_code == 303
    assert views_of(owner, officer) == []
    assert f"Vegas {view.id.hex[:8]}" not in colleague.get("/kommun/arenden").text


def test_a_taken_name_is_said_at_the_view_that_was_renamed(as_officer, owner, officer):
    saved(as_officer, "Ett")
    saved(as_officer, "Två")
    view = next(each for each in views_of(owner, officer) if each.name == "Två")

    answer = as_officer.post(f"/kommun/arenden/vyer/{view.id}", data={"namn": "ett"})

    assert answer.status_code == 422
    assert f'href="#namn-{view.id}">Du har redan en vy med det namnet.' in answer.text
    assert f'id="namn-{view.id}" name="namn" type="text" size="32" autocomplete="off" value="ett"' in answer.text
