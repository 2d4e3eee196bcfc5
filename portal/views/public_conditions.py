"""The words of conditions as a reader meets them, and the page that holds one version whole."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from threading import Lock
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.db import conditions as published
from portal.db.tables import Municipality, Service
from portal.domain.conditions import Conditions
from portal.domain.criteria import Criterion, Text, worded
from portal.domain.municipality import may_be_slug
from portal.errors import NotFound
from portal.locale import gettext as _
from portal.locale import language
from portal.views import words
from portal.views.chrome import Brand
from portal.views.public import PLACE_COLUMNS, Place, place_of, read_place, service_rows
from portal.views.public_versions import VersionLine, VersionSet, VersionsPage, before, lines, next_after

_KEPT = 4_000
_made: OrderedDict[tuple[UUID, str], "tuple[GroupView, ...]"] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class EvidenceView:
    name: Text
    shows: Text
    uploaded: bool
    never: bool


@dataclass(frozen=True)
class CriterionView:
    id: str
    title: Text
    text: Text
    asked: bool
    question: Text | None
    control_points: tuple[str, ...]
    consequences: tuple[str, ...]
    evidence: tuple[EvidenceView, ...]
    greatest_age_months: int | None

    @property
    def anchor(self) -> str:
        return self.id.lower()

    @property
    def to_upload(self) -> tuple[EvidenceView, ...]:
        return tuple(each for each in self.evidence if each.uploaded and not each.never)

    @property
    def never(self) -> tuple[EvidenceView, ...]:
        return tuple(each for each in self.evidence if each.never)


@dataclass(frozen=True)
class GroupView:
    id: str
    title: Text
    criteria: tuple[CriterionView, ...]


def groups_of(conditions: Conditions) -> tuple[GroupView, ...]:
    """All criteria by group; kept in memory for each language, since a published version never changes."""
    key = (conditions.id, language())
    with _lock:
        if (known := _made.get(key)) is not None:
            return known
    made = worded_groups(conditions)
    with _lock:
        _made[key] = made
        while len(_made) > _KEPT:
            _made.popitem(last=False)
    return made


def worded_groups(conditions: Conditions) -> tuple[GroupView, ...]:
    """The same of what is not published yet, and may be another at the next look."""
    return tuple(
        GroupView(group.id, group.title, tuple(_criterion(each, conditions) for each in criteria))
        for group, criteria in conditions.grouped
    )


def _criterion(criterion: Criterion, conditions: Conditions) -> CriterionView:
    kinds = [conditions.evidence_types[id_] for id_ in criterion.evidence if id_ in conditions.evidence_types]
    question = criterion.question
    return CriterionView(
        id=criterion.id,
        title=criterion.title,
        text=worded(criterion.text, conditions.thresholds),
        asked=criterion.is_asked_at_application,
        question=worded(question.text, conditions.thresholds) if question else None,
        control_points=tuple(words.control_point(each) for each in criterion.control_points),
        consequences=tuple(words.consequence(each) for each in criterion.on_breach),
        evidence=tuple(EvidenceView(kind.name, kind.shows, bool(kind.kinds), kind.never) for kind in kinds),
        greatest_age_months=criterion.greatest_age_months,
    )


@dataclass(frozen=True)
class VersionPage:
    """One version, everything on one page.  ``newer`` is what has replaced it, or will; ``older`` what it replaced."""

    brand: Brand
    place: str
    slug: str
    title: str
    service: str | None
    service_name: Text | None
    version: VersionLine
    newer: VersionLine | None
    older: VersionLine | None
    groups: tuple[GroupView, ...]
    criteria: int
    asked: int
    address: str

    @classmethod
    def read(
        cls, db: Session, slug: str, service: str | None, number: int, *, base_url: str, today: date
    ) -> "VersionPage":
        """Raises ``NotFound``."""
        name: Text | None = None
        service_id: UUID | None = None
        services: dict[UUID, str] = {}
        if service is None:
            place = read_place(db, slug)
        else:
            place, service_id, name = place_and_service(db, slug, service)
            services = {service_id: service}
        versions = lines(db, place.id, place.slug, services, today=today).get(service_id, ())
        version = next((each for each in versions if each.number == number), None)
        if version is None:
            raise NotFound("conditions", f"{slug}/{service or ''} {number}")
        conditions = published.read(db, version.id)
        return cls(
            brand=place.brand,
            place=place.name,
            slug=place.slug,
            title=title_of(name),
            service=service,
            service_name=name,
            version=version,
            newer=next_after(version, versions),
            older=before(version, versions),
            groups=groups_of(conditions),
            criteria=len(conditions.criteria),
            asked=sum(each.is_asked_at_application for each in conditions.criteria),
            address=base_url + version.address,
        )


def place_and_service(db: Session, slug: str, service: str) -> tuple[Place, UUID, Text]:
    statement = (
        sa.select(*PLACE_COLUMNS, col(Service.id).label("service_id"), col(Service.name_sv), col(Service.name_en))
        .join(Service, col(Service.municipality_id) == col(Municipality.id))
        .where(col(Municipality.slug) == slug, col(Service.slug) == service)
    )
    row = db.execute(statement).first() if may_be_slug(slug) else None
    if row is None:
        raise NotFound("service", f"{slug}/{service}")
    return place_of(row), row.service_id, Text(row.name_sv, row.name_en)


def title_of(service: Text | None) -> str:
    if service is None:
        return _("Allmänna villkor för alla tjänster")
    name = service.in_(language())
    return _("Särskilda villkor för %(service)s") % {"service": name[:1].lower() + name[1:]}


def read_versions(db: Session, slug: str, *, today: date) -> VersionsPage:
    place = read_place(db, slug)
    services = service_rows(db, place.id)
    versions = lines(db, place.id, place.slug, {row.id: row.slug for row in services}, today=today)
    sets = [VersionSet(title_of(None), None, versions.get(None, ()))]
    sets += [
        VersionSet(title_of(Text(row.name_sv, row.name_en)), row.slug, versions.get(row.id, ())) for row in services
    ]
    return VersionsPage(place.brand, place.name, place.slug, tuple(each for each in sets if each.versions))
