"""Who may do what: the roles of people in companies and in the municipality.

A company's roles contain each other (a signatory can do all that an
administrator can, and so on down); the municipality's roles do not, since
they exist to be kept apart.
"""

from enum import StrEnum


class Role(StrEnum):
    # In a company
    SIGNATORY = "signatory"  # firmatecknare: binds the company
    ADMINISTRATOR = "administrator"  # manages people and company data
    EDITOR = "editor"  # writes applications
    READER = "reader"
    # In a municipality
    CASE_OFFICER = "case_officer"  # handläggare
    DECISION_MAKER = "decision_maker"  # beslutsfattare
    RECEPTION = "reception"
    CONTROLLER = "controller"
    MUNICIPAL_ADMINISTRATOR = "municipal_administrator"
    # A timer: it may remind and close a wait, never decide (Kommunallagen 6:38)
    SYSTEM = "system"


COMPANY_ROLES = (Role.SIGNATORY, Role.ADMINISTRATOR, Role.EDITOR, Role.READER)
STAFF_ROLES = (
    Role.CASE_OFFICER,
    Role.DECISION_MAKER,
    Role.RECEPTION,
    Role.CONTROLLER,
    Role.MUNICIPAL_ADMINISTRATOR,
)
READS_CASES = frozenset({Role.CASE_OFFICER, Role.DECISION_MAKER})
"""Who on the staff opens cases: those who handle them and those who decide."""

LEADS = (Role.DECISION_MAKER, Role.MUNICIPAL_ADMINISTRATOR)
"""Who may see how the work is spread and give a case to another officer; nobody handles a case by that."""


def with_lesser(role: Role) -> frozenset[Role]:
    """A company role and every role below it."""
    return frozenset(COMPANY_ROLES[COMPANY_ROLES.index(role) :])
