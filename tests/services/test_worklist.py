"""The work list: what each choice holds, its order, its pages, its search, and the index that it walks."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from portal.db.session import Scope, enter, make_engine
from portal.domain.actors import Actor
from portal.domain.worklist import PAGE, Choice, Cursor, Found, Sort, Wanted
from portal.services import review, worklist
from tests.factories import NOW, Place, make_member, make_municipality, make_provider
from tests.factories_review import acting, fresh, make_officer, make_submitted, make_taken


@pytest.fixture
def officer(owner, place):
    return make_officer(owner, place)


def listed(db: Session, actor: Actor, **wanted: Any) -> Found:
    enter(db, Scope.of(actor))
    found = worklist.find(db, Wanted(**wanted), actor=actor, now=NOW + timedelta(minutes=30))
    db.rollback()
    return found


def submit(owner: Session, place: Place, name: str, minutes: int = 0) -> Any:
    by = make_member(owner, make_provider(owner, name))
    return make_submitted(owner, place, by=by, now=NOW + timedelta(minutes=minutes))


def test_each_choice_holds_its_cases(owner, db, place, officer):
    new, mine = submit(owner, place, "Ny AB"), make_taken(owner, db, place, officer)
    waiting = make_taken(owner, db, place, officer)
    asked = {"questions": {"GEN-25": "Vad gäller?"}, "message": "Mer tack.", "due_on": date(2026, 3, 20)}
    acting(db, review.request_supplement, waiting.id, **asked, actor=officer)
    late = submit(owner, place, "Sen AB")
    owner.execute(sa.text("UPDATE application SET due_on = '2026-03-01' WHERE id = :id"), {"id": late.id})
    owner.commit()

    def ids(choice: Choice) -> set[Any]:
        return {row.id for row in listed(db, officer, choice=choice).rows}

    assert ids(Choice.ALL) == {new.id, mine.id, waiting.id, late.id}
    assert ids(Choice.MINE) == {mine.id, waiting.id}
    assert ids(Choice.NEW) == {new.id, late.id}
    assert ids(Choice.WAITING) == {waiting.id}
    assert ids(Choice.LATE) == {late.id}
    assert ids(Choice.DONE) == set()
    counts = listed(db, officer).counts
    assert [counts.by_choice[choice] for choice in Choice] == [4, 2, 2, 1, 1, 0]


def test_another_municipalitys_cases_are_not_listed(owner, db, place, ekholm):
    application = submit(owner, place, "Vår AB")

    rows = listed(db, make_officer(owner, ekholm)).rows

    assert application.id not in {row.id for row in rows}


def test_pages_follow_each_other_without_gap_or_repeat_and_lead_back(owner, db, place, officer):
    for index in range(PAGE + 5):
        submit(owner, place, f"Bolag {index:02d} AB", minutes=index % 3)

    for sort, descending in ((Sort.DUE, False), (Sort.COMPANY, True), (Sort.RECEIVED, False)):
        first = listed(db, officer, sort=sort, descending=descending)
        second = listed(db, officer, sort=sort, descending=descending, cursor=first.after)
        back = listed(db, officer, sort=sort, descending=descending, cursor=second.before)

        assert (len(first.rows), len(second.rows)) == (PAGE, 5)
        assert len({row.id for row in (*first.rows, *second.rows)}) == PAGE + 5
        assert (first.before, second.after) == (None, None)
        assert [row.id for row in back.rows] == [row.id for row in first.rows]
        values = [row.sort_value for row in (*first.rows, *second.rows)]
        assert values == sorted(values, reverse=descending)


@pytest.mark.parametrize("query", ["vega", "VEGA fam", "familjestöd", "ab vega", "{orgnr}", "{hyphen}", "{number}"])
def test_a_case_is_found_by_the_beginnings_of_its_words(owner, db, place, officer, query):
    provider_id = make_provider(owner, "Vega Familjestöd AB")
    application = make_submitted(owner, place, by=make_member(owner, provider_id))
    submit(owner, place, "Nordljus HB")
    orgnr = owner.execute(sa.text("SELECT orgnr FROM provider WHERE id = :id"), {"id": provider_id}).scalar_one()
    typed = query.format(orgnr=orgnr, hyphen=f"{orgnr[:6]}-{orgnr[6:]}", number=application.number)

    rows = listed(db, officer, query=typed).rows

    assert [row.id for row in rows] == [application.id]


@pytest.mark.parametrize("query", ["vega nordljus", "ega", "finns inte"])
def test_a_word_that_begins_nothing_finds_nothing(owner, db, place, officer, query):
    submit(owner, place, "Vega Familjestöd AB")

    assert listed(db, officer, query=query).rows == ()


def test_a_withdrawn_case_is_among_the_closed_ones(owner, db, place, officer):
    application = submit(owner, place, "Ångra AB")
    owner.execute(
        sa.text("UPDATE application SET state = 'withdrawn', due_on = NULL WHERE id = :id"), {"id": application.id}
    )
    owner.commit()

    rows = listed(db, officer, choice=Choice.DONE, sort=Sort.RECEIVED, descending=True).rows

    assert [row.id for row in rows] == [application.id]
    assert fresh(owner, application.id).id not in {row.id for row in listed(db, officer).rows}


@pytest.mark.parametrize("text", ["", "x", "W10", "{}", "é", "bnVsbA", "WyJ4Il0", "WzEsMiwzXQ"])
def test_a_cursor_that_cannot_be_read_begins_the_list_anew(text):
    assert Cursor.read(text) is None


@pytest.mark.parametrize("sort", ["klart", "inkom"])
def test_a_cursor_of_another_order_is_left_out(sort):
    cursor = Cursor("vega ab", uuid4()).written()

    assert Wanted.read(urval="", q="", tjanst="", sortering=sort, efter=cursor).cursor is None


PLANS = [
    (Wanted(), "application_by_due"),
    (Wanted(choice=Choice.MINE), "application_by_officer"),
    (Wanted(choice=Choice.NEW), "application_by_state"),
    (Wanted(sort=Sort.COMPANY), "application_by_company"),
    (Wanted(choice=Choice.DONE, sort=Sort.RECEIVED, descending=True), "application_over_by_received"),
    (Wanted(choice=Choice.DONE, sort=Sort.COMPANY), "application_over_by_company"),
]


def test_every_list_walks_an_index_and_stops_after_a_page(fresh_database):
    """At many rows, as the portal's role: what is sorted is at most what one index gives."""
    owner_engine, app_engine = make_engine(fresh_database.owner_url), make_engine(fresh_database.app_url)
    with Session(owner_engine, expire_on_commit=False) as owner, Session(app_engine) as db:
        place = make_municipality(owner)
        officer = make_officer(owner, place)
        application = make_submitted(owner, place)
        _multiply(owner, application.id, officer, 20_000)
        for wanted, index in PLANS:
            enter(db, Scope.of(officer))
            statement, values = worklist.page_statement(wanted, actor=officer, now=NOW)
            plan = "\n".join(db.execute(sa.text(f"EXPLAIN {statement}"), values).scalars())
            assert index in plan, plan
        searches = {"bolag17": "application_word_pkey", "bolag": "application_word_of_application"}
        for query, index in searches.items():
            enter(db, Scope.of(officer))
            statement, values = worklist.page_statement(Wanted(query=query), actor=officer, now=NOW)
            plan = "\n".join(db.execute(sa.text(f"EXPLAIN {statement}"), values).scalars())
            assert index in plan, plan
            assert "(word)::text >=" in plan, plan
        enter(db, Scope.of(officer))
        statement, values = worklist.counts_statement(actor=officer, now=NOW)
        plan = "\n".join(db.execute(sa.text(f"EXPLAIN {statement}"), values).scalars())
        assert "Seq Scan" not in plan, plan
    owner_engine.dispose()
    app_engine.dispose()


