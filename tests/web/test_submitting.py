"""An application is checked and submitted: by a signatory, once, with everything that is missing named."""

import re

from portal.db.tables import Application
from portal.domain.application import State
from portal.domain.roles import Role
from tests.factories import make_member, sign_in
from tests.factories_application import answer_all, make_application, sets_of
from tests.web.application_forms import CRITERION, address

HELP = re.compile(r"Det här skulle hjälpa</strong></p>(<ul.*?</ul>)", re.DOTALL)


def test_everything_that_is_missing_is_listed_and_linked(client, owner, draft, anna):
    answer_all(owner, draft, by=anna, leave_out=["GEN-25"])
    owner.commit()

    answer = client.post(address(draft, "/skicka-in"), data={"forsakran": "ja"})

    assert answer.status_code == 422
    assert "<title>Fel: " in answer.text
    assert f'href="{address(draft, CRITERION)}#svar"' in answer.text
    assert f'href="{address(draft, CRITERION)}#fil"' in answer.text
    assert 'value="ja" checked' in answer.text


def test_without_the_affirmation_nothing_is_submitted(client, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, complete=True)

    answer = client.post(address(application, "/skicka-in"), data={})

    assert answer.status_code == 422
    assert 'href="#forsakran"' in answer.text
    owner.expire_all()
    assert owner.get(Application, application.id).state is State.DRAFT


def test_a_signatory_submits_and_gets_a_receipt_and_a_second_press_is_told(client, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, complete=True)

    first = client.post(address(application, "/skicka-in"), data={"forsakran": "ja"})
    second = client.post(address(application, "/skicka-in"), data={"forsakran": "ja"})

    assert first.headers["location"] == address(application, "/kvitto")
    owner.expire_all()
    assert owner.get(Application, application.id).number in client.get(first.headers["location"]).text
    assert second.status_code == 409


def test_who_may_not_submit_is_told_who_can(browse, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, complete=True)
    editor = browse(sign_in(owner, make_member(owner, anna.provider_id, Role.EDITOR, "Karin Ståhl")))

    page = editor.get(address(application, "/granska")).text
    answer = editor.post(address(application, "/skicka-in"), data={"forsakran": "ja"})

    assert "Anna Lindqvist" in page
    assert 'name="forsakran"' not in page
    assert answer.status_code == 409


def test_the_check_says_what_would_help_in_the_same_words_as_each_criterion(client, owner, draft, anna):
    answer_all(owner, draft, by=anna, leave_out=["GEN-25"])

    check = client.get(address(draft, "/granska")).text

    told = {}
    for id_ in sets_of(owner, draft).by_id:
        box = client.get(address(draft, f"/villkor/{id_}")).text.partition('aria-labelledby="systemet"')[2]
        told[id_] = HELP.findall(box.partition("</section>")[0])
        answered = check.partition(f'<span class="kv-id">{id_}</span>')[2].partition("</h3>")[2].partition("<h3")[0]
        assert HELP.findall(answered) == told[id_], id_
    assert "Bifoga: försäkringsbrev." in told["GEN-25"][0]
    assert [] in told.values()
