"""Complete drafts to be submitted, each once, and their removal afterwards, so that a kept database stays as it was."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from psycopg import sql
from psycopg.types.json import Json, Jsonb
from sqlmodel import SQLModel

from portal.domain.application import State
from tests.bench import case_rows
from tests.bench.cases import Case, MunicipalityPlace, ServicePlace, make_case
from tests.bench.companies import Company, Maker
from tests.bench.copying import Connection, copy
from tests.bench.filling import written_in_cases
from tests.bench.recording import Recorded
from tests.bench.targets import sign_in

UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Draft:
    id: UUID
    company: UUID
    signatory: UUID
    token: str

    @property
    def facts(self) -> tuple[Any, ...]:
        """What a submit of this draft sends that a submit of another does not."""
        return str(self.id), str(self.company), str(self.signatory), hashlib.sha256(self.token.encode()).digest()


def prepare(connection: Connection, count: int) -> list[Draft]:
    """Complete drafts of as many companies, in the large municipality."""
    maker = Maker(uuid4().int)
    place, service = _place(connection)
    now = datetime.now(UTC).replace(microsecond=0)
    found = connection.execute(
        "SELECT p.id, p.orgnr, p.name, p.sort_key, p.form, p.town, p.registered_by FROM provider p"
        " WHERE NOT EXISTS (SELECT FROM application a WHERE a.provider_id = p.id AND a.service_id = %s)"
        " ORDER BY p.id LIMIT %s",
        [service.id, count],
    ).fetchall()
    cases = [make_case(maker, place, Company(*row, row[-1]), State.DRAFT, now=now, service=0) for row in found]
    copy(connection, "case_file", case_rows.case_files(cases))
    copy(connection, "application", case_rows.applications(cases))
    copy(connection, "event", case_rows.events(cases))
    ids = _literals(cases)
    for statement in written_in_cases(f"a.id IN ({ids})", "true"):
        connection.execute(statement)
    return [
        Draft(
            case.id,
            case.company.id,
            case.company.signatory,
            sign_in(connection, case.company.signatory, provider=case.company.id),
        )
        for case in cases
    ]


def _place(connection: Connection) -> tuple[MunicipalityPlace, ServicePlace]:
    row = connection.execute(
        "SELECT m.id, m.slug, m.diary_prefix, s.id, g.id, v.id,"
        " (SELECT count(*) FROM bench_asked b WHERE b.service_version_id = v.id)"
        "  FROM municipality m JOIN service s ON s.municipality_id = m.id AND s.open"
        "  JOIN condition_version g ON g.municipality_id = m.id AND g.service_id IS NULL"
        "  JOIN condition_version v ON v.service_id = s.id"
        " WHERE m.slug = 'bjorkvik' ORDER BY s.slug LIMIT 1"
    ).fetchone()
    assert row is not None
    service = ServicePlace(*row[3:7])
    return MunicipalityPlace(row[0], row[1], row[2], (service,), (), uuid4()), service


def _literals(cases: Sequence[Case]) -> str:
    return ", ".join(f"'{case.id}'" for case in cases)


def remove(connection: Connection, drafts: Sequence[Draft]) -> None:
    """All that was written of them, jobs included; nobody works on jobs while the bench runs."""
    ids = [draft.id for draft in drafts]
    for table in reversed(SQLModel.metadata.sorted_tables):
        for column in ("application_id", "case_id"):
            if column in table.columns:
                statement = sql.SQL("DELETE FROM {} WHERE {} = ANY(%s)")
                connection.execute(statement.format(sql.Identifier(table.name), sql.Identifier(column)), [ids])
    connection.execute("DELETE FROM application WHERE id = ANY(%s)", [ids])
    connection.execute("DELETE FROM case_file WHERE id = ANY(%s)", [ids])
    connection.execute("TRUNCATE procrastinate_events, procrastinate_jobs CASCADE")


def rewritten(one: Recorded, own: Draft, other: Recorded, others: Draft, new: Draft) -> Recorded:
    """What was recorded of ``own``, as if ``new`` had been submitted: the floor repeats writes under fresh ids.

    What ``one`` and ``other`` have in common stays; their drafts' facts are replaced by the new one's; and every id
    or number that only ``one`` holds was made for it, so another is made.
    """
    changed: dict[Any, Any] = dict(zip(own.facts, new.facts, strict=True))
    elsewhere = set().union(*(_texts(values) for _, values in other.statements))
    for text in set().union(*(_texts(values) for _, values in one.statements)) - elsewhere:
        for id_ in UUID_TEXT.findall(text):
            changed.setdefault(id_, str(uuid4()))
        if text and not UUID_TEXT.search(text) and text not in changed:
            changed[text] = f"{text}·{new.id.hex[:12]}"
    for id_ in {found for text in elsewhere for found in UUID_TEXT.findall(text)}:
        if id_ in changed and id_ not in own.facts:
            del changed[id_]
    statements = [(statement, _replaced(values, changed)) for statement, values in one.statements]
    return replace(one, statements=statements)


def _texts(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(_texts, value.values()))
    if isinstance(value, list | tuple):
        return set().union(*map(_texts, value))
    if isinstance(value, Json | Jsonb):
        return _texts(value.obj)
    if isinstance(value, UUID):
        return {str(value)}
    return {value} if isinstance(value, str) else set()


def _replaced(value: Any, changed: dict[Any, Any]) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(each, changed) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_replaced(each, changed) for each in value)
    if isinstance(value, Json | Jsonb):
        return type(value)(_replaced(value.obj, changed))
    if isinstance(value, UUID):
        return UUID(changed.get(str(value), str(value)))
    if isinstance(value, bytes):
        return changed.get(value, value)
    if isinstance(value, str):
        if value in changed:
            return changed[value]
        for id_ in UUID_TEXT.findall(value):
            value = value.replace(id_, changed.get(id_, id_))
    return value
