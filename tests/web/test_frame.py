"""The frame around every page: language, headers, forms from elsewhere, what is not there."""

import html
import re
from uuid import uuid4

from litestar import Request

from portal.web.pages import here_of
from tests.factories import make_member, make_provider, sign_in
from tests.web.every_address import addresses


def test_a_page_that_is_not_there_says_so_in_swedish(browse):
    answer = browse().get("/finns/inte/alls")

    assert answer.status_code == 404
    assert "Vi hittar inte det du söker" in answer.text


def test_every_answer_carries_the_security_headers(browse):
    answer = browse().get("/logga-in")

    assert answer.status_code == 200
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_form_from_another_site_is_refused(browse, owner):
    client = browse(sign_in(owner, make_member(owner, make_provider(owner))))

    answer = client.post("/logga-ut", headers={"origin": "https://elsewhere.example"})

    assert answer.status_code == 403
    assert "Formuläret kom inte från vår sida" in answer.text


def test_signing_out_ends_the_session(browse, owner):
    client = browse(sign_in(owner, make_member(owner, make_provider(owner))))
    assert "Anna Lindqvist" in client.get("/logga-in").text

    answer = client.post("/logga-ut")

    assert answer.status_code == 303
    assert "Anna Lindqvist" not in client.get("/logga-in").text


def test_what_answers_a_form_is_read_in_the_other_language_from_a_page(app):
    """Some forms go to an address that only takes them, and their pages with errors stand there."""
    example = {"uuid": str(uuid4()), "int": "1", "str": "nagot"}
    forms = [each.path for each in addresses(app) if each.method == "POST"]
    assert len(forms) > 80

    for path in (re.sub(r"\{\w+:(\w+)\}", lambda named: example[named[1]], each) for each in forms):
        here = here_of(Request({"type": "http", "method": "POST", "path": path, "headers": [], "litestar_app": app}))
        assert path.startswith(here)
        assert here.split("/")[1] == path.split("/")[1]
        app.asgi_router.handle_routing(path=here, method="GET")


def test_an_error_at_an_address_of_forms_leads_to_its_page_in_english(as_officer, owner, db, bjorkvik, taken):
    case = f"/kommun/arenden/{taken.id}"

    wrong = as_officer.post(f"{case}/villkor/GEN-01", data={"beslut": ""})
    chooser = re.search(r'href="(/sprak/en[^"]*)"', wrong.text)

    assert wrong.status_code == 422
    assert chooser is not None
    english = as_officer.get(html.unescape(chooser[1]), follow_redirects=True)
    assert english.status_code == 200
    assert "Svenska" in english.text
