"""The benchmarks' database is filled past the portal's services, so a new column is a new one there as well."""

from tests.bench import filling

SOME = 60


def test_the_benchmarks_can_fill_a_database_as_the_migrations_leave_it(engines, monkeypatch):
    monkeypatch.setattr(filling, "COMPANIES", SOME)
    monkeypatch.setattr(filling, "MUNICIPALITIES", 2)
    name = filling.ensure(engines.databases, SOME, say=lambda told: None)

    try:
        with engines.databases.superuser(name) as admin:
            tables = ("application", "answer", "answer_document", "event", "judgement", "supplement_item")
            filled = {each: admin.execute(f"SELECT count(*) FROM {each}").fetchone()[0] for each in tables}
    finally:
        engines.databases.drop(name)

    assert filled["application"] == SOME
    assert all(filled.values()), filled
