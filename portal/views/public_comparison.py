"""What a published version of conditions changed, against any other of the same set: for anyone to read."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.tables import ConditionVersion
from portal.domain.criteria import Text
from portal.errors import NotFound
from portal.locale import gettext as _
from portal.views.chrome import Brand
from portal.views.comparison import ComparisonView, comparison
from portal.views.public import read_place
from portal.views.public_conditions import place_and_service, title_of
from portal.views.public_versions import VersionLine, lines


@dataclass(frozen=True)
class ComparisonPage:
    """``others`` are the versions that this one can also be compared with."""

    brand: Brand
    place: str
    slug: str
    title: str
    before: VersionLine
    after: VersionLine
    others: tuple[VersionLine, ...]
    comparison: ComparisonView

    @classmethod
    def read(
        cls, db: Session, slug: str, service: str | None, number: int, other: int, *, today: date
    ) -> "ComparisonPage":
        """The changes from version ``other`` to version ``number``.  Raises ``NotFound``."""
        name: Text | None = None
        service_id: UUID | None = None
        if service is None:
            place = read_place(db, slug)
        else:
            place, service_id, name = place_and_service(db, slug, service)
        services = {service_id: service} if service_id and service else {}
        versions = lines(db, place.id, place.slug, services, today=today).get(service_id, ())
        by_number = {each.number: each for each in versions}
        after, before = by_number.get(number), by_number.get(other)
        if after is None or before is None or after is before:
            raise NotFound("conditions", f"{slug}/{service or ''} {number}/{other}")
        stored = select(ConditionVersion.id, ConditionVersion.content).where(
            col(ConditionVersion.id).in_((before.id, after.id))
        )
        content = {row.id: row.content for row in db.execute(stored)}
        return cls(
            brand=place.brand,
            place=place.name,
            slug=place.slug,
            title=title_of(name),
            before=before,
            after=after,
            others=tuple(each for each in versions if each not in (before, after)),
            comparison=comparison(
                content[before.id], content[after.id], (version_name(before), version_name(after)), both_tongues=False
            ),
        )


def version_name(version: VersionLine) -> str:
    return _("Version %(number)s") % {"number": version.number}
