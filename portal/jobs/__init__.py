"""Work that follows a decision: PDFs, letters, reminders.

Each task is one transaction around one service, and may run twice: a worker can
be killed at any moment, and then another takes up its job.  Rules live in the
services; nothing is decided here.
"""

from portal.jobs.worker import run

__all__ = ["run"]
