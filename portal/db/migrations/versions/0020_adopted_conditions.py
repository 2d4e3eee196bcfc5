"""What is asked under a version of conditions ends when the authorization stands under a newer one.

Additive.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

FUNCTION = """
CREATE OR REPLACE FUNCTION confirmations_due(today date)
RETURNS TABLE (municipality_id uuid, provider_id uuid, case_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT DISTINCT c.municipality_id, c.provider_id, c.case_id FROM confirmation c
     WHERE c.answered_at IS NULL AND c.accepted_at IS NULL AND c.ended_at IS NULL
       AND c.due_on BETWEEN today AND today + 14
$$
"""


def upgrade() -> None:
    op.add_column("confirmation", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.get_bind().exec_driver_sql(FUNCTION)
