"""The effect of new conditions, counted over everybody whom they concern: the municipality's own.  Additive."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

M = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"
RIGHTS = {
    "effect_run": "SELECT, INSERT, UPDATE",
    "effect_part": "SELECT, INSERT, UPDATE, DELETE",
    "effect_result": "SELECT, INSERT, DELETE",
}


def upgrade() -> None:
    op.create_table(
        "effect_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=True),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ordered_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("tally", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["condition_draft.id"]),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["ordered_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"]),
        sa.ForeignKeyConstraint(["version_id"], ["condition_version.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("version_id"),
    )
    op.create_index(op.f("ix_effect_run_municipality_id"), "effect_run", ["municipality_id"])
    op.create_index("effect_run_of_draft", "effect_run", ["draft_id", "ordered_at"])
    op.create_table(
        "effect_part",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("applications", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["run_id"], ["effect_run.id"]),
        sa.PrimaryKeyConstraint("run_id", "number"),
    )
    op.create_table(
        "effect_result",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("authorised", sa.Boolean(), nullable=False),
        sa.Column("provider_name", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("criteria", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"]),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["run_id"], ["effect_run.id"]),
        sa.PrimaryKeyConstraint("run_id", "application_id"),
    )
    op.create_index("effect_result_by_name", "effect_result", ["run_id", "sort_key", "application_id"])
    op.create_index("effect_result_by_outcome", "effect_result", ["run_id", "outcome", "sort_key", "application_id"])
    for table, rights in RIGHTS.items():
        op.execute(f"GRANT {rights} ON {table} TO kundval_app")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reads ON {table} FOR SELECT TO kundval_app USING ({M})")
        op.execute(f"CREATE POLICY adds ON {table} FOR INSERT TO kundval_app WITH CHECK ({M})")
        if "UPDATE" in rights:
            op.execute(f"CREATE POLICY changes ON {table} FOR UPDATE TO kundval_app USING ({M})")
        if "DELETE" in rights:
            op.execute(f"CREATE POLICY removes ON {table} FOR DELETE TO kundval_app USING ({M})")
