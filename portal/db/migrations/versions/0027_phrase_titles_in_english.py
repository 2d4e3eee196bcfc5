"""A title in English too for a municipality's phrase, where somebody has written it.

Additive: an empty title is one that is in Swedish alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("phrase", sa.Column("title_en", sa.String(), nullable=False, server_default=""))
    op.alter_column("phrase", "title_en", server_default=None)
    op.execute("GRANT UPDATE (title_en) ON phrase TO kundval_app")
