"""Uploads under way, kept between connections, and what the sweep of the quarantine must look at across tenants."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

P = "provider_id = (SELECT nullif(current_setting('app.provider', true), '')::uuid)"

FUNCTIONS = """
-- Uploads that nobody has gone on with, as identifiers only; they are removed inside their company's transaction.
CREATE FUNCTION uploads_left(before timestamptz) RETURNS TABLE (provider_id uuid, upload_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT u.provider_id, u.id FROM upload u WHERE u.continued_at < before
$$;

-- Which of these names in the quarantine belong to nobody's document and to nobody's upload.
CREATE FUNCTION keys_of_nobody(keys text[]) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT k FROM unnest(keys) AS k
     WHERE NOT EXISTS (SELECT FROM document d WHERE d.object_key = k)
       AND NOT EXISTS (SELECT FROM upload u WHERE u.object_key = k)
$$;
"""


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("head_sha256", sa.String(), nullable=False),
        sa.Column("object_key", sa.String(), nullable=False),
        sa.Column("store_id", sa.String(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("parts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.Column("begun_by", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("continued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"]),
        sa.ForeignKeyConstraint(["begun_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("object_key"),
    )
    op.create_index(op.f("ix_upload_application_id"), "upload", ["application_id"], unique=False)
    op.create_index(op.f("ix_upload_provider_id"), "upload", ["provider_id"], unique=False)
    # The sweep asks for each name of a page of the store's list.
    op.create_index(op.f("ix_document_object_key"), "document", ["object_key"], unique=False)
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON upload TO kundval_app")
    op.execute("ALTER TABLE upload ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY reads ON upload FOR SELECT TO kundval_app USING ({P})")
    op.execute(f"CREATE POLICY adds ON upload FOR INSERT TO kundval_app WITH CHECK ({P})")
    op.execute(f"CREATE POLICY changes ON upload FOR UPDATE TO kundval_app USING ({P})")
    op.execute(f"CREATE POLICY removes ON upload FOR DELETE TO kundval_app USING ({P})")
    op.get_bind().exec_driver_sql(FUNCTIONS)
