"""The self-test of a service: its questions, what would stop an application first, and the rest folded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from portal.db.conditions import in_force, read_sets
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Text, worded
from portal.domain.evaluation import Finding
from portal.domain.facts import Single
from portal.domain.municipality import may_be_slug
from portal.domain.self_test import Answers, Asked, Questions, findings, questions_of
from portal.errors import NotFound
from portal.library import declared
from portal.locale import gettext as _
from portal.locale import spoken
from portal.locale.problems import Problems
from portal.views.chrome import Brand, Crumb
from portal.views.fact_fields import FactField, fact_fields
from portal.views.public import place_of
from portal.views.public_service import service_statement
from portal.views.self_test_result import Result, result_of


@dataclass(frozen=True)
class Item:
    """One criterion: its yes or no where it has one, and its fields; ``asked_at`` names where else it is asked."""

    id: str
    title: Text
    question: Text
    field: str
    yes_no: bool
    declared: bool | None
    fields: tuple[FactField, ...]
    asked_at: tuple[Crumb, ...]

    @property
    def answered(self) -> bool:
        return self.declared is not None or any(any(each.typed) for each in self.fields)


@dataclass(frozen=True)
class Part:
    """Questions of one group: in plain view, or ``folded`` and then ``open`` where something is to be seen to."""

    id: str
    title: Text
    items: tuple[Item, ...]
    decisive: bool
    folded: bool
    open: bool


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
    def asked(self) -> tuple[Asked, ...]:
        return questions_of(self.sets, declared())

    @property
    def questions(self) -> tuple[Questions, ...]:
        return tuple(each for part in self.asked for each in part.questions)

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
    result: Result | None
    today: date
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
    today: date,
    stated: Mapping[str, bool] | None = None,
    values: Mapping[str, Single] | None = None,
    typed: Mapping[str, tuple[str, ...]] | None = None,
    found: Mapping[str, Finding] | None = None,
    problems: Problems = (),
) -> SelfTestPage:
    """Without ``found`` only the questions; what was answered stands in the fields."""
    home = f"/{test.slug}/{test.service_slug}"
    asked = test.asked
    result = result_of(test.sets, asked, stated or {}, values or {}, found) if found is not None else None
    return SelfTestPage(
        brand=test.brand,
        crumbs=(
            Crumb(_("Kommuner"), "/"),
            Crumb(test.place, f"/{test.slug}"),
            Crumb(spoken(test.service), home),
        ),
        here=Crumb(_("Kan vi ansöka?"), f"{home}/sjalvtest"),
        service=test.service,
        parts=tuple(_part(test, each, stated or {}, typed or {}, result, problems) for each in asked),
        result=result,
        today=today,
        may_apply=test.may_apply,
        problems=problems,
    )


def _part(
    test: SelfTest,
    asked: Asked,
    stated: Mapping[str, bool],
    typed: Mapping[str, tuple[str, ...]],
    result: Result | None,
    problems: Problems,
) -> Part:
    items = tuple(_item(test, each, stated, typed) for each in asked.questions)
    wrong = {field for field, _sentence in problems}
    to_see_to = result.to_see_to if result else frozenset()
    return Part(
        id=f"{asked.group.id}-{'forst' if asked.decisive else 'sedan'}",
        title=asked.group.title,
        items=items,
        decisive=asked.decisive,
        folded=result is not None or not asked.decisive,
        open=any(each.id in to_see_to or not wrong.isdisjoint(_fields_of(each)) for each in items)
        or (not result and not problems and any(each.answered for each in items)),
    )


def _item(test: SelfTest, asked: Questions, stated: Mapping[str, bool], typed: Mapping[str, tuple[str, ...]]) -> Item:
    criterion = asked.criterion
    text = criterion.question.text if criterion.question else criterion.text
    return Item(
        id=criterion.id,
        title=criterion.title,
        question=worded(text, test.sets.thresholds_for(criterion)),
        field=f"villkor-{criterion.id}",
        yes_no=asked.yes_no,
        declared=stated.get(criterion.id),
        fields=fact_fields(asked.facts, {}, typed=typed),
        asked_at=tuple(Crumb(spoken(test.sets.by_id[id_].title), f"#{id_}") for id_ in asked.asked_at),
    )


def _fields_of(item: Item) -> set[str]:
    return {item.field, *(each.name for each in item.fields)}
