"""The tables, and nothing but the tables.

A row is a record of what was decided, not the place where deciding happens:
SQLModel does not validate a ``table=True`` class when it is built, so a rule
written here would be a rule that can be skipped.  Rules live in ``domain``.
These modules must not import ``annotations`` from ``__future__``; SQLModel
needs real types.
"""

from portal.db.tables.applications import (
    Answer,
    AnswerDocument,
    Application,
    ApplicationWord,
    Decision,
    FormerJudgement,
    Hearing,
    Judgement,
    Note,
    Proposal,
    Supplement,
    SupplementItem,
)
from portal.db.tables.cases import CaseFile, Conflict, Event, Letter, Paper, PaperAccess
from portal.db.tables.competence import (
    ApplicationProfile,
    StaffEducation,
    StaffEmployment,
    StaffLanguage,
    StaffProfile,
    StaffSupervision,
)
from portal.db.tables.confirmations import Confirmation
from portal.db.tables.contracts import Authorization, Contract, Signature
from portal.db.tables.desk import CaseLink, Phrase, SavedView, SecondReview
from portal.db.tables.documents import Document, DocumentAccess
from portal.db.tables.drafts import ConditionDraft
from portal.db.tables.effects import EffectPart, EffectResult, EffectRun
from portal.db.tables.figures import FinancialFigure, FinancialReport
from portal.db.tables.keeping import Archive, Retention, Thinning, ThinningItem
from portal.db.tables.municipalities import (
    ConditionVersion,
    DiarySerial,
    Municipality,
    Service,
    StaffEvent,
    StaffMember,
)
from portal.db.tables.people import Flow, Login, ParkedForm, Person, Rate, SessionRow
from portal.db.tables.providers import BeneficialOwner, Invitation, Provider, ProviderMember
from portal.db.tables.registers import Permit, PermitList, RegisterCheck
from portal.db.tables.uploads import Upload

__all__ = [
    "Answer",
    "AnswerDocument",
    "Application",
    "ApplicationProfile",
    "ApplicationWord",
    "Archive",
    "Authorization",
    "BeneficialOwner",
    "CaseFile",
    "CaseLink",
    "ConditionDraft",
    "ConditionVersion",
    "Confirmation",
    "Conflict",
    "Contract",
    "Decision",
    "DiarySerial",
    "Document",
    "DocumentAccess",
    "EffectPart",
    "EffectResult",
    "EffectRun",
    "Event",
    "FinancialFigure",
    "FinancialReport",
    "Flow",
    "FormerJudgement",
    "Hearing",
    "Invitation",
    "Judgement",
    "Letter",
    "Login",
    "Municipality",
    "Note",
    "Paper",
    "PaperAccess",
    "ParkedForm",
    "Permit",
    "PermitList",
    "Person",
    "Phrase",
    "Proposal",
    "Provider",
    "ProviderMember",
    "Rate",
    "RegisterCheck",
    "Retention",
    "SavedView",
    "SecondReview",
    "Service",
    "SessionRow",
    "Signature",
    "StaffEducation",
    "StaffEmployment",
    "StaffEvent",
    "StaffLanguage",
    "StaffMember",
    "StaffProfile",
    "StaffSupervision",
    "Supplement",
    "SupplementItem",
    "Thinning",
    "ThinningItem",
    "Upload",
]
