"""What a company says of its evidence, and how a newer document takes an older's place."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from documents.intake import Received
from portal.db.tables import AnswerDocument, Event
from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.criteria import Lack
from portal.domain.roles import Role
from portal.domain.validity import Stated
from portal.errors import Invalid, NotAllowed, NotFound, NotReady, TransitionRefused
from portal.services import applications, documents, evidence
from tests.factories import make_member
from tests.factories_application import INSURANCE, attach, make_application, make_document, tied
from tests.factories_company import make_authorization_row
from tests.services.serving import serve

LAST_DAY = date(2026, 12, 31)
HOLDS = Stated(ends_on=LAST_DAY)


@pytest.fixture
def draft(owner, bjorkvik, anna):
    return make_application(owner, bjorkvik, by=anna, complete=True)


def newer(name="Försäkringsbrev 2027.pdf"):
    return Received(name, "application/pdf", 1234, uuid4().hex * 2, f"quarantine/{uuid4()}")


def replace(db, application, document_id, actor, now):
    return evidence.replace(
        serve(db, actor), application.id, INSURANCE, document_id, newer(), HOLDS, actor=actor, now=now
    )


def test_what_is_said_of_a_document_is_kept_and_recorded_once(db, owner, draft, anna, now):
    document = tied(owner, draft)[0].document_id
    said = {document: Stated("forsakringsbrev", date(2026, 1, 1), LAST_DAY)}

    for _twice in range(2):
        evidence.state(serve(db, anna), draft.id, INSURANCE, said, actor=anna, now=now)
    db.commit()

    row = tied(owner, draft)[0]
    assert (row.kind, row.issued_on, row.ends_on) == ("forsakringsbrev", date(2026, 1, 1), LAST_DAY)
    events = owner.exec(select(Event).where(Event.case_id == draft.id, Event.kind == "document.dated")).all()
    assert [event.facts["ends_on"] for event in events] == ["2026-12-31"]


@pytest.mark.parametrize(
    ("said", "part"),
    [
        (Stated(issued_on=date(2026, 3, 3)), "issued_on"),
        (Stated(issued_on=date(2026, 3, 1), ends_on=date(2026, 2, 1)), "ends_on"),
        (Stated("cv"), "kind"),
    ],
)
def test_what_cannot_be_right_is_refused_and_nothing_of_it_kept(db, owner, draft, anna, now, said, part):
    row = tied(owner, draft)[0]
    before = (row.document_id, row.ends_on)

    with pytest.raises(Invalid) as refused:
        evidence.state(serve(db, anna), draft.id, INSURANCE, {row.document_id: said}, actor=anna, now=now)

    assert list(refused.value.errors) == [part]
    assert (tied(owner, draft)[0].document_id, tied(owner, draft)[0].ends_on) == before


def test_nothing_is_said_of_a_document_that_is_not_there(db, owner, draft, anna, now):
    elsewhere = make_document(owner, anna.provider_id, by=anna)
    owner.commit()

    evidence.state(serve(db, anna), draft.id, INSURANCE, {elsewhere.id: Stated(ends_on=LAST_DAY)}, actor=anna, now=now)

    assert db.get(AnswerDocument, (draft.id, INSURANCE, elsewhere.id)) is None


@pytest.mark.parametrize(
    ("criterion", "said", "lack"),
    [
        (INSURANCE, Stated(ends_on=date(2026, 3, 1)), Lack.DOCUMENT_EXPIRED),
        (INSURANCE, Stated(), Lack.DOCUMENT_DATE_MISSING),
        ("GEN-07", Stated(issued_on=date(2026, 1, 1)), Lack.DOCUMENT_TOO_OLD),
        ("GEN-09", Stated(), Lack.DOCUMENT_KIND_MISSING),
    ],
)
def test_evidence_that_does_not_hold_is_not_submitted(db, owner, draft, anna, now, criterion, said, lack):
    row = tied(owner, draft, criterion)[0]
    row.kind, row.issued_on, row.ends_on = said.kind, said.issued_on, said.ends_on
    owner.commit()

    with pytest.raises(NotReady) as refused:
        applications.submit(serve(db, anna), draft.id, attested=True, actor=anna, now=now)

    assert [(each.criterion_id, each.lack) for each in refused.value.obstacles] == [(criterion, lack)]


def test_a_replaced_document_is_kept_with_what_took_its_place(db, owner, draft, anna, now):
    old = tied(owner, draft)[0].document_id

    made = replace(db, draft, old, anna, now)
    db.commit()

    before, after = sorted(tied(owner, draft), key=lambda row: row.ended_at is None)
    assert (before.document_id, before.replaced_by, before.ended_at) == (old, made.id, now)
    assert (after.document_id, after.ends_on, after.ended_at) == (made.id, LAST_DAY, None)
    assert documents.count(serve(db, anna), draft.id, INSURANCE) == 1
    with pytest.raises(NotFound):
        replace(db, draft, old, anna, now)


def test_a_chain_is_undone_from_its_end(db, owner, draft, anna, now):
    first = tied(owner, draft)[0].document_id
    second = replace(db, draft, first, anna, now).id
    third = replace(db, draft, second, anna, now + timedelta(minutes=1)).id

    documents.remove(serve(db, anna), draft.id, INSURANCE, third, actor=anna, now=now + timedelta(minutes=2))
    db.commit()

    assert {row.document_id: row.replaced_by for row in tied(owner, draft)} == {first: second, second: None}


def test_what_is_taken_away_in_a_supplement_stays_as_the_municipality_had_it(db, owner, bjorkvik, anna, now):
    case = make_application(owner, bjorkvik, by=anna, state=State.SUPPLEMENT_REQUESTED)
    document = tied(owner, case)[0].document_id

    documents.remove(serve(db, anna), case.id, INSURANCE, document, actor=anna, now=now)
    db.commit()

    [row] = tied(owner, case)
    assert (row.document_id, row.ended_at, row.replaced_by) == (document, now, None)
    documents.reuse(serve(db, anna), case.id, INSURANCE, document, actor=anna, now=now)
    db.commit()
    assert tied(owner, case)[0].ended_at is None


def test_a_reused_document_brings_what_was_said_of_it_where_the_kind_is_accepted(db, owner, bjorkvik, anna, now):
    known = make_document(owner, anna.provider_id, by=anna)
    first = make_application(owner, bjorkvik, by=anna)
    attach(owner, first, INSURANCE, known, by=anna, stated=Stated("forsakringsbrev", None, LAST_DAY))
    second = make_application(owner, bjorkvik, "familjebehandling", by=anna)

    for criterion in (INSURANCE, "GEN-09"):
        documents.reuse(serve(db, anna), second.id, criterion, known.id, actor=anna, now=now)
    db.commit()

    [same], [other] = tied(owner, second), tied(owner, second, "GEN-09")
    assert (same.kind, same.ends_on) == ("forsakringsbrev", LAST_DAY)
    assert (other.kind, other.ends_on) == (None, LAST_DAY)


@pytest.mark.parametrize("state", [AuthorizationState.OFFERED, AuthorizationState.ACTIVE])
def test_evidence_of_a_running_authorization_is_renewed_and_of_no_other(db, owner, bjorkvik, anna, now, state):
    case = make_application(owner, bjorkvik, by=anna, state=State.APPROVED)
    make_authorization_row(owner, case, state)
    owner.commit()
    document = tied(owner, case)[0].document_id

    if state is AuthorizationState.ACTIVE:
        made = replace(db, case, document, anna, now)
        assert documents.count(db, case.id, INSURANCE) == 1
        with pytest.raises(TransitionRefused):
            documents.remove(db, case.id, INSURANCE, made.id, actor=anna, now=now)
    else:
        with pytest.raises(TransitionRefused):
            replace(db, case, document, anna, now)


def test_who_only_reads_renews_nothing(db, owner, bjorkvik, anna, now):
    reader = make_member(owner, anna.provider_id, Role.READER, name="Karin Ståhl")
    case = make_application(owner, bjorkvik, by=anna, state=State.APPROVED)
    make_authorization_row(owner, case, AuthorizationState.ACTIVE)
    owner.commit()

    with pytest.raises(NotAllowed):
        replace(db, case, tied(owner, case)[0].document_id, reader, now)
