"""Who read a paper of the municipality's own: receipt, decision, contract.

Additive.  As of documents: the company sees every reading, a municipality those of its own staff.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

M = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"
P = "provider_id = (SELECT nullif(current_setting('app.provider', true), '')::uuid)"


def upgrade() -> None:
    op.create_table(
        "paper_access",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("paper_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("translation", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"]),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"]),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_paper_access_paper_id"), "paper_access", ["paper_id"])
    op.execute("GRANT SELECT, INSERT ON paper_access TO kundval_app")
    op.execute("ALTER TABLE paper_access ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY reads ON paper_access FOR SELECT TO kundval_app USING ({P} OR {M})")
    op.execute(f"CREATE POLICY adds ON paper_access FOR INSERT TO kundval_app WITH CHECK ({P} OR {M})")
