"""Nothing that was typed is lost: not when a commit fails, nor when the session had ended meanwhile."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import Session, col, select

from portal.app import create_app
from portal.db.session import make_engine
from portal.db.tables import Event, Judgement, ParkedForm, Provider, SessionRow
from portal.services.sessions import token_hash
from tests.factories import make_member, make_municipality, make_provider, sign_in
from tests.factories_review import make_officer, make_taken

FACTS = "/foretag/uppgifter/andra"
STREET = 'Östra "Åker" & <Sons> gränd 7'
REASON = "Försäkringsbrevet visar <rätt> belopp & gäller hela avtalstiden."
JUDGED = {"bedomning": "met", "motivering": REASON}


def facts_of(provider_id: UUID | None) -> dict[str, str]:
    """The company's form, filled in with a new street."""
    return {
        "foretag": str(provider_id),
        "namn": "Vega Familjestöd AB",
        "form": "ab",
        "gata": STREET,
        "postnummer": "12345",
        "ort": "Björkvik",
        "epost": "info@vega.example",
        "telefon": "070-123 45 67",
    }


def given_back(page: str) -> tuple[str, dict[str, str]]:
    """Where the form that is given back goes, and what is in it."""
    form = re.search(r'<form method="post" action="([^"]*)" class="kv-stack kv-box">(.*?)</form>', page, re.DOTALL)
    assert form, "no form is given back"
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[2])
    return html.unescape(form[1]), {html.unescape(name): html.unescape(value) for name, value in fields}


# A commit that fails


@dataclass(frozen=True)
class Installation:
    """A portal on a database of its own, which may be made to refuse."""

    app: Litestar
    owner: Session
    engine: sa.Engine
    cookie: str

    @contextmanager
    def browser(self, token: str) -> Iterator[TestClient[Litestar]]:
        with TestClient(self.app, base_url="http://portal.local", raise_server_exceptions=False) as client:
            client.headers["origin"] = "http://portal.local"
            client.headers["sec-fetch-site"] = "same-origin"
            client.follow_redirects = False
            client.cookies.set(self.cookie, token)
            yield client


@pytest.fixture
def own(fresh_database, settings, resources) -> Iterator[Installation]:
    told = replace(settings, database_url=fresh_database.app_url)
    engine, owner_engine = make_engine(told.database_url), make_engine(fresh_database.owner_url)
    app = create_app(told, replace(resources, settings=told, engine=engine))
    with Session(owner_engine, expire_on_commit=False) as owner:
        yield Installation(app, owner, engine, resources.session_cookie)
    engine.dispose()
    owner_engine.dispose()


