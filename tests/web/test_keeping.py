"""Archives and the thinning list, as their pages have them."""

from datetime import timedelta

from sqlmodel import col, select

from portal.db.tables import Archive, Event, Thinning, ThinningItem
from portal.domain.application import State
from portal.domain.roles import Role
from portal.services import thinning
from tests.factories import NOW, make_member, make_municipality, make_provider, make_staff, sign_in
from tests.factories_application import make_application


def test_an_officer_orders_a_package_of_a_decided_case_and_nobody_of_one_that_is_open(browse, owner, bjorkvik):
    officer = make_staff(owner, bjorkvik.id)
    decided = make_application(owner, bjorkvik, state=State.REJECTED)
    under_way = make_application(owner, bjorkvik, state=State.SUBMITTED)
    client = browse(sign_in(owner, officer))

    answer = client.post(f"/kommun/arenden/{decided.id}/arkivpaket")

    assert answer.status_code == 303
    assert "Görs i ordning" in client.get(answer.headers["location"]).text
    kinds = owner.scalars(select(Event.kind).where(col(Event.case_id) == decided.id)).all()
    assert "case.exported" in kinds
    assert client.post(f"/kommun/arenden/{under_way.id}/arkivpaket").status_code in (403, 409)
    assert "när ärendet är avslutat" in client.get(f"/kommun/arenden/{under_way.id}/arkivpaket").text


def test_a_reader_takes_out_their_own_data_and_a_signatory_the_companys_too(browse, owner):
    provider_id = make_provider(owner)
    reader, signatory = make_member(owner, provider_id, Role.READER), make_member(owner, provider_id)

    assert "Hämta företagets uppgifter" not in browse(sign_in(owner, reader)).get("/foretag/utdrag").text
    client = browse(sign_in(owner, signatory))
    for whose in ("foretaget", "mina", "mina"):
        assert client.post("/foretag/utdrag", data={"vems": whose}).status_code == 303

    assert client.get("/foretag/utdrag").text.count("Görs i ordning") == 2
    rows = owner.exec(select(Archive).where(col(Archive.ordered_by) == signatory.person_id)).all()
    assert len(rows) == 2
    assert client.get(f"/foretag/utdrag/{rows[0].id}").status_code == 404, "not made yet"


def test_an_administrator_approves_what_was_shown_and_nothing_that_came_later(browse, owner):
    place = make_municipality(owner, own_slug="gallra")
    admin = make_staff(owner, place.id, Role.MUNICIPAL_ADMINISTRATOR)
    for _each in range(2):
        make_application(owner, place)
    found = thinning_of(owner, place)
    client = browse(sign_in(owner, admin))
    assert "2 saker föreslås" in client.get("/kommun/gallring").text
    seen = owner.exec(select(ThinningItem.id).where(col(ThinningItem.thinning_id) == found.id)).all()
    make_application(owner, place)
    thinning_of(owner, place)

    answer = client.post(
        f"/kommun/gallring/{found.id}/godkann", data={"visad": [str(each) for each in seen], "behall": str(seen[0])}
    )

    assert answer.status_code == 303
    owner.rollback()
    going = select(ThinningItem.id).where(
        col(ThinningItem.thinning_id) == found.id, col(ThinningItem.spared).is_(False)
    )
    assert owner.exec(going).all() == [seen[1]]
    assert owner.get_one(Thinning, found.id, populate_existing=True).approved_by == admin.person_id
    assert "Gallringen pågår" in client.get(answer.headers["location"]).text
    assert client.post(f"/kommun/gallring/{found.id}/godkann").status_code == 404, "only once"


def test_the_list_is_nobodys_but_the_administrators(browse, owner, bjorkvik):
    assert browse(sign_in(owner, make_staff(owner, bjorkvik.id))).get("/kommun/gallring").status_code == 404


def thinning_of(owner, place) -> Thinning:
    """As the job finds it, a year and more from now."""
    owner.execute(thinning.sa.text("SELECT set_config('app.municipality', :id, true)"), {"id": str(place.id)})
    made = thinning.propose(owner, place.id, now=NOW + timedelta(days=500))
    owner.commit()
    assert made is not None
    return made
