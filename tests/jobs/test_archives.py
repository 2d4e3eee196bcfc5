"""Archives are made by a job, fetched by whom they belong to within some days, and then gone."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from portal.db.session import Scope, transaction
from portal.db.tables import Archive, Event
from portal.domain.application import State
from portal.domain.roles import Role
from portal.errors import NotAllowed, NotFound
from portal.jobs.tasks import make_archive
from portal.jobs.timetable import discard_archives
from portal.services import archive_file, archives, exports
from tests.factories import NOW, make_member, make_provider, make_staff
from tests.factories_application import make_application
from tests.factories_decided import make_decided
from tests.factories_review import acting


def made(owner: Session, workshop, archive_id: UUID) -> Archive:
    row = owner.get_one(Archive, archive_id)
    for _twice in range(2):
        make_archive(workshop, Scope(row.municipality_id, row.provider_id, row.person_id), archive_id=str(archive_id))
    owner.rollback()
    return owner.get_one(Archive, archive_id, populate_existing=True)


def test_an_officer_orders_a_decided_case_and_fetches_a_package_that_verifies(owner, db, bjorkvik, workshop):
    case_id = make_decided(owner, db, bjorkvik, workshop)
    officer = make_staff(owner, bjorkvik.id, Role.CASE_OFFICER)

    ordered = acting(db, archives.order_case, case_id, actor=officer)
    row = made(owner, workshop, ordered.id)
    acting(db, archives.fetch, row.id, actor=officer)

    held = archive_file.read(workshop.store.read(row.object_key))
    assert all(each.holds for each in exports.check(held, verify_signature=lambda *_: None))
    kinds = owner.scalars(select(Event.kind).where(col(Event.case_id) == case_id).order_by(col(Event.seq))).all()
    assert kinds[-2:] == ["case.exported", "case.export_fetched"]


def test_a_case_that_is_not_decided_or_is_somebody_elses_is_not_exported(owner, db, bjorkvik, ekholm, workshop):
    officer, stranger = make_staff(owner, bjorkvik.id), make_staff(owner, ekholm.id)
    application = make_application(owner, bjorkvik, state=State.SUBMITTED)

    with pytest.raises(NotAllowed, match="not_decided"):
        acting(db, archives.order_case, application.id, actor=officer)
    with pytest.raises(NotFound):
        acting(db, archives.order_case, application.id, actor=stranger)


def test_a_company_has_everything_of_its_own_and_nothing_internal(owner, db, bjorkvik, workshop):
    by = make_member(owner, make_provider(owner, "Å & <b>Ö</b> AB"))
    case_id = make_decided(owner, db, bjorkvik, workshop, by=by)
    other = make_application(owner, bjorkvik)

    row = made(owner, workshop, acting(db, _own_company, by, actor=by).id)

    with zipfile.ZipFile(io.BytesIO(workshop.store.read(row.object_key))) as archive:
        told = json.loads(archive.read("uppgifter.json"))
        page = archive.read("index.html").decode()
        names = archive.namelist()
    assert [each["id"] for each in told["application"]] == [str(case_id)]
    assert {each["internal"] for each in told["event"]} == {False}
    assert len([name for name in names if name.startswith("dokument/")]) == len(told["document"]) > 3
    assert len([name for name in names if name.startswith("handlingar/")]) == len(told["paper"]) == 3
    assert "Å &amp; &lt;b&gt;Ö&lt;/b&gt; AB" in page
    assert "Documents" in page
    assert str(other.id) not in json.dumps(told)
    assert "judgement" not in told
    assert "note" not in told


def _own_company(db, by, *, actor, now):
    assert by == actor
    return archives.order_own(db, of_company=True, actor=actor, now=now)


def test_a_reader_may_not_take_out_the_companys_data_and_nobody_another_persons(owner, db, workshop):
    provider_id = make_provider(owner)
    reader, signatory = make_member(owner, provider_id, Role.READER), make_member(owner, provider_id)
    with pytest.raises(NotAllowed):
        acting(db, _own_company, reader, actor=reader)

    ordered = acting(db, _own_person, reader, actor=reader)
    row = made(owner, workshop, ordered.id)

    with zipfile.ZipFile(io.BytesIO(workshop.store.read(row.object_key))) as archive:
        told = json.loads(archive.read("uppgifter.json"))
    assert told["person"][0]["name"] == reader.name
    assert [each["role"] for each in told["provider_member"]] == ["reader"]
    with pytest.raises(NotFound):
        acting(db, archives.fetch, row.id, actor=signatory)


def _own_person(db, by, *, actor, now):
    return archives.order_own(db, of_company=False, actor=actor, now=now)


def test_an_archive_is_gone_when_its_days_are_over(owner, db, workshop):
    by = make_member(owner, make_provider(owner))
    row = made(owner, workshop, acting(db, _own_person, by, actor=by).id)
    key = row.object_key

    assert workshop.store.head(key) is not None
    discard_archives(replace(workshop, clock=lambda: NOW + timedelta(days=8)))

    assert workshop.store.head(key) is None
    with pytest.raises(NotFound):
        acting(db, archives.fetch, row.id, actor=by)
    with transaction(workshop.engine, Scope(person_id=by.person_id)) as session:
        assert session.get(Archive, row.id).removed_at is not None
