"""Keep a municipality's phrases in English too, where somebody has written them.

Additive: an empty text is one that is in Swedish alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("phrase", sa.Column("text_en", sa.String(), nullable=False, server_default=""))
    op.alter_column("phrase", "text_en", server_default=None)
    op.execute("GRANT UPDATE (text_en) ON phrase TO kundval_app")
