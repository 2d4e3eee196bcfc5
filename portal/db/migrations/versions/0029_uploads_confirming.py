"""Which version of conditions an upload under way is to answer; none where it is for an application.

Additive.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("upload", sa.Column("confirms", sa.Integer(), nullable=True))
