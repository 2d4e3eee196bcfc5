"""What would settle a comparison that is open or falls short: one sentence that says what to do, and who does it."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from portal.domain.comparing import items_of
from portal.domain.competence import Capacity
from portal.domain.competence_facts import FACTS, Part
from portal.domain.criteria import Language, Outcome, Text
from portal.domain.evaluation import LeafFinding
from portal.domain.fact_words import amount, in_sentence, listed
from portal.domain.facts import Each, Fact, Source, Why
from portal.domain.rules import Op

Say = Callable[[str, str], str]

# Whatever it is about, this is what is in the way; the first that is found is said.
_IN_THE_WAY: Mapping[Why, Text] = {
    Why.DOCUMENT_WAITING: Text("Vänta tills filen är genomsökt.", "Wait until the file has been scanned."),
    Why.DOCUMENT_STOPPED: Text(
        "Ta bort filen som stoppades och bifoga en annan.", "Remove the file that was stopped and attach another."
    ),
    Why.NOT_SUBMITTED: Text("Låt en firmatecknare skicka in ansökan.", "Have a signatory submit the application."),
    Why.KIND_UNKNOWN: Text(
        "Välj vid dokumentet vilken sorts underlag det är.", "Choose at the document which kind of evidence it is."
    ),
    Why.DATE_UNKNOWN: Text("Skriv dokumentets datum vid det.", "Write the date of the document next to it."),
    Why.UHR_MISSING: Text(
        "Lägg till utlåtandet från UHR vid utbildningen i profilen.",
        "Add the statement from UHR to the education in the profile.",
    ),
    Why.NO_DENOMINATOR: Text(
        "Rätta beloppen om de är fel, eller visa ekonomin på ett annat sätt.",
        "Correct the amounts if they are wrong, or show the finances in another way.",
    ),
    Why.FOREIGN_CURRENCY: Text(
        "Lämna beloppen i kronor, eller visa ekonomin på ett annat sätt.",
        "Give the amounts in kronor, or show the finances in another way.",
    ),
}
# The company has done its part: what is left is for a person to read.
_READ_BY_A_PERSON = frozenset(
    {
        *(Why.ONLY_DESCRIBED, Why.NOT_READ, Why.SOURCES_DIFFER, Why.MAY_BE_EXCUSED, Why.JUDGED),
        *(Why.DOCUMENT_NOT_SCANNED, Why.COVERAGE_UNKNOWN),
    }
)
_WHO: Mapping[Capacity, Text] = {
    Capacity.LEADER: Text("Välj vem som är verksamhetsansvarig.", "Choose who is responsible for the service."),
    Capacity.STAND_IN: Text("Välj vem som är ersättare.", "Choose who stands in."),
    Capacity.STAFF: Text("Välj vilka i personalen det gäller.", "Choose which of the staff it concerns."),
}
_IN_THE_PROFILE: Mapping[Part, Text] = {
    Part.EDUCATION: Text(
        "Skriv in utbildning med intyg i profilen: {name}.",
        "Enter education with a certificate in the profile: {name}.",
    ),
    Part.EMPLOYMENT: Text(
        "Skriv in anställningar med intyg i profilen: {name}.",
        "Enter employments with certificates in the profile: {name}.",
    ),
    Part.LANGUAGE: Text(
        "Skriv in språknivå med intyg i profilen: {name}.",
        "Enter the language level with a certificate in the profile: {name}.",
    ),
    Part.SUPERVISION: Text("Skriv in handledning i profilen: {name}.", "Enter supervision in the profile: {name}."),
}


def what_would_help(found: LeafFinding, fact: Fact, language: Language, *, document: str) -> str:
    """``document``: the document's name inside a sentence, where the fact is one or stands in one."""
    name = in_sentence(fact.name.in_(language))

    def say(sv: str, en: str) -> str:
        return sv if language == "sv" else en

    for why, words in _IN_THE_WAY.items():
        if why in found.why:
            return words.in_(language)
    if Why.NOT_STATED in found.why and fact.source in (Source.ANSWER, Source.DOCUMENT):
        return say(f"Fyll i: {name}.", f"Fill in: {name}.")
    if not _READ_BY_A_PERSON.isdisjoint(found.why):
        return say(f"En handläggare läser: {name}.", f"A case officer reads it: {name}.")
    short = found.outcome is Outcome.NOT_MET
    profiles = fact.source is Source.PROFILE or any(each.source is Source.PROFILE for each in found.known)
    if profiles and fact.id in FACTS:
        return _of_people(found, fact, name, say, language)
    match fact.source:
        case Source.DOCUMENT if short and found.known:
            return say(f"Byt till ett som räcker: {document}.", f"Replace it with one that will do: {document}.")
        case Source.DOCUMENT:
            return say(f"Bifoga: {document}.", f"Attach: {document}.")
        case Source.REGISTER if short:
            return say(
                f"Låt registret rätta uppgiften om den är fel, och berätta det i svaret: {name}.",
                f"Have the register correct it if it is wrong, and say so in the answer: {name}.",
            )
        case Source.REGISTER:
            return say(f"Kommunen kontrollerar: {name}.", f"The municipality checks: {name}.")
        case Source.ANNUAL_REPORT if short:
            return say(
                "Lämna en senare årsredovisning om det finns en, eller visa ekonomin på ett annat sätt.",
                "Hand in a later annual report if there is one, or show the finances in another way.",
            )
        case Source.ANNUAL_REPORT:
            return say("Lämna den senaste årsredovisningen.", "Hand in the latest annual report.")
        case Source.PROFILE:
            return say(f"Visa med underlag: {name}.", f"Show with evidence: {name}.")
        case Source.ANSWER if short:
            return say(
                "Ändra svaret om det är fel, eller förklara hur och när ni uppfyller villkoret.",
                "Change the answer if it is wrong, or explain how and when you will meet the condition.",
            )
        case Source.ANSWER:
            return say(f"Svara på frågan: {name}.", f"Answer the question: {name}.")
        case Source.FOLLOW_UP | Source.CONTRACT:
            return say(
                "Svara ja på frågan om ni kommer att uppfylla villkoret.", "Answer yes if you will meet the condition."
            )
        case _:
            return say(f"Kommunen svarar för: {name}.", f"The municipality provides: {name}.")


