"""Keep what examination found of a document, and let the clock see which ones wait.

Additive: what was there before keeps its state, and is scanned by ``kundval documents rescan``.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FUNCTIONS = """
-- How many documents have waited since before a moment, and since when: of the whole installation, naming none.
CREATE FUNCTION documents_overdue(since timestamptz) RETURNS TABLE (waiting bigint, oldest timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT count(*), min(uploaded_at) FROM document WHERE state = 'waiting' AND uploaded_at < since
$$;

-- Those that wait without a job that would look at them, as identifiers only.
CREATE FUNCTION documents_forgotten(since timestamptz) RETURNS TABLE (provider_id uuid, document_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT d.provider_id, d.id FROM document d
     WHERE d.state = 'waiting' AND d.uploaded_at < since AND NOT EXISTS (
        SELECT FROM procrastinate_jobs j WHERE j.task_name = 'documents.examine'
           AND j.status IN ('todo', 'doing') AND j.args ->> 'document_id' = d.id::text)
     ORDER BY d.uploaded_at LIMIT 1000
$$;
"""


def upgrade() -> None:
    op.add_column("document", sa.Column("handed_in_sha256", sa.String(), nullable=True))
    op.add_column("document", sa.Column("because", sa.String(), nullable=True))
    op.add_column("document", sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("document", "tries", server_default=None)
    op.add_column("document", sa.Column("examined_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("document", sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("document", sa.Column("scanned_with", sa.String(), nullable=True))
    op.create_index("ix_document_handed_in_sha256", "document", ["handed_in_sha256"])
    op.create_index("document_waiting", "document", ["uploaded_at"], postgresql_where=sa.text("state = 'waiting'"))
    op.create_index(
        "event_document_stopped",
        "event",
        ["municipality_id", "at"],
        postgresql_where=sa.text("kind IN ('document.infected', 'document.refused')"),
    )
    op.get_bind().exec_driver_sql(FUNCTIONS.replace("%", "%%"))
