"""What a decision rests on cannot be removed before its day, by anyone; it is kept for longer, never for shorter."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col, select, update

from documents.store import Locked
from portal.db.session import Scope, transaction
from portal.db.tables import Application, Document, Event, Judgement, Municipality, Paper, Retention, SecondReview
from portal.domain.application import State
from portal.domain.roles import Role
from portal.domain.second_review import Because
from portal.jobs import timetable
from portal.jobs.tasks import keep_evidence, propose_thinning, run_thinning
from portal.services import archive_file, case_package, exports, retention, thinning
from tests.factories import NOW, make_municipality, make_staff
from tests.factories_application import make_application, make_document
from tests.factories_decided import make_decided
from tests.factories_review import acting


def kept(owner, workshop, case_id) -> Retention:
    application = owner.get_one(Application, case_id)
    keep_evidence(
        workshop,
        municipality_id=str(application.municipality_id),
        provider_id=str(application.provider_id),
        case_id=str(case_id),
    )
    owner.rollback()
    return owner.get_one(Retention, case_id, populate_existing=True)


def documents_of(owner, row: Retention) -> list[Document]:
    return list(owner.exec(select(Document).where(col(Document.id).in_(row.kept["documents"]))).all())


def set_years(owner, place_id, years: int) -> None:
    place = owner.get_one(Municipality, place_id)
    place.settings = {**place.settings, "retention": {"approved_years": years}}
    owner.add(place)
    owner.commit()


@pytest.fixture
def place(owner):
    """One of its own: its rules are changed."""
    return make_municipality(owner, own_slug=f"bevara-{uuid4().hex[:8]}")


@pytest.fixture
def case_id(owner, db, place, workshop):
    return make_decided(owner, db, place, workshop)


def test_every_judged_document_and_paper_is_refused_removal_by_the_store(owner, workshop, case_id):
    row = kept(owner, workshop, case_id)

    papers = owner.exec(select(Paper).where(col(Paper.case_id) == case_id)).all()
    assert row.until == date(2036, 3, 2)
    assert set(row.kept["papers"]) == {str(each.id) for each in papers}
    assert len(row.kept["documents"]) > 3
    for each in [*documents_of(owner, row), *papers]:
        with pytest.raises(Locked):
            workshop.store.delete(each.object_key)
        assert workshop.store.head(each.object_key) is not None


def test_keeping_again_says_nothing_new_and_longer_years_prolong(owner, workshop, place, case_id):
    kept(owner, workshop, case_id)
    kept(owner, workshop, case_id)
    events = select(Event).where(col(Event.case_id) == case_id, col(Event.kind) == "evidence.kept")
    assert len(owner.exec(events).all()) == 1

    set_years(owner, place.id, 12)
    assert kept(owner, workshop, case_id).until == date(2038, 3, 2)
    set_years(owner, place.id, 1)
    assert kept(owner, workshop, case_id).until == date(2038, 3, 2)
    with pytest.raises(sa.exc.IntegrityError, match="never shortened"):
        owner.execute(sa.update(Retention).where(col(Retention.case_id) == case_id).values(until=date(2030, 1, 1)))
    owner.rollback()


def test_a_case_without_a_decision_has_nothing_to_keep(owner, workshop, place):
    application = make_application(owner, place, state=State.SUBMITTED)

    keep_evidence(
        workshop,
        municipality_id=str(place.id),
        provider_id=str(application.provider_id),
        case_id=str(application.id),
    )

    owner.rollback()
    assert owner.get(Retention, application.id) is None


# Thinning.


def proposed(owner, workshop, place, *, at):
    late = workshop.__class__(**{**workshop.__dict__, "clock": lambda: at})
    propose_thinning(late, municipality_id=str(place.id))
    owner.rollback()
    found = owner.exec(select(thinning.Thinning).where(thinning.Thinning.municipality_id == place.id)).one()
    items = owner.exec(select(thinning.ThinningItem).where(thinning.ThinningItem.thinning_id == found.id)).all()
    return late, found, items


def test_nothing_goes_before_a_named_administrator_has_approved(owner, db, workshop, place):
    draft = make_application(owner, place, now=NOW)
    _late, found, items = proposed(owner, workshop, place, at=NOW + timedelta(days=400))
    run_thinning(workshop, municipality_id=str(place.id), thinning_id=str(found.id))

    owner.rollback()
    assert [(each.reason, each.case_id) for each in items] == [("draft", draft.id)]
    assert owner.get_one(Application, draft.id, populate_existing=True).state is State.DRAFT
    with (
        pytest.raises(sa.exc.ProgrammingError, match="nobody has approved"),
        transaction(workshop.engine, Scope(place.id)) as session,
    ):
        session.execute(sa.text("SELECT thin(:item, now())"), {"item": items[0].id})
    officer = make_staff(owner, place.id, Role.CASE_OFFICER)
    with pytest.raises(Exception, match="role"):
        acting(db, thinning.approve, found.id, shown=[each.id for each in items], spare=(), actor=officer)


def test_each_night_a_list_is_proposed_in_each_municipality_and_one_that_waits_is_gone_on_with(owner, workshop, place):
    draft = make_application(owner, place, now=NOW)
    elsewhere = make_municipality(owner, own_slug=f"annan-{uuid4().hex[:8]}")
    late = replace(workshop, clock=lambda: NOW + timedelta(days=400))

    for _night in range(2):
        assert timetable.propose_thinning(late) >= 2
        for given in jobs_of(owner, place, elsewhere):
            propose_thinning(late, **given)
        assert jobs_of(owner, place, elsewhere) == []

    owner.rollback()
    lists = select(thinning.Thinning).where(col(thinning.Thinning.municipality_id).in_([place.id, elsewhere.id]))
    [waiting] = owner.exec(lists).all()
    assert (waiting.municipality_id, waiting.approved_at) == (place.id, None)
    items = owner.exec(select(thinning.ThinningItem).where(thinning.ThinningItem.thinning_id == waiting.id)).all()
    assert [each.case_id for each in items] == [draft.id]
    assert owner.get_one(Application, draft.id, populate_existing=True).state is State.DRAFT


def test_of_open_lists_there_is_at_most_one(owner, place):
    owner.add_all(thinning.Thinning(municipality_id=place.id, proposed_at=NOW) for _ in range(2))

    with pytest.raises(sa.exc.IntegrityError, match="thinning_one_open"):
        owner.flush()
    owner.rollback()


def jobs_of(owner, *places):
    """The looks that were ordered for these municipalities, taken out of the queue."""
    owner.rollback()
    taken = owner.execute(
        sa.text(
            "DELETE FROM procrastinate_jobs WHERE task_name = 'thinning.propose' AND status = 'todo'"
            " AND args->>'municipality_id' = ANY(:places) RETURNING args"
        ),
        {"places": [str(each.id) for each in places]},
    )
    found = list(taken.scalars())
    owner.commit()
    return found


def test_the_portals_role_cannot_call_a_document_thinned(owner, workshop, place):
    application = make_application(owner, place, state=State.SUBMITTED)
    with (
        pytest.raises(sa.exc.ProgrammingError, match="only an approved list"),
        transaction(workshop.engine, Scope(provider_id=application.provider_id)) as session,
    ):
        session.execute(sa.text("UPDATE document SET thinned_at = now()"))


def test_an_approved_list_removes_all_but_what_is_spared(owner, db, workshop, place):
    admin = make_staff(owner, place.id, Role.MUNICIPAL_ADMINISTRATOR)
    withdrawn = make_application(owner, place, state=State.WITHDRAWN, store=workshop.store)
    draft, other = make_application(owner, place), make_application(owner, place)
    at = NOW + timedelta(days=800)
    late, found, items = proposed(owner, workshop, place, at=at)
    keep = next(each for each in items if each.case_id == other.id and each.document_id is None)
    documents = [owner.get_one(Document, each.document_id) for each in items if each.document_id]
    keys = [each.object_key for each in documents]
    assert len(keys) > 3

    acting(db, thinning.approve, found.id, shown=[each.id for each in items], spare=[keep.id], actor=admin, now=at)
    for _twice in range(2):
        run_thinning(late, municipality_id=str(place.id), thinning_id=str(found.id))

    owner.rollback()
    owner.expire_all()
    assert [workshop.store.head(key) for key in keys] == [None] * len(keys)
    assert {(each.name, each.object_key, each.thinned_at) for each in documents} == {("", "", at)}
    assert owner.get_one(Application, draft.id).state is State.WITHDRAWN
    assert owner.get_one(Application, other.id).state is State.DRAFT
    events = owner.exec(select(Event).where(col(Event.case_id) == withdrawn.id, col(Event.kind) == "document.thinned"))
    told = events.all()
    assert len(told) == len(keys)
    assert {each.actor_id for each in told} == {admin.person_id}
    assert not any("Intyg" in str(each.facts) for each in told)
    assert owner.get_one(thinning.Thinning, found.id).done_at == at


def test_a_document_that_a_living_application_uses_is_not_proposed(owner, workshop, place):
    withdrawn = make_application(owner, place, state=State.WITHDRAWN)
    used = make_application(owner, place, state=State.SUBMITTED)
    shared = owner.exec(
        select(Document)
        .join(case_package.AnswerDocument, col(case_package.AnswerDocument.document_id) == col(Document.id))
        .where(col(case_package.AnswerDocument.application_id) == withdrawn.id)
    ).first()
    owner.add(
        case_package.AnswerDocument(
            application_id=used.id,
            criterion="GEN-25",
            document_id=shared.id,
            municipality_id=place.id,
            provider_id=used.provider_id,
            attached_by=used.started_by,
            attached_at=NOW,
        )
    )
    owner.commit()

    _late, _found, items = proposed(owner, workshop, place, at=NOW + timedelta(days=800))

    assert shared.id not in {each.document_id for each in items}
    assert len(items) > 1


def test_a_decided_case_goes_when_its_years_have_passed_and_its_record_still_holds(owner, db, workshop, place):
    admin = make_staff(owner, place.id, Role.MUNICIPAL_ADMINISTRATOR)
    case_id = make_decided(owner, db, place, workshop)
    at = NOW + timedelta(days=800)
    provider_id = owner.get_one(Application, case_id).provider_id
    documents = {str(each.id): each.sha256 for each in retention.judged_documents(owner, case_id)}
    papers = owner.exec(select(Paper).where(col(Paper.case_id) == case_id)).all()
    # As if a year had been set, and had passed: the store would go by its own clock.
    row = Retention(
        case_id=case_id,
        municipality_id=place.id,
        provider_id=provider_id,
        until=date(2027, 3, 2),
        kept={"documents": documents, "papers": {}},
        kept_at=NOW,
    )
    read = SecondReview(
        application_id=case_id,
        municipality_id=place.id,
        because=Because.REQUESTED,
        question="Hemlig fråga",
        demanded_by=admin.person_id,
        demanded_at=NOW,
        points=[{"criterion": "GEN-25", "agrees": False, "note": "Hemligt", "outcome": "met"}],
    )
    owner.add_all([row, read])
    owner.execute(update(Judgement).where(col(Judgement.application_id) == case_id).values(reason_en="Secret"))
    owner.commit()
    late, found, items = proposed(owner, workshop, place, at=at)
    assert {each.reason for each in items} == {"expired"}

    acting(db, thinning.approve, found.id, shown=[each.id for each in items], spare=(), actor=admin, now=at)
    run_thinning(late, municipality_id=str(place.id), thinning_id=str(found.id))

    owner.rollback()
    owner.refresh(read)
    assert (read.question, read.points) == ("", [])
    judged = select(Judgement.reason, Judgement.reason_en).where(col(Judgement.application_id) == case_id)
    assert set(owner.exec(judged).all()) == {("", "")}
    held = case_package.package(owner, case_id, store=workshop.store, roots=())
    checks = list(exports.check(held, verify_signature=lambda *_: None))
    assert all(each.holds for each in checks), [each for each in checks if not each.holds]
    gone = [each for each in checks if "thinned out on" in each.detail]
    assert len(gone) == len(documents) + len(papers)
    assert str(found.id) in gone[0].detail
    packed = archive_file.to_zip(held, made_at=NOW)
    assert b"Anna Lindqvist <" not in packed
    checks = exports.check(archive_file.read(packed), verify_signature=lambda *_: None)
    assert all(each.holds for each in checks)


def test_an_unused_document_goes_after_its_months(owner, workshop, place):
    application = make_application(owner, place, state=State.DRAFT, complete=True, store=workshop.store)
    by = type("By", (), {"person_id": application.started_by})()
    loose = make_document(owner, application.provider_id, by=by, store=workshop.store)
    owner.add(
        Event(
            case_id=application.id,
            seq=99,
            municipality_id=place.id,
            provider_id=application.provider_id,
            kind="document.attached",
            actor_side="company",
            at=NOW,
            facts={"document": str(loose.id)},
            hash=b"",
        )
    )
    owner.commit()

    _late, _found, items = proposed(owner, workshop, place, at=NOW + timedelta(days=800))

    assert {each.document_id for each in items if each.reason == "unused"} == {loose.id}
