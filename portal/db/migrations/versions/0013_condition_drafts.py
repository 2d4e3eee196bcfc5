"""Drafts of conditions: the municipality's own, and never changed once they have become a version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

M = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"

FUNCTIONS = """
-- What has been published says how it came about; it is no longer something to work on.
CREATE FUNCTION refuse_change_of_published_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a draft that has been published is never changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER published_draft_is_final BEFORE UPDATE ON condition_draft
    FOR EACH ROW WHEN (OLD.published_as IS NOT NULL) EXECUTE FUNCTION refuse_change_of_published_draft();
"""


def upgrade() -> None:
    op.create_table(
        "condition_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("based_on", sa.Uuid(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("published_as", sa.Uuid(), nullable=True),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["based_on"], ["condition_version.id"]),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["published_as"], ["condition_version.id"]),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_condition_draft_municipality_id"), "condition_draft", ["municipality_id"], unique=False)
    op.execute("GRANT SELECT, INSERT, UPDATE ON condition_draft TO kundval_app")
    op.execute("ALTER TABLE condition_draft ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY reads ON condition_draft FOR SELECT TO kundval_app USING ({M})")
    op.execute(f"CREATE POLICY adds ON condition_draft FOR INSERT TO kundval_app WITH CHECK ({M})")
    op.execute(f"CREATE POLICY changes ON condition_draft FOR UPDATE TO kundval_app USING ({M})")
    op.get_bind().exec_driver_sql(FUNCTIONS)
