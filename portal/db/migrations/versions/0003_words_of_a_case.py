"""Find quickly whether a case has a word: a search for a common one walks the list and asks each case.

One index, built while nothing is written to the table: it is small, and the portal waits a moment.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("application_word_of_application", "application_word", ["application_id", "word"])
