"""Which document an upload under way is to replace; none where it is to stand beside the others.

Additive.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("upload", sa.Column("replaces", sa.Uuid(), nullable=True))
    op.create_foreign_key("upload_replaces_fkey", "upload", "document", ["replaces"], ["id"])
