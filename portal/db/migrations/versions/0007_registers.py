"""Checks in registers, and IVO's permits as a municipality uploads them.

The municipality's own: the company sees its checks too, since they are about
it, and nothing is held against anybody in secret.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

M = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"
P = "provider_id = (SELECT nullif(current_setting('app.provider', true), '')::uuid)"
# table: (who reads, which columns may be written later)
POLICIES = {
    "register_check": (f"CASE WHEN {P} THEN true ELSE {M} END", "acted_at, acted_by, acted_note"),
    "permit_list": (M, None),
    "permit": (M, None),
}

DUE = """
-- Which companies the clock should ask about: those with a contract in force, as identifiers only.
CREATE FUNCTION providers_to_check()
RETURNS TABLE (municipality_id uuid, provider_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT DISTINCT a.municipality_id, a.provider_id FROM provider_authorization a WHERE a.state = 'active'
$$;
"""


def upgrade() -> None:
    op.create_table(
        "register_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("asked_of", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("act_because", sa.String(), nullable=True),
        sa.Column("acted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acted_by", sa.Uuid(), nullable=True),
        sa.Column("acted_note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"]),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["acted_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_register_check_provider_id", "register_check", ["provider_id"])
    latest = ["municipality_id", "provider_id", "asked_of", "asked_at"]
    op.create_index("register_check_latest", "register_check", latest)
    op.create_index(
        "register_check_open",
        "register_check",
        ["municipality_id", "asked_at"],
        postgresql_where=sa.text("act_because IS NOT NULL AND acted_at IS NULL"),
    )
    op.create_table(
        "permit_list",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("permits", sa.Integer(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["uploaded_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_permit_list_municipality_id", "permit_list", ["municipality_id"])
    op.create_table(
        "permit",
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("orgnr", sa.String(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["permit_list.id"]),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.PrimaryKeyConstraint("list_id", "orgnr"),
    )
    for table, (reads, later) in POLICIES.items():
        op.execute(f"GRANT SELECT, INSERT ON {table} TO kundval_app")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reads ON {table} FOR SELECT TO kundval_app USING ({reads})")
        op.execute(f"CREATE POLICY adds ON {table} FOR INSERT TO kundval_app WITH CHECK ({M})")
        if later is not None:
            op.execute(f"GRANT UPDATE ({later}) ON {table} TO kundval_app")
            op.execute(f"CREATE POLICY changes ON {table} FOR UPDATE TO kundval_app USING ({M})")
    op.get_bind().exec_driver_sql(DUE)
