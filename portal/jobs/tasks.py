"""The tasks, by the names under which services defer them: unpack, one transaction, one service.

A task's name and arguments are what lies in the queue when a new version
starts: add to them, do not change them.
"""

import logging
from typing import Any
from uuid import UUID

from procrastinate import JobContext

from documents.stamps import ServiceUnavailable
from portal.db.session import Scope, reading, transaction
from portal.domain.letters import LetterKind
from portal.jobs.app import app
from portal.jobs.retrying import GrowingPauses, NotYet
from portal.jobs.workshop import Workshop
from portal.services import archives, drawing, examination, figures, letters, papers, retention, thinning, uploads
from portal.services.letters import Recipient

log = logging.getLogger("portal.jobs")

STAMP_PAUSE_S = 60
BUSY_PAUSE_S = 30


def workshop_of(context: JobContext) -> Workshop:
    workshop: Workshop = context.additional_context["workshop"]
    return workshop


@app.task(name="papers.make", pass_context=True, retry=GrowingPauses())
def papers_make(context: JobContext, *, municipality_id: str, provider_id: str, paper_id: str) -> None:
    make_paper(workshop_of(context), municipality_id=municipality_id, provider_id=provider_id, paper_id=paper_id)


@app.task(name="letters.write", pass_context=True, retry=GrowingPauses())
def letters_write(
    context: JobContext, *, municipality_id: str, provider_id: str, case_id: str, seq: int, kinds: list[str]
) -> None:
    write_letters(
        workshop_of(context),
        municipality_id=municipality_id,
        provider_id=provider_id,
        case_id=case_id,
        seq=seq,
        kinds=kinds,
    )


@app.task(name="letters.write_one", pass_context=True, retry=GrowingPauses())
def letters_write_one(
    context: JobContext,
    *,
    kind: str,
    recipient: str,
    recipient_name: str,
    language: str,
    link: str,
    facts: dict[str, Any],
    municipality_id: str | None = None,
    provider_id: str | None = None,
) -> None:
    write_one_letter(
        workshop_of(context),
        key=f"job {context.job.id}",
        kind=kind,
        recipient=recipient,
        recipient_name=recipient_name,
        language=language,
        link=link,
        facts=facts,
        municipality_id=municipality_id,
        provider_id=provider_id,
    )


@app.task(name="letters.send", pass_context=True, retry=GrowingPauses())
def letters_send(
    context: JobContext, *, letter_id: str, municipality_id: str | None = None, provider_id: str | None = None
) -> None:
    send_letter(workshop_of(context), letter_id=letter_id, municipality_id=municipality_id, provider_id=provider_id)


@app.task(name="documents.examine", pass_context=True, retry=GrowingPauses())
def documents_examine(context: JobContext, *, provider_id: str, document_id: str) -> None:
    examine_document(workshop_of(context), provider_id=provider_id, document_id=document_id)


@app.task(name="documents.discard", pass_context=True, retry=GrowingPauses())
def documents_discard(context: JobContext, *, provider_id: str, document_id: str, object_key: str) -> None:
    discard_object(workshop_of(context), provider_id=provider_id, document_id=document_id, object_key=object_key)


@app.task(name="figures.read", pass_context=True, retry=GrowingPauses())
def figures_read(context: JobContext, *, provider_id: str, document_id: str) -> None:
    read_figures(workshop_of(context), provider_id=provider_id, document_id=document_id)


def examine_document(workshop: Workshop, *, provider_id: str, document_id: str) -> None:
    """Looked at between two transactions, so that no connection waits for a scanner."""
    scope = _scope(None, provider_id)
    with reading(workshop.engine, scope) as db:
        subject = examination.subject_of(db, UUID(document_id))
    if subject is None:
        return
    finding = examination.examine(subject, store=workshop.store, scanner=workshop.scanner)
    with transaction(workshop.engine, scope) as db:
        pause = examination.settle(db, subject, finding, base_url=workshop.settings.base_url, now=workshop.clock())
    if pause is not None:
        raise NotYet(pause)


def discard_object(workshop: Workshop, *, provider_id: str, document_id: str, object_key: str) -> None:
    with reading(workshop.engine, _scope(None, provider_id)) as db:
        examination.discard(db, UUID(document_id), object_key, store=workshop.store)


@app.task(name="documents.draw", pass_context=True, retry=GrowingPauses())
def documents_draw(context: JobContext, *, provider_id: str, document_id: str) -> None:
    draw_document(workshop_of(context), provider_id=provider_id, document_id=document_id)


def draw_document(workshop: Workshop, *, provider_id: str, document_id: str) -> None:
    """Drawn between two transactions, as it may take seconds."""
    scope = _scope(None, provider_id)
    with reading(workshop.engine, scope) as db:
        subject = drawing.subject_of(db, UUID(document_id))
    if subject is None:
        return
    drawn = drawing.draw(subject, workshop.renditions)
    if drawn.busy:
        raise NotYet(BUSY_PAUSE_S)
    with transaction(workshop.engine, scope) as db:
        drawing.settle(db, subject, drawn)


@app.task(name="evidence.keep", pass_context=True, retry=GrowingPauses())
def evidence_keep(context: JobContext, *, municipality_id: str, provider_id: str, case_id: str) -> None:
    keep_evidence(workshop_of(context), municipality_id=municipality_id, provider_id=provider_id, case_id=case_id)


@app.task(name="thinning.propose", pass_context=True, retry=GrowingPauses())
def thinning_propose(context: JobContext, *, municipality_id: str) -> None:
    propose_thinning(workshop_of(context), municipality_id=municipality_id)


