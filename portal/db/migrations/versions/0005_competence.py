"""The people of a company and what they can, and whom an application names.

The profiles are the company's alone: no municipality reads those tables at all.
It reads what was frozen with an application that has been submitted to it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

M = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"
P = "provider_id = (SELECT nullif(current_setting('app.provider', true), '')::uuid)"
SUBMITTED = "EXISTS (SELECT FROM application a WHERE a.id = application_id)"
ENUMS = ("level", "subject", "qualification", "area", "kind")
CLAIMS = ("staff_education", "staff_employment", "staff_language", "staff_supervision")


def _claim(name: str, *columns: SchemaItem, documents: tuple[str, ...] = ("document_id",)) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        *columns,
        *(sa.Column(document, sa.Uuid(), nullable=True) for document in documents),
        sa.ForeignKeyConstraint(["profile_id"], ["staff_profile.id"]),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"]),
        *(sa.ForeignKeyConstraint([document], ["document.id"]) for document in documents),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f(f"ix_{name}_profile_id"), name, ["profile_id"])


def _words(*names: str) -> list[SchemaItem]:
    return [sa.Column(name, sa.Text() if name in ENUMS else sa.String(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "staff_profile",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"]),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_staff_profile_provider_id"), "staff_profile", ["provider_id"])
    _claim(
        "staff_education",
        *_words("institution", "name", "level", "subject", "qualification", "country"),
        sa.Column("credits", sa.Integer(), nullable=True),
        documents=("document_id", "uhr_document_id"),
    )
    _claim(
        "staff_employment",
        *_words("employer", "role", "area"),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("leads_staff", sa.Boolean(), nullable=False),
        sa.Column("leads_operations", sa.Boolean(), nullable=False),
        sa.CheckConstraint("share BETWEEN 1 AND 100", name="staff_employment_share"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="staff_employment_period"),
    )
    _claim("staff_language", *_words("language", "level"))
    _claim(
        "staff_supervision",
        *_words("kind"),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("external", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "application_profile",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.Text(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("frozen", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen_by", sa.Uuid(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"]),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"]),
        sa.ForeignKeyConstraint(["chosen_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("application_id", "capacity", "profile_id"),
    )
    op.create_index(op.f("ix_application_profile_profile_id"), "application_profile", ["profile_id"])
    for table in ("staff_profile", *CLAIMS):
        _policies(table, P)
    _policies("application_profile", f"CASE WHEN {P} THEN true ELSE {M} AND {SUBMITTED} END")


def _policies(table: str, reads: str) -> None:
    """Only the company writes, and only what is its own."""
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO kundval_app")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY reads ON {table} FOR SELECT TO kundval_app USING ({reads})")
    op.execute(f"CREATE POLICY adds ON {table} FOR INSERT TO kundval_app WITH CHECK ({P})")
    op.execute(f"CREATE POLICY changes ON {table} FOR UPDATE TO kundval_app USING ({P})")
    op.execute(f"CREATE POLICY removes ON {table} FOR DELETE TO kundval_app USING ({P})")
