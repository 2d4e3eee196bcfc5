"""What a rule asks for, in words: the first half of the sentence that says what was found."""

from collections.abc import Callable, Mapping

from portal.domain.criteria import Language
from portal.domain.evaluation import LeafFinding
from portal.domain.fact_words import amount, count_of, day, in_sentence, one_of, said
from portal.domain.facts import Fact, Kind, Unit
from portal.domain.rules import Op


def _in(language: Language) -> Callable[[str, str], str]:
    return lambda sv, en: sv if language == "sv" else en


def asked(found: LeafFinding, facts: Mapping[str, Fact], language: Language) -> str:
    """What the comparison asks for, with its window, age and day, as the beginning of a sentence."""
    fact = facts[found.leaf.fact]
    in_words = _in(language)
    words = _comparison(found, facts, language)
    if found.leaf.window_years:
        years = count_of(found.leaf.window_years, language)
        words += in_words(f" inom de senaste {years} åren", f" within the last {years} years")
    if found.leaf.hired_after:
        words += in_words(
            f" av dem som anställts efter {found.leaf.hired_after}", f" of those hired after {found.leaf.hired_after}"
        )
    if found.leaf.max_age_months:
        months = amount(found.leaf.max_age_months, Unit.MONTHS, language)
        words += in_words(f", högst {months} gammalt", f", at most {months} old")
    if found.leaf.activity:
        activity = one_of(found.leaf.activity, fact, language)
        words += in_words(f" för {activity}", f" for {activity}")
    if found.leaf.by:
        words += in_words(f", senast {day(found.leaf.by, 'sv')}", f", no later than {day(found.leaf.by, 'en')}")
    if found.leaf.advisory:
        words += in_words(" (en rekommendation)", " (a recommendation)")
    return words


def _comparison(found: LeafFinding, facts: Mapping[str, Fact], language: Language) -> str:
    leaf, fact, in_words = found.leaf, facts[found.leaf.fact], _in(language)
    value = "" if leaf.value is None else said(leaf.value, fact, language)
    other = in_sentence(facts[leaf.fact2].name.in_(language)) if leaf.fact2 else ""
    if leaf.op in (Op.GTE_FACT, Op.LTE_FACT) and found.others:
        other = f"{said(found.others[0].value, fact, language)} ({other})"
    whom = in_words(" för var och en", " of each") if fact.many else ""
    one = leaf.value == 1
    match leaf.op:
        case Op.GTE if fact.kind is Kind.MONTHS:
            return in_words(f"{value} krävs{whom}", f"{value} {'is' if one else 'are'} asked for{whom}")
        case Op.GTE | Op.GTE_FACT:
            return in_words(f"minst {value or other} krävs{whom}", f"at least {value or other} is asked for{whom}")
        case Op.LTE | Op.LTE_FACT:
            return in_words(f"högst {value or other} godtas{whom}", f"at most {value or other} is accepted{whom}")
        case Op.EQ if isinstance(leaf.value, bool):
            return in_words(f"svaret ska vara {value}{whom}", f"the answer must be {value}{whom}")
        case Op.EQ | Op.IN:
            return in_words(f"{value} krävs{whom}", f"{value} is asked for{whom}")
        case Op.NE:
            return in_words(f"något annat än {value} avses", f"something other than {value} is meant")
        case Op.EQ_FACT:
            return in_words(f"ska vara samma som {other}", f"must be the same as {other}")
        case Op.IN_FACT:
            return in_words(f"ska höra till {other}", f"must be among {other}")
        case Op.EXISTS:
            return in_words("dokumentet ska finnas", "the document must be there")
        case Op.VALID:
            return in_words("dokumentet ska gälla", "the document must be valid")
        case Op.SUBMITTED_BY:
            due = day(str(leaf.value), language)
            return in_words(f"dokumentet ska lämnas senast {due} varje år", f"the document is due by {due} every year")
        case Op.URL:
            return in_words("en webbadress ska finnas", "a web address must be there")
        case Op.NONEMPTY:
            return in_words("minst en ska anges", "at least one must be stated")
        case Op.EMPTY:
            return in_words("inget får finnas", "there must be none")
        case Op.NONE_TRUE:
            return in_words("ingen får ha det", "nobody may have one")
        case Op.COVERS:
            return in_words(f"ska omfatta {value}", f"must cover {value}")
        case Op.DECLARED:
            return in_words("uppgiften ska lämnas", "it must be stated")
        case Op.REPORT:
            return in_words("ska redovisas, utan gräns", "must be reported, with no limit")
