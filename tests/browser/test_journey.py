"""The main job from a company's registration to its name in the public list, by people before real browsers.

Nobody is signed in by the test: all go through the identity provider.  What the
worker makes meanwhile (papers, seals, letters) is waited for as people wait.
"""

import mailbox
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlmodel import Session, col, select

from documents.seal import SealReport, check_seal
from portal.db.tables import Application, Letter, ProviderMember
from portal.demo.founding import STAFF, add_staff, delegation_of, known_person
from portal.domain.actors import Actor
from portal.domain.deadlines import day_in_sweden
from portal.domain.letters import LetterKind
from portal.domain.roles import Role, with_lesser
from portal.embedded.waiting import wait_until
from portal.mail import maildir
from tests.factories import make_orgnr
from tests.factories_application import answer_all
from tests.factories_review import judge_all as judge_all_by_service
from tests.factories_review import make_decider, make_officer, make_taken
from tests.visitors import PATIENCE, Visitor, a_real_pdf

SERVICE = "hemtjanst"
LEFT_FOR_KARIN = ("GEN-01", "GEN-25")
HOW = "Vi följer en skriftlig rutin som alla går igenom vid anställningen."
GROUNDS = "Underlaget visar det som villkoret kräver."


@pytest.fixture
def staffed(owner, bjorkvik):
    """Björkvik with the demo's staff, known by their e-mail addresses: the first sign-in binds them."""
    for known in (known_person(name) for name in STAFF):
        if known["group"] == "bjorkvik":
            add_staff(owner, known, delegation=delegation_of("bjorkvik"), now=datetime.now(UTC))
    owner.commit()
    return bjorkvik


@dataclass
class Story:
    """Who takes part, each before a browser of their own, and what they are about."""

    visitor: Callable[[str], Visitor]
    company: str
    address: str = ""
    contract: str = ""

    @property
    def case_id(self) -> str:
        return self.address.rsplit("/", 1)[-1]

    @property
    def case(self) -> str:
        return f"/kommun/arenden/{self.case_id}"


@pytest.fixture
def story(as_actor, request) -> Story:
    language, script = request.param

    def visitor(name: str) -> Visitor:
        page = as_actor(java_script_enabled=script)
        page.set_default_timeout(20_000)
        return Visitor(name, page, language=language)

    return Story(visitor, company=f"Åkerströms Omsorg {make_orgnr()[4:]} AB")


def register(story: Story, olle: Visitor) -> str:
    """The company's organisation number."""
    orgnr = make_orgnr()
    olle.sign_in("foretag", then="/foretag/registrera")
    for label, text in (
        ("Organisationsnummer", orgnr),
        ("Företagets namn", story.company),
        ("Gatuadress eller box", "Ängsgatan 4"),
        ("Postnummer", "111 22"),
        ("Postort", "Björkvik"),
        ("E-post", f"info@{orgnr}.example"),
        ("Telefon", "070-123 45 67"),
    ):
        olle.write(label, text)
    olle.choose("Jag intygar att jag är firmatecknare för företaget")
    olle.press("Registrera företaget")
    olle.sees("Välkommen, %(name)s", name="Olle")
    return orgnr


def invite(olle: Visitor, karin: Visitor, letters, *, address: str) -> None:
    """The link is in the letter, and nowhere else."""
    olle.go("/foretag/personer/bjud-in")
    olle.write("Personens e-postadress", address)
    olle.choose("Redaktör")
    olle.press("Skicka inbjudan")

    def link() -> str | None:
        parts = (part.text for mail in maildir.newest(letters) if address in mail.to for part in mail.body if part.link)
        return next((each for each in parts if "/inbjudan/" in each), None)

    assert wait_until(lambda: link() is not None, patience=PATIENCE)
    karin.sign_in("foretag", then="/inbjudan/" + str(link()).rsplit("/", 1)[-1])
    karin.press("Gå med")


def begin(story: Story, olle: Visitor) -> None:
    olle.go(f"/bjorkvik/{SERVICE}")
    olle.follow("Ansök om auktorisation")
    olle.press("Börja ansökan")
    expect(olle.page).to_have_url(re.compile(r"/foretag/ansokningar/[0-9a-f-]{36}$"))
    story.address = "/foretag" + olle.page.url.split("/foretag", 1)[1]


def answer_what_is_open(karin: Visitor) -> None:
    """Yes to the question that is shown, with words and a document where they are demanded, and on to the next."""
    karin.choose("Ja")
    described = karin.field("Beskriv hur ni gör")
    if described.count():
        described.fill(HOW)
    if karin.page.get_by_text(karin.words("Inget dokument är bifogat än. Det behövs minst ett.")).count():
        chosen = {"name": "Intyg.pdf", "mimeType": "application/pdf", "buffer": a_real_pdf()}
        karin.page.locator("input[type=file]").set_input_files(chosen)
        karin.press("Ladda upp")
        date_it(karin)
    before = karin.page.url
    karin.page.locator(".kv-actions").get_by_role("button", name=karin.words("Spara och fortsätt"), exact=True).click()
    expect(karin.page).not_to_have_url(before)


