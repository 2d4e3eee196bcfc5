"""The same company and those near it: earlier applications here, refusals of related companies, and linked cases.

Only what this municipality has itself: row-level security shows no other's
cases, nor the people of a company that never applied here.  A match says why;
what it means is for a person to judge.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.criteria import Text
from portal.domain.roles import Role
from portal.locale import gettext as _
from portal.locale.problems import Problems
from portal.views import words
from portal.views.case_head import CaseHead, read_head
from portal.views.company_owners import Owners
from portal.views.words import Status

LISTED = 50
OWNER = "owner"
"""Stands where another has a role."""


@dataclass(frozen=True)
class OtherCase:
    """``reasons`` are the criteria that a refusal gave; ``why`` is why it is shown, in sentences."""

    address: str
    company: str
    number: str
    service: Text
    status: Status
    submitted_at: datetime
    decided_at: datetime | None
    reasons: tuple[str, ...]
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Linked:
    id: UUID
    case: OtherCase
    note: str
    who: str
    at: datetime


@dataclass(frozen=True)
class RelatedPage:
    head: CaseHead
    earlier: tuple[OtherCase, ...]
    related: tuple[OtherCase, ...]
    owners: Owners
    """The applicant's own word on its beneficial owners."""
    linked: tuple[Linked, ...]
    may_link: bool
    number: str
    note: str
    problems: Problems


_SHOWN = """
a.id, a.provider_name, a.number, a.state, a.submitted_at, a.decided_at, s.name_sv, s.name_en,
(SELECT d.coded_reasons FROM decision d WHERE d.application_id = a.id) AS coded
"""

_EARLIER = sa.text(f"""
SELECT {_SHOWN} FROM application a JOIN service s ON s.id = a.service_id
 WHERE a.municipality_id = :m AND a.provider_id = :provider AND a.id <> :id AND a.state <> 'draft'
 ORDER BY a.submitted_at DESC, a.id LIMIT {LISTED}
""")  # noqa: S608  only this module's own words are put into it

# Those who bind or manage a company, now or before, and those whom it has stated as its beneficial owners. People who
# sign in are known as the same; of an owner there is a name, and a name alike says no more than that it is alike.
_RELATED = sa.text(f"""
WITH refused AS (SELECT DISTINCT provider_id FROM application
                  WHERE municipality_id = :m AND state = 'rejected' AND provider_id <> :provider),
     somebody AS (
       SELECT n.provider_id, n.person_id, p.name, n.role, n.left_at IS NOT NULL AS past,
              translate(lower(regexp_replace(btrim(p.name), '\\s+', ' ', 'g')), 'ÅÄÖÉÜ', 'åäöéü') AS key
         FROM provider_member n JOIN person p ON p.id = n.person_id
        WHERE n.role = ANY(:roles) AND (n.provider_id = :provider OR n.provider_id IN (SELECT provider_id FROM refused))
       UNION ALL
       SELECT o.provider_id, NULL, o.name, '{OWNER}', o.until IS NOT NULL, o.name_key
         FROM beneficial_owner o
        WHERE o.provider_id = :provider OR o.provider_id IN (SELECT provider_id FROM refused))
SELECT {_SHOWN}, r.shared
  FROM (SELECT theirs.provider_id,
               json_agg(json_build_object('name', ours.name, 'ours', ours.role, 'theirs', theirs.role,
                                          'left', ours.past OR theirs.past,
                                          'only_name', ours.person_id IS NULL OR theirs.person_id IS NULL)
                        ORDER BY ours.name, ours.role, theirs.role) AS shared
          FROM somebody ours JOIN somebody theirs ON theirs.provider_id <> ours.provider_id
               AND (theirs.person_id = ours.person_id
                    OR ((theirs.person_id IS NULL OR ours.person_id IS NULL) AND theirs.key = ours.key))
         WHERE ours.provider_id = :provider
         GROUP BY theirs.provider_id) r
  JOIN application a ON a.provider_id = r.provider_id AND a.municipality_id = :m AND a.state = 'rejected'
  JOIN service s ON s.id = a.service_id
 ORDER BY a.decided_at DESC, a.id LIMIT {LISTED}
""")  # noqa: S608  as above

_LINKED = sa.text(f"""
SELECT {_SHOWN}, l.id AS link_id, l.note, l.linked_at, p.name AS who
  FROM case_link l
  JOIN application a ON a.id = CASE WHEN l.case_id = :id THEN l.other_id ELSE l.case_id END
  JOIN service s ON s.id = a.service_id
  JOIN person p ON p.id = l.linked_by
 WHERE (l.case_id = :id OR l.other_id = :id) AND l.municipality_id = :m AND l.unlinked_at IS NULL
 ORDER BY l.linked_at DESC, l.id LIMIT {LISTED}
""")  # noqa: S608  as above


def build(
    db: Session,
    case_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    typed: tuple[str, str] = ("", ""),
    problems: Problems = (),
) -> RelatedPage:
    """Six statements, session included; ``typed`` is the number and the note as sent in."""
    head = read_head(db, case_id, actor=actor, now=now)
    values = {
        "id": case_id,
        "m": actor.municipality_id,
        "provider": head.provider_id,
        "roles": [Role.SIGNATORY.value, Role.ADMINISTRATOR.value],
    }
    return RelatedPage(
        head=head,
        earlier=tuple(_case(row, _of_same(row)) for row in db.execute(_EARLIER, values)),
        related=tuple(_case(row, _of_related(row.shared)) for row in db.execute(_RELATED, values)),
        owners=Owners.read(db, head.provider_id),
        linked=tuple(
            Linked(row.link_id, _case(row, ()), row.note, row.who, row.linked_at) for row in db.execute(_LINKED, values)
        ),
        may_link=head.may_handle and not head.my_conflict,
        number=typed[0],
        note=typed[1],
        problems=problems,
    )


def _case(row: Any, why: Iterable[str]) -> OtherCase:
    return OtherCase(
        f"/kommun/arenden/{row.id}",
        row.provider_name,
        row.number,
        Text(row.name_sv, row.name_en),
        words.application_for_staff(State(row.state)),
        row.submitted_at,
        row.decided_at,
        tuple(dict.fromkeys(each["criterion"] for each in row.coded or ())),
        tuple(why),
    )


def _of_same(row: Any) -> tuple[str, ...]:
    return (_("Samma organisationsnummer"),) if State(row.state) is State.REJECTED else ()


def _as(role: str) -> str:
    return _("uppgiven verklig huvudman") if role == OWNER else words.role(Role(role)).lower()


def _of_related(shared: Iterable[dict[str, Any]]) -> Iterable[str]:
    for each in shared:
        facts = {"name": each["name"], "ours": _as(each["ours"]), "theirs": _as(each["theirs"])}
        if each["only_name"]:
            said = _("Samma namn, %(name)s: %(ours)s i sökanden och %(theirs)s i det andra företaget") % facts
            perhaps = _("Namnet kan vara en annan persons; kontrollera i registret")
            said = f"{said}. {perhaps}"
        else:
            said = _("%(name)s är %(ours)s i sökanden och %(theirs)s i det andra företaget") % facts
        ended = _("(en av rollerna är avslutad)")
        yield f"{said} {ended}" if each["left"] else said
