"""New conditions that are to be confirmed or proved, as the company sees them; and the rows that both sides show."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.db import conditions
from portal.domain.actors import Actor
from portal.domain.changeover import Need, Standing, standing
from portal.domain.conditions import Conditions
from portal.domain.criteria import Criterion, DocumentState, Text, worded
from portal.domain.deadlines import day_in_sweden
from portal.domain.effect import asks_alike
from portal.domain.roles import Role
from portal.domain.validity import Days, Stated
from portal.errors import NotFound
from portal.locale import formats, language, ngettext
from portal.locale import gettext as _
from portal.locale.problems import Problems
from portal.views import words
from portal.views.application_documents import Unfinished, confirming
from portal.views.evidence_dates import Counted, Dated, DateFields, date_fields, dated
from portal.views.upload_offer import Accepted, Upload, upload_of
from portal.views.words import Status


class Typed(Protocol):
    """What a form sent; ``forms.fields.Fields`` is it."""

    def text(self, name: str) -> str: ...

    def many(self, name: str) -> tuple[str, ...]: ...

    def has(self, name: str) -> bool: ...


NEW: Final = "ny"
LIBRARY: Final = 40


@dataclass(frozen=True)
class Lying:
    """A document that counts at the criterion; ``address`` is missing until it is found clean, and ``status`` says why.

    ``fields`` are those in which the company says what it is and when it is from; one that was stopped has none.
    """

    id: str
    name: str
    address: str
    status: Status | None
    dated: Dated
    fields: DateFields | None


@dataclass(frozen=True)
class Row:
    """One criterion that is asked about. ``due`` says how long there is, and ``late`` that there is no time left.

    ``version`` is the one that asks, with the day from which it applies.
    """

    id: UUID
    address: str
    company: str
    number: str
    criterion: Text
    version: str
    need: str
    status: Status
    due_on: date
    due: str
    late: bool
    standing: Standing
    said: str
    description: str
    documents: tuple[Lying, ...]


@dataclass(frozen=True)
class CompanyList:
    address: str
    service: str
    valid_from: date
    decided: str
    rows: tuple[Row, ...]
    left: int


@dataclass(frozen=True)
class ConfirmPage:
    """``library``: the company's documents that may be used, each with whether it is chosen."""

    row: Row
    back: str
    text: Text
    question: Text | None
    """None where no application is asked of it: then whether it is followed is asked."""
    returned: str
    may_answer: bool
    upload: Upload | None
    new: DateFields | None
    """The fields for what is being uploaded."""
    library: tuple[tuple[str, str, bool], ...]
    declared: str
    description: str
    problems: Problems
    begin: str
    """Where a script sends what goes with the answer."""
    unfinished: tuple[Unfinished, ...]


DOCUMENTS = """
       (SELECT coalesce(jsonb_agg(jsonb_build_array(d.id, d.name, d.state, x.kind, x.issued_on, x.ends_on)
                                  ORDER BY x.attached_at), '[]')
          FROM answer_document x JOIN document d ON d.id = x.document_id
         WHERE x.application_id = c.case_id AND x.criterion = c.criterion AND x.ended_at IS NULL) AS documents"""

_OF_CASE = sa.text(f"""
SELECT c.*, a.provider_name, coalesce(a.number, '') AS number, s.name_sv, s.name_en, v.decided_by,
       v.decision_reference, v.valid_from, v.number AS version_number, {DOCUMENTS}
  FROM confirmation c JOIN application a ON a.id = c.case_id JOIN service s ON s.id = a.service_id
  JOIN condition_version v ON v.id = c.version_id
 WHERE c.case_id = :case AND c.provider_id = :provider
   AND (CAST(:criterion AS text) IS NULL OR c.criterion = :criterion)
   AND (CAST(:version AS integer) IS NULL OR v.number = :version)
   AND c.ended_at IS NULL
 ORDER BY c.criterion, v.number DESC
""")  # noqa: S608 - constants only

_LIBRARY = sa.text("""
SELECT id, name, media_type, size, uploaded_at FROM document
 WHERE provider_id = :provider AND discarded_at IS NULL AND thinned_at IS NULL AND state NOT IN ('infected', 'refused')
 ORDER BY uploaded_at DESC, id LIMIT :most
""")


