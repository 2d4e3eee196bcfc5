"""Papers as a municipality would send them: long names, å ä ö, refusals with reasons."""

from datetime import UTC, datetime
from typing import Final

from documents.papers import (
    AnsweredCriterion,
    AnsweredGroup,
    AttachedDocument,
    Clause,
    ConditionsInForce,
    Contract,
    Decision,
    JudgedCriterion,
    Paper,
    Party,
    Receipt,
    Sender,
    Signature,
    SignedContract,
    Template,
    UnmetCriterion,
)

MADE_AT: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MARK: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 44" width="40" height="44"><path fill="#fff" '
    'd="M2 2h36v22c0 10-8 16-18 19C10 40 2 34 2 24z"/><path fill="#0d3b2a" d="M20 7c5.2 4.2 7.6 8.6 7.6 12.4 0 4-2.7 '
    '6.4-6.5 6.9V30h-2.2v-3.7c-3.8-.5-6.5-2.9-6.5-6.9C12.4 15.6 14.8 11.2 20 7z"/></svg>'
)
DIGEST: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

SENDER: Final = Sender(
    municipality="Björkviks kommun",
    department="Vård- och omsorgsförvaltningen",
    address=("Stora torget 1", "641 80 Björkvik"),
    contact=("0150-48 80 00", "kundval@bjorkvik.example", "bjorkvik.example/kundval"),
    accent="#17573f",
    mark_svg=MARK,
)
COMPANY: Final = Party(
    name="Åkerströms Äldreomsorg och Hushållsnära Tjänster i Södermanland Aktiebolag",
    organisation_number="556016-0680",
    address=("Östra Kyrkogatan 14 B", "641 30 Björkvik"),
    represented_by="Åsa Öberg Sjöström, firmatecknare",
)
MUNICIPALITY: Final = Party(
    name="Björkviks kommun",
    organisation_number="212000-0340",
    address=("Stora torget 1", "641 80 Björkvik"),
    represented_by="Märta Lindqvist, socialchef",
)


def _common(number: str) -> dict[str, object]:
    return {
        "sender": SENDER,
        "case_number": "VON 2026/0147",
        "date": "2 mars 2026",
        "document_number": number,
        "verification_number": "K7QP-3M9X-WD42",
        "verify_at": "kundval.bjorkvik.example/kontrollera",
    }


def _documents(*names: str) -> tuple[AttachedDocument, ...]:
    return tuple(AttachedDocument(name, f"{n + 1},4 MB", DIGEST) for n, name in enumerate(names))


RECEIPT: Final = Receipt(
    **_common("BJO-2026-000311"),  # type: ignore[arg-type]
    company=COMPANY,
    service="Hemtjänst – omvårdnad, service och delegerad hälso- och sjukvård",
    submitted_at="2 mars 2026 kl. 10.00",
    submitted_by="Åsa Öberg Sjöström, firmatecknare",
    conditions_version="Version 1, gäller från 1 januari 2026",
    groups=tuple(
        AnsweredGroup(
            title,
            tuple(
                AnsweredCriterion(f"{code}-{n:02}", text, answer, _documents(*names))
                for n, (text, answer, names) in enumerate(criteria, 1)
            ),
        )
        for title, code, criteria in (
            (
                "Ekonomi och juridisk ställning",
                "EKO",
                (
                    ("Företaget är registrerat för F-skatt, moms och arbetsgivaravgifter.", "Intygat", ()),
                    (
                        "Företaget har en stabil ekonomisk bas och kan visa den senaste årsredovisningen.",
                        "Intygat, med dokument",
                        (
                            "Årsredovisning 2025 – Åkerströms Äldreomsorg och Hushållsnära Tjänster (undertecknad).pdf",
                            "Revisionsberättelse 2025.pdf",
                        ),
                    ),
                    (
                        "Företaget har en ansvarsförsäkring som gäller hela avtalstiden.",
                        "Intygat",
                        ("Försäkringsbrev.pdf",),
                    ),
                ),
            ),
            (
                "Ledning och kompetens",
                "KOM",
                (
                    (
                        "Verksamhetsansvarig har relevant högskoleutbildning och minst två års erfarenhet.",
                        "Åsa Öberg Sjöström, socionom, åtta års erfarenhet",
                        ("Examensbevis socionom.pdf", "CV Åsa Öberg Sjöström.docx"),
                    ),
                    ("Tillstånd från Inspektionen för vård och omsorg finns.", "Intygat", ("IVO-tillstånd.pdf",)),
                ),
            ),
            (
                "Kvalitet",
                "KVA",
                (
                    (
                        "Ledningssystem för systematiskt kvalitetsarbete (SOSFS 2011:9).",
                        "Intygat",
                        ("Ledningssystem.pdf",),
                    ),
                    ("Rutin för klagomål och synpunkter.", "Intygat", ()),
                ),
            ),
        )
    ),
    what_happens_next=(
        "En handläggare går igenom ansökan. Om något behöver kompletteras skriver vi och anger en sista dag att svara.",
        "När ansökan är komplett fattar en beslutsfattare i kommunen beslut, normalt inom tre månader.",
    ),
)