def date_it(karin: Visitor) -> None:
    """Say of what was uploaded what the criterion asks: its kind, and its dates.

    The same bytes have been handed in before, so that much of it may be said already and is folded away.
    """
    attached = karin.page.get_by_role("region", name=karin.words("Bifogade dokument"))
    expect(attached.get_by_text("Intyg.pdf").first).to_be_visible()
    today = day_in_sweden(datetime.now(UTC))
    kind = karin.page.get_by_label(karin.words("Sorts underlag"))
    if kind.count() and kind.is_visible():
        kind.select_option(index=1)
    for label, day in (("Utfärdat", today), ("Gäller till och med", today + timedelta(days=300))):
        field = karin.page.get_by_label(karin.words(label))
        if field.count() and field.is_visible():
            field.fill(day.isoformat())


def answer_all_by_hand(story: Story, karin: Visitor) -> None:
    karin.go(story.address)
    karin.page.locator(".kv-tasks a").first.click()
    karin.page.locator(".kv-tasks a").first.click()
    for _each in range(100):
        answer_what_is_open(karin)
        if karin.page.url.endswith("/granska"):
            return
    raise AssertionError("the questions never ended")


def answer_the_rest(story: Story, owner: Session, karin: Visitor, store) -> None:
    """All but two are answered as if on another day; those two by hand."""
    application = owner.get_one(Application, story.case_id)
    member = owner.exec(
        select(ProviderMember).where(
            col(ProviderMember.provider_id) == application.provider_id, col(ProviderMember.role) == Role.EDITOR
        )
    ).one()
    by = Actor(member.person_id, "Karin Ståhl", with_lesser(Role.EDITOR), provider_id=application.provider_id)
    answer_all(owner, application, by=by, now=datetime.now(UTC), store=store, leave_out=LEFT_FOR_KARIN)
    owner.commit()
    for criterion in LEFT_FOR_KARIN:
        karin.go(f"{story.address}/villkor/{criterion}")
        answer_what_is_open(karin)
    karin.go(f"{story.address}/granska")


def submit(story: Story, olle: Visitor) -> None:
    olle.go(f"{story.address}/granska")
    olle.choose("Jag försäkrar detta")
    olle.press("Skicka in ansökan")
    olle.sees_heading("Vi har tagit emot ansökan")
    receipt = olle.link("Ladda ner kvittensen (PDF)")
    olle.reload_until(receipt)


def take(story: Story, mikael: Visitor) -> None:
    mikael.sign_in("kommun")
    mikael.page.get_by_label(mikael.words("Sök företag, organisationsnummer eller diarienummer")).fill(story.company)
    mikael.press("Sök")
    mikael.page.get_by_role("link", name=story.company).click()
    mikael.choose("Nej, inget jäv")
    mikael.press("Spara svaret")
    expect(mikael.button("Spara och gå till nästa")).to_be_visible()


def judge(mikael: Visitor, outcome: str = "Uppfyllt", grounds: str = GROUNDS) -> None:
    mikael.choose(outcome)
    mikael.write("Motivering", grounds)
    mikael.press("Spara och gå till nästa")
    expect(mikael.page.get_by_role("status")).to_be_visible()


def judge_all(story: Story, mikael: Visitor) -> None:
    mikael.go(story.case)
    done = mikael.page.get_by_role("heading", name=mikael.words("Alla villkor är bedömda"))
    for _each in range(100):
        judge(mikael)
        if done.count():
            return
    raise AssertionError("the criteria never ended")


def ask_for_more(story: Story, mikael: Visitor) -> str:
    """Asks about the criterion that is open; says which."""
    mikael.go(story.case)
    mikael.follow("Begär komplettering")
    mikael.press("Fortsätt till frågorna")
    mikael.write("Vad behöver företaget göra?", "Beskriv också hur ni gör under semestrarna.")
    mikael.press("Skicka begäran")
    mikael.page.wait_for_url(re.compile(f"{story.case}$"))
    return "Beskriv också hur ni gör under semestrarna."


