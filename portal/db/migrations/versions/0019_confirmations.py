"""What each provider is to confirm or prove under new conditions: asked by the municipality, answered by the company.

Additive.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

M = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"
P = "provider_id = (SELECT nullif(current_setting('app.provider', true), '')::uuid)"
BOTH = f"CASE WHEN {P} THEN true ELSE {M} END"

FUNCTION = """
-- What the clock must remind of, as identifiers only; the work itself is done inside one tenant.
CREATE FUNCTION confirmations_due(today date) RETURNS TABLE (municipality_id uuid, provider_id uuid, case_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT DISTINCT c.municipality_id, c.provider_id, c.case_id FROM confirmation c
     WHERE c.answered_at IS NULL AND c.accepted_at IS NULL AND c.due_on BETWEEN today AND today + 14
$$
"""


def upgrade() -> None:
    op.create_table(
        "confirmation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared", sa.Boolean(), nullable=True),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned", sa.String(), nullable=False),
        sa.Column("reminded_days", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["accepted_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"]),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"]),
        sa.ForeignKeyConstraint(["version_id"], ["condition_version.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "version_id", "criterion"),
    )
    op.create_index("confirmation_by_due", "confirmation", ["municipality_id", "due_on", "id"])
    op.create_index("confirmation_of_provider", "confirmation", ["provider_id", "due_on"])
    op.execute("GRANT SELECT, INSERT, UPDATE ON confirmation TO kundval_app")
    op.execute("ALTER TABLE confirmation ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY reads ON confirmation FOR SELECT TO kundval_app USING ({BOTH})")
    op.execute(f"CREATE POLICY adds ON confirmation FOR INSERT TO kundval_app WITH CHECK ({M})")
    op.execute(f"CREATE POLICY changes ON confirmation FOR UPDATE TO kundval_app USING ({BOTH})")
    op.get_bind().exec_driver_sql(FUNCTION)
