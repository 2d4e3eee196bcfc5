"""What the company may still do when it has submitted: supplement, comment on a draft refusal, withdraw."""

from sqlmodel import select

from portal.db.tables import Application, Supplement
from portal.domain.application import State
from portal.domain.roles import Role
from tests.factories import make_member, sign_in
from tests.factories_application import make_application
from tests.web.application_forms import CRITERION, address, send


def test_a_supplement_opens_only_what_was_asked_and_is_sent_in(client, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, state=State.SUPPLEMENT_REQUESTED, asked_about=["GEN-17"])
    assert "Vi behöver mer underlag för GEN-17." in client.get(address(application)).text

    closed = send(client, address(application, CRITERION), ("svar", "nej"))
    opened = send(client, address(application, "/villkor/GEN-17"), ("svar", "nej"), ("beskrivning", "Snart"))
    sent = client.post(address(application, "/komplettera"), data={"forklaring": ""})

    assert closed.status_code == 403
    assert opened.status_code == 303
    assert sent.headers["location"] == address(application)
    owner.expire_all()
    assert owner.get(Application, application.id).state is State.UNDER_REVIEW


def test_a_supplement_with_something_untouched_asks_why(client, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, state=State.SUPPLEMENT_REQUESTED)

    refused = client.post(address(application, "/komplettera"), data={"forklaring": " "})
    sent = client.post(address(application, "/komplettera"), data={"forklaring": "Kommer i april."})

    assert refused.status_code == 422
    assert 'href="#forklaring"' in refused.text
    assert sent.status_code == 303
    supplement = owner.exec(select(Supplement).where(Supplement.application_id == application.id)).one()
    assert supplement.explanation == "Kommer i april."


def test_a_draft_refusal_is_shown_and_commented_once(client, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, state=State.PROPOSED_DECISION, heard=True)
    assert "Försäkringen gäller inte." in client.get(address(application, "/yttrande")).text
    client.cookies.set("kundval_language", "en")
    english = client.get(address(application, "/yttrande")).text
    assert 'As it was written, in Swedish:</span> <span lang="sv">Försäkringen gäller inte.</span>' in english
    client.cookies.set("kundval_language", "sv")

    empty = client.post(address(application, "/yttrande"), data={"yttrande": ""})
    sent = client.post(address(application, "/yttrande"), data={"yttrande": "Den gäller."})
    again = client.post(address(application, "/yttrande"), data={"yttrande": "Den gäller verkligen."})

    assert empty.status_code == 422
    assert sent.status_code == 303
    assert again.status_code == 403
    assert "Den gäller verkligen." in again.text
    assert "Den gäller." in client.get(address(application, "/yttrande")).text


def test_where_nobody_was_heard_there_is_no_such_page(client, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, state=State.PROPOSED_DECISION)

    assert client.get(address(application, "/yttrande")).status_code == 404


def test_a_withdrawal_gives_its_reason(client, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED)

    empty = client.post(address(application, "/aterkalla"), data={"skal": ""})
    sent = client.post(address(application, "/aterkalla"), data={"skal": "Vi bygger om."})

    assert empty.status_code == 422
    assert sent.status_code == 303
    assert "Vi bygger om." in client.get(address(application)).text
    assert client.get(address(application, "/aterkalla")).status_code == 409


def test_an_editor_cannot_withdraw_and_is_told_who_can(browse, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED)
    editor = browse(sign_in(owner, make_member(owner, anna.provider_id, Role.EDITOR)))

    assert "Anna Lindqvist" in editor.get(address(application, "/aterkalla")).text
    assert editor.post(address(application, "/aterkalla"), data={"skal": "x"}).status_code == 409
