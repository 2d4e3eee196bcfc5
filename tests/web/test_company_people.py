"""The company's people and invitations, as they are seen and done in the browser."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from portal.db.tables import Invitation, ProviderMember
from portal.domain.roles import Role
from portal.services.members import INVITATIONS_AN_HOUR
from tests.factories import make_member, make_provider, make_staff, sign_in
from tests.factories_company import make_invitation, make_newcomer
from tests.statements import BUDGET, statements
from tests.web.reading import in_english, said_at

PEOPLE = "/foretag/personer"


def member_id(owner, actor):
    return owner.exec(
        select(ProviderMember.id).where(
            col(ProviderMember.person_id) == actor.person_id, col(ProviderMember.provider_id) == actor.provider_id
        )
    ).one()


def form_for(actor, **fields):
    return {"foretag": str(actor.provider_id), "epost": "sara@vega.example", "roll": "editor", **fields}


def test_an_invitation_is_seen_in_the_list_with_its_last_day(browse, owner):
    actor = make_member(owner, make_provider(owner), Role.ADMINISTRATOR)
    client = browse(sign_in(owner, actor))

    answer = client.post(f"{PEOPLE}/bjud-in", data=form_for(actor))
    page = client.get(answer.headers["location"]).text

    assert "Inbjudan är på väg" in page
    assert "sara@vega.example" in page
    assert "Inbjuden av Anna Lindqvist" in page
    assert "Gäller till" in page


def test_faults_in_an_invitation_are_said_at_once(browse, owner):
    actor = make_member(owner, make_provider(owner))
    client = in_english(browse(sign_in(owner, actor)))

    answer = client.post(f"{PEOPLE}/bjud-in", data=form_for(actor, epost="sara at vega", roll="owner"))

    assert answer.status_code == 422
    assert "<title>Error: Invite a person" in answer.text
    assert said_at(answer.text, "epost").startswith("Write the whole e-mail address")
    assert said_at(answer.text, "roll") == "Choose which role the person should have."
    assert 'value="sara at vega"' in answer.text


def test_who_is_a_member_or_invited_is_not_invited_again(browse, owner):
    actor = make_member(owner, make_provider(owner))
    client = browse(sign_in(owner, actor))
    client.post(f"{PEOPLE}/bjud-in", data=form_for(actor))

    again = client.post(f"{PEOPLE}/bjud-in", data=form_for(actor))
    own = owner.exec(select(ProviderMember.email).where(ProviderMember.person_id == actor.person_id)).one()
    member = client.post(f"{PEOPLE}/bjud-in", data=form_for(actor, epost=own))

    assert said_at(again.text, "epost").startswith("Adressen har redan en inbjudan.")
    assert said_at(member.text, "epost") == "Personen är redan med i företaget."


def test_an_administrator_is_not_offered_the_signatorys_role(browse, owner):
    actor = make_member(owner, make_provider(owner), Role.ADMINISTRATOR)
    client = browse(sign_in(owner, actor))

    assert 'value="signatory"' not in client.get(f"{PEOPLE}/bjud-in").text
    answer = client.post(f"{PEOPLE}/bjud-in", data=form_for(actor, roll="signatory"))

    assert answer.status_code == 403
    assert "Bara en firmatecknare kan göra det" in answer.text


def test_the_twenty_first_invitation_in_an_hour_has_to_wait(browse, owner):
    actor = make_member(owner, make_provider(owner))
    client = browse(sign_in(owner, actor))
    for number in range(INVITATIONS_AN_HOUR):
        client.post(f"{PEOPLE}/bjud-in", data=form_for(actor, epost=f"p{number}@vega.example"))

    answer = client.post(f"{PEOPLE}/bjud-in", data=form_for(actor, epost="last@vega.example"))

    assert answer.status_code == 429
    assert "last@vega.example" in answer.text  # What was typed is kept.


@pytest.mark.parametrize("role", [Role.EDITOR, Role.READER])
def test_who_does_not_manage_people_sees_them_and_no_button(browse, owner, role):
    provider_id = make_provider(owner)
    signatory, actor = make_member(owner, provider_id), make_member(owner, provider_id, role, "Bo Ek")
    invitation = make_invitation(owner, signatory, "hemlig@vega.example")
    client = browse(sign_in(owner, actor))

    page = client.get(PEOPLE).text
    target = f"{PEOPLE}/{member_id(owner, signatory)}"

    assert "Anna Lindqvist" in page
    assert "hemlig@vega.example" not in page
    assert not re.search(rf'(href|action)="{PEOPLE}/', page)
    assert client.get(f"{PEOPLE}/bjud-in").status_code == 403
    assert client.get(target).status_code == 404
    for path, data in (
        (f"{PEOPLE}/bjud-in", form_for(actor, roll="reader")),
        (f"{target}/roll", {"roll": "reader"}),
        (f"{target}/ta-bort", {}),
        (f"{PEOPLE}/inbjudan/{invitation.id}/skicka-igen", {}),
        (f"{PEOPLE}/inbjudan/{invitation.id}/aterkalla", {}),
    ):
        answer = client.post(path, data=data)
        assert answer.status_code == 403, path
        assert "Din roll räcker inte till" in answer.text


def test_nothing_of_another_company_is_there(browse, owner):
    theirs = make_member(owner, make_provider(owner), name="Annan Person")
    invitation = make_invitation(owner, theirs)
    client = browse(sign_in(owner, make_member(owner, make_provider(owner))))
    target = f"{PEOPLE}/{member_id(owner, theirs)}"

    assert "Annan Person" not in client.get(PEOPLE).text
    assert client.get(target).status_code == 404
    for path in (
        f"{target}/ta-bort",
        f"{PEOPLE}/inbjudan/{invitation.id}/skicka-igen",
        f"{PEOPLE}/inbjudan/{invitation.id}/aterkalla",
    ):
        assert client.post(path).status_code == 404, path
    assert client.post(f"{target}/roll", data={"roll": "reader"}).status_code == 404


def test_a_role_is_changed_and_a_person_removed(browse, owner):
    provider_id = make_provider(owner)
    actor, other = make_member(owner, provider_id), make_member(owner, provider_id, Role.READER, "Bo Ek")
    client = browse(sign_in(owner, actor))
    target = f"{PEOPLE}/{member_id(owner, other)}"

    changed = client.post(f"{target}/roll", data={"roll": "editor"})
    assert "Rollen är ändrad." in client.get(changed.headers["location"]).text
    removed = client.post(f"{target}/ta-bort")
    page = client.get(removed.headers["location"]).text

    assert "Personen är inte längre med i företaget." in page
    assert "Bo Ek" not in page


def test_a_role_has_to_be_chosen(browse, owner):
    provider_id = make_provider(owner)
    actor, other = make_member(owner, provider_id), make_member(owner, provider_id, Role.READER, "Bo Ek")

    answer = browse(sign_in(owner, actor)).post(f"{PEOPLE}/{member_id(owner, other)}/roll", data={})

    assert answer.status_code == 422
    assert said_at(answer.text, "roll") == "Välj vilken roll personen ska ha."


def test_the_only_signatory_is_told_instead_of_offered(browse, owner):
    actor = make_member(owner, make_provider(owner))
    client = browse(sign_in(owner, actor))
    target = f"{PEOPLE}/{member_id(owner, actor)}"

    page = client.get(target).text
    assert "Företagets enda firmatecknare" in page
    assert "ta-bort" not in re.findall(r'action="(.*?)"', page)
    answer = client.post(f"{target}/ta-bort")

    assert answer.status_code == 403
    assert "Det måste alltid finnas minst en firmatecknare." in answer.text


def test_a_withdrawn_invitation_is_gone_from_the_list(browse, owner):
    actor = make_member(owner, make_provider(owner))
    invitation = make_invitation(owner, actor)
    client = browse(sign_in(owner, actor))

    answer = client.post(f"{PEOPLE}/inbjudan/{invitation.id}/aterkalla")

    assert "sara@vega.example" not in client.get(answer.headers["location"]).text
    assert client.post(f"{PEOPLE}/inbjudan/{invitation.id}/aterkalla").status_code == 404


def test_one_that_has_expired_says_so_and_can_be_sent_again(browse, owner):
    actor = make_member(owner, make_provider(owner))
    invitation = make_invitation(owner, actor, invited_at=datetime.now(UTC) - timedelta(days=30))
    client = browse(sign_in(owner, actor))
    assert "Gick ut" in client.get(PEOPLE).text

    answer = client.post(f"{PEOPLE}/inbjudan/{invitation.id}/skicka-igen")

    page = client.get(answer.headers["location"]).text
    assert "En ny länk är på väg" in page
    assert "Gick ut" not in page


# From the other side


def test_the_link_says_who_invites_and_asks_to_sign_in(browse, owner):
    actor = make_member(owner, make_provider(owner, "Ängens Samtal ek. för."))
    make_invitation(owner, actor, role=Role.READER, token="w-open")

    answer = browse().get("/inbjudan/w-open")

    assert answer.status_code == 200
    assert "Anna Lindqvist bjuder in dig att arbeta för Ängens Samtal ek. för." in answer.text
    assert "<dd>Läsare</dd>" in answer.text
    assert 'href="/logga-in/foretag?till=/inbjudan/w-open"' in answer.text


def test_who_accepts_acts_for_the_company_at_once(browse, owner):
    actor = make_member(owner, make_provider(owner, "Ängens Samtal ek. för."))
    make_invitation(owner, actor, token="w-join")
    client = browse(sign_in(owner, make_newcomer(owner)))
    assert "Du går med som Åsa Öster." in client.get("/inbjudan/w-join").text

    answer = client.post("/inbjudan/w-join")

    assert (answer.status_code, answer.headers["location"]) == (303, "/foretag")
    assert "Ängens Samtal ek. för., redaktör" in client.get("/foretag").text


def test_accepting_without_a_session_leads_to_sign_in(browse, owner):
    make_invitation(owner, make_member(owner, make_provider(owner)), token="w-anonymous")

    answer = browse().post("/inbjudan/w-anonymous")

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/logga-in/foretag")


@pytest.mark.parametrize(
    ("columns", "swedish", "english"),
    [
        ({"withdrawn_at": datetime.now(UTC)}, "Inbjudan är återkallad", "The invitation has been withdrawn"),
        ({"accepted_at": datetime.now(UTC)}, "Inbjudan är redan använd", "The invitation has already been used"),
        ({"expires_at": datetime.now(UTC)}, "Inbjudan har gått ut", "The invitation has expired"),
    ],
)
def test_a_link_that_no_longer_works_says_why(browse, owner, columns, swedish, english):
    actor = make_member(owner, make_provider(owner))
    token = f"w-{actor.person_id.hex}"
    invitation = make_invitation(owner, actor, token=token, **columns)
    client = browse(sign_in(owner, make_newcomer(owner)))

    assert swedish in client.get(f"/inbjudan/{token}").text
    assert english in in_english(client).get(f"/inbjudan/{token}").text
    answer = client.post(f"/inbjudan/{token}")

    assert answer.status_code == 409
    assert english in answer.text
    joined = select(ProviderMember.id).where(ProviderMember.provider_id == invitation.provider_id)
    assert len(owner.exec(joined).all()) == 1


def test_a_member_is_told_so(browse, owner):
    provider_id = make_provider(owner)
    make_invitation(owner, make_member(owner, provider_id), token="w-member", role=Role.SIGNATORY)
    client = browse(sign_in(owner, make_member(owner, provider_id, Role.READER, "Bo Ek")))

    assert "Du är redan med i Vega Familjestöd AB" in client.get("/inbjudan/w-member").text
    answer = client.post("/inbjudan/w-member")

    assert answer.status_code == 409
    assert "Din roll är Läsare." in answer.text


def test_staff_are_asked_to_sign_in_as_themselves(browse, owner, bjorkvik):
    actor = make_member(owner, make_provider(owner))
    invitation = make_invitation(owner, actor, token="w-staff")
    client = browse(sign_in(owner, make_staff(owner, bjorkvik.id)))

    assert "Du är inloggad som kommunens personal" in client.get("/inbjudan/w-staff").text
    assert client.post("/inbjudan/w-staff").status_code == 409
    assert owner.get_one(Invitation, invitation.id, populate_existing=True).accepted_at is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_was_never_sent_is_not_there(browse, owner, method):
    client = browse(sign_in(owner, make_newcomer(owner)))

    assert getattr(client, method)("/inbjudan/never-sent").status_code == 404


@pytest.mark.parametrize("path", [PEOPLE, f"{PEOPLE}/bjud-in", "member", "invitation"])
def test_no_page_about_people_asks_more_than_six_times(browse, owner, resources, path):
    provider_id = make_provider(owner)
    actor = make_member(owner, provider_id)
    for number in range(5):
        make_member(owner, provider_id, Role.EDITOR, f"Person {number}")
        make_invitation(owner, actor, f"p{number}@vega.example", token=f"q-{actor.person_id}-{number}")
    client = browse(sign_in(owner, actor))
    path = {"member": f"{PEOPLE}/{member_id(owner, actor)}", "invitation": f"/inbjudan/q-{actor.person_id}-0"}.get(
        path, path
    )

    with statements(resources.engine) as sent:
        assert client.get(path).status_code == 200

    assert len(sent) <= BUDGET
