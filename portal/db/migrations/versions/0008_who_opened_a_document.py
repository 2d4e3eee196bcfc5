"""Tell what was opened of a document and why, and how many pages it has.

Every opening so far was a download.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document", sa.Column("pages", sa.Integer(), nullable=True))
    op.add_column("document_access", sa.Column("what", sa.Text(), nullable=False, server_default="download"))
    op.alter_column("document_access", "what", server_default=None)
    op.add_column("document_access", sa.Column("page", sa.Integer(), nullable=True))
    op.add_column("document_access", sa.Column("application_id", sa.Uuid(), nullable=True))
    op.add_column("document_access", sa.Column("criterion", sa.String(), nullable=True))
    op.create_foreign_key(None, "document_access", "application", ["application_id"], ["id"])