def of_case(db: Session, application_id: UUID, *, actor: Actor, now: datetime) -> CompanyList:
    """Everything that is asked of a company in one of its authorizations.

    Raises:
        NotFound: nothing is.
    """
    found = _of_case(db, application_id, actor)
    rows = tuple(sorted(rows_of(db, found, now, "/foretag"), key=lambda each: (each.standing is Standing.ACCEPTED,)))
    first = found[0]
    return CompanyList(
        address=f"/foretag/nya-villkor/{application_id}",
        service=first.name_en if language() == "en" else first.name_sv,
        valid_from=max(each.valid_from for each in found),
        decided=f"{first.decided_by}, § {first.decision_reference}",
        rows=rows,
        left=sum(each.standing in (Standing.OPEN, Standing.LATE) for each in rows),
    )


def one(
    db: Session,
    application_id: UUID,
    criterion: str,
    *,
    rules: Callable[[Any, Criterion], Accepted | None],
    version: int | None = None,
    actor: Actor,
    now: datetime,
    typed: Typed | None = None,
    problems: Problems = (),
) -> ConfirmPage:
    """With ``typed``, the page as it was sent, and what is wrong with it."""
    found = _of_case(db, application_id, actor, criterion, version)[0]
    (row,) = rows_of(db, [found], now, "/foretag")
    if version is not None:
        row = replace(row, address=f"{row.address}?villkor={version}")
    published = conditions.read(db, found.version_id)
    asked = published.by_id[criterion]
    sets = conditions.read_sets(db, general_id=published.id, service_id=published.id)
    allowed = rules(sets, asked)
    evidence = tuple(sets.evidence_type(each) for each in asked.evidence)
    types = {kind.media_type for kind in allowed.allowed} if allowed else set()
    library = db.execute(_LIBRARY, {"provider": actor.provider_id, "most": LIBRARY}).all() if allowed else []
    already = {each.id for each in row.documents}
    today = day_in_sweden(now)
    new = date_fields(sets, asked, NEW, Stated(), on=Days.of(today, None), counted=Counted.ANSWER) if allowed else None
    if typed is not None:
        row = replace(row, documents=tuple(_retyped(each, typed) for each in row.documents))
        new = new.retyped(typed.text) if new else None
    said = {True: "ja", False: "nej"}.get(found.declared, "")
    return ConfirmPage(
        row=row,
        back=f"/foretag/nya-villkor/{application_id}",
        text=worded(asked.text, published.thresholds),
        question=worded(asked.question.text, published.thresholds) if asked.question else None,
        returned=found.returned,
        may_answer=actor.may(Role.SIGNATORY) and row.standing is not Standing.ACCEPTED,
        upload=upload_of(evidence, allowed, 1) if allowed else None,
        new=new,
        library=tuple(
            (str(each.id), _shelved(each), typed is not None and str(each.id) in typed.many("underlag"))
            for each in library
            if each.media_type in types and str(each.id) not in already
        ),
        declared=typed.text("svar") if typed else said,
        description=typed.text("beskrivning") if typed else found.description,
        problems=problems,
        begin=f"/foretag/nya-villkor/{application_id}/{criterion}/uppladdningar?villkor={found.version_number}",
        unfinished=confirming(db, application_id, criterion, found.version_number) if allowed else (),
    )


def _of_case(
    db: Session, application_id: UUID, actor: Actor, criterion: str | None = None, version: int | None = None
) -> list[Any]:
    """What is asked under the newest version; of a criterion that an older one asks otherwise, both."""
    told = {"case": application_id, "provider": actor.provider_id, "criterion": criterion, "version": version}
    every = list(db.execute(_OF_CASE, told).all())
    if not every:
        raise NotFound("confirmation", application_id)
    versions = conditions.read_all(db, {row.version_id for row in every})
    found: list[Any] = []
    for row in every:
        newer = [each for each in found if each.criterion == row.criterion]
        alike = any(asks_alike(row.criterion, versions[row.version_id], versions[each.version_id]) for each in newer)
        if not newer or (row.accepted_at is None and not alike):
            found.append(row)
    return found


