"""A case is taken by one officer who says that there is no conflict, and handed over with a reason."""

from portal.domain.application import State
from portal.services import review
from tests.factories_review import acting, fresh, make_submitted


def test_a_case_is_taken_with_the_answer_that_there_is_no_conflict(as_officer, owner, bjorkvik, officer):
    application = make_submitted(owner, bjorkvik)
    path = f"/kommun/arenden/{application.id}"
    assert "Är du jävig i ärendet?" in as_officer.get(path).text

    assert as_officer.post(f"{path}/ta", data={"jav": "nej"}).status_code == 303

    assert fresh(owner, application.id).officer_id == officer.person_id
    assert "Din bedömning" in as_officer.get(path).text


def test_without_an_answer_on_conflict_nothing_is_taken(as_officer, owner, bjorkvik):
    application = make_submitted(owner, bjorkvik)

    answer = as_officer.post(f"/kommun/arenden/{application.id}/ta", data={})

    assert answer.status_code == 422
    assert 'href="#jav"' in answer.text
    assert "<title>Fel: " in answer.text
    assert fresh(owner, application.id).state is State.SUBMITTED


def test_who_presses_second_is_told_that_somebody_was_first(as_officer, owner, db, colleague, bjorkvik):
    application = make_submitted(owner, bjorkvik)
    acting(db, review.take, application.id, conflicted=False, actor=colleague)

    answer = as_officer.post(f"/kommun/arenden/{application.id}/ta", data={"jav": "nej"})

    assert answer.status_code == 409
    assert "Någon hann före" in answer.text


def test_a_case_is_handed_over_with_a_reason(as_officer, owner, taken):
    path = f"/kommun/arenden/{taken.id}/lamna-over"
    assert as_officer.get(path).status_code == 200

    assert as_officer.post(path, data={"skal": ""}).status_code == 422
    assert as_officer.post(path, data={"skal": "Jag går på semester."}).headers["location"] == "/kommun/arenden"

    assert fresh(owner, taken.id).officer_id is None
