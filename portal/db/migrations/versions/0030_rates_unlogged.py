"""Counts of tries are not written to the log of the database: after a crash they begin anew.

They are worth that much and no more, and a transaction that writes nothing else need not wait for the disk.  ALTER
TABLE rewrites the table, which is small: counts older than a day are swept.
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE rate SET UNLOGGED")
