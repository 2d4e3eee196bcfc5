"""Selections of the work list that a person has saved, for themselves or for all in the municipality."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

M = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"
SELF = "person_id = (SELECT nullif(current_setting('app.person', true), '')::uuid)"


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("wanted", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("municipality_id", "person_id", "name"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON saved_view TO kundval_app")
    op.execute("ALTER TABLE saved_view ENABLE ROW LEVEL SECURITY")
    # A colleague's is there only when it is shared, and is nobody's but its own person's to change.
    op.execute(f"CREATE POLICY reads ON saved_view FOR SELECT TO kundval_app USING ({M} AND (shared OR {SELF}))")
    op.execute(f"CREATE POLICY adds ON saved_view FOR INSERT TO kundval_app WITH CHECK ({M} AND {SELF})")
    op.execute(f"CREATE POLICY changes ON saved_view FOR UPDATE TO kundval_app USING ({M} AND {SELF})")
    op.execute(f"CREATE POLICY removes ON saved_view FOR DELETE TO kundval_app USING ({M} AND {SELF})")
