"""Do not wait for documents that their company has discarded: nobody is to examine them."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FUNCTIONS = """
CREATE OR REPLACE FUNCTION documents_overdue(since timestamptz) RETURNS TABLE (waiting bigint, oldest timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT count(*), min(uploaded_at) FROM document
     WHERE state = 'waiting' AND uploaded_at < since AND discarded_at IS NULL
$$;

CREATE OR REPLACE FUNCTION documents_forgotten(since timestamptz) RETURNS TABLE (provider_id uuid, document_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT d.provider_id, d.id FROM document d
     WHERE d.state = 'waiting' AND d.uploaded_at < since AND d.discarded_at IS NULL AND NOT EXISTS (
        SELECT FROM procrastinate_jobs j WHERE j.task_name = 'documents.examine'
           AND j.status IN ('todo', 'doing') AND j.args ->> 'document_id' = d.id::text)
     ORDER BY d.uploaded_at LIMIT 1000
$$;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(FUNCTIONS.replace("%", "%%"))
