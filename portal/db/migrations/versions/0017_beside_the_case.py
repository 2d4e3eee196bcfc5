"""Second reviews, linked cases and the municipality's own phrases; thinning a case empties what was written in them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

M = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"
# Which columns may be written later; a phrase is changed whole and may be removed.
LATER = {
    "second_review": "reviewed_by, reviewed_at, note, points",
    "case_link": "unlinked_by, unlinked_at",
    "phrase": "purpose, title, criterion, text, changed_by, changed_at",
}

# Added to the function as it is by then, so that what others add to it stands.
THINS = """
DO $do$ DECLARE body text; BEGIN
    SELECT pg_get_functiondef('thin(uuid, timestamptz)'::regprocedure) INTO body;
    EXECUTE replace(body, $old$UPDATE note SET text = '' WHERE application_id = it.case_id;$old$,
        $new$UPDATE note SET text = '' WHERE application_id = it.case_id;
        UPDATE second_review SET question = '', note = '', points = '[]' WHERE application_id = it.case_id;
        UPDATE case_link SET note = '' WHERE it.case_id IN (case_link.case_id, case_link.other_id);$new$);
END $do$
"""


def upgrade() -> None:
    op.create_table(
        "second_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("demanded_by", sa.Uuid(), nullable=False),
        sa.Column("demanded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("points", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"]),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["demanded_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("application_id"),
    )
    op.create_index(
        "second_review_awaited",
        "second_review",
        ["municipality_id", "demanded_at"],
        postgresql_where=sa.text("reviewed_at IS NULL"),
    )
    op.create_table(
        "case_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("linked_by", sa.Uuid(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unlinked_by", sa.Uuid(), nullable=True),
        sa.Column("unlinked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"]),
        sa.ForeignKeyConstraint(["other_id"], ["case_file.id"]),
        sa.ForeignKeyConstraint(["linked_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["unlinked_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "case_link_once",
        "case_link",
        ["case_id", "other_id"],
        unique=True,
        postgresql_where=sa.text("unlinked_at IS NULL"),
    )
    op.create_index("case_link_other", "case_link", ["other_id"])
    op.create_table(
        "phrase",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("municipality_id", "purpose", "title"),
    )
    for table, columns in LATER.items():
        op.execute(f"GRANT SELECT, INSERT ON {table} TO kundval_app")
        op.execute(f"GRANT UPDATE ({columns}) ON {table} TO kundval_app")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reads ON {table} FOR SELECT TO kundval_app USING ({M})")
        op.execute(f"CREATE POLICY adds ON {table} FOR INSERT TO kundval_app WITH CHECK ({M})")
        op.execute(f"CREATE POLICY changes ON {table} FOR UPDATE TO kundval_app USING ({M})")
    op.execute("GRANT DELETE ON phrase TO kundval_app")
    op.execute(f"CREATE POLICY removes ON phrase FOR DELETE TO kundval_app USING ({M})")
    op.get_bind().exec_driver_sql(THINS)
