"""The English of a judgement's reason, where it is a phrase of the municipality's or the portal's own sentence.

Additive: an empty text is one that is in Swedish alone.  What is thinned out of the reason is thinned out here too.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# Changed in the function as it is by then, so that what others added to it stands.
THINS = """
DO $do$ DECLARE body text; BEGIN
    SELECT pg_get_functiondef('thin(uuid, timestamptz)'::regprocedure) INTO body;
    EXECUTE replace(body, $old$judgement SET reason = '' WHERE$old$,
        $new$judgement SET reason = '', reason_en = '' WHERE$new$);
END $do$
"""


def upgrade() -> None:
    for table in ("judgement", "former_judgement"):
        op.add_column(table, sa.Column("reason_en", sa.String(), nullable=False, server_default=""))
        op.alter_column(table, "reason_en", server_default=None)
    op.execute("GRANT UPDATE (reason_en) ON judgement TO kundval_app")
    op.get_bind().exec_driver_sql(THINS)
