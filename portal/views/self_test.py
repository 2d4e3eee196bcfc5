"""The self-test of a service: its questions, and what the system sees of the answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from portal.db.conditions import in_force, read_sets
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Outcome, Text, worded
from portal.domain.evaluation import Finding
from portal.domain.facts import Single
from portal.domain.finding_words import Explanation
from portal.domain.municipality import may_be_slug
from portal.domain.self_test import Answers, Questions, findings, questions_of
from portal.errors import NotFound
from portal.library import declared
from portal.locale import gettext as _
from portal.locale import spoken
from portal.views.application_check import Tally
from portal.views.chrome import Brand, Crumb
from portal.views.fact_fields import FactField, fact_fields
from portal.views.finding import explained, seen
from portal.views.public import place_of
from portal.views.public_service import service_statement
from portal.views.words import Status

Problems = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Item:
    """One criterion: its yes or no where it has one, its fields, and after the test what the system sees."""

    id: str
    title: Text
    question: Text
    field: str
    yes_no: bool
    declared: bool | None
    fields: tuple[FactField, ...]
    finding: Explanation | None
    seen: Status | None


@dataclass(frozen=True)
class Part:
    id: str
    title: Text
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class SelfTest:
    """What is asked in a service, before anybody has answered."""

    brand: Brand
    slug: str
    place: str
    service_slug: str
    service: Text
    sets: ConditionSets
    service_facts: Mapping[str, Any]
    goals: int
    may_apply: str | None

    @property
    def questions(self) -> tuple[Questions, ...]:
        return tuple(each for _group, asked in questions_of(self.sets, declared()) for each in asked)

    def findings(self, stated: Mapping[str, bool], values: Mapping[str, Single], *, on: date) -> dict[str, Finding]:
        answers = Answers(
            declared=stated,
            values=values,
            service=self.service,
            service_facts=self.service_facts,
            goals=self.goals,
        )
        return findings(self.sets, declared(), answers, on=on)


@dataclass(frozen=True, kw_only=True)
class SelfTestPage:
    brand: Brand
    crumbs: tuple[Crumb, ...]
    here: Crumb
    service: Text
    parts: tuple[Part, ...]
    tally: tuple[Tally, ...]
    may_apply: str | None
    problems: Problems


def read_self_test(db: Session, slug: str, service: str, *, today: date) -> SelfTest:
    """Raises ``NotFound``: no such service, or it has no conditions in force."""
    row = db.execute(service_statement(), {"place": slug, "service": service}).first() if may_be_slug(slug) else None
    if row is None:
        raise NotFound("service", f"{slug}/{service}")
    place = place_of(row)
    general = in_force(db, place.id, None, on=today)
    own = in_force(db, place.id, row.service_id, on=today)
    return SelfTest(
        brand=place.brand,
        slug=slug,
        place=place.name,
        service_slug=service,
        service=Text(row.name_sv, row.name_en),
        sets=read_sets(db, general_id=general.id, service_id=own.id),
        service_facts=row.content.get("facts", {}),
        goals=len(row.content["goals"]),
        may_apply=f"/foretag/ansokningar/ny?tjanst={row.service_id}" if row.open else None,
    )


def self_test_page(
    test: SelfTest,
    *,
    stated: Mapping[str, bool] | None = None,
    typed: Mapping[str, tuple[str, ...]] | None = None,
    found: Mapping[str, Finding] | None = None,
    problems: Problems = (),
) -> SelfTestPage:
    """Without ``found`` only the questions; what was answered stands in the fields."""
    home = f"/{test.slug}/{test.service_slug}"
    explanations = {id_: explained(each, test.sets, test.sets.by_id[id_]) for id_, each in (found or {}).items()}
    parts = tuple(
        Part(
            group.id,
            group.title,
            tuple(_item(test, each, stated or {}, typed or {}, explanations.get(each.criterion.id)) for each in asked),
        )
        for group, asked in questions_of(test.sets, declared())
    )
    return SelfTestPage(
        brand=test.brand,
        crumbs=(
            Crumb(_("Kommuner"), "/"),
            Crumb(test.place, f"/{test.slug}"),
            Crumb(spoken(test.service), home),
        ),
        here=Crumb(_("Kan vi ansöka?"), f"{home}/sjalvtest"),
        service=test.service,
        parts=parts,
        tally=_tally(parts) if found else (),
        may_apply=test.may_apply,
        problems=problems,
    )


def _item(
    test: SelfTest,
    asked: Questions,
    stated: Mapping[str, bool],
    typed: Mapping[str, tuple[str, ...]],
    finding: Explanation | None,
) -> Item:
    criterion = asked.criterion
    thresholds = test.sets.thresholds_for(criterion)
    text = criterion.question.text if criterion.question else criterion.text
    return Item(
        id=criterion.id,
        title=criterion.title,
        question=worded(text, thresholds),
        field=f"villkor-{criterion.id}",
        yes_no=asked.yes_no,
        declared=stated.get(criterion.id),
        fields=fact_fields(asked.facts, {}, typed=typed),
        finding=finding,
        seen=seen(finding.outcome) if finding else None,
    )


def _tally(parts: tuple[Part, ...]) -> tuple[Tally, ...]:
    """What falls short first, then what is unclear, then what looks fine."""
    items = [item for part in parts for item in part.items]
    return tuple(
        Tally(seen(outcome), criteria)
        for outcome in (Outcome.NOT_MET, Outcome.CANNOT_TELL, Outcome.MET)
        if (
            criteria := tuple(
                Crumb(spoken(each.title), f"#{each.id}")
                for each in items
                if each.finding is not None and each.finding.outcome is outcome
            )
        )
    )
