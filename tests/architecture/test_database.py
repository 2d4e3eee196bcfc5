"""What the database itself keeps: tenants apart, the record whole, published conditions as they were."""

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlmodel import col, select

from portal.db.migrate import config
from portal.db.session import Scope, enter
from portal.db.tables import CaseFile, ConditionVersion, Event, Municipality, Note, Provider, Service, StaffMember
from portal.domain.actors import system
from portal.services.lifecycle import record
from tests.factories import make_provider, make_staff

ROLE = "kundval_app"
# A signed-in browser carries whom it acts for; it is found by its token alone, and belongs to a person.
NOT_TENANT_OWNED = {"session"}
# Written once and read for as long as the case is kept.
ONLY_ADDED = (
    "event",
    "staff_event",
    "former_judgement",
    "document_access",
    "paper_access",
    "signature",
    "condition_version",
)


def rows(owner, sql, **values):
    return owner.execute(sa.text(sql), values).all()


def test_the_migrations_make_exactly_the_tables(fresh_database):
    command.check(config(fresh_database.owner_url))


def test_the_portals_role_owns_nothing(owner):
    owned = rows(
        owner,
        "SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = :role"
        " UNION ALL SELECT p.proname FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner WHERE r.rolname = :role"
        " UNION ALL SELECT n.nspname FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner WHERE r.rolname = :role",
        role=ROLE,
    )

    assert owned == []


def test_the_portals_role_has_no_way_around_row_level_security(owner):
    (role,) = rows(
        owner,
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,"
        " (SELECT count(*) FROM pg_auth_members m WHERE m.member = r.oid) AS memberships"
        " FROM pg_roles r WHERE rolname = :role",
        role=ROLE,
    )

    assert tuple(role) == (False, False, False, False, 0)


def test_every_tenant_owned_table_has_row_level_security(owner):
    found = rows(
        owner,
        "SELECT DISTINCT c.relname, c.relrowsecurity,"
        " (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT a.attisdropped"
        " AND (a.attname IN ('municipality_id', 'provider_id') OR c.relname IN ('municipality', 'provider'))",
    )

    tables = {row.relname: row for row in found if row.relname not in NOT_TENANT_OWNED}
    assert len(tables) > 20
    assert [name for name, row in tables.items() if not row.relrowsecurity] == []
    assert [name for name, row in tables.items() if row.policies == 0] == []


def test_a_crash_can_lose_nothing_but_counts_of_tries(owner):
    outside_the_log = rows(
        owner,
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relpersistence <> 'p'",
    )

    assert [row.relname for row in outside_the_log] == ["rate"]


def test_every_foreign_reference_of_a_security_function_is_pinned(owner):
    """A SECURITY DEFINER function without its own search_path runs whatever a caller puts in front of ours."""
    loose = rows(
        owner,
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = 'public' AND p.prosecdef AND NOT coalesce(p.proconfig::text LIKE '%search_path=%', false)",
    )

    assert loose == []


@pytest.mark.parametrize("table", ONLY_ADDED)
def test_the_portal_may_neither_change_nor_delete(owner, table):
    (rights,) = rows(
        owner,
        "SELECT has_table_privilege(:role, :table, 'UPDATE'), has_table_privilege(:role, :table, 'DELETE'),"
        " has_table_privilege(:role, :table, 'TRUNCATE'), has_any_column_privilege(:role, :table, 'UPDATE')",
        role=ROLE,
        table=table,
    )

    assert tuple(rights) == (False, False, False, False)


@pytest.fixture
def case(owner, bjorkvik, now):
    """A case with one event, numbered, so that its municipality sees it."""
    provider_id = make_provider(owner)
    made = CaseFile(municipality_id=bjorkvik.id, provider_id=provider_id, opened_at=now)
    owner.add(made)
    owner.flush()
    made.number = f"TEST {made.id.hex[:12]}"
    record(owner, made.id, "application.started", actor=system(municipality_id=bjorkvik.id), now=now)
    owner.commit()
    return made


@pytest.mark.parametrize("statement", ["UPDATE event SET kind = 'x'", "DELETE FROM event", "TRUNCATE event"])
def test_an_event_can_only_be_added(db, case, statement):
    enter(db, Scope(municipality_id=case.municipality_id))
    assert db.exec(select(Event.kind).where(col(Event.case_id) == case.id)).all() == ["application.started"]

    with pytest.raises(ProgrammingError, match="permission denied"):
        db.execute(sa.text(statement))


def test_without_a_tenant_nothing_is_seen(db, case):
    assert db.exec(select(CaseFile.id)).all() == []
    assert db.exec(select(Event.seq)).all() == []
    assert db.exec(select(StaffMember.id)).all() == []
    assert db.exec(select(Provider.id)).all() == []
    assert db.exec(select(Municipality.id)).all() != [], "what is public is public"
    assert db.exec(select(Service.id)).all() != []


def test_another_municipality_sees_nothing_of_a_case(db, case, ekholm):
    enter(db, Scope(municipality_id=ekholm.id))

    assert db.exec(select(CaseFile.id).where(col(CaseFile.id) == case.id)).all() == []
    assert db.exec(select(Event.seq).where(col(Event.case_id) == case.id)).all() == []


def test_another_company_sees_nothing_of_a_case(db, owner, case):
    other = make_provider(owner, "Stödkompassen AB")

    enter(db, Scope(provider_id=other))

    assert db.exec(select(CaseFile.id)).all() == []
    assert db.exec(select(Event.seq)).all() == []


def test_nobody_writes_in_another_municipalitys_case(db, owner, case, ekholm, now):
    officer = make_staff(owner, ekholm.id)
    enter(db, Scope.of(officer))

    db.add(
        Event(
            case_id=case.id,
            seq=2,
            municipality_id=case.municipality_id,
            provider_id=case.provider_id,
            kind="note.written",
            actor_id=officer.person_id,
            actor_side="municipality",
            at=now,
            hash=b"",
        )
    )
    with pytest.raises(ProgrammingError, match="row-level security"):
        db.flush()


def test_a_company_reads_no_internal_event_and_no_note(db, owner, case, bjorkvik, now):
    actor = make_staff(owner, bjorkvik.id)
    record(owner, case.id, "note.written", actor=actor, now=now, internal=True)
    owner.commit()

    enter(db, Scope(provider_id=case.provider_id))

    assert db.exec(select(Event.kind).where(col(Event.case_id) == case.id)).all() == ["application.started"]
    assert db.exec(select(Note.id)).all() == []


@pytest.mark.parametrize("statement", ["UPDATE condition_version SET number = 99", "DELETE FROM condition_version"])
def test_a_published_version_is_never_changed_not_even_by_the_owner(owner, bjorkvik, statement):
    assert owner.exec(select(ConditionVersion.id)).first() is not None

    with pytest.raises(IntegrityError, match="never changed"):
        owner.execute(sa.text(statement))
    owner.rollback()
