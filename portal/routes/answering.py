"""One request at one criterion of an application: what came with its form, what of it was kept, and the page then."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Lack, Obstacle, obstacles
from portal.domain.deadlines import day_in_sweden
from portal.domain.uploads import SIZES, Within
from portal.errors import Invalid
from portal.forms import evidence as dates_form
from portal.forms.application import AnswerForm, read_answer
from portal.forms.facts import FactsForm, read_stated
from portal.forms.fields import Fields
from portal.locale import gettext as _
from portal.locale.problems import Problems
from portal.services import applications, competence_choice, documents, evidence, facts, rates, uploads, writing
from portal.views import upload_words
from portal.views.application_criterion import CriterionPage, criterion_page
from portal.web.desk import AnyRequest, desk_of
from portal.web.multipart_forms import Sent, is_multipart, take_in
from portal.web.pages import page

UPLOAD_BODY = SIZES[Within.CASE] + 2_000_000


def read_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@dataclass
class Answering:
    """``receive`` reads the form, ``keep`` saves all of it that may be saved, ``stay`` answers with the same page.

    ``problems`` gathers what is wrong, each at its field, and ``known`` the
    documents that the company turned out to have handed in before.
    """

    request: AnyRequest
    db: Session
    application_id: UUID
    criterion: str
    actor: Actor
    now: datetime
    form: AnswerForm = field(init=False)
    sent: Sent = field(init=False)
    problems: list[tuple[str, str]] = field(default_factory=list)
    known: tuple[UUID, ...] = ()

    @property
    def fields(self) -> Fields:
        return Fields.of(self.sent.fields)

    @property
    def facts(self) -> FactsForm:
        """What was stated beside the yes or no."""
        return read_stated(self.fields, self._sets.by_id.get(self.criterion))

    @cached_property
    def _own(self) -> tuple[Any, ConditionSets]:
        """The application and its conditions; kept, so that the services that follow find it read already."""
        application = writing.own(self.db, self.application_id, actor=self.actor)
        return application, writing.sets_of(self.db, application)

    @property
    def _sets(self) -> ConditionSets:
        return self._own[1]

    def view(self, *, known: Sequence[UUID] = ()) -> CriterionPage:
        return criterion_page(
            self.db,
            self.application_id,
            self.criterion,
            rules=documents.rules_for,
            room=documents.MAX_DOCUMENTS,
            known=known,
            scanner=desk_of(self.request).resources.scanner.configured,
            find=facts.findings_of,
            actor=self.actor,
            now=self.now,
        )

    def page(self, *, known: Sequence[UUID] = ()) -> Response[str]:
        return page(self.request, "application/criterion.html", self.view(known=known))

    def stay(self, *, anchor: str = "dok") -> Response[Any]:
        """To the same page anew; where something is wrong the page itself, with all that was typed."""
        if not self.problems:
            here = f"/foretag/ansokningar/{self.application_id}/villkor/{self.criterion}"
            return Redirect(f"{here}{self.told()}#{anchor}", status_code=303)
        refused = self.view(known=self.known).corrected(
            tuple(sorted(self.problems, key=_place)),
            declared=self.form.declared,
            described=self.form.description,
            saved=not (self.form.problems or self.facts.problems),
            typed={name: self.fields.text(name) for name, _value in self.sent.fields},
            stated=self.facts.typed,
        )
        return page(self.request, "application/criterion.html", refused, status_code=422)

    def told(self) -> str:
        """The next page says of these documents that the company had handed them in before."""
        return "?" + "&".join(f"forut={each}" for each in self.known) if self.known else ""

    async def receive(self) -> None:
        """Read the form, its files into the store.  Whether one may write is asked first: nobody uploads in vain."""
        desk = desk_of(self.request)
        kind = self.request.headers.get("content-type", "")
        if is_multipart(kind):
            # The application that is read here is kept while the files come, and not read again after them.
            place = uploads.place(self.db, self._own[0].id, self.criterion, actor=self.actor)
            if desk.brings_files:
                rates.allow(self.db, f"upload {self.actor.person_id}", limit=100, seconds=600, now=self.now)
            self.sent = await self._take_in(kind, place)
            desk.posted = self.sent.fields
        else:
            self.sent = Sent(fields=desk.posted)
        self.form = read_answer(self.fields)

    async def _take_in(self, kind: str, place: uploads.Place) -> Sent:
        """While no transaction is held open; a body that is too large costs only its files."""
        desk = desk_of(self.request)
        desk.let_go()
        try:
            sent = await take_in(
                self.request.stream(),
                kind,
                store=desk.resources.store,
                rules=place.rules,
                room=place.room,
                new_key=documents.fresh_key,
            )
        except HTTPException as error:
            if error.status_code != 413:
                raise
            sent = Sent(fields=desk.posted)
            sent.refused_whole = True
        desk.take_up()
        return sent

    def keep(self) -> None:
        """Save the answer unless it may not be kept, attach what came in, and say of the rest why not."""
        facts = self.facts
        self.problems += (*self.form.problems, *facts.problems)
        known = [each for text in self.fields.many("forut") if (each := read_uuid(text)) is not None]
        if not self.form.problems:
            applications.save_answer(
                self.db,
                self.application_id,
                self.criterion,
                declared=self.form.declared,
                description=self.form.description,
                stated=facts.values,
                actor=self.actor,
                now=self.now,
            )
        self.problems += self._state_dates()
        self.problems += self._name_people()
        known += self._attach()
        self.problems += self._refused()
        self.known = tuple(dict.fromkeys(known))

    def demand_all(self) -> None:
        """What the page still needs before one goes on from it, though not twice at the same field."""
        said = {name for name, _sentence in self.problems}
        sets, given = applications.answered(self.db, self.application_id, now=self.now)
        found = (each for each in obstacles(sets.by_id[self.criterion], given.get(self.criterion)) if each.blocks)
        lacking = dict.fromkeys(map(_lacking, found))
        self.problems += [each for each in lacking if each[0] not in said]

    def _state_dates(self) -> Problems:
        """What was said of the documents of the page, by what the criterion accepts."""
        asked = self._sets.by_id.get(self.criterion)
        accepted = self._sets.accepted(asked) if asked else {}
        dates = dates_form.read_dates(self.fields, accepted=accepted, today=day_in_sweden(self.now))
        if dates.stated:
            evidence.state(self.db, self.application_id, self.criterion, dates.stated, actor=self.actor, now=self.now)
        return dates.problems

    def _name_people(self) -> Problems:
        """Whom the form names, where it asks for somebody."""
        if not self.fields.has("profiler"):
            return ()
        typed = [each for each in self.fields.many("profil") if each]
        chosen = [found for each in typed if (found := read_uuid(each)) is not None]
        if len(chosen) < len(typed):
            return (("profil", _("Välj i listan.")),)
        try:
            competence_choice.choose(
                self.db, self.application_id, self.criterion, chosen, actor=self.actor, now=self.now
            )
        except Invalid:
            return (("profil", _("Välj färre personer.")),)
        return ()

    def _attach(self) -> Sequence[UUID]:
        """Those of the files that the company had handed in before."""
        received = self.sent.received
        if not received:
            return ()
        try:
            taken = documents.attach(
                self.db, self.application_id, self.criterion, received, actor=self.actor, now=self.now
            )
        except Invalid as invalid:
            reason = invalid.errors["fil"]
            self.problems += [
                ("fil", upload_words.refused(each.name, reason, invalid.facts, accepted="")) for each in received
            ]
            return ()
        keys = {each.key for each in received}
        return [each.id for each in taken if each.object_key not in keys]

    def _refused(self) -> Iterator[tuple[str, str]]:
        if self.sent.refused:
            upload = self.view().upload
            accepted = upload.extensions if upload else ""
            for each in self.sent.refused:
                yield "fil", upload_words.refused(each.name, each.reason, each.facts, accepted=accepted)
        if self.sent.refused_whole:
            yield "fil", _("Filerna är tillsammans större än vad vi kan ta emot. Ladda upp dem några i taget.")


def provide_answering(
    request: AnyRequest,
    application_id: FromPath[UUID],
    criterion: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Answering:
    return Answering(request, db, application_id, criterion, actor, now)


def _place(problem: tuple[str, str]) -> int:
    """Where its field stands, so that the summary goes down the page; what is further down keeps its order."""
    above = ("svar", "beskrivning", "uppgift-", "profil")
    return next((place for place, field in enumerate(above) if problem[0].startswith(field)), len(above))


def _lacking(found: Obstacle) -> tuple[str, str]:
    """What an obstacle is in words, at the field where it is mended."""
    match found.lack:
        case Lack.UNANSWERED:
            return "svar", _("Svara ja eller nej.")
        case Lack.NOT_DECLARED:
            return "beskrivning", _("Förklara varför svaret är nej och när ni kan uppfylla villkoret.")
        case Lack.DESCRIPTION_MISSING:
            return "beskrivning", _("Beskriv hur ni uppfyller villkoret.")
        case Lack.DOCUMENT_MISSING:
            return "fil", _("Bifoga minst ett dokument.")
        case Lack.DOCUMENT_UNWANTED:
            return "dok", _("Ta bort dokumentet. För det här villkoret ska inget lämnas in.")
        case Lack.DOCUMENT_INFECTED:
            return "dok", _("Ta bort filen som innehåller skadlig kod.")
        case _:
            return _undated(found)


def _undated(found: Obstacle) -> tuple[str, str]:
    """Each at the field of its own document."""
    part, sentence = {
        Lack.DOCUMENT_KIND_MISSING: (dates_form.KIND, _("Välj vilken sorts underlag dokumentet är.")),
        Lack.DOCUMENT_DATE_MISSING: (dates_form.ISSUED, _("Skriv dokumentets datum.")),
        Lack.DOCUMENT_TOO_OLD: (dates_form.ISSUED, _("Dokumentet är för gammalt. Ersätt det med ett nyare.")),
        Lack.DOCUMENT_EXPIRED: (dates_form.ENDS, _("Dokumentet har gått ut. Ersätt det med ett som gäller.")),
    }[found.lack]
    return f"{part}-{found.document_id}", sentence