def _multiply(owner: Session, model: Any, officer: Actor, many: int) -> None:
    """Many cases like one: every tenth open, every fortieth this officer's."""
    values = {"id": model, "many": many, "officer": officer.person_id}
    copied = "municipality_id, provider_id, service_id, general_version_id, service_version_id, started_at, started_by"
    owner.execute(
        sa.text(
            "CREATE TEMP TABLE copy ON COMMIT DROP AS SELECT gen_random_uuid() AS id, n"
            " FROM generate_series(1, :many) n"
        ),
        values,
    )
    owner.execute(
        sa.text(
            "INSERT INTO case_file"
            " (id, municipality_id, provider_id, number, opened_at, last_seq, last_hash)"
            " SELECT c.id, f.municipality_id, f.provider_id, 'X ' || c.n, f.opened_at, 0, ''"
            " FROM copy c, case_file f WHERE f.id = :id"
        ),
        values,
    )
    owner.execute(
        sa.text(
            f"INSERT INTO application (id, {copied}, state, submitted_at, officer_id, due_on, asked,"
            " judged,"
            f" provider_name, provider_sort_key, number, withdrawal_reason)"
            f" SELECT c.id, {copied},"
            " CASE WHEN c.n % 10 > 0 THEN 'approved' WHEN c.n % 20 = 0 THEN 'submitted'"
            " ELSE 'under_review' END,"
            " submitted_at + c.n * interval '1 minute',"
            " CASE WHEN c.n % 40 = 10 THEN CAST(:officer AS uuid) END,"
            " CASE WHEN c.n % 10 = 0 THEN due_on + c.n % 90 END, asked, 0,"
            " 'Bolag' || c.n, 'bolag' || c.n, 'X ' || c.n, ''"
            " FROM copy c, application a WHERE a.id = :id"
        ),
        values,
    )
    owner.execute(
        sa.text(
            "INSERT INTO application_word (municipality_id, word, application_id)"
            " SELECT a.municipality_id, 'bolag' || c.n, c.id FROM copy c, application a WHERE a.id = :id"
        ),
        values,
    )
    owner.commit()
    for table in ("application", "application_word", "case_file"):
        owner.execute(sa.text(f"ANALYZE {table}"))
    owner.commit()
