"""Databases with so many applications, made once and kept until the generator or the migrations change.

Each has 20 municipalities and 20 000 companies, whatever the number of
applications: what differs between two sizes is only that number.
"""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg import sql
from sqlmodel import Session, col, select

from portal import library
from portal.db import conditions
from portal.db.migrate import upgrade
from portal.db.session import make_engine
from portal.db.tables import ConditionVersion, Service
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Demand, Text
from portal.domain.roles import Role
from portal.embedded.databases import SUPERUSER, Databases
from portal.services import founding
from tests.bench import case_rows
from tests.bench.cases import MunicipalityPlace, ServicePlace, make_cases
from tests.bench.companies import Company, Maker
from tests.bench.copying import Connection, copy, quiet

MUNICIPALITIES = 20
COMPANIES = 20_000
OFFICERS = 6
DOCUMENTS = 16
BATCH = 10_000
HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FINGERPRINTED = (
    *(HERE / f"{name}.py" for name in ("filling", "cases", "case_rows", "companies", "copying")),
    *sorted((ROOT / "portal/db/migrations/versions").glob("*.py")),
    *sorted((ROOT / "portal/library").glob("*.yaml")),
    ROOT / "portal/services/founding.py",
)


def fingerprint() -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in FINGERPRINTED)).hexdigest()[:16]


def name_of(size: int) -> str:
    return f"kundval_bench_{size}"


def superuser_url(databases: Databases, name: str) -> str:
    return f"postgresql://{SUPERUSER}:{databases.superuser_password}@127.0.0.1:{databases.port}/{name}"


def ensure(databases: Databases, size: int, *, say: Any = print) -> str:
    """The name of a filled database of this size; filled now unless one stands ready from an earlier run."""
    name, mark = name_of(size), fingerprint()
    with databases.superuser() as admin:
        kept = admin.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
    if kept is not None and kept[0] == mark:
        return name
    began = time.monotonic()
    databases.drop(name)
    databases.create(name)
    upgrade(databases.owner_url(name))
    fill(databases, name, size)
    with databases.superuser(name) as admin:
        admin.execute("VACUUM (ANALYZE)")
        admin.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(mark)))
        admin.execute("CHECKPOINT")
    say(f"Filled {size} applications in {time.monotonic() - began:.0f} s.")
    return name


def fill(databases: Databases, name: str, size: int) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    maker = Maker(size)
    places = found_municipalities(databases.owner_url(name), maker, now)
    companies = list(maker.companies(COMPANIES))
    with quiet(superuser_url(databases, name)) as connection:
        add_staff(connection, maker, places, now)
        add_companies(connection, maker, companies, now)
        add_asked(connection, databases.owner_url(name))
        made = make_cases(maker, places, companies, size, now=now)
        while batch := list(islice(made, BATCH)):
            copy(connection, "case_file", case_rows.case_files(batch))
            copy(connection, "application", case_rows.applications(batch))
            copy(connection, "application_word", case_rows.words(batch))
            copy(connection, "event", case_rows.events(batch))
            copy(connection, "letter", case_rows.letters(maker, batch))
            copy(connection, "conflict", case_rows.conflicts(maker, batch))
            copy(connection, "proposal", case_rows.proposals(maker, batch))
            copy(connection, "decision", case_rows.decisions(maker, batch))
            copy(connection, "supplement", case_rows.supplements(maker, batch))
            copy(connection, "provider_authorization", case_rows.authorizations(maker, batch))
        connection.execute("ANALYZE application")
        for statement in written_in_cases():
            connection.execute(statement)
        copy(
            connection,
            "diary_serial",
            (
                {"municipality_id": place.id, "year": year, "last": last}
                for place in places
                for year, last in place.serials.items()
            ),
        )