def refuse_at_commit(owner: Session, table: str) -> None:
    """The statement is taken, and its transaction refused when it ends."""
    owner.execute(
        sa.text(
            "CREATE FUNCTION refuse_late() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'refused at commit' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    )
    owner.execute(
        sa.text(
            f"CREATE CONSTRAINT TRIGGER late AFTER INSERT OR UPDATE ON {table} DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION refuse_late()"
        )
    )
    owner.commit()


@contextmanager
def cut_off_at_commit(engine: sa.Engine) -> Iterator[None]:
    """Between the handler and the commit the database ends the connection, as when it is started again."""

    def cut(connection: sa.Connection) -> None:
        pid = connection.scalar(sa.text("SELECT pg_backend_pid()"))
        with psycopg.connect(engine.url.set(drivername="postgresql").render_as_string(False), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

    sa.event.listen(engine, "commit", cut)
    try:
        yield
    finally:
        sa.event.remove(engine, "commit", cut)


def _street(owner: Session, provider_id: UUID | None) -> str:
    owner.rollback()
    return owner.scalars(select(Provider.street).where(col(Provider.id) == provider_id)).one()


def test_a_companys_form_whose_commit_is_refused_is_given_back_and_nothing_is_written(own):
    signatory = make_member(own.owner, make_provider(own.owner))
    token = sign_in(own.owner, signatory)
    refuse_at_commit(own.owner, "provider")

    with own.browser(token) as client:
        answer = client.post(FACTS, data=facts_of(signatory.provider_id))

    assert answer.status_code == 500
    assert "Inget har sparats" in answer.text
    assert given_back(answer.text) == (FACTS, facts_of(signatory.provider_id))
    assert _street(own.owner, signatory.provider_id) == "Storgatan 1"


def test_a_company_whose_connection_breaks_at_the_commit_gets_its_form_back_and_can_send_it_again(own):
    signatory = make_member(own.owner, make_provider(own.owner))
    token = sign_in(own.owner, signatory)

    with own.browser(token) as client:
        with cut_off_at_commit(own.engine):
            answer = client.post(FACTS, data=facts_of(signatory.provider_id))
        left = _street(own.owner, signatory.provider_id)
        path, fields = given_back(answer.text)
        again = client.post(path, data=fields)

    assert answer.status_code == 503
    assert left == "Storgatan 1"
    assert again.status_code == 303
    assert _street(own.owner, signatory.provider_id) == STREET


def test_an_officer_whose_connection_breaks_at_the_commit_gets_the_judgement_back_and_nothing_is_written(own, now):
    place = make_municipality(own.owner)
    officer = make_officer(own.owner, place)
    with Session(own.engine, expire_on_commit=False) as db:
        case = make_taken(own.owner, db, place, officer)
    token = sign_in(own.owner, officer)
    path = f"/kommun/arenden/{case.id}/villkor/GEN-25"
    before = _record(own.owner, case.id)

    with own.browser(token) as client, cut_off_at_commit(own.engine):
        answer = client.post(path, data=JUDGED)

    assert answer.status_code == 503
    assert given_back(answer.text) == (path, JUDGED)
    assert _record(own.owner, case.id) == before


def test_a_page_of_a_commit_that_failed_names_nobody_and_leaks_no_fault(own):
    signatory = make_member(own.owner, make_provider(own.owner))
    refuse_at_commit(own.owner, "provider")

    with own.browser(sign_in(own.owner, signatory)) as client:
        answer = client.post(FACTS, data=facts_of(signatory.provider_id))

    assert "refused at commit" not in answer.text
    assert "psycopg" not in answer.text


def _record(owner: Session, case_id: UUID) -> tuple[int, int]:
    owner.rollback()
    events = owner.scalar(select(sa.func.count()).select_from(Event).where(col(Event.case_id) == case_id))
    judged = owner.scalar(
        select(sa.func.count()).select_from(Judgement).where(col(Judgement.application_id) == case_id)
    )
    return events or 0, judged or 0


# A session that ended while a form was being written


def end_session(owner: Session, token: str) -> None:
    row = owner.get_one(SessionRow, token_hash(token))
    row.ends_at = datetime.now(UTC)
    owner.add(row)
    owner.commit()


def way_back(answer, side: str) -> str:
    """From the answer to a form that came too late: through sign-in to the form."""
    assert answer.status_code == 303
    there = urlsplit(answer.headers["location"])
    asked = parse_qs(there.query)
    assert (there.path, asked["skal"]) == (f"/logga-in/{side}", ["utloggad"])
    assert asked["till"][0].startswith("/fortsatt/")
    return asked["till"][0]


def test_a_companys_form_sent_after_its_session_ended_waits_behind_sign_in(browse, owner):
    signatory = make_member(owner, make_provider(owner))
    token = sign_in(owner, signatory)
    end_session(owner, token)

    back = way_back(browse(token).post(FACTS, data=facts_of(signatory.provider_id)), "foretag")
    client = browse(sign_in(owner, signatory))
    path, fields = given_back(client.get(back).text)
    sent = client.post(path, data=fields)

    assert (path, fields) == (FACTS, facts_of(signatory.provider_id))
    assert sent.status_code == 303
    assert _street(owner, signatory.provider_id) == STREET


def test_an_officers_judgement_sent_after_the_session_ended_waits_behind_sign_in(browse, owner, db, bjorkvik):
    officer = make_officer(owner, bjorkvik)
    case = make_taken(owner, db, bjorkvik, officer)
    token = sign_in(owner, officer)
    end_session(owner, token)

    late = f"/kommun/arenden/{case.id}/villkor/GEN-25"
    back = way_back(browse(token).post(late, data=JUDGED), "kommun")
    assert _record(owner, case.id)[1] == 0
    client = browse(sign_in(owner, officer))
    path, fields = given_back(client.get(back).text)
    sent = client.post(path, data=fields)

    assert (path, fields) == (late, JUDGED)
    assert sent.status_code == 303
    owner.rollback()
    assert owner.get_one(Judgement, (case.id, "GEN-25")).reason == REASON


def test_a_parked_form_shows_itself_only_to_who_has_signed_in_and_can_be_read_again(browse, owner):
    signatory = make_member(owner, make_provider(owner))
    back = way_back(browse().post(FACTS, data=facts_of(signatory.provider_id)), "foretag")

    assert browse().get(back).status_code == 303
    client = browse(sign_in(owner, signatory))
    assert given_back(client.get(back).text) == given_back(client.get(back).text)


def test_what_is_posted_without_anything_typed_parks_nothing(browse, owner):
    before = owner.scalar(select(sa.func.count()).select_from(ParkedForm))

    answer = browse().post("/foretag/personer/bjud-in")

    assert answer.status_code == 303
    assert "fortsatt" not in answer.headers["location"]
    owner.rollback()
    assert owner.scalar(select(sa.func.count()).select_from(ParkedForm)) == before
