"""The cases that a municipality decided in a period, counted by officer, service and size of company.

One statement, since the four ways to count share what is read of each case.
Written by hand: the row-level security that binds the portal is met by naming
the municipality in every condition.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session

from portal.domain.criteria import Outcome, Text
from portal.domain.deadlines import SWEDEN
from portal.domain.equal_treatment import SIZE_LIMITS, Dimension, Group, Size
from portal.domain.solvency import Key, Origin

_BANDS = (Size.SMALL, Size.MEDIUM, Size.LARGE)

_COUNTED = sa.text("""
WITH decided AS (
    SELECT a.id, a.service_id, coalesce(a.officer_id, a.proposed_by) AS officer_id, a.provider_id, a.decided_at,
           a.state = 'rejected' AS refused,
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
    SELECT grouping(officer_id) = 0 AS of_officer, grouping(service_id) = 0 AS of_service,
           grouping(band) = 0 AS of_size, officer_id, service_id, band, array_agg(days) AS days,
           count(*) FILTER (WHERE asked) AS supplemented, count(*) FILTER (WHERE refused) AS refused,
           sum(overridden)::int AS overridden, sum(compared)::int AS compared
      FROM seen GROUP BY GROUPING SETS ((), (officer_id), (service_id), (band))
)
SELECT c.*, p.name AS officer, s.name_sv, s.name_en
  FROM counted c LEFT JOIN person p ON p.id = c.officer_id LEFT JOIN service s ON s.id = c.service_id
""").bindparams(sa.bindparam("limits", type_=ARRAY(sa.Numeric)))


@dataclass(frozen=True)
class Counted:
    """``names`` of officers and services, by the key of their group; a case that nobody handled has the key ``""``."""

    total: Group
    by: Mapping[Dimension, list[Group]]
    names: Mapping[str, Text]


def counted(db: Session, municipality_id: UUID, *, since: date, until: date) -> Counted:
    """Of the decisions from ``since`` to ``until``, both days with."""
    found = db.execute(_COUNTED, _values(municipality_id, since, until)).all()
    by: dict[Dimension, list[Group]] = defaultdict(list)
    names: dict[str, Text] = {}
    total = Group("", ())
    for row in found:
        if row.of_officer:
            key, dimension = str(row.officer_id or ""), Dimension.OFFICER
            names[key] = Text(row.officer or "", row.officer or "")
        elif row.of_service:
            key, dimension = str(row.service_id), Dimension.SERVICE
            names[key] = Text(row.name_sv, row.name_en)
        elif row.of_size:
            key, dimension = (Size.UNKNOWN if row.band is None else _BANDS[row.band]).value, Dimension.SIZE
        else:
            # Of no cases at all there is this one row, with nothing in it.
            total = _group("", row)
            continue
        by[dimension].append(_group(key, row))
    return Counted(total, by, names)


def _group(key: str, row: sa.Row[tuple[object, ...]]) -> Group:
    return Group(
        key=key,
        days=tuple(row.days or ()),
        supplemented=row.supplemented,
        refused=row.refused,
        overridden=row.overridden or 0,
        compared=row.compared or 0,
    )


def _values(municipality_id: UUID, since: date, until: date) -> dict[str, object]:
    return {
        "m": municipality_id,
        "since": datetime.combine(since, time(), SWEDEN),
        "until": datetime.combine(until + timedelta(days=1), time(), SWEDEN),
        "unclear": Outcome.CANNOT_TELL.value,
        "limits": list(SIZE_LIMITS),
        "typed": Origin.TYPED.value,
        "assets": Key.ASSETS.value,
    }