def found_municipalities(owner_url: str, maker: Maker, now: datetime) -> list[MunicipalityPlace]:
    """The two demo municipalities in turn, under names of their own; the first keeps its own."""
    shelf = library.load().municipalities
    engine = make_engine(owner_url)
    places = []
    with Session(engine, expire_on_commit=False) as owner:
        for index in range(MUNICIPALITIES):
            like = shelf[index % len(shelf)]
            slug = like.slug if index < len(shelf) else f"{like.slug}-{index:02d}"
            called = like.name if index < len(shelf) else Text(f"{like.name.sv} {index}", f"{like.name.en} {index}")
            municipality_id = founding.found(owner, replace(like, slug=slug, name=called), now=now)
            services = tuple(services_of(owner, municipality_id))
            officers = tuple(maker.id() for _ in range(OFFICERS))
            places.append(MunicipalityPlace(municipality_id, slug, like.case_prefix, services, officers, maker.id()))
        owner.commit()
    engine.dispose()
    return places


def services_of(owner: Session, municipality_id: UUID) -> Iterator[ServicePlace]:
    general = owner.exec(
        select(ConditionVersion.id).where(
            col(ConditionVersion.municipality_id) == municipality_id, col(ConditionVersion.service_id).is_(None)
        )
    ).one()
    open_ones = select(Service.id, ConditionVersion.id).join(
        ConditionVersion, col(ConditionVersion.service_id) == col(Service.id)
    )
    for service, version in owner.exec(
        open_ones.where(col(Service.municipality_id) == municipality_id, Service.open).order_by(col(Service.slug))
    ).all():
        sets = conditions.read_sets(owner, general_id=general, service_id=version)
        yield ServicePlace(service, general, version, len(sets.asked_criteria))


def add_staff(connection: Connection, maker: Maker, places: list[MunicipalityPlace], now: datetime) -> None:
    people = [
        (place, id_, maker.person(), role)
        for place in places
        for id_, role in (
            *((officer, Role.CASE_OFFICER) for officer in place.officers),
            (place.decision_maker, Role.DECISION_MAKER),
        )
    ]
    copy(connection, "person", ({"id": id_, "name": name} for _, id_, name, _ in people))
    copy(
        connection,
        "staff_member",
        (
            {
                "id": maker.id(),
                "municipality_id": place.id,
                "person_id": id_,
                "name": name,
                "title": "Handläggare" if role is Role.CASE_OFFICER else "Enhetschef",
                "delegation": "4.12",
                "email": f"{id_.hex[:10]}@{place.slug}.example",
                "roles": (role.value,),
                "added_at": now,
            }
            for place, id_, name, role in people
        ),
    )


def add_companies(connection: Connection, maker: Maker, companies: list[Company], now: datetime) -> None:
    then = now - timedelta(days=1900)
    members = [
        (company, person, role)
        for company in companies
        for person, role in ((company.signatory, Role.SIGNATORY), (company.editor, Role.EDITOR))
    ]
    copy(connection, "person", ({"id": person, "name": maker.person()} for _, person, _ in members))
    copy(
        connection,
        "provider",
        (
            {
                "id": company.id,
                "orgnr": company.orgnr,
                "name": company.name,
                "sort_key": company.sort_key,
                "form": company.form,
                "street": "Storgatan 1",
                "postcode": "111 22",
                "town": company.town,
                "email": f"info@bolag{company.orgnr}.example",
                "phone": "070-123 45 67",
                "registered_at": then,
                "registered_by": company.signatory,
            }
            for company in companies
        ),
    )
    copy(
        connection,
        "provider_member",
        (
            {
                "id": maker.id(),
                "provider_id": company.id,
                "person_id": person,
                "role": role.value,
                "email": f"{person.hex[:8]}@bolag{company.orgnr}.example",
                "joined_at": then,
            }
            for company, person, role in members
        ),
    )
    # Half of all people are signed in: a look-up of a session is one among many.
    copy(
        connection,
        "session",
        (
            {
                "token_hash": hashlib.sha256(f"nobody {person}".encode()).digest(),
                "person_id": person,
                "issuer": "http://bench",
                "subject": person.hex,
                "provider_id": company.id,
                "created_at": now,
                "seen_at": now,
                "ends_at": now + timedelta(hours=10),
            }
            for company, person, role in members
            if role is Role.SIGNATORY
        ),
    )


