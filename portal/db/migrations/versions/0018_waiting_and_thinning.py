"""Count a document's waiting from when it was queued; at most one open list of what is to be thinned out.

A document waits for its scan from the moment at which a worker could have looked at it: when it was handed to the
queue, which in demo data is days after its date, and in daily life the same moment.  Of one that has been tried, or
that lies in no queue, it is the upload that counts.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

FUNCTIONS = """
CREATE OR REPLACE FUNCTION documents_overdue(since timestamptz) RETURNS TABLE (waiting bigint, oldest timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT count(*), min(w.from_when) FROM (
        SELECT CASE WHEN d.tries > 0 THEN d.uploaded_at ELSE greatest(d.uploaded_at, (
                   SELECT min(e.at) FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id
                    WHERE j.task_name = 'documents.examine' AND j.status IN ('todo', 'doing')
                      AND j.args ->> 'document_id' = d.id::text AND e.type = 'deferred')) END AS from_when
          FROM document d
         WHERE d.state = 'waiting' AND d.uploaded_at < since AND d.discarded_at IS NULL) w
     WHERE w.from_when < since
$$;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(FUNCTIONS)
    op.create_index(
        "thinning_one_open",
        "thinning",
        ["municipality_id"],
        unique=True,
        postgresql_where=sa.text("approved_at IS NULL"),
    )