def _of_people(found: LeafFinding, fact: Fact, name: str, say: Say, language: Language) -> str:
    about = FACTS[fact.id]
    if Why.NOBODY in found.why or not about.parts:
        return _WHO[about.capacity].in_(language)
    if found.outcome is Outcome.NOT_MET:
        return _falls_short(found, fact, name, say, language)
    words = _IN_THE_PROFILE[min(about.parts)].in_(language).format(name=name)
    unknown = _whoever(found, Outcome.CANNOT_TELL)
    return f"{words.removesuffix('.')} ({listed(unknown, say('och', 'and'))})." if unknown else words


def _falls_short(found: LeafFinding, fact: Fact, name: str, say: Say, language: Language) -> str:
    whom = _whoever(found, Outcome.NOT_MET)
    if whom:
        people = listed(whom, say("och", "and"))
        return say(
            f"Lägg till det som saknas i profilen eller välj bort: {people} ({name}).",
            f"Add what is lacking to the profile or leave out: {people} ({name}).",
        )
    wanted, value = found.leaf.value, found.known[0].value if found.known else None
    if found.leaf.op is Op.GTE and isinstance(wanted, int) and isinstance(value, int | Decimal):
        lacking = amount(wanted - value, fact.unit, language)
        return say(
            f"{lacking} fattas: lägg till det som saknas i profilen, eller välj någon annan ({name}).",
            f"{lacking} lacking: add what is missing to the profile, or choose somebody else ({name}).",
        )
    return say(
        f"Lägg till det som saknas i profilen, eller välj någon annan ({name}).",
        f"Add what is lacking to the profile, or choose somebody else ({name}).",
    )


def _whoever(found: LeafFinding, outcome: Outcome) -> list[str]:
    """By name, whoever a comparison for each person comes out so for."""
    return [
        person
        for known in found.known
        if isinstance(known.value, Each)
        for person, verdict in items_of(found.leaf, known.value, found.on)
        if person and verdict.outcome is outcome
    ]
