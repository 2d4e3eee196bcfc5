"""The papers: conforming, repeatable, complete in both languages, and safe against what people write."""

import io
import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest
import typst

from documents.attach import attach, attachments
from documents.papers import JudgedCriterion, Paper, Template, UnmetCriterion
from documents.typeset import TEMPLATES, Language, Typesetter, TypesettingFailed, typeset
from tests.documents.examples import APPROVAL, CONTRACT, MADE_AT, PAPERS, RECEIPT, REFUSAL, SENDER, SIGNED

EACH = [(template, paper) for _, template, paper in PAPERS]
LANGUAGES: tuple[Language, ...] = ("sv", "en")


def text_of(pdf: bytes, tmp_path: Path) -> str:
    """What a reader sees, by another program, with line ends and no-break spaces made plain."""
    file = tmp_path / "paper.pdf"
    file.write_bytes(pdf)
    raw = subprocess.run(["pdftotext", "-layout", str(file), "-"], check=True, capture_output=True, text=True).stdout
    return " ".join(raw.split())


def words() -> dict[str, dict[str, str]]:
    source = TEMPLATES / "words.typ"
    listed = b'#import "words.typ": words\n#metadata(words) <words>'
    main = typst.query(listed, "<words>", field="value", one=True, root=str(source.parent))
    return dict(json.loads(main))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("template", "paper"), EACH)
def test_every_paper_says_that_it_is_archivable_accessible_and_in_which_language(
    template: Template, paper: Paper, language: Language
) -> None:
    pdf = typeset(template, paper, language=language, made_at=MADE_AT)

    with pikepdf.open(io.BytesIO(pdf)) as document:
        about = document.open_metadata()
        assert (about["pdfaid:part"], about["pdfaid:conformance"], about["pdfuaid:part"]) == ("2", "A", "1")
        assert str(document.Root.Lang).startswith(language)
        assert document.Root.MarkInfo.Marked
        assert paper.case_number in str(about["dc:title"])


@pytest.mark.parametrize(("template", "paper"), EACH)
def test_a_translation_says_on_every_page_what_it_is_and_is_as_archivable(
    template: Template, paper: Paper, tmp_path: Path
) -> None:
    translation = replace(paper, translates=paper.document_number)

    pdf = typeset(template, translation, language="en", made_at=MADE_AT)

    assert pdf == typeset(template, translation, language="en", made_at=MADE_AT)
    file = tmp_path / "translation.pdf"
    file.write_bytes(pdf)
    said = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True).stdout
    pages = said.split("\f")[:-1]
    assert all("Translation: Document" in page and paper.verification_number in page for page in pages)
    assert "The Swedish text is the one that applies." in " ".join(pages[0].split())
    with pikepdf.open(io.BytesIO(pdf)) as document:
        about = document.open_metadata()
        assert (about["pdfaid:part"], about["pdfaid:conformance"], about["pdfuaid:part"]) == ("2", "A", "1")
    assert "Translation" not in text_of(typeset(template, paper, language="en", made_at=MADE_AT), tmp_path)


def test_what_an_official_wrote_is_said_and_marked_to_be_in_swedish(tmp_path: Path) -> None:
    judged = JudgedCriterion("GEN-25", "Insurance", "not_met", "Beloppet räcker inte.", "sv")
    phrase = JudgedCriterion("GEN-26", "Staff", "not_met", "The staff are too few.", "en")
    unmet = UnmetCriterion("GEN-25", "Has insurance.", "The amount is not enough.", "Brevet visar en miljon.", "sv")
    paper = replace(REFUSAL, protocol=(judged, phrase), unmet=(unmet,), reasons=("Villkoret är inte uppfyllt.",))

    pdf = typeset("decision", replace(paper, translates="1"), language="en", made_at=MADE_AT)

    said = " ".join(text_of(pdf, tmp_path).split())
    assert said.count("As it was written, in Swedish:") == 3
    with pikepdf.open(io.BytesIO(pdf)) as document:
        tongues = [
            str(each.Lang) for each in document.objects if isinstance(each, pikepdf.Dictionary) and "/Lang" in each
        ]
    assert {each for each in tongues if each.startswith("sv")} == {"sv-SE"}
    assert "As it was written" not in text_of(typeset("decision", paper, language="sv", made_at=MADE_AT), tmp_path)


