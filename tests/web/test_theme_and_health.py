"""A municipality's looks as files, and what operators ask the process."""

import pytest

from documents.store import Store
from portal import library
from portal.db.tables import Municipality
from portal.views.public_theme import OWN, style_sheet
from portal.web.desk import Resources

GOOD = dict(next(each for each in library.load().municipalities if each.slug == "bjorkvik").theme)


def test_the_style_sheet_holds_the_municipality_s_colours():
    assert "--kv-accent: #17573f;" in style_sheet(GOOD)
    assert "--kv-ribbon: #d8bf6a;" in style_sheet(GOOD)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("accent", "red"),
        ("accent", "#fff"),
        ("accent", "#17573f; } body { display: none"),
        ("band", "url(https://elsewhere.example)"),
        ("ribbon", None),
        ("accent", "#8fd6b5"),  # too pale to be read on white
    ],
)
def test_one_bad_colour_and_all_are_the_portal_s_own(name, value):
    css = style_sheet({**GOOD, name: value})

    assert f"--kv-accent: {OWN['accent']};" in css
    assert "#17573f" not in css
    assert "url(" not in css
    assert css.count("}") == 1


def test_a_strange_radius_is_the_usual_one():
    assert "--kv-radius: 0.25rem;" in style_sheet({**GOOD, "radius": "1rem; } * { color: red"})


def test_the_looks_may_be_kept_for_a_year_under_the_stamp_they_have_now(browse, owner, bjorkvik):
    stamp = int(owner.get_one(Municipality, bjorkvik.id).changed_at.timestamp())
    client = browse()

    now, before = client.get(f"/tema/bjorkvik/{stamp}.css"), client.get("/tema/bjorkvik/1.css")

    assert now.headers["content-type"] == "text/css; charset=utf-8"
    assert "max-age=31536000" in now.headers["cache-control"]
    assert "max-age=31536000" not in before.headers["cache-control"]


def test_the_mark_is_an_image_that_may_do_nothing(browse, bjorkvik):
    answer = browse().get("/tema/bjorkvik/1.svg")

    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["content-security-policy"].endswith("sandbox")
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "<svg" in answer.text


def test_the_process_says_that_it_is_alive_without_asking_anybody(browse, resources: Resources, monkeypatch):
    monkeypatch.setattr(type(resources.engine), "connect", None)

    assert browse().get("/healthz").json() == {"ok": True}


def test_the_process_is_ready_when_every_part_answers(browse):
    answer = browse().get("/readyz")

    assert answer.status_code == 200
    assert answer.json() | {"documents_waiting": 0} == {"ok": True, "missing": [], "documents_waiting": 0}
    assert answer.json()["documents_waiting"] >= 0, "an alarm for operators, and no reason to send nobody here"


def test_the_part_that_is_away_is_named(browse, resources: Resources, monkeypatch):
    away = Store(endpoint_url="http://127.0.0.1:9", bucket="b", access_key="a", secret_key="s")
    ping = Store.ping
    monkeypatch.setattr(Store, "ping", lambda _store: ping(away))

    answer = browse().get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["missing"] == ["store"]
