"""Say of figures that a person typed on which page they stand, and lead from each figure to its place.

Additive. The function is the one of 0011, with the page of a report and the id of a figure in what it answers; what
reads it does without them where an older portal is still running.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None

FUNCTION = """
CREATE OR REPLACE FUNCTION filed_reports(wanted_application uuid, wanted_criteria text[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public AS $$
    SELECT jsonb_build_object('orgnr', p.orgnr, 'submitted_at', a.submitted_at, 'documents', coalesce((
        SELECT jsonb_agg(d ORDER BY d.attached_at, d.id) FROM (
            SELECT f.id, min(x.attached_at) AS attached_at, f.name, f.media_type, f.state, r.origin, r.orgnr, r.is_group,
                   r.computed, r.unread, r.fault, r.fault_line, r.read_at, q.name AS typed_by, r.page,
                   (SELECT jsonb_agg(jsonb_build_object('id', g.id, 'key', g.key, 'day', g.day, 'first_day', g.first_day,
                           'amount', g.amount::text, 'step', g.step::text, 'currency', g.currency, 'line', g.line,
                           'element', g.element, 'file', g.file, 'printed', g.printed) ORDER BY g.line, g.id)
                      FROM financial_figure g WHERE g.report_id = r.id) AS figures
              FROM answer_document x
              JOIN document f ON f.id = x.document_id
              LEFT JOIN financial_report r ON r.document_id = f.id AND r.replaced_at IS NULL
              LEFT JOIN person q ON q.id = r.typed_by
             WHERE x.application_id = wanted_application AND x.criterion = ANY(wanted_criteria)
               AND x.ended_at IS NULL AND coalesce(x.kind, 'arsredovisning') = 'arsredovisning'
             GROUP BY f.id, r.id, q.id) d), '[]'::jsonb))
      FROM application a JOIN provider p ON p.id = a.provider_id
     WHERE a.id = wanted_application
$$
"""


def upgrade() -> None:
    op.add_column("financial_report", sa.Column("page", sa.Integer(), nullable=True))
    op.get_bind().exec_driver_sql(FUNCTION)
