"""Date documents, keep what was replaced, and pin what was judged.

Everything is added and may be empty: rows from before say nothing of dates and
pin nothing.  What the clock must look at is, as elsewhere, a function that
gives identifiers only.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# The last reminder of 60, 30 and 7 days that is due is the smallest that the days left have come down to.
FUNCTIONS = """
CREATE FUNCTION evidence_ending(today date)
RETURNS TABLE (municipality_id uuid, provider_id uuid, application_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT DISTINCT d.municipality_id, d.provider_id, d.application_id
      FROM answer_document d JOIN provider_authorization r ON r.case_id = d.application_id AND r.state = 'active'
     WHERE d.ended_at IS NULL AND d.ends_on BETWEEN today AND today + 60
       AND (d.reminded_days IS NULL
            OR d.reminded_days > CASE WHEN d.ends_on <= today + 7 THEN 7 WHEN d.ends_on <= today + 30 THEN 30
                                      ELSE 60 END)
$$;
"""


def upgrade() -> None:
    op.add_column("answer_document", sa.Column("kind", sa.String(), nullable=True))
    op.add_column("answer_document", sa.Column("issued_on", sa.Date(), nullable=True))
    op.add_column("answer_document", sa.Column("ends_on", sa.Date(), nullable=True))
    op.add_column("answer_document", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("answer_document", sa.Column("replaced_by", sa.Uuid(), nullable=True))
    op.add_column("answer_document", sa.Column("reminded_days", sa.Integer(), nullable=True))
    op.create_foreign_key(None, "answer_document", "document", ["replaced_by"], ["id"])
    op.create_index(
        "answer_document_ending",
        "answer_document",
        ["ends_on"],
        postgresql_where=sa.text("ends_on IS NOT NULL AND ended_at IS NULL"),
    )
    for table in ("judgement", "former_judgement"):
        op.add_column(table, sa.Column("evidence", postgresql.JSONB(none_as_null=True), nullable=True))
    op.add_column("document", sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(FUNCTIONS)
