"""The life of an application, from draft to decision (design C, LOV 8 kap. 1 §, KL 6:38)."""

from enum import StrEnum

from portal.domain.letters import LetterKind as Letter
from portal.domain.machine import Machine, Transition
from portal.domain.roles import LEADS, Role


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    PROPOSED_DECISION = "proposed_decision"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    SUBMIT = "submit"
    START_REVIEW = "start_review"
    HAND_OVER = "hand_over"
    ASSIGN = "assign"
    REQUEST_SUPPLEMENT = "request_supplement"
    SUPPLEMENT = "supplement"
    CLOSE_SUPPLEMENT = "close_supplement"
    PROPOSE = "propose"
    SEND_BACK = "send_back"
    HEAR = "hear"
    COMMENT = "comment"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    THIN_OUT = "thin_out"


OPEN = (State.SUBMITTED, State.UNDER_REVIEW, State.SUPPLEMENT_REQUESTED, State.PROPOSED_DECISION)
"""With the municipality, and not yet decided."""

EDITABLE = (State.DRAFT, State.SUPPLEMENT_REQUESTED)
"""The company may write: everything in a draft, only what was asked for in a supplement."""

APPLICATION: Machine[State, Action] = Machine(
    "application",
    (
        Transition(
            State.DRAFT, Action.SUBMIT, State.SUBMITTED, Role.SIGNATORY, (Letter.RECEIPT, Letter.NEW_APPLICATION)
        ),
        Transition(
            State.SUBMITTED, Action.START_REVIEW, State.UNDER_REVIEW, Role.CASE_OFFICER, (Letter.REVIEW_STARTED,)
        ),
        # Who has the case changes hands inside the office; the company's letters carry the name that holds then.
        Transition(State.UNDER_REVIEW, Action.HAND_OVER, State.SUBMITTED, Role.CASE_OFFICER),
        # Whoever leads the work may give an open case to an officer, who answers for conflict of interest first.
        *(Transition(state, Action.ASSIGN, state, role, (Letter.CASE_ASSIGNED,)) for state in OPEN for role in LEADS),
        Transition(
            State.UNDER_REVIEW,
            Action.REQUEST_SUPPLEMENT,
            State.SUPPLEMENT_REQUESTED,
            Role.CASE_OFFICER,
            (Letter.SUPPLEMENT_REQUESTED,),
        ),
        Transition(
            State.SUPPLEMENT_REQUESTED,
            Action.SUPPLEMENT,
            State.UNDER_REVIEW,
            Role.EDITOR,
            (Letter.SUPPLEMENT_RECEIVED,),
        ),
        Transition(
            State.SUPPLEMENT_REQUESTED,
            Action.CLOSE_SUPPLEMENT,
            State.UNDER_REVIEW,
            Role.SYSTEM,
            (Letter.SUPPLEMENT_CLOSED, Letter.SUPPLEMENT_CLOSED_OFFICER),
        ),
        Transition(
            State.UNDER_REVIEW, Action.PROPOSE, State.PROPOSED_DECISION, Role.CASE_OFFICER, (Letter.PROPOSAL_READY,)
        ),
        Transition(
            State.PROPOSED_DECISION, Action.SEND_BACK, State.UNDER_REVIEW, Role.DECISION_MAKER, (Letter.SENT_BACK,)
        ),
        # Before a refusal the company is shown the draft and may comment (design: the right to be heard).
        Transition(
            State.PROPOSED_DECISION, Action.HEAR, State.PROPOSED_DECISION, Role.DECISION_MAKER, (Letter.HEARING,)
        ),
        Transition(
            State.PROPOSED_DECISION, Action.COMMENT, State.PROPOSED_DECISION, Role.EDITOR, (Letter.HEARING_ANSWERED,)
        ),
        Transition(State.PROPOSED_DECISION, Action.APPROVE, State.APPROVED, Role.DECISION_MAKER, (Letter.APPROVED,)),
        Transition(State.PROPOSED_DECISION, Action.REJECT, State.REJECTED, Role.DECISION_MAKER, (Letter.REJECTED,)),
        # A draft that is withdrawn was never with the municipality: nobody is written to.
        Transition(State.DRAFT, Action.WITHDRAW, State.WITHDRAWN, Role.SIGNATORY),
        # A draft that nobody has touched for long, from a list that an administrator has approved.
        Transition(State.DRAFT, Action.THIN_OUT, State.WITHDRAWN, Role.MUNICIPAL_ADMINISTRATOR),
        *(
            Transition(
                state,
                Action.WITHDRAW,
                State.WITHDRAWN,
                Role.SIGNATORY,
                (Letter.WITHDRAWN, Letter.WITHDRAWN_OFFICER),
            )
            for state in OPEN
        ),
    ),
)
