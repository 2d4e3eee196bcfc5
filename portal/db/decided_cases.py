"""The cases that a municipality decided in a period, counted by officer, service and size of company.

One statement, since the four ways to count share what is read of each case; it counts what larger periods have
besides along with it.
Written by hand: the row-level security that binds the portal is met by naming
the municipality in every condition.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session

from portal.domain.criteria import Outcome, Text
from portal.domain.deadlines import SWEDEN
from portal.domain.equal_treatment import SIZE_LIMITS, Cases, Dimension, Group, Size
from portal.domain.followed_periods import Period
from portal.domain.solvency import Key, Origin

_BANDS = (Size.SMALL, Size.MEDIUM, Size.LARGE)

_COUNTED = sa.text("""
WITH decided AS (
    SELECT a.id, a.service_id, coalesce(a.officer_id, a.proposed_by) AS officer_id, a.provider_id, a.decided_at,
           a.state = 'rejected' AS refused, width_bucket(a.decided_at, :bounds) AS part,
           (a.decided_at AT TIME ZONE 'Europe/Stockholm')::date - (a.submitted_at AT TIME ZONE 'Europe/Stockholm')::date
             AS days
      FROM application a
     WHERE a.municipality_id = :m AND a.state IN ('approved', 'rejected') AND a.submitted_at < :until
       AND a.decided_at >= :since AND a.decided_at < :until
), seen AS (
    SELECT d.*, j.compared, j.overridden, b.band,
           EXISTS (SELECT FROM supplement s WHERE s.application_id = d.id AND s.municipality_id = :m) AS asked
      FROM decided d
      -- Of each criterion the judgement that stood at last.  What older events do not say was not compared.
      CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE e.proposed <> :unclear) AS compared,
               count(*) FILTER (WHERE e.proposed <> :unclear AND e.override) AS overridden
          FROM (SELECT DISTINCT ON (facts ->> 'criterion') facts ->> 'proposed' AS proposed,
                       (facts ->> 'override')::boolean AS override
                  FROM event WHERE case_id = d.id AND municipality_id = :m AND kind = 'criterion.judged'
                 ORDER BY facts ->> 'criterion', seq DESC) e) j
      -- The total assets of the latest year in what had been handed in by the decision; two that disagree say nothing.
      CROSS JOIN LATERAL (
        SELECT CASE WHEN min(f.band) = max(f.band) THEN min(f.band) END AS band
          FROM (SELECT width_bucket(g.amount, :limits) AS band, rank() OVER (ORDER BY g.day DESC) AS place
                  FROM answer_document x
                  JOIN financial_report r ON r.document_id = x.document_id AND r.replaced_at IS NULL
                  JOIN financial_figure g ON g.report_id = r.id
                 WHERE x.application_id = d.id AND x.municipality_id = :m AND x.attached_at <= d.decided_at
                   AND r.provider_id = d.provider_id AND r.fault IS NULL AND NOT r.is_group
                   AND (r.origin = :typed OR r.orgnr = (SELECT p.orgnr FROM provider p WHERE p.id = d.provider_id))
                   AND g.key = :assets AND g.currency = 'SEK' AND g.amount > 0 AND g.day <= d.decided_at) f
         WHERE f.place = 1) b
), counted AS (
    SELECT part, grouping(officer_id) = 0 AS of_officer, grouping(service_id) = 0 AS of_service,
           grouping(band) = 0 AS of_size, officer_id, service_id, band, array_agg(days) AS days,
           count(*) FILTER (WHERE asked) AS supplemented, count(*) FILTER (WHERE refused) AS refused,
           sum(overridden)::int AS overridden, sum(compared)::int AS compared
      FROM seen GROUP BY GROUPING SETS ((part), (part, officer_id), (part, service_id), (part, band))
)
SELECT c.*, p.name AS officer, s.name_sv, s.name_en
  FROM counted c LEFT JOIN person p ON p.id = c.officer_id LEFT JOIN service s ON s.id = c.service_id
""").bindparams(
    sa.bindparam("limits", type_=ARRAY(sa.Numeric)), sa.bindparam("bounds", type_=ARRAY(sa.DateTime(timezone=True)))
)


@dataclass(frozen=True)
class Counted:
    """``rests``: what each of the larger periods has besides.

    ``names`` of officers and services, by the key of their group; a case that nobody handled has the key ``""``.
    """

    cases: Cases
    rests: tuple[Cases, ...]
    names: Mapping[str, Text]


def counted(db: Session, municipality_id: UUID, period: Period, larger: Sequence[Period] = ()) -> Counted:
    """Of the decisions in ``period``; each of ``larger`` holds it."""
    spans = [(_midnight(each.first), _midnight(each.last + timedelta(days=1))) for each in (period, *larger)]
    bounds = sorted({bound for span in spans for bound in span})
    found = db.execute(_COUNTED, _values(municipality_id, bounds)).all()
    # The parts lie between two bounds each, and are counted from 1.
    inside = [{part for part, at in enumerate(bounds, 1) if since <= at < until} for since, until in spans]
    names = {
        **{str(row.officer_id or ""): Text(row.officer or "", row.officer or "") for row in found if row.of_officer},
        **{str(row.service_id): Text(row.name_sv, row.name_en) for row in found if row.of_service},
    }
    own, *others = inside
    return Counted(_cases(found, own), tuple(_cases(found, each - own) for each in others), names)


def _cases(found: Sequence[Row[Any]], parts: Collection[int]) -> Cases:
    total = Group("", ())
    by: dict[Dimension, dict[str, Group]] = defaultdict(dict)
    for row in found:
        if row.part not in parts:
            continue
        dimension, key = _group_of(row)
        if dimension is None:
            total = _added(total, row)
        else:
            by[dimension][key] = _added(by[dimension].get(key, Group(key, ())), row)
    return Cases(total, {dimension: list(groups.values()) for dimension, groups in by.items()})


def _group_of(row: Row[Any]) -> tuple[Dimension | None, str]:
    """None of a row that is of all the cases of its part."""
    if row.of_officer:
        return Dimension.OFFICER, str(row.officer_id or "")
    if row.of_service:
        return Dimension.SERVICE, str(row.service_id)
    if row.of_size:
        return Dimension.SIZE, (Size.UNKNOWN if row.band is None else _BANDS[row.band]).value
    return None, ""


def _added(group: Group, row: Row[Any]) -> Group:
    return Group(
        key=group.key,
        days=(*group.days, *row.days),
        supplemented=group.supplemented + row.supplemented,
        refused=group.refused + row.refused,
        overridden=group.overridden + (row.overridden or 0),
        compared=group.compared + (row.compared or 0),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SWEDEN)


def _values(municipality_id: UUID, bounds: list[datetime]) -> dict[str, object]:
    return {
        "m": municipality_id,
        "since": bounds[0],
        "until": bounds[-1],
        "bounds": bounds,
        "unclear": Outcome.CANNOT_TELL.value,
        "limits": list(SIZE_LIMITS),
        "typed": Origin.TYPED.value,
        "assets": Key.ASSETS.value,
    }
