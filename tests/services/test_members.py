"""The people of a company: who may let whom in, and who is always left."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.db.invitations import invitation_hash
from portal.db.session import Scope, enter
from portal.db.tables import Invitation, ProviderMember
from portal.domain.roles import Role
from portal.errors import Invalid, NotAllowed, NotFound, TooMany
from portal.services import members
from tests.factories import make_member, make_provider
from tests.factories_company import make_invitation, make_newcomer


def invite(db, actor, now, email="sara@vega.example", role=Role.EDITOR):
    enter(db, Scope.of(actor))
    return members.invite(db, email, role, actor=actor, now=now, language="sv")


def letters(owner, email):
    """The letters that were ordered to an address, as the job will see them."""
    found = owner.execute(
        sa.text(
            "SELECT args FROM procrastinate_jobs WHERE task_name = 'letters.write_one' AND args->>'recipient' = :e"
        ),
        {"e": email},
    )
    return [row.args for row in found]


def member_of(owner, actor):
    return owner.exec(
        select(ProviderMember).where(
            col(ProviderMember.provider_id) == actor.provider_id, col(ProviderMember.person_id) == actor.person_id
        )
    ).one()


def test_an_invitation_is_mailed_and_its_link_is_stored_only_as_a_hash(db, owner, now):
    actor = make_member(owner, make_provider(owner), Role.ADMINISTRATOR)
    email = f"sara.{actor.person_id.hex}@vega.example"

    invitation_id = invite(db, actor, now, email)
    db.commit()

    [letter] = letters(owner, email)
    token = letter["link"].removeprefix("/inbjudan/")
    stored = owner.get_one(Invitation, invitation_id)
    assert stored.token_hash == invitation_hash(token)
    assert stored.expires_at == now + timedelta(days=14)
    assert (letter["kind"], letter["language"]) == ("invitation", "sv")
    assert letter["facts"] == {
        "company": "Vega Familjestöd AB",
        "invited_by": "Anna Lindqvist",
        "role": "editor",
        "valid_until": "2026-03-16",
    }


def test_an_invitation_that_is_rolled_back_sends_nothing(db, owner, now):
    actor = make_member(owner, make_provider(owner))
    email = f"sara.{actor.person_id.hex}@vega.example"

    invite(db, actor, now, email)
    db.rollback()

    assert letters(owner, email) == []


@pytest.mark.parametrize("role", [Role.EDITOR, Role.READER])
def test_who_does_not_manage_people_invites_nobody(db, owner, now, role):
    actor = make_member(owner, make_provider(owner), role)

    with pytest.raises(NotAllowed) as refused:
        invite(db, actor, now, role=Role.READER)

    assert refused.value.reason == "role"


def test_only_a_signatory_invites_a_signatory(db, owner, now):
    provider_id = make_provider(owner)
    administrator = make_member(owner, provider_id, Role.ADMINISTRATOR)

    with pytest.raises(NotAllowed) as refused:
        invite(db, administrator, now, role=Role.SIGNATORY)

    assert refused.value.reason == "signatory_only"
    invite(db, make_member(owner, provider_id, Role.SIGNATORY), now, role=Role.SIGNATORY)


def test_an_address_is_invited_once_whatever_its_capitals(db, owner, now):
    actor = make_member(owner, make_provider(owner))
    invite(db, actor, now, "sara@vega.example")

    with pytest.raises(Invalid) as again:
        invite(db, actor, now, "Sara@Vega.example")
    with pytest.raises(Invalid) as member:
        invite(db, actor, now, member_of(owner, actor).email.upper())

    assert (again.value.errors, member.value.errors) == ({"email": "invited"}, {"email": "member"})


def test_twenty_invitations_an_hour_and_no_more(db, owner, now):
    actor = make_member(owner, make_provider(owner))
    for number in range(members.INVITATIONS_AN_HOUR):
        invite(db, actor, now, f"person{number}@vega.example")

    with pytest.raises(TooMany):
        invite(db, actor, now, "one.more@vega.example")

    invite(db, actor, now + timedelta(hours=1), "one.more@vega.example")


def test_sent_again_the_old_link_no_longer_works(db, owner, now):
    actor = make_member(owner, make_provider(owner))
    email = f"again.{actor.person_id.hex}@vega.example"
    old = make_invitation(owner, actor, email, token="the-old-link", invited_at=now - timedelta(days=20))
    enter(db, Scope.of(actor))

    members.resend(db, old.id, actor=actor, now=now, language="en")
    db.commit()

    [letter] = letters(owner, email)
    newcomer = make_newcomer(owner)
    with pytest.raises(NotFound):
        members.accept(db, "the-old-link", actor=newcomer, now=now)
    assert members.accept(db, letter["link"].split("/")[-1], actor=newcomer, now=now) == actor.provider_id


def test_another_companys_invitation_is_not_found(db, owner, now):
    theirs = make_invitation(owner, make_member(owner, make_provider(owner)))
    actor = make_member(owner, make_provider(owner))
    enter(db, Scope.of(actor))

    with pytest.raises(NotFound):
        members.withdraw(db, theirs.id, actor=actor, now=now)
    with pytest.raises(NotFound):
        members.resend(db, theirs.id, actor=actor, now=now, language="sv")


def test_who_accepts_gets_the_role_and_the_address_of_the_invitation(db, owner, now):
    actor = make_member(owner, make_provider(owner))
    make_invitation(owner, actor, "sara@vega.example", role=Role.READER, token="t-accept", invited_at=now)
    newcomer = make_newcomer(owner)

    provider_id = members.accept(db, "t-accept", actor=newcomer, now=now)
    db.commit()

    joined = member_of(owner, replace(newcomer, provider_id=provider_id))
    assert (joined.role, joined.email) == (Role.READER, "sara@vega.example")


def test_a_link_works_once(db, owner, now):
    actor = make_member(owner, make_provider(owner))
    make_invitation(owner, actor, token="t-once", invited_at=now)
    members.accept(db, "t-once", actor=make_newcomer(owner), now=now)
    db.commit()

    with pytest.raises(NotAllowed) as refused:
        members.accept(db, "t-once", actor=make_newcomer(owner), now=now)

    assert refused.value.reason == "invitation_used"


def test_a_link_that_is_withdrawn_or_too_old_lets_nobody_in(db, owner, now):
    actor = make_member(owner, make_provider(owner))
    make_invitation(owner, actor, "a@x.example", token="t-gone", invited_at=now, withdrawn_at=now)
    make_invitation(owner, actor, "b@x.example", token="t-old", invited_at=now - timedelta(days=14))

    for token, reason in (("t-gone", "invitation_withdrawn"), ("t-old", "invitation_expired")):
        with pytest.raises(NotAllowed) as refused:
            members.accept(db, token, actor=make_newcomer(owner), now=now)
        assert refused.value.reason == reason


def test_who_is_a_member_already_keeps_the_role_and_the_link_stays_open(db, owner, now):
    provider_id = make_provider(owner)
    signatory, reader = make_member(owner, provider_id), make_member(owner, provider_id, Role.READER)
    invitation = make_invitation(owner, signatory, role=Role.SIGNATORY, token="t-member", invited_at=now)

    with pytest.raises(NotAllowed) as refused:
        members.accept(db, "t-member", actor=reader, now=now)
    db.rollback()

    owner.refresh(invitation)
    assert refused.value.reason == "already_member"
    assert member_of(owner, reader).role is Role.READER
    assert invitation.accepted_at is None


def test_who_left_may_be_invited_back(db, owner, now):
    provider_id = make_provider(owner)
    signatory, sara = make_member(owner, provider_id), make_member(owner, provider_id, Role.ADMINISTRATOR, "Sara")
    enter(db, Scope.of(signatory))
    members.remove(db, member_of(owner, sara).id, actor=signatory, now=now)
    db.commit()
    make_invitation(owner, signatory, role=Role.READER, token="t-back", invited_at=now)

    members.accept(db, "t-back", actor=replace(sara, provider_id=None), now=now)
    db.commit()

    owner.expire_all()
    assert (member_of(owner, sara).role, member_of(owner, sara).left_at) == (Role.READER, None)


def test_the_last_signatory_neither_leaves_nor_steps_down(db, owner, now):
    provider_id = make_provider(owner)
    signatory = make_member(owner, provider_id)
    make_member(owner, provider_id, Role.ADMINISTRATOR)
    own = member_of(owner, signatory).id
    enter(db, Scope.of(signatory))

    for attempt in (
        lambda: members.remove(db, own, actor=signatory, now=now),
        lambda: members.change_role(db, own, Role.ADMINISTRATOR, actor=signatory),
    ):
        with pytest.raises(NotAllowed) as refused:
            attempt()
        assert refused.value.reason == "last_signatory"


def test_the_last_administrator_neither_leaves_nor_steps_down(db, owner, now):
    provider_id = make_provider(owner)
    administrator = make_member(owner, provider_id, Role.ADMINISTRATOR)
    make_member(owner, provider_id, Role.EDITOR)
    own = member_of(owner, administrator).id
    enter(db, Scope.of(administrator))

    for attempt in (
        lambda: members.remove(db, own, actor=administrator, now=now),
        lambda: members.change_role(db, own, Role.READER, actor=administrator),
    ):
        with pytest.raises(NotAllowed) as refused:
            attempt()
        assert refused.value.reason == "last_administrator"


def test_of_two_signatories_who_remove_each_other_at_once_one_is_told(resources, db, owner, now):
    provider_id = make_provider(owner)
    first, second = make_member(owner, provider_id), make_member(owner, provider_id, name="Bo Ek")
    own_of_first, own_of_second = member_of(owner, first).id, member_of(owner, second).id
    owner.commit()
    outcome = []

    def second_removes_first():
        with Session(resources.engine) as theirs:
            enter(theirs, Scope.of(second))
            try:
                members.remove(theirs, own_of_first, actor=second, now=now)
                theirs.commit()
            except NotAllowed as refused:
                outcome.append(refused.reason)

    enter(db, Scope.of(first))
    members.remove(db, own_of_second, actor=first, now=now)
    at_once = threading.Thread(target=second_removes_first)
    at_once.start()
    at_once.join(timeout=0.5)  # It waits for the lock; without one it would be through by now.
    db.commit()
    at_once.join(timeout=10)

    assert outcome == ["last_signatory"]


def test_an_administrator_does_not_touch_a_signatory(db, owner, now):
    provider_id = make_provider(owner)
    signatory, administrator = make_member(owner, provider_id), make_member(owner, provider_id, Role.ADMINISTRATOR)
    make_member(owner, provider_id)
    target = member_of(owner, signatory).id
    enter(db, Scope.of(administrator))

    for attempt in (
        lambda: members.remove(db, target, actor=administrator, now=now),
        lambda: members.change_role(db, target, Role.READER, actor=administrator),
        lambda: members.change_role(db, member_of(owner, administrator).id, Role.SIGNATORY, actor=administrator),
    ):
        with pytest.raises(NotAllowed) as refused:
            attempt()
        assert refused.value.reason == "signatory_only"


def test_another_companys_member_is_not_found(db, owner, now):
    theirs = member_of(owner, make_member(owner, make_provider(owner))).id
    actor = make_member(owner, make_provider(owner))
    enter(db, Scope.of(actor))

    with pytest.raises(NotFound):
        members.remove(db, theirs, actor=actor, now=now)
    with pytest.raises(NotFound):
        members.change_role(db, theirs, Role.READER, actor=actor)


def test_who_is_removed_leaves_no_open_invitation_behind(db, owner, now):
    provider_id = make_provider(owner)
    signatory, other = make_member(owner, provider_id), make_member(owner, provider_id, name="Bo Ek")
    invitation = make_invitation(owner, other, role=Role.SIGNATORY, token="t-door", invited_at=now)
    enter(db, Scope.of(signatory))

    members.remove(db, member_of(owner, other).id, actor=signatory, now=now)
    db.commit()

    owner.refresh(invitation)
    assert invitation.withdrawn_at == now