def supplement(story: Story, karin: Visitor, question: str) -> None:
    karin.go(story.address)
    karin.page.locator("#svar + ul a, section[aria-labelledby=svar] a").first.click()
    expect(karin.page.get_by_text(question).first).to_be_visible()
    karin.page.locator("#beskrivning").fill(f"{HOW} Under semestrarna finns en ersättare.")
    karin.page.locator(".kv-actions").get_by_role("button", name=karin.words("Spara och fortsätt"), exact=True).click()
    expect(karin.page).to_have_url(re.compile("/granska$"))
    karin.press("Skicka in kompletteringen")
    expect(karin.page).to_have_url(re.compile(f"{story.address}$"))


def propose_approval(story: Story, mikael: Visitor) -> None:
    mikael.go(f"{story.case}/forslag")
    mikael.write("Sammanfattning av skälen", "Sökanden uppfyller alla villkor.")
    mikael.press("Lämna förslag om godkännande")
    mikael.page.wait_for_url(re.compile(f"{story.case}$"))


def approve(story: Story, eva: Visitor) -> None:
    eva.sign_in("kommun")
    eva.go("/kommun/att-besluta")
    eva.page.get_by_role("link", name=story.company).click()
    eva.press("Godkänn ansökan")
    eva.sees_heading("Ansökan är godkänd")


def sign_both(story: Story, olle: Visitor, eva: Visitor) -> None:
    olle.go("/foretag/avtal")
    olle.page.get_by_role("main").locator("a[href^='/foretag/avtal/']").first.click()
    story.contract = olle.page.url.rsplit("/", 1)[-1]
    olle.sign_contract()
    olle.sees_heading("Ni har skrivit under. Nu är det kommunens tur")
    eva.go(f"/kommun/avtal/{story.contract}")
    eva.sign_contract()
    eva.sees_heading("Avtalet är undertecknat av båda. Starta det när startvillkoren är uppfyllda")


def start(story: Story, mikael: Visitor) -> None:
    mikael.go(f"/kommun/avtal/{story.contract}")
    for box in mikael.page.get_by_role("checkbox").all():
        box.check()
    mikael.write("Avtalet gäller från", day_in_sweden(datetime.now(UTC)).isoformat())
    mikael.press("Starta och visa i den offentliga listan")
    mikael.page.get_by_text(story.company).first.wait_for()
    expect(mikael.button("Starta och visa i den offentliga listan")).to_have_count(0)


def download_contract(visitor: Visitor, path: str) -> bytes:
    visitor.go(path)
    wanted = visitor.page.get_by_role("link", name=visitor.words("Ladda ner avtalet"))
    visitor.reload_until(wanted)
    return visitor.download(wanted)