_TITLES: Final = (
    ("EKO-01", "Registrerad för F-skatt, moms och arbetsgivaravgifter"),
    ("EKO-02", "Stabil ekonomisk bas"),
    ("EKO-03", "Ansvarsförsäkring under hela avtalstiden"),
    ("KOM-01", "Verksamhetsansvarigs utbildning och erfarenhet"),
    ("KOM-02", "Tillstånd från Inspektionen för vård och omsorg"),
    ("KVA-01", "Ledningssystem för systematiskt kvalitetsarbete"),
)
_PROTOCOL: Final = tuple(
    JudgedCriterion(
        code,
        title,
        "not_met" if code in ("EKO-03", "KOM-01") else "cannot_tell" if code == "KVA-01" else "met",
        "Framgår av inlämnat underlag och Skatteverkets uppgifter." if code.startswith("EKO") else "",
    )
    for code, title in _TITLES
) + tuple(
    JudgedCriterion(f"ALL-{n:02}", f"Allmänt villkor nummer {n} om information, insyn och uppföljning", "met")
    for n in range(1, 25)
)

REFUSAL: Final = Decision(
    **_common("BJO-2026-000352"),  # type: ignore[arg-type]
    approved=False,
    heading="Ansökan om att bedriva hemtjänst avslås",
    service="Hemtjänst – omvårdnad och service",
    applicant=COMPANY,
    decided_by="Märta Lindqvist",
    decided_by_title="socialchef, Vård- och omsorgsförvaltningen",
    delegation="Vård- och omsorgsnämndens delegationsordning, punkt 4.12",
    decision=(
        "Björkviks kommun godkänner inte Åkerströms Äldreomsorg och Hushållsnära Tjänster i Södermanland Aktiebolag "
        "som anordnare av hemtjänst i kommunens valfrihetssystem.",
    ),
    reasons=(
        "Kommunen ska godkänna alla sökande som uppfyller kraven i det annonserade förfrågningsunderlaget. Två av "
        "kraven är inte uppfyllda, och de har inte heller uppfyllts efter den komplettering som vi begärde i februari.",
        "Övriga krav som prövats är uppfyllda. Hur varje krav har bedömts framgår av bilagan.",
    ),
    unmet=(
        UnmetCriterion(
            "EKO-03",
            "Utföraren har en ansvarsförsäkring som gäller under hela avtalstiden och täcker person- och sakskador.",
            "Underlaget räcker inte",
            "Försäkringsbrevet gäller till och med den 30 april 2026 och omfattar inte personskador.",
        ),
        UnmetCriterion(
            "KOM-01",
            "Verksamhetsansvarig har relevant högskoleutbildning och minst två års erfarenhet av arbetsledning.",
            "Erfarenheten är kortare än vad som krävs",
            "Av intygen framgår 17 månader; 24 krävs.",
        ),
    ),
    protocol=_PROTOCOL,
    what_happens_next=(
        "Ni kan ansöka på nytt när kraven är uppfyllda. Uppgifter och dokument från den här ansökan kan återanvändas.",
    ),
    court_review=(
        "Den som har ansökt om att bli godkänd men inte blivit det kan ansöka om rättelse hos förvaltningsrätten "
        "(10 kap. lagen om valfrihetssystem). Ansökan ska vara skriftlig och ha kommit in till förvaltningsrätten inom "
        "tre veckor från den dag ni fick del av beslutet.",
        "I ansökan anger ni vilket beslut det gäller, varför ni anser att det är fel och vilken ändring ni vill ha.",
        "Förvaltningsrätten i Linköping, Box 406, 581 04 Linköping",
    ),
)

