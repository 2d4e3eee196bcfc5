"""Who may open a document and why; and that each opening is written down, once."""

from datetime import timedelta

import pytest
from sqlmodel import select

from portal.db.session import Scope, enter
from portal.db.tables import AnswerDocument, DocumentAccess
from portal.domain.application import State
from portal.domain.criteria import DocumentState
from portal.domain.documents import ONE_VIEW, Opening
from portal.domain.roles import Role
from portal.errors import NotAllowed, NotFound
from portal.services import document_access
from portal.services.document_access import Use
from tests.factories import make_member, make_provider, make_staff
from tests.factories_application import make_application, make_attached, make_document


def opened(db, actor, document_id, *, use=None, scanner=False):
    enter(db, Scope.of(actor))
    return document_access.open_document(db, document_id, use=use, actor=actor, scanner=scanner)


def log(owner, document_id):
    return owner.exec(select(DocumentAccess).where(DocumentAccess.document_id == document_id)).all()


@pytest.mark.parametrize(
    ("state", "scanner", "opens"),
    [
        (DocumentState.CLEAN, True, True),
        (DocumentState.CLEAN, False, True),
        (DocumentState.COULD_NOT_TELL, False, True),
        (DocumentState.COULD_NOT_TELL, True, False),
        (DocumentState.WAITING, True, False),
        (DocumentState.WAITING, False, False),
        (DocumentState.INFECTED, False, False),
        (DocumentState.REFUSED, False, False),
    ],
)
def test_only_what_is_safe_is_opened(db, owner, anna, state, scanner, opens):
    document = make_document(owner, anna.provider_id, by=anna, state=state)
    owner.commit()

    if opens:
        assert opened(db, anna, document.id, scanner=scanner).document.id == document.id
    else:
        with pytest.raises(NotAllowed):
            opened(db, anna, document.id, scanner=scanner)


def test_staff_open_what_was_submitted_to_them_and_nothing_else(db, owner, bjorkvik, ekholm, anna):
    ours, elsewhere = make_staff(owner, bjorkvik.id), make_staff(owner, ekholm.id)
    draft = make_application(owner, bjorkvik, by=anna)
    kept = make_attached(owner, draft, "GEN-25", by=anna)
    submitted = make_application(owner, bjorkvik, "familjebehandling", by=anna, state=State.SUBMITTED)
    tied = owner.exec(select(AnswerDocument).where(AnswerDocument.application_id == submitted.id)).first()
    owner.commit()

    found = opened(db, ours, tied.document_id)

    assert (found.application_id, found.criterion) == (submitted.id, None)
    for actor, document_id in ((ours, kept.id), (elsewhere, tied.document_id)):
        with pytest.raises(NotFound):
            opened(db, actor, document_id)
    # Not by the database's help alone: the owner's session is not bound by it.
    with pytest.raises(NotFound):
        document_access.open_document(owner, kept.id, use=None, actor=ours, scanner=False)


def test_another_company_opens_nothing_of_ours(db, owner, anna):
    document = make_document(owner, anna.provider_id, by=anna)
    other = make_member(owner, make_provider(owner, "Annan AB"), Role.SIGNATORY)
    owner.commit()

    for session in (db, owner):
        enter(session, Scope.of(other))
        with pytest.raises(NotFound):
            document_access.open_document(session, document.id, use=None, actor=other, scanner=False)


def test_a_reason_is_a_place_where_the_document_is_used(db, owner, bjorkvik, anna):
    officer = make_staff(owner, bjorkvik.id)
    application = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED)
    other = make_application(owner, bjorkvik, "familjebehandling", by=anna, state=State.SUBMITTED)
    tied = owner.exec(select(AnswerDocument).where(AnswerDocument.application_id == application.id)).first()
    owner.commit()

    for actor in (officer, anna):
        found = opened(db, actor, tied.document_id, use=Use(application.id, tied.criterion))
        assert (found.application_id, found.criterion) == (application.id, tied.criterion)
        for wrong in (Use(application.id, "GEN-99"), Use(other.id, tied.criterion)):
            with pytest.raises(NotFound):
                opened(db, actor, tied.document_id, use=wrong)


def test_a_view_is_a_page_read_by_somebody_for_a_reason_once_in_a_while(db, owner, bjorkvik, anna, now):
    officer = make_staff(owner, bjorkvik.id)
    application = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED)
    tied = owner.exec(select(AnswerDocument).where(AnswerDocument.application_id == application.id)).first()
    owner.commit()
    use = Use(application.id, tied.criterion)

    def views(actor, page, minutes, use=None):
        found = opened(db, actor, tied.document_id, use=use)
        document_access.note_view(db, found, page=page, actor=actor, now=now + timedelta(minutes=minutes))
        db.commit()
        return len(log(owner, tied.document_id))

    longer = ONE_VIEW.total_seconds() // 60 + 2
    assert [views(officer, 1, 0, use), views(officer, 1, 1, use)] == [1, 1]
    assert views(officer, 2, 1, use) == 2
    assert views(officer, 1, 2) == 3  # for the case as a whole
    assert views(anna, 1, 2) == 4
    assert views(officer, 1, longer, use) == 5
    first = log(owner, tied.document_id)[0]
    assert (first.what, first.page, first.criterion) == (Opening.VIEW, 1, tied.criterion)
    assert (first.municipality_id, first.person_id) == (bjorkvik.id, officer.person_id)


def test_each_download_is_written_down_and_going_on_with_one_is_not_another(db, owner, anna, now):
    document = make_document(owner, anna.provider_id, by=anna)
    owner.commit()

    def downloads(minutes, *, continued):
        found, at = opened(db, anna, document.id), now + timedelta(minutes=minutes)
        document_access.note_download(db, found, continued=continued, actor=anna, now=at)
        db.commit()
        return len(log(owner, document.id))

    assert [downloads(0, continued=False), downloads(1, continued=False)] == [1, 2]
    assert downloads(2, continued=True) == 2
    assert downloads(90, continued=True) == 3


def test_the_municipality_sees_its_own_openings_and_the_company_all(db, owner, bjorkvik, anna, now):
    officer = make_staff(owner, bjorkvik.id)
    application = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED)
    tied = owner.exec(select(AnswerDocument).where(AnswerDocument.application_id == application.id)).first()
    owner.commit()
    for actor in (anna, officer):
        document_access.note_view(db, opened(db, actor, tied.document_id), page=1, actor=actor, now=now)
        db.commit()

    def seen(actor):
        enter(db, Scope.of(actor))
        return {row.person_id for row in log(db, tied.document_id)}

    assert seen(officer) == {officer.person_id}
    assert seen(anna) == {anna.person_id, officer.person_id}