def examined(contract: bytes, root: Path) -> SealReport:
    """In a thread of its own: playwright has a loop in this one."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(check_seal, contract, [root]).result()


def found_genuine(anyone: Visitor, contract: bytes, number: str) -> None:
    """The public page knows the file byte by byte, and its number."""
    anyone.go("/kontrollera")
    chosen = {"name": "Avtal.pdf", "mimeType": "application/pdf", "buffer": contract}
    anyone.page.locator("input[type=file]").set_input_files(chosen)
    anyone.press("Kontrollera filen")
    expect(anyone.page.get_by_role("main")).to_contain_text(number)
    expect(anyone.page.get_by_role("main")).to_contain_text("Björkviks kommun")
    anyone.go("/kontrollera")
    anyone.page.get_by_label(anyone.words("Kontrollnummer")).fill(number)
    anyone.press("Kontrollera numret")
    expect(anyone.page.get_by_role("main")).to_contain_text("Björkviks kommun")


def letters_of(owner: Session, case_id: str) -> list[Letter]:
    owner.rollback()
    return list(owner.exec(select(Letter).where(col(Letter.case_id) == case_id)).all())


def every_letter_came_once(owner: Session, case_id: str, letters) -> set[LetterKind]:
    """The kinds of the case's letters, when each lies once in the relay's box."""
    all_sent = lambda: all(each.delivery == "sent" for each in letters_of(owner, case_id))  # noqa: E731
    assert wait_until(all_sent, patience=PATIENCE), [
        (each.kind, each.delivery) for each in letters_of(owner, case_id) if each.delivery != "sent"
    ]
    box = mailbox.Maildir(letters, create=False)
    came = Counter(
        str(message_from_bytes(box.get_bytes(key), policy=policy.default)["Message-ID"]) for key in box.iterkeys()
    )
    rows = letters_of(owner, case_id)
    for row in rows:
        assert [count for id_, count in came.items() if id_.startswith(f"<{row.id}@")] == [1], row.kind
    return {row.kind for row in rows}


@pytest.mark.parametrize(
    ("story", "by_hand"),
    [
        pytest.param(("sv", True), True, id="svenska"),
        pytest.param(("sv", False), False, id="utan skript"),
        pytest.param(("en", True), False, id="english"),
    ],
    indirect=["story"],
)
def test_a_company_becomes_an_authorised_provider(story, by_hand, staffed, owner, resources, settings):
    olle, karin = story.visitor("Olle Åkerström"), story.visitor("Karin Ståhl")
    mikael, eva, leila = (story.visitor(name) for name in ("Mikael Öberg", "Eva Sandström", "Leila Haddad"))
    anyone = story.visitor("").speak()

    orgnr = register(story, olle)
    invite(olle, karin, settings.demo_maildir, address=f"karin@{orgnr}.example")
    begin(story, olle)
    if by_hand:
        answer_all_by_hand(story, karin)
    else:
        answer_the_rest(story, owner, karin, resources.store)
    expect(karin.button("Skicka in ansökan")).to_have_count(0)
    submit(story, olle)

    take(story, mikael)
    leila.sign_in("kommun", then=story.case)
    expect(leila.button("Spara och gå till nästa")).to_have_count(0)
    supplement(story, karin, ask_for_more(story, mikael))
    judge_all(story, mikael)
    propose_approval(story, mikael)
    approve(story, eva)

    sign_both(story, olle, eva)
    start(story, mikael)
    contract = download_contract(olle, f"/foretag/avtal/{story.contract}")
    assert contract == download_contract(mikael, f"/kommun/avtal/{story.contract}")
    seal = examined(contract, settings.seal_folder / "root.pem")
    assert (seal.intact, seal.whole, seal.trusted) == (True, True, True), seal

    number = (mikael.page.locator("[aria-labelledby=kontroll] .kv-num").inner_text()).strip()
    found_genuine(anyone, contract, number)
    anyone.go(f"/bjorkvik/anordnare?sok={story.company.split()[2]}")
    expect(anyone.page.get_by_role("heading", name=story.company)).to_be_visible()
    assert every_letter_came_once(owner, story.case_id, settings.demo_maildir) >= {
        LetterKind.RECEIPT,
        LetterKind.SUPPLEMENT_REQUESTED,
        LetterKind.SUPPLEMENT_RECEIVED,
        LetterKind.APPROVED,
        LetterKind.CONTRACT_SIGNED,
        LetterKind.STARTED,
    }


def test_a_refusal_says_why_and_how_to_have_it_reviewed(as_actor, owner, db, bjorkvik, tmp_path):
    officer, decider = make_officer(owner, bjorkvik), make_decider(owner, bjorkvik)
    application = make_taken(owner, db, bjorkvik, officer, now=datetime.now(UTC) - timedelta(days=3))
    judge_all_by_service(db, application, officer, unmet=("GEN-25",), now=datetime.now(UTC) - timedelta(days=2))
    signatory = Actor(
        application.submitted_by, "Anna Lindqvist", with_lesser(Role.SIGNATORY), provider_id=application.provider_id
    )
    mikael, eva, anna = (Visitor(each.name, as_actor(each)) for each in (officer, decider, signatory))
    case = f"/kommun/arenden/{application.id}"

    mikael.go(f"{case}/forslag")
    mikael.page.get_by_label("Skäl till avslag").select_option("requirement_not_met.insurance_insufficient")
    mikael.page.get_by_label("Med egna ord").first.fill("Försäkringen gäller bara till och med juni.")
    mikael.write("Sammanfattning av skälen", "Ansvarsförsäkringen är inte tillräcklig.")
    mikael.press("Lämna förslag om avslag")
    eva.go(f"{case}/beslut")
    expect(eva.button("Avslå ansökan")).to_have_count(0)
    eva.press("Skicka utkastet till företaget")
    eva.sees("Kan beslutas när företaget har yttrat sig eller svarstiden har gått ut.")

    anna.go(f"/foretag/ansokningar/{application.id}/yttrande")
    anna.sees("Försäkringen gäller bara till och med juni.")
    anna.write("Ert yttrande", "Vi förnyar försäkringen i maj.")
    anna.press("Skicka yttrandet")
    eva.go(f"{case}/beslut")
    eva.sees("Vi förnyar försäkringen i maj.")
    eva.press("Avslå ansökan")
    eva.sees_heading("Ansökan är avslagen")

    letter = tmp_path / "beslut.pdf"
    eva.reload_until(eva.link("Beslutet som PDF"))
    answer = eva.page.request.get(str(eva.link("Beslutet som PDF").get_attribute("href")))
    letter.write_bytes(answer.body())
    written = subprocess.run(["pdftotext", "-layout", letter, "-"], capture_output=True, text=True, check=True).stdout
    told = " ".join(written.split())
    assert "Förvaltningsrätten" in told
    assert "överprövning" in told
    assert "Ansvarsförsäkringen är inte tillräcklig." in told
    anna.go(f"/foretag/ansokningar/{application.id}")
    anna.sees_heading("Så begär ni överprövning")
