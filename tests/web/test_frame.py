"""The frame around every page: language, headers, forms from elsewhere, what is not there."""

from tests.factories import make_member, make_provider, sign_in


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
