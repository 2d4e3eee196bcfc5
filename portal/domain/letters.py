"""The letters that a case sends, and to whom.

A letter is named by the transition that causes it (``Transition.sends``).  Its
words live in ``portal/templates/letters/``; that every kind has both languages
is a test.
"""

from enum import StrEnum


class Audience(StrEnum):
    COMPANY = "company"  # the company's people with a role that writes, and its contact address
    OFFICER = "officer"  # who has the case; the municipality's mailbox while nobody has
    DECISION_MAKERS = "decision_makers"
    REGISTRY = "registry"  # the municipality's mailbox (registrator)


class LetterKind(StrEnum):
    RECEIPT = "receipt"
    NEW_APPLICATION = "new_application"
    REVIEW_STARTED = "review_started"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    SUPPLEMENT_RECEIVED = "supplement_received"
    SUPPLEMENT_REMINDER = "supplement_reminder"
    SUPPLEMENT_CLOSED = "supplement_closed"
    SUPPLEMENT_CLOSED_OFFICER = "supplement_closed_officer"
    PROPOSAL_READY = "proposal_ready"
    SENT_BACK = "sent_back"
    CASE_ASSIGNED = "case_assigned"
    HEARING = "hearing"
    HEARING_ANSWERED = "hearing_answered"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    WITHDRAWN_OFFICER = "withdrawn_officer"
    CONTRACT_OFFERED = "contract_offered"
    CONTRACT_SIGNED_BY_COMPANY = "contract_signed_by_company"
    CONTRACT_SIGNED = "contract_signed"
    CONTRACT_SIGNED_OFFICER = "contract_signed_officer"
    STARTED = "started"
    STARTED_REGISTRY = "started_registry"
    INVITATION = "invitation"
    STAFF_ADDED = "staff_added"
    EVIDENCE_ENDING = "evidence_ending"
    CONDITIONS_CHANGED = "conditions_changed"
    CONDITIONS_ADOPTED = "conditions_adopted"
    DOCUMENT_STOPPED = "document_stopped"


AUDIENCE: dict[LetterKind, Audience] = {
    LetterKind.RECEIPT: Audience.COMPANY,
    LetterKind.NEW_APPLICATION: Audience.REGISTRY,
    LetterKind.REVIEW_STARTED: Audience.COMPANY,
    LetterKind.SUPPLEMENT_REQUESTED: Audience.COMPANY,
    LetterKind.SUPPLEMENT_RECEIVED: Audience.OFFICER,
    LetterKind.SUPPLEMENT_REMINDER: Audience.COMPANY,
    LetterKind.SUPPLEMENT_CLOSED: Audience.COMPANY,
    LetterKind.SUPPLEMENT_CLOSED_OFFICER: Audience.OFFICER,
    LetterKind.PROPOSAL_READY: Audience.DECISION_MAKERS,
    LetterKind.SENT_BACK: Audience.OFFICER,
    LetterKind.CASE_ASSIGNED: Audience.OFFICER,
    LetterKind.HEARING: Audience.COMPANY,
    LetterKind.HEARING_ANSWERED: Audience.DECISION_MAKERS,
    LetterKind.APPROVED: Audience.COMPANY,
    LetterKind.REJECTED: Audience.COMPANY,
    LetterKind.WITHDRAWN: Audience.COMPANY,
    LetterKind.WITHDRAWN_OFFICER: Audience.OFFICER,
    LetterKind.CONTRACT_OFFERED: Audience.COMPANY,
    LetterKind.CONTRACT_SIGNED_BY_COMPANY: Audience.DECISION_MAKERS,
    LetterKind.CONTRACT_SIGNED: Audience.COMPANY,
    LetterKind.CONTRACT_SIGNED_OFFICER: Audience.OFFICER,
    LetterKind.STARTED: Audience.COMPANY,
    LetterKind.STARTED_REGISTRY: Audience.REGISTRY,
    LetterKind.EVIDENCE_ENDING: Audience.COMPANY,
    LetterKind.CONDITIONS_CHANGED: Audience.COMPANY,
    LetterKind.CONDITIONS_ADOPTED: Audience.COMPANY,
}
"""Letters about a case.  An invitation goes to the one address it was written to, and is not here; nor is what concerns
a company whatever its cases, such as a document that was stopped."""