def add_asked(connection: Connection, owner_url: str) -> None:
    """What each service asks, as rows to multiply the applications by; a number where a document is demanded."""
    connection.execute(
        "CREATE TABLE bench_asked (service_version_id uuid, criterion text, position int,"
        " description text, document int, kind text)"
    )
    engine = make_engine(owner_url)
    with Session(engine) as owner:
        versions = owner.exec(select(ConditionVersion)).all()
        general = {row.municipality_id: row.id for row in versions if row.service_id is None}
        rows = [
            {"service_version_id": row.id, **each}
            for row in versions
            if row.service_id is not None
            for each in _asked(conditions.read_sets(owner, general_id=general[row.municipality_id], service_id=row.id))
        ]
    engine.dispose()
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO bench_asked VALUES (%(service_version_id)s, %(criterion)s, %(position)s, %(description)s,"
            " %(document)s, %(kind)s)",
            rows,
        )


def _asked(sets: ConditionSets) -> Iterator[dict[str, Any]]:
    documents = 0
    for position, criterion in enumerate(sets.asked_criteria):
        question = criterion.question
        demands = question is not None and question.documents is Demand.REQUIRED
        tells = question is not None and question.description is Demand.REQUIRED
        yield {
            "criterion": criterion.id,
            "position": position,
            "description": "Vi har rutiner för detta, och de följs upp varje kvartal av ledningen. " * 2
            if tells
            else "",
            "document": documents % DOCUMENTS if demands else None,
            "kind": next(iter(sets.accepted(criterion)), None),
        }
        documents += demands


DRAWN = "(a.state <> 'draft' OR b.position < abs(hashtext(a.id::text)) % 30)"
"""How many criteria of a draft are answered: another number for each, the same at every run."""


def written_in_cases(which: str = "true", answered: str = DRAWN) -> tuple[str, ...]:
    """Statements that fill the applications ``a`` of which the condition holds, from what their services ask."""
    return (
        f"""INSERT INTO document (id, provider_id, name, media_type, size, sha256, object_key, state, uploaded_by,
                                  uploaded_at, tries)
            SELECT md5(p.id::text || n)::uuid, p.id, 'Intyg ' || n || '.pdf', 'application/pdf', 180000 + n * 977,
                   md5(p.id::text) || md5(n::text), 'kept/' || md5(p.id::text || n), 'clean', p.registered_by,
                   p.registered_at, 1
              FROM provider p CROSS JOIN generate_series(0, {DOCUMENTS - 1}) n
             WHERE EXISTS (SELECT FROM application a WHERE a.provider_id = p.id AND {which})
            ON CONFLICT DO NOTHING""",
        f"""INSERT INTO answer (application_id, criterion, municipality_id, provider_id, declared, description,
                                answered_by, answered_at)
            SELECT a.id, b.criterion, a.municipality_id, a.provider_id, true, b.description, a.started_by, a.started_at
              FROM application a JOIN bench_asked b USING (service_version_id)
             WHERE {which} AND {answered}""",
        f"""INSERT INTO answer_document (application_id, criterion, document_id, municipality_id, provider_id,
                                         attached_by, attached_at, kind, issued_on, ends_on)
            SELECT a.id, b.criterion, md5(a.provider_id::text || b.document)::uuid, a.municipality_id, a.provider_id,
                   a.started_by, a.started_at, b.kind, coalesce(a.submitted_at, now())::date, now()::date + 365
              FROM application a JOIN bench_asked b USING (service_version_id)
             WHERE {which} AND b.document IS NOT NULL AND {answered}""",
        f"""INSERT INTO judgement (application_id, criterion, municipality_id, outcome, reason, reason_en, judged_by,
                                   judged_at)
            SELECT a.id, b.criterion, a.municipality_id,
                   CASE WHEN a.state = 'rejected' AND b.position = 3 THEN 'not_met' ELSE 'met' END,
                   'Underlaget visar att villkoret är uppfyllt.', '', a.officer_id, a.submitted_at + interval '3 days'
              FROM application a JOIN bench_asked b USING (service_version_id)
             WHERE {which} AND b.position < a.judged""",
        f"""INSERT INTO supplement_item (supplement_id, criterion, municipality_id, provider_id, question)
            SELECT s.id, b.criterion, s.municipality_id, s.provider_id, 'Skicka ett aktuellt intyg.'
              FROM supplement s JOIN application a ON a.id = s.application_id
              JOIN bench_asked b USING (service_version_id)
             WHERE {which} AND b.position IN (1, 4)""",
    )
