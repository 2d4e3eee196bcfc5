"""What is said of a document that somebody wants verified: what was found, what it means, what to do."""

from dataclasses import dataclass
from datetime import datetime

from portal.domain.verification import Finding, Stamp, Verdict
from portal.locale import formats
from portal.locale import gettext as _
from portal.locale.problems import Problems
from portal.views.chrome import Brand
from portal.views.words import Status

GOOD = frozenset({Finding.KNOWN_NUMBER, Finding.GENUINE, Finding.SEALED_ELSEWHERE})


@dataclass(frozen=True)
class Answer:
    """``advice`` is what to do now; each negative answer has some."""

    good: bool
    status: Status
    heading: str
    paragraphs: tuple[str, ...]
    advice: tuple[str, ...]
    kind: str | None
    title: str | None
    number: str | None
    municipality: str | None
    municipality_slug: str | None
    sealed_by: str | None
    sealed_at: datetime | None
    stamp: str
    """What stands at *Tidsstämpel*; empty where no seal was read."""
    file_name: str | None


@dataclass(frozen=True)
class VerifyPage:
    brand: Brand | None
    typed: str
    answer: Answer | None
    problems: Problems = ()


def paper_kind(kind: str) -> str:
    return {
        "receipt": _("Kvitto på en ansökan"),
        "decision": _("Beslut om en ansökan"),
        "contract": _("Avtal för underskrift"),
        "signed_contract": _("Undertecknat avtal"),
    }.get(kind, _("Handling"))


def status_of(finding: Finding) -> Status:
    return {
        Finding.KNOWN_NUMBER: Status("done", _("Numret finns"), "success"),
        Finding.UNKNOWN_NUMBER: Status("ask", _("Numret finns inte"), "warning"),
        Finding.GENUINE: Status("done", _("Äkta och oförändrad"), "success"),
        Finding.SEALED_ELSEWHERE: Status("done", _("Oförändrad sedan den förseglades"), "success"),
        Finding.CHANGED: Status("stop", _("Ändrad"), "danger"),
        Finding.ADDED_TO: Status("stop", _("Ändrad"), "danger"),
        Finding.STRANGER: Status("act", _("Okänt sigill"), "warning"),
        Finding.NO_SEAL: Status("ask", _("Inget sigill"), "warning"),
        Finding.NOT_PDF: Status("ask", _("Inte en PDF"), "warning"),
        Finding.TOO_LARGE: Status("ask", _("För stor fil"), "warning"),
    }[finding]