def rows_of(db: Session, found: Any, now: datetime, side: str) -> tuple[Row, ...]:
    versions = conditions.read_all(db, {row.version_id for row in found})
    today = day_in_sweden(now)
    rows: list[Row] = []
    for row in found:
        version = versions[row.version_id]
        # The company's address is of the newest that asks; what an older version asks otherwise has its number.
        earlier = any(each.id != row.id and each.address.endswith(f"/{row.criterion}") for each in rows)
        numbered = f"?villkor={version.number}" if earlier and side == "/foretag" else ""
        stands = standing(
            answered=row.answered_at is not None, accepted=row.accepted_at is not None, due_on=row.due_on, today=today
        )
        rows.append(
            Row(
                id=row.id,
                address=f"{side}/nya-villkor/{row.case_id}/{row.criterion}{numbered}",
                company=row.provider_name,
                number=row.number,
                criterion=worded(version.by_id[row.criterion].title, version.thresholds),
                version=version_words(version),
                need=_("Visa underlag") if Need(row.need) is Need.PROVE else _("Bekräfta"),
                status=_status(stands, row.returned),
                due_on=row.due_on,
                due=_due((row.due_on - today).days),
                late=stands is Standing.LATE,
                standing=stands,
                said="" if row.declared is None else _("Ja") if row.declared else _("Nej"),
                description=row.description,
                documents=_lying(db, row, side, today),
            )
        )
    return tuple(rows)


def _lying(db: Session, row: Any, side: str, today: date) -> tuple[Lying, ...]:
    sets = conditions.read_sets(db, general_id=row.version_id, service_id=row.version_id)
    asked = sets.service.by_id[row.criterion]
    on = Days.of(today, day_in_sweden(row.answered_at) if row.answered_at else None)
    found = []
    for id_, name, state, kind, issued_on, ends_on in row.documents:
        stated, state = Stated(kind, _day(issued_on), _day(ends_on)), DocumentState(state)
        is_clean = state is DocumentState.CLEAN
        found.append(
            Lying(
                id=id_,
                name=name,
                address=f"{side}/dokument/{id_}" if is_clean else "",
                status=None if is_clean else words.document(state),
                dated=dated(sets, asked, stated, state, on=on),
                fields=date_fields(sets, asked, id_, stated, on=on, state=state, counted=Counted.ANSWER),
            )
        )
    return tuple(found)


def _shelved(row: Any) -> str:
    return f"{row.name}, {formats.size(row.size)}, {formats.day(formats.day_of(row.uploaded_at))}"


def _retyped(each: Lying, typed: Typed) -> Lying:
    """What was not among the fields that were sent stays as it is kept."""
    sent = any(typed.has(f"{part}-{each.id}") for part in ("sort", "utfardat", "galler-till"))
    if each.fields is None or not sent:
        return each
    return replace(each, fields=replace(each.fields.retyped(typed.text), open=True))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def version_words(version: Conditions) -> str:
    """``Allmänna villkor version 2, från 1 maj 2026``."""
    if version.service_id is None:
        words = _("Allmänna villkor version %(number)s, från %(day)s")
    else:
        words = _("Tjänstens villkor version %(number)s, från %(day)s")
    return words % {"number": version.number, "day": formats.day(version.valid_from)}


def _status(stands: Standing, returned: str) -> Status:
    if stands is Standing.OPEN and returned:
        return Status("act", _("Behöver kompletteras"), "warning")
    return {
        Standing.OPEN: Status("empty", _("Inte besvarat")),
        Standing.LATE: Status("act", _("Försenat"), "danger"),
        Standing.ANSWERED: Status("half", _("Besvarat, väntar på kommunen"), "neutral"),
        Standing.ACCEPTED: Status("done", _("Godtaget")),
    }[stands]


def _due(days: int) -> str:
    if days < 0:
        return ngettext("1 dag försenat", "%(num)s dagar försenat", -days) % {"num": -days}
    if days == 0:
        return _("i dag")
    return ngettext("1 dag kvar", "%(num)s dagar kvar", days) % {"num": days}
