"""Keep what was read out of annual reports: the company's own, and shown to those it applied to.

Additive. Staff see the figures of a document that was handed in to their municipality and submitted, which
``answer_document`` says; nothing is ever deleted, what is read anew stands beside what was read before.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

P = "provider_id = (SELECT nullif(current_setting('app.provider', true), '')::uuid)"
M = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"
HANDED_IN = f"EXISTS (SELECT FROM answer_document d WHERE d.document_id = financial_report.document_id AND d.{M})"
OF_SEEN_REPORT = "EXISTS (SELECT FROM financial_report r WHERE r.id = report_id)"

# The documents of some criteria of an application that may hold figures (of the kind annual report, or not said),
# with what was read out of them, as one value: a page takes it along in a question that it asks already.
# Runs as its caller, so that row-level security holds.
FUNCTION = """
CREATE FUNCTION filed_reports(wanted_application uuid, wanted_criteria text[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public AS $$
    SELECT jsonb_build_object('orgnr', p.orgnr, 'submitted_at', a.submitted_at, 'documents', coalesce((
        SELECT jsonb_agg(d ORDER BY d.attached_at, d.id) FROM (
            SELECT f.id, min(x.attached_at) AS attached_at, f.name, f.media_type, f.state, r.origin, r.orgnr, r.is_group,
                   r.computed, r.unread, r.fault, r.fault_line, r.read_at, q.name AS typed_by,
                   (SELECT jsonb_agg(jsonb_build_object('key', g.key, 'day', g.day, 'first_day', g.first_day,
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
    op.create_table(
        "financial_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("reader", sa.Integer(), nullable=False),
        sa.Column("orgnr", sa.String(), nullable=False),
        sa.Column("is_group", sa.Boolean(), nullable=False),
        sa.Column("computed", sa.Boolean(), nullable=False),
        sa.Column("unread", postgresql.JSONB(), nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("fault_line", sa.Integer(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("typed_by", sa.Uuid(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"]),
        sa.ForeignKeyConstraint(["typed_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_financial_report_provider_id", "financial_report", ["provider_id"])
    op.create_index(
        "financial_report_of_document",
        "financial_report",
        ["document_id"],
        unique=True,
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "financial_figure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("step", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("printed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"]),
        sa.ForeignKeyConstraint(["report_id"], ["financial_report.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_financial_figure_report_id", "financial_figure", ["report_id"])
    op.get_bind().exec_driver_sql(FUNCTION)
    for table, others in (("financial_report", HANDED_IN), ("financial_figure", OF_SEEN_REPORT)):
        op.execute(f"GRANT SELECT, INSERT ON {table} TO kundval_app")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY reads ON {table} FOR SELECT TO kundval_app USING (CASE WHEN {P} THEN true ELSE {others} END)"
        )
        op.execute(f"CREATE POLICY adds ON {table} FOR INSERT TO kundval_app WITH CHECK ({P})")
    op.execute("GRANT UPDATE (replaced_at) ON financial_report TO kundval_app")
    op.execute(f"CREATE POLICY changes ON financial_report FOR UPDATE TO kundval_app USING ({P})")