APPROVAL: Final = Decision(
    **_common("BJO-2026-000353"),  # type: ignore[arg-type]
    approved=True,
    heading="Åkerströms Äldreomsorg och Hushållsnära Tjänster i Södermanland Aktiebolag godkänns för hemtjänst",
    service=REFUSAL.service,
    applicant=COMPANY,
    decided_by=REFUSAL.decided_by,
    decided_by_title=REFUSAL.decided_by_title,
    delegation=REFUSAL.delegation,
    decision=("Björkviks kommun godkänner företaget som anordnare av hemtjänst i kommunens valfrihetssystem.",),
    reasons=("Alla krav i det annonserade förfrågningsunderlaget är uppfyllda.",),
    protocol=tuple(JudgedCriterion(row.code, row.title, "met") for row in _PROTOCOL[:6]),
    what_happens_next=("Ett avtal tas fram och skrivs under elektroniskt i portalen. Därefter syns ni i listan.",),
)

_CLAUSES: Final = tuple(
    Clause(
        heading,
        tuple(
            f"Anordnaren ska {verb} enligt de krav som framgår av förfrågningsunderlaget och de särskilda villkoren "
            "för tjänsten, och på begäran visa kommunen att så sker. Brister ska åtgärdas utan dröjsmål."
            for verb in ("utföra uppdraget", "dokumentera arbetet", "medverka i uppföljning")[: 2 + number % 2]
        ),
    )
    for number, heading in enumerate(
        (
            "Uppdraget",
            "Ickevalsalternativ och kapacitetstak",
            "Personal och kompetens",
            "Sekretess och personuppgifter",
            "Ersättning och fakturering",
            "Uppföljning och insyn",
            "Brister, varning och uppsägning",
            "Tvist",
        )
    )
)

_CONTRACT: Final = {
    "title": "Avtal om att utföra hemtjänst i Björkviks kommuns valfrihetssystem",
    "service": "Hemtjänst – omvårdnad och service",
    "municipality": MUNICIPALITY,
    "provider": COMPANY,
    "valid": "Från den 1 april 2026, tills vidare",
    "background": (
        "Björkviks kommun har infört valfrihetssystem enligt lagen (2008:962) om valfrihetssystem. Kommunen har den "
        "2 mars 2026 godkänt anordnaren (beslut VON 2026/0147).",
    ),
    "scope": ("Avtalet omfattar omvårdnad och service i hela kommunen för personer med beslut om hemtjänst.",),
    "conditions": (
        ConditionsInForce("Allmänna villkor för kundval", "3", "1 januari 2026", "Vård- och omsorgsnämnden § 112"),
        ConditionsInForce("Särskilda villkor för hemtjänst", "2", "1 februari 2026", "Vård- och omsorgsnämnden § 8"),
    ),
    "clauses": _CLAUSES,
}
CONTRACT: Final = Contract(**_common("BJO-2026-000360"), **_CONTRACT)  # type: ignore[arg-type]
SIGNED: Final = SignedContract(
    **_common("BJO-2026-000361"),  # type: ignore[arg-type]
    **_CONTRACT,  # type: ignore[arg-type]
    original_name="Avtal BJO-2026-000360.pdf",
    original_sha256=DIGEST,
    signatures=(
        Signature(
            name="Åsa Öberg Sjöström",
            role="firmatecknare",
            party=COMPANY.name,
            at="2 mars 2026 kl. 13.42",
            how="e_id_signature",
            by_means_of="BankID",
            level="Tillitsnivå 3 (loa3)",
            digest=DIGEST,
        ),
        Signature(
            name="Märta Lindqvist",
            role="socialchef",
            party="Björkviks kommun",
            at="3 mars 2026 kl. 08.15",
            how="approval",
            by_means_of="Freja eID+",
            level="Tillitsnivå 3 (loa3)",
            digest=DIGEST,
        ),
    ),
)

PAPERS: Final[tuple[tuple[str, Template, Paper], ...]] = (
    ("receipt", "receipt", RECEIPT),
    ("refusal", "decision", REFUSAL),
    ("approval", "decision", APPROVAL),
    ("protocol", "protocol", REFUSAL),
    ("contract", "contract", CONTRACT),
    ("signed", "signed_contract", SIGNED),
)
