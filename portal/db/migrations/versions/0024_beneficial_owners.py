"""Beneficial owners, as a company states them itself; a municipality to which it has applied reads them.

Additive.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0021"
branch_labels = None
depends_on = None

M = "a.municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"
P = "provider_id = (SELECT nullif(current_setting('app.provider', true), '')::uuid)"
READS = f"({P} OR EXISTS (SELECT FROM application a WHERE a.provider_id = beneficial_owner.provider_id AND {M}))"

FUNCTION = """
-- Of every company: the clock serves none.
CREATE FUNCTION former_owners_remove(before date) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
    WITH gone AS (DELETE FROM beneficial_owner WHERE until < before RETURNING 1) SELECT count(*) FROM gone
$$
"""


def upgrade() -> None:
    op.add_column("provider", sa.Column("ownership", sa.Text(), nullable=True))
    op.add_column("provider", sa.Column("ownership_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "beneficial_owner",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("stated_by", sa.Uuid(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"]),
        sa.ForeignKeyConstraint(["stated_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_beneficial_owner_provider_id"), "beneficial_owner", ["provider_id"])
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON beneficial_owner TO kundval_app")
    op.execute("ALTER TABLE beneficial_owner ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY reads ON beneficial_owner FOR SELECT TO kundval_app USING ({READS})")
    op.execute(f"CREATE POLICY adds ON beneficial_owner FOR INSERT TO kundval_app WITH CHECK ({P})")
    op.execute(f"CREATE POLICY changes ON beneficial_owner FOR UPDATE TO kundval_app USING ({P})")
    op.execute(f"CREATE POLICY removes ON beneficial_owner FOR DELETE TO kundval_app USING ({P})")
    op.get_bind().exec_driver_sql(FUNCTION)
