"""The two lifecycles: what is listed is taken, and everything that is not listed is refused.

The tables are written here a second time on purpose, in fewer words: a line
that is added or lost by mistake differs from what somebody meant.
"""

import pytest

from portal.domain import application, authorization
from portal.domain.application import APPLICATION, EDITABLE, OPEN
from portal.domain.authorization import AUTHORIZATION, PUBLIC
from portal.domain.roles import Role
from portal.errors import TransitionRefused

S, A = application.State, application.Action
T, B = authorization.State, authorization.Action
R = Role

MEANT_OF_APPLICATIONS = {
    (S.DRAFT, A.SUBMIT, R.SIGNATORY): S.SUBMITTED,
    (S.SUBMITTED, A.START_REVIEW, R.CASE_OFFICER): S.UNDER_REVIEW,
    (S.UNDER_REVIEW, A.HAND_OVER, R.CASE_OFFICER): S.SUBMITTED,
    **{(state, A.ASSIGN, role): state for state in OPEN for role in (R.DECISION_MAKER, R.MUNICIPAL_ADMINISTRATOR)},
    (S.UNDER_REVIEW, A.REQUEST_SUPPLEMENT, R.CASE_OFFICER): S.SUPPLEMENT_REQUESTED,
    (S.SUPPLEMENT_REQUESTED, A.SUPPLEMENT, R.EDITOR): S.UNDER_REVIEW,
    (S.SUPPLEMENT_REQUESTED, A.CLOSE_SUPPLEMENT, R.SYSTEM): S.UNDER_REVIEW,
    (S.UNDER_REVIEW, A.PROPOSE, R.CASE_OFFICER): S.PROPOSED_DECISION,
    (S.PROPOSED_DECISION, A.SEND_BACK, R.DECISION_MAKER): S.UNDER_REVIEW,
    (S.PROPOSED_DECISION, A.HEAR, R.DECISION_MAKER): S.PROPOSED_DECISION,
    (S.PROPOSED_DECISION, A.COMMENT, R.EDITOR): S.PROPOSED_DECISION,
    (S.PROPOSED_DECISION, A.APPROVE, R.DECISION_MAKER): S.APPROVED,
    (S.PROPOSED_DECISION, A.REJECT, R.DECISION_MAKER): S.REJECTED,
    (S.DRAFT, A.THIN_OUT, R.MUNICIPAL_ADMINISTRATOR): S.WITHDRAWN,
    (S.DRAFT, A.WITHDRAW, R.SIGNATORY): S.WITHDRAWN,
    (S.SUBMITTED, A.WITHDRAW, R.SIGNATORY): S.WITHDRAWN,
    (S.UNDER_REVIEW, A.WITHDRAW, R.SIGNATORY): S.WITHDRAWN,
    (S.SUPPLEMENT_REQUESTED, A.WITHDRAW, R.SIGNATORY): S.WITHDRAWN,
    (S.PROPOSED_DECISION, A.WITHDRAW, R.SIGNATORY): S.WITHDRAWN,
}
MEANT_OF_AUTHORIZATIONS = {
    (T.OFFERED, B.SIGN, R.SIGNATORY): T.OFFERED,
    (T.OFFERED, B.COUNTERSIGN, R.DECISION_MAKER): T.SIGNED,
    (T.SIGNED, B.START, R.CASE_OFFICER): T.ACTIVE,
    **{(state, B.ADOPT, R.CASE_OFFICER): state for state in (T.OFFERED, T.SIGNED, T.ACTIVE)},
}


def tried(machine, states, actions, meant):
    for state in states:
        for action in actions:
            for role in R:
                yield pytest.param(
                    machine, state, action, role, meant.get((state, action, role)), id=f"{state}-{action}-{role}"
                )


@pytest.mark.parametrize(
    ("machine", "state", "action", "role", "target"),
    [
        *tried(APPLICATION, S, A, MEANT_OF_APPLICATIONS),
        *tried(AUTHORIZATION, T, B, MEANT_OF_AUTHORIZATIONS),
    ],
)
def test_what_is_meant_is_taken_and_the_rest_refused(machine, state, action, role, target):
    if target is None:
        with pytest.raises(TransitionRefused):
            machine.step(state, action, {role})
        assert action not in machine.open_actions(state, {role})
    else:
        assert machine.step(state, action, {role}).target is target
        assert action in machine.open_actions(state, {role})


@pytest.mark.parametrize("state", [S.APPROVED, S.REJECTED, S.WITHDRAWN])
def test_a_decided_or_withdrawn_application_stays_as_it_is(state):
    assert APPLICATION.open_actions(state, tuple(R)) == ()
    assert state not in (*OPEN, *EDITABLE)


def test_a_company_can_withdraw_until_the_decision():
    states = (S.DRAFT, *OPEN)

    assert all(A.WITHDRAW in APPLICATION.open_actions(state, {R.SIGNATORY}) for state in states)


@pytest.mark.parametrize("state", [S.SUBMITTED, S.UNDER_REVIEW, S.PROPOSED_DECISION])
def test_what_the_municipality_is_reading_is_not_written_in(state):
    assert state not in EDITABLE


def test_only_a_started_authorization_is_public():
    assert PUBLIC == (T.ACTIVE,)