@app.task(name="thinning.run", pass_context=True, retry=GrowingPauses(), lock="thinning.run")
def thinning_run(context: JobContext, *, municipality_id: str, thinning_id: str) -> None:
    run_thinning(workshop_of(context), municipality_id=municipality_id, thinning_id=thinning_id)


@app.task(name="archives.make", pass_context=True, retry=GrowingPauses())
def archives_make(
    context: JobContext,
    *,
    archive_id: str,
    municipality_id: str | None = None,
    provider_id: str | None = None,
    person_id: str | None = None,
) -> None:
    scope = Scope(*(UUID(each) if each else None for each in (municipality_id, provider_id, person_id)))
    make_archive(workshop_of(context), scope, archive_id=archive_id)


def keep_evidence(workshop: Workshop, *, municipality_id: str, provider_id: str, case_id: str) -> None:
    with transaction(workshop.engine, _scope(municipality_id, provider_id)) as db:
        retention.keep(db, UUID(case_id), store=workshop.store, now=workshop.clock())


def propose_thinning(workshop: Workshop, *, municipality_id: str) -> None:
    with transaction(workshop.engine, _scope(municipality_id, None)) as db:
        thinning.propose(db, UUID(municipality_id), now=workshop.clock())


def run_thinning(workshop: Workshop, *, municipality_id: str, thinning_id: str) -> None:
    """Each item in a transaction of its own: one that fails is tried again, and what went before stays done."""
    scope = _scope(municipality_id, None)
    with transaction(workshop.engine, scope) as db:
        left = thinning.left(db, UUID(thinning_id))
    for item_id, provider_id in left:
        with transaction(workshop.engine, Scope(scope.municipality_id, provider_id)) as db:
            thinning.remove(db, item_id, store=workshop.store, now=workshop.clock())
    with transaction(workshop.engine, scope) as db:
        thinning.finish(db, UUID(thinning_id), now=workshop.clock())


def make_archive(workshop: Workshop, scope: Scope, *, archive_id: str) -> None:
    with transaction(workshop.engine, scope) as db:
        archives.make(db, UUID(archive_id), store=workshop.store, seals=workshop.seals, now=workshop.clock())


def read_figures(workshop: Workshop, *, provider_id: str, document_id: str) -> None:
    """Read between two transactions, so that no connection waits for the store or a slow file."""
    scope = _scope(None, provider_id)
    with reading(workshop.engine, scope) as db:
        subject = figures.subject_of(db, UUID(document_id), scanner=workshop.scanner.configured)
    found = figures.read(subject, store=workshop.store) if subject else None
    if subject is None or found is None:
        return
    with transaction(workshop.engine, scope) as db:
        figures.keep(db, subject, found, now=workshop.clock())


@app.task(name="uploads.drop", pass_context=True, retry=GrowingPauses())
def uploads_drop(context: JobContext, *, keys: list[str], begun: dict[str, str] | None = None) -> None:
    drop_uploads(workshop_of(context), keys=keys, begun=begun or {})


def make_paper(workshop: Workshop, *, municipality_id: str, provider_id: str, paper_id: str) -> None:
    """A time-stamp service that is away is no failure: the paper waits for it, as long as it takes."""
    try:
        with transaction(workshop.engine, _scope(municipality_id, provider_id)) as db:
            papers.make(
                db,
                UUID(paper_id),
                store=workshop.store,
                seals=workshop.seals,
                base_url=workshop.settings.base_url,
                now=workshop.clock(),
            )
    except ServiceUnavailable as unavailable:
        log.warning("paper %s waits to be sealed: %s", paper_id, unavailable)
        raise NotYet(STAMP_PAUSE_S) from unavailable


def write_letters(
    workshop: Workshop, *, municipality_id: str, provider_id: str, case_id: str, seq: int, kinds: list[str]
) -> None:
    with transaction(workshop.engine, _scope(municipality_id, provider_id)) as db:
        letters.write(
            db,
            UUID(case_id),
            seq,
            [LetterKind(kind) for kind in kinds],
            base_url=workshop.settings.base_url,
            now=workshop.clock(),
        )


def write_one_letter(
    workshop: Workshop,
    *,
    key: str,
    kind: str,
    recipient: str,
    recipient_name: str,
    language: str,
    link: str,
    facts: dict[str, Any],
    municipality_id: str | None = None,
    provider_id: str | None = None,
) -> None:
    scope = _scope(municipality_id, provider_id)
    with transaction(workshop.engine, scope) as db:
        letters.write_one(
            db,
            key=key,
            kind=LetterKind(kind),
            recipient=Recipient(recipient, recipient_name, language),
            link=link,
            facts=facts,
            municipality_id=scope.municipality_id,
            provider_id=scope.provider_id,
            base_url=workshop.settings.base_url,
            now=workshop.clock(),
        )


def send_letter(workshop: Workshop, *, letter_id: str, municipality_id: str | None, provider_id: str | None) -> None:
    """What came of it is stored before the queue is told to try again."""
    with transaction(workshop.engine, _scope(municipality_id, provider_id)) as db:
        pause = letters.send(db, UUID(letter_id), relay=workshop.relay, store=workshop.store, now=workshop.clock())
    if pause is not None:
        raise NotYet(pause)


def drop_uploads(workshop: Workshop, *, keys: list[str], begun: dict[str, str]) -> None:
    with transaction(workshop.engine) as db:
        uploads.drop(db, workshop.store, keys, begun)


def _scope(municipality_id: str | None, provider_id: str | None) -> Scope:
    return Scope(
        municipality_id=UUID(municipality_id) if municipality_id else None,
        provider_id=UUID(provider_id) if provider_id else None,
    )
