"""A document is downloaded as something that can do nothing, by those it was handed in to."""

from portal.domain.application import State
from portal.domain.criteria import DocumentState
from portal.domain.roles import Role
from tests.factories import make_staff, sign_in
from tests.factories_application import PDF, make_application, make_document
from tests.web.application_forms import files


def test_a_document_is_downloaded_as_an_attachment_that_can_do_nothing(client, owner, resources, anna):
    document = make_document(owner, anna.provider_id, by=anna, name="Å och ö.pdf", content=PDF, store=resources.store)
    owner.commit()

    answer = client.get(f"/foretag/dokument/{document.id}")

    assert answer.status_code == 200
    assert answer.content == PDF
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%C3%85%20och%20%C3%B6.pdf" in answer.headers["content-disposition"]
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_unsafe_document_is_not_opened(client, owner, anna):
    document = make_document(owner, anna.provider_id, by=anna, state=DocumentState.INFECTED)
    owner.commit()

    assert client.get(f"/foretag/dokument/{document.id}").status_code == 403


def test_a_document_whose_bytes_are_gone_is_not_found(client, owner, anna):
    document = make_document(owner, anna.provider_id, by=anna)
    owner.commit()

    assert client.get(f"/foretag/dokument/{document.id}").status_code == 404


def test_staff_download_what_was_submitted_to_them_only(browse, owner, resources, bjorkvik, ekholm, anna):
    application = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED, store=resources.store)
    document = files(owner, application)[0]
    client = browse()

    def status_for(actor):
        client.cookies.set(resources.session_cookie, sign_in(owner, actor))
        return client.get(f"/kommun/dokument/{document.id}").status_code

    assert status_for(make_staff(owner, bjorkvik.id)) == 200
    assert status_for(make_staff(owner, ekholm.id)) == 404
    assert status_for(make_staff(owner, bjorkvik.id, Role.RECEPTION)) == 404