def sentences(finding: Finding) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Heading, what it means, and what to do."""
    fetch_again = _("Hämta handlingen på nytt i portalen, eller be den som gav dig filen om originalet.")
    ask = _(
        "Lita inte på innehållet förrän du har frågat kommunen. Numret till kommunens växel hittar du på dess "
        "egen webbplats."
    )
    return {
        Finding.KNOWN_NUMBER: (
            _("Det finns en handling med det numret"),
            (_("Jämför uppgifterna på sidan med det som står i handlingen du har."),),
            (_("Ladda upp själva filen också. Då ser du om någon har ändrat i den."),),
        ),
        Finding.UNKNOWN_NUMBER: (
            _("Vi hittar ingen handling med det numret"),
            (),
            (
                _(
                    "Kontrollera att alla tecken är med: tre bokstäver och sedan tre grupper med fyra tecken. "
                    "I grupperna finns aldrig siffrorna 0 och 1 eller bokstäverna I och O."
                ),
                _("Är handlingen alldeles ny? Vänta en minut och försök igen."),
                _("Ladda upp filen i stället. Då kan vi se om den har ett sigill."),
            ),
        ),
        Finding.GENUINE: (
            _("Handlingen är äkta"),
            (_("Filen är på byten lika med den som portalen gjorde. Ingenting i den har ändrats."),),
            (),
        ),
        Finding.SEALED_ELSEWHERE: (
            _("Filen har ett giltigt sigill, men den är inte gjord här"),
            (
                _(
                    "Ingenting i filen har ändrats sedan den förseglades, och vi litar på den som förseglade "
                    "den. Men filen finns inte bland handlingarna i den här portalen."
                ),
            ),
            (_("Är det en handling om kundval, så fråga den som förseglade den var den hör hemma."),),
        ),
        Finding.CHANGED: (
            _("Filen har ändrats efter att den förseglades"),
            (_("Sigillet stämmer inte med innehållet. Någon har ändrat i filen, eller så har den skadats på vägen."),),
            (ask, fetch_again),
        ),
        Finding.ADDED_TO: (
            _("Någon har lagt till något efter att filen förseglades"),
            (
                _(
                    "Det som förseglades är oförändrat, men filen har fått ett tillägg, till exempel en "
                    "anteckning eller en underskrift från ett PDF-program. Det tillagda skyddas inte av "
                    "sigillet."
                ),
            ),
            (fetch_again, ask),
        ),
        Finding.STRANGER: (
            _("Filen är förseglad av någon som vi inte känner"),
            (
                _(
                    "Sigillet är helt, men vem som helst kan göra ett sigill i vilket namn som helst. Det här "
                    "kommer inte från en utfärdare som portalen litar på."
                ),
            ),
            (ask,),
        ),
        Finding.NO_SEAL: (
            _("Filen har inget sigill"),
            (
                _(
                    "Vi kan därför inte säga vem som har gjort den eller om den har ändrats. En handling som "
                    "har skrivits ut och lästs in igen, eller sparats om i ett annat program, förlorar sitt "
                    "sigill."
                ),
            ),
            (
                fetch_again,
                _("Står det ett kontrollnummer i handlingen kan du skriva in det och jämföra uppgifterna."),
            ),
        ),
        Finding.NOT_PDF: (
            _("Filen är inte en PDF"),
            (_("Handlingar från portalen är alltid PDF-filer. Ett foto eller en skärmbild går inte att kontrollera."),),
            (
                _("Ladda upp PDF-filen som du hämtade i portalen eller fick i ett brev."),
                _("Har du bara handlingen på papper? Skriv in numret som står i den."),
            ),
        ),
        Finding.TOO_LARGE: (
            _("Filen är för stor"),
            (_("Vi tar emot filer på högst 20 MB. Portalens egna handlingar är mycket mindre än så."),),
            (_("Kontrollera att du har valt rätt fil."), _("Skriv in numret som står i handlingen i stället.")),
        ),
    }[finding]


def stamp_words(verdict: Verdict) -> str:
    """Who says when, besides the one who sealed."""
    match verdict.stamp:
        case Stamp.TRUSTED if verdict.stamped_at is not None:
            facts = {"moment": formats.moment(verdict.stamped_at), "by": verdict.stamped_by or _("en tidsstämplare")}
            return _("%(moment)s, intygat av %(by)s") % facts
        case Stamp.STRANGER:
            return _("Finns, men från någon som portalen inte känner. Tiden ovan är den som förseglaren själv uppger.")
        case Stamp.NONE:
            return _("Ingen. Tiden ovan är den som förseglaren själv uppger.")
    return ""


def answer_to(verdict: Verdict, *, file_name: str | None = None) -> Answer:
    heading, paragraphs, advice = sentences(verdict.finding)
    paper = verdict.paper
    return Answer(
        good=verdict.finding in GOOD,
        status=status_of(verdict.finding),
        heading=heading,
        paragraphs=paragraphs,
        advice=advice,
        kind=paper_kind(paper.kind) if paper else None,
        title=paper.title if paper else None,
        number=paper.number if paper else None,
        municipality=paper.municipality_name if paper else None,
        municipality_slug=paper.municipality_slug if paper else None,
        sealed_by=verdict.sealed_by,
        sealed_at=verdict.sealed_at,
        stamp=stamp_words(verdict),
        file_name=file_name,
    )
