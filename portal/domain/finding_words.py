"""What a rule has found, in sentences that a person understands, in Swedish and in English.

The same sentences stand before the applicant and before the officer. They say
what is seen and where it stands; they must never say that anything is decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeGuard

from portal.domain.asked_words import asked
from portal.domain.comparing import items_of
from portal.domain.criteria import Language, Outcome
from portal.domain.evaluation import AllFinding, AnyFinding, Finding, LeafFinding, Tree, WhenFinding, deciding
from portal.domain.fact_words import in_sentence, number, reason, said, source_of
from portal.domain.facts import NUMBERS, Each, Fact, Kind, Known, Source, Why
from portal.domain.help_words import what_would_help
from portal.domain.rules import Op


@dataclass(frozen=True, kw_only=True)
class Line:
    """One comparison in words. ``name`` is what it is about; ``help`` what would settle it.

    ``condition``: it says whether the rest applies, and is nothing that anybody has to fulfil.
    """

    name: str
    sentence: str
    outcome: Outcome
    sources: tuple[str, ...]
    limit: str
    help: tuple[str, ...]
    condition: bool = False


@dataclass(frozen=True)
class Branch:
    """Several, with what holds them together: all, one of them, or a condition for the rest."""

    lead: str
    outcome: Outcome
    parts: tuple["Words", ...]


Words = Line | Branch


@dataclass(frozen=True)
class Measure:
    """A number against what is asked, for a ruler; both in per cent of its length."""

    found: str
    asked: str
    found_at: Decimal
    asked_at: Decimal


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """A finding in words: the conclusion first, then what it rests on. ``help`` is what would settle it, once each."""

    criterion_id: str
    outcome: Outcome
    concerns: bool
    conclusion: str
    words: Words
    missing: tuple[str, ...]
    help: tuple[str, ...]
    measure: Measure | None


def explain(
    finding: Finding, facts: Mapping[str, Fact], language: Language, documents: Mapping[str, str]
) -> Explanation:
    """``documents``: the names of document types, by id, in the language."""
    told = _Teller(facts, language, documents)
    deciding_ones = tuple(dict.fromkeys(each for each in deciding(finding.tree) if each.outcome is finding.outcome))
    open_ones = deciding_ones if finding.outcome is Outcome.CANNOT_TELL else ()
    names = tuple(dict.fromkeys(told.name(each.leaf.fact) for each in open_ones))
    helped = open_ones or (deciding_ones if finding.outcome is Outcome.NOT_MET else ())
    return Explanation(
        criterion_id=finding.criterion_id,
        outcome=finding.outcome,
        concerns=finding.concerns,
        conclusion=told.conclusion(finding, len(names)),
        words=told.tree(finding.tree),
        missing=names,
        help=tuple(dict.fromkeys(line for each in helped for line in told.line(each).help)),
        measure=told.measure(finding.tree),
    )


class _Teller:
    """The words of one explanation; ``say`` picks the language."""

    def __init__(self, facts: Mapping[str, Fact], language: Language, documents: Mapping[str, str]) -> None:
        self.facts, self.language, self.documents = facts, language, documents

    def say(self, sv: str, en: str) -> str:
        return sv if self.language == "sv" else en

    def name(self, fact: str) -> str:
        return self.facts[fact].name.in_(self.language)

    def conclusion(self, finding: Finding, unknown: int) -> str:
        if not finding.concerns:
            return self.say("Villkoret ser inte ut att gälla här.", "The condition does not seem to apply here.")
        match finding.outcome:
            case Outcome.MET:
                return self.say("Det som syns når upp till villkoret.", "What can be seen meets the condition.")
            case Outcome.NOT_MET:
                return self.say(
                    "Det som syns når inte upp till villkoret.", "What can be seen does not meet the condition."
                )
            case Outcome.CANNOT_TELL:
                if unknown == 1:
                    return self.say(
                        "Det går inte att avgöra än: en uppgift saknas eller är oklar.",
                        "It cannot be told yet: one fact is missing or unclear.",
                    )
                return self.say(
                    f"Det går inte att avgöra än: {unknown} uppgifter saknas eller är oklara.",
                    f"It cannot be told yet: {unknown} facts are missing or unclear.",
                )

    def tree(self, tree: Tree, *, condition: bool = False) -> Words:
        match tree:
            case LeafFinding():
                return self.line(tree, condition=condition)
            case AllFinding(outcome, parts):
                lead = self.say("Allt detta ska stämma", "All of this must hold")
                return Branch(lead, outcome, tuple(self.tree(part, condition=condition) for part in parts))
            case AnyFinding(outcome, parts):
                lead = self.say("Ett av dessa räcker", "One of these is enough")
                return Branch(lead, outcome, tuple(self.tree(part, condition=condition) for part in parts))
            case WhenFinding(outcome, when, then):
                first = self.tree(when, condition=True)
                if when.outcome is Outcome.NOT_MET:
                    return Branch(self.say("Gäller inte här", "Does not apply here"), outcome, (first,))
                lead = self.say("Gäller om det första stämmer", "Applies if the first holds")
                return Branch(lead, outcome, (first, self.tree(then, condition=condition)))

    def line(self, found: LeafFinding, *, condition: bool = False) -> Line:
        fact = self.facts[found.leaf.fact]
        sentence = self.found(found, fact)
        if not (condition and fact.kind is Kind.BOOLEAN):
            sentence = f"{asked(found, self.facts, self.language)}; {sentence}"
        return Line(
            name=self.name(fact.id),
            sentence=f"{sentence[:1].upper()}{sentence[1:]}.",
            outcome=found.outcome,
            sources=tuple(dict.fromkeys(source_of(each, self.language) for each in (*found.known, *found.others))),
            limit=self.limit(found, fact),
            help=self.help(found, fact) if found.observed is not Outcome.MET else (),
            condition=condition,
        )

    def limit(self, found: LeafFinding, fact: Fact) -> str:
        """Whose the number is, where it is one that each municipality decides."""
        if found.limit is None or not found.leaf.configurable:
            return ""
        if not found.limit.decided:
            return self.say("Gränsen är den förvalda.", "The limit is the default one.")
        if found.limit.value == found.limit.default:
            return self.say("Gränsen har kommunen beslutat.", "The limit is decided by the municipality.")
        default = said(found.limit.default, fact, self.language)
        return self.say(
            f"Gränsen har kommunen beslutat; förvalt är {default}.",
            f"The limit is decided by the municipality; the default is {default}.",
        )

    def found(self, found: LeafFinding, fact: Fact) -> str:
        if found.known and Why.SOURCES_DIFFER in found.why:
            ways = [
                f"{said(each.value, fact, self.language)} ({source_of(each, self.language)})" for each in found.known
            ]
            return self.say("källorna säger olika: ", "the sources differ: ") + self.say(" men ", " but ").join(ways)
        seen = [self._seen(each, found, fact) for each in found.known]
        if found.outcome is Outcome.CANNOT_TELL or not found.known:
            whys = found.why or (self.default_why(fact),)
            seen += [reason(why, self.language) for why in whys]
        return self.say(" och ", " and ").join(dict.fromkeys(each for each in seen if each))

    def default_why(self, fact: Fact) -> Why:
        return {Source.REGISTER: Why.NOT_RUN, Source.DOCUMENT: Why.DOCUMENT_MISSING}.get(fact.source, Why.NOT_STATED)

    def _seen(self, known: Known, found: LeafFinding, fact: Fact) -> str:
        value = known.value
        if isinstance(value, Each):
            return self._of_each(value, found, fact)
        words = said(value, fact, self.language)
        if fact.kind is Kind.BOOLEAN:
            return self.say(f"svaret är {words}", f"the answer is {words}")
        if fact.kind not in NUMBERS:
            return words
        several = fact.kind in (Kind.MONTHS, Kind.INTEGER) and value != 1
        words = self.say(f"{words} hittades", f"{words} {'were' if several else 'was'} found")
        parts = [f"{number(part.value, self.language)} {self.say('hos', 'at')} {part.label}" for part in known.parts]
        return f"{words}: {', '.join(parts)}" if parts else words

    def _of_each(self, value: Each, found: LeafFinding, fact: Fact) -> str:
        """How many reach it, and by name whoever does not or cannot be told of."""
        if not value.items:
            return self.say("ingen är angiven", "nobody is named")
        verdicts = items_of(found.leaf, value, found.on)
        outcomes, count = [each.outcome for _, each in verdicts], len(verdicts)
        if found.leaf.op is Op.NONE_TRUE:
            have = outcomes.count(Outcome.NOT_MET)
            words = [self.say(f"{have} av {count} har det", f"{have} of {count} do")]
        else:
            met = outcomes.count(Outcome.MET)
            words = [self.say(f"{met} av {count} når dit", f"{met} of {count} do so")]
        for (name, verdict), (_, item) in zip(verdicts, value.items, strict=True):
            if name and verdict.outcome is not Outcome.MET:
                what = self.say("uppgiften saknas", "not stated") if item is None else said(item, fact, self.language)
                words.append(f"{name}: {what}")
        return "; ".join(words)

    def help(self, found: LeafFinding, fact: Fact) -> tuple[str, ...]:
        """What would settle it: by whom, since much of it is not the company's to do."""
        document = in_sentence(self.documents.get(fact.of, self.name(fact.id)))
        return (what_would_help(found, fact, self.language, document=document),)

    def measure(self, tree: Tree) -> Measure | None:
        """A ruler only where one known number stands against one that is asked for."""
        if not isinstance(tree, LeafFinding) or len(tree.known) != 1 or tree.leaf.op not in (Op.GTE, Op.LTE):
            return None
        fact, value, wanted = self.facts[tree.leaf.fact], tree.known[0].value, tree.leaf.value
        if not _is_number(value) or not _is_number(wanted) or max(value, wanted) <= 0 or value < 0:
            return None
        whole = Decimal(max(value, wanted)) * Decimal("1.2")
        found, limit = said(value, fact, self.language), said(wanted, fact, self.language)
        if tree.leaf.op is Op.GTE:
            limit = self.say(f"{limit} krävs", f"{limit} asked for")
        else:
            limit = self.say(f"högst {limit}", f"at most {limit}")
        return Measure(
            found=self.say(f"{found} hittades", f"{found} found"),
            asked=limit,
            found_at=_share(value, whole),
            asked_at=_share(wanted, whole),
        )


def _share(value: int | Decimal, whole: Decimal) -> Decimal:
    return (100 * Decimal(value) / whole).quantize(Decimal("0.1"))


def _is_number(value: object) -> TypeGuard[int | Decimal]:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