@pytest.mark.parametrize(("template", "paper"), EACH)
def test_another_program_finds_no_fault_in_the_file(template: Template, paper: Paper, tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(typeset(template, paper, language="sv", made_at=MADE_AT))

    checked = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
    fonts = subprocess.run(["pdffonts", str(file)], capture_output=True, text=True, check=True).stdout.splitlines()[2:]

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert fonts
    assert all(re.search(r" yes yes (yes|no ) ", line) for line in fonts), fonts


@pytest.mark.parametrize(("template", "paper"), EACH)
def test_the_same_facts_give_the_same_bytes_in_any_process(template: Template, paper: Paper) -> None:
    one, other = Typesetter(), Typesetter()
    try:
        first = one.typeset(template, paper, language="sv", made_at=MADE_AT)
        second = other.typeset(template, paper, language="sv", made_at=MADE_AT)
        later = other.typeset(template, paper, language="sv", made_at=MADE_AT + timedelta(seconds=1))
    finally:
        one.close()
        other.close()

    assert first == second
    assert first != later


def test_every_word_is_there_in_both_languages() -> None:
    for key, said in words().items():
        assert set(said) == {"sv", "en"}, key
        assert all(text.strip() for text in said.values()), key
        assert len({frozenset(re.findall(r"{(\w+)}", text)) for text in said.values()}) == 1, key


def test_every_word_a_template_says_exists_and_every_word_is_said() -> None:
    sources = "".join(path.read_text() for path in TEMPLATES.glob("*.typ") if path.name != "words.typ")
    said = set(re.findall(r'say\("([\w-]+)"', sources))
    by_value = {"met", "not_met", "cannot_tell", "e_id_signature", "approval"}

    assert said | by_value == set(words())


def test_no_template_holds_a_word_of_its_own() -> None:
    for path in TEMPLATES.glob("*.typ"):
        if path.name in ("words.typ", "letter.typ"):
            continue
        code = re.sub(r"//.*", "", path.read_text())
        shown = re.findall(r"\[([^\[\]]*)\]", code) + re.findall(r"(?m)^\s*=+ (.*)$", code)
        for content in shown:
            rest = re.sub(r'#?[\w.-]+(\([^()]*\))+|#[\w.-]+|"[^"]*"', "", content)
            if "#" not in rest and "(" not in rest and "{" not in rest:
                assert not re.search(r"[A-Za-zÅÄÖåäö]{3,}", rest), (path.name, content)


def test_a_receipt_names_the_case_the_company_and_every_document(tmp_path: Path) -> None:
    text = text_of(typeset("receipt", RECEIPT, language="sv", made_at=MADE_AT), tmp_path)

    for expected in (
        "Vi har tagit emot er ansökan",
        RECEIPT.case_number,
        "556016-0680",
        "Sida 1 av 2",
        "K7QP-3M9X-WD42",
    ):
        assert expected in text
    for group in RECEIPT.groups:
        for criterion in group.criteria:
            assert criterion.code in text
            assert all(document.sha256[:8] in text for document in criterion.documents)


def test_a_refusal_gives_reasons_for_each_criterion_and_the_way_to_court(tmp_path: Path) -> None:
    text = text_of(typeset("decision", REFUSAL, language="sv", made_at=MADE_AT), tmp_path)

    for expected in ("Avslag", "Märta Lindqvist", "punkt 4.12", "Så ansöker ni om överprövning", "Underlaget räcker"):
        assert expected in text
    assert all(row.code in text for row in REFUSAL.protocol)


def test_an_approval_says_nothing_of_courts_or_unmet_criteria(tmp_path: Path) -> None:
    text = text_of(typeset("decision", APPROVAL, language="en", made_at=MADE_AT), tmp_path)

    assert "Approved" in text
    assert "court" not in text
    assert "not met" not in text


def test_a_contract_tells_where_it_is_signed_and_the_signed_one_who_did(tmp_path: Path) -> None:
    contract = text_of(typeset("contract", CONTRACT, language="en", made_at=MADE_AT), tmp_path)
    signed = text_of(typeset("signed_contract", SIGNED, language="en", made_at=MADE_AT), tmp_path)

    assert "signed electronically by both parties" in contract
    assert "8. Tvist" in contract
    for expected in ("Signed for", "Åsa Öberg Sjöström", "BankID", "Approval by signing in anew"):
        assert expected in signed
        assert expected == "Åsa Öberg Sjöström" or expected not in contract


def test_what_people_write_is_shown_and_never_run(tmp_path: Path) -> None:
    nasty = '#read("/etc/passwd") $x$ *b* _i_ <label> @ref \\ [ { " // å'
    paper = replace(REFUSAL, reasons=(nasty,), heading="= #panic() Ö")

    text = text_of(typeset("decision", paper, language="sv", made_at=MADE_AT), tmp_path)

    assert '#read("/etc/passwd") $x$ *b* _i_ <label> @ref \\ [ { " // å' in text
    assert "= #panic() Ö" in text


def test_a_sender_without_mark_department_or_address_still_sets() -> None:
    bare = replace(SENDER, mark_svg=None, department="", address=(), contact=())

    assert typeset("receipt", replace(RECEIPT, sender=bare), language="en", made_at=MADE_AT).startswith(b"%PDF-")


def test_facts_that_do_not_fit_are_refused_with_the_reason_and_the_next_paper_is_set() -> None:
    with pytest.raises(TypesettingFailed, match="sender"):
        typeset("receipt", {"case_number": "1"}, language="sv", made_at=MADE_AT)

    assert typeset("receipt", RECEIPT, language="sv", made_at=MADE_AT)


def test_a_child_is_kept_and_then_replaced() -> None:
    typesetter = Typesetter(documents_per_child=2)
    seen = []
    try:
        for _ in range(4):
            typesetter.typeset("contract", CONTRACT, language="sv", made_at=MADE_AT)
            seen.append(next(iter(typesetter.child_ids)))
    finally:
        typesetter.close()

    assert seen[0] == seen[1] != seen[2] == seen[3]


def test_a_child_that_dies_or_dawdles_costs_one_paper() -> None:
    typesetter = Typesetter()
    hasty = Typesetter(timeout=0.001)
    try:
        with pytest.raises(TypesettingFailed, match="longer"):
            hasty.typeset("contract", CONTRACT, language="sv", made_at=MADE_AT)
        typesetter.typeset("contract", CONTRACT, language="sv", made_at=MADE_AT)
        (child,) = typesetter.child_ids
        subprocess.run(["kill", "-9", str(child)], check=True)

        assert typesetter.typeset("contract", CONTRACT, language="sv", made_at=MADE_AT)
    finally:
        typesetter.close()
        hasty.close()


def test_many_threads_set_at_once_and_each_gets_its_own_paper(tmp_path: Path) -> None:
    def one(number: int) -> bool:
        paper = replace(APPROVAL, document_number=f"NR-{number:04}")
        with pikepdf.open(io.BytesIO(typeset("decision", paper, language="sv", made_at=MADE_AT))) as document:
            return f"NR-{number:04}" in str(document.docinfo.get("/Keywords"))

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(one, range(24)))


def test_a_signed_contract_carries_the_exact_file_that_was_signed() -> None:
    original = typeset("contract", CONTRACT, language="sv", made_at=MADE_AT)
    signed = typeset("signed_contract", SIGNED, language="sv", made_at=MADE_AT)

    def both() -> bytes:
        return attach(signed, name=SIGNED.original_name, data=original, description="Avtal – å ä ö", at=MADE_AT)

    held = attachments(both())
    assert set(held) == {SIGNED.original_name}
    assert sha256(held[SIGNED.original_name]).digest() == sha256(original).digest()
    assert both() == both()
    with pikepdf.open(io.BytesIO(both())) as document:
        about = document.open_metadata()
        assert (about["pdfaid:part"], about["pdfaid:conformance"], about["pdfuaid:part"]) == ("2", "A", "1")
