"""A draft compared, previewed and published."""

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.publishing import NotPublishable
from portal.domain.roles import Role
from portal.errors import ChangedMeanwhile, Invalid
from portal.forms.drafts import read_decision
from portal.forms.fields import Fields
from portal.services import drafts
from portal.views.draft_publishing import DraftComparison, Preview, PublishPage
from portal.views.draft_words import decision_problems
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import only
from portal.web.pages import page


@get("/{draft_id:uuid}/jamfor", sync_to_thread=False)
def compare(
    request: AnyRequest, draft_id: FromPath[UUID], db: NamedDependency[Session], actor: NamedDependency[Actor]
) -> Response[str]:
    return page(request, "conditions/comparison.html", DraftComparison.read(db, draft_id, actor))


@get("/{draft_id:uuid}/forhandsvisa", sync_to_thread=False)
def preview(
    request: AnyRequest, draft_id: FromPath[UUID], db: NamedDependency[Session], actor: NamedDependency[Actor]
) -> Response[str]:
    return page(request, "conditions/preview.html", Preview.read(db, draft_id, actor))


@get("/{draft_id:uuid}/publicera", sync_to_thread=False)
def before_publishing(
    request: AnyRequest, draft_id: FromPath[UUID], db: NamedDependency[Session], actor: NamedDependency[Actor]
) -> Response[str]:
    return page(request, "conditions/publish.html", PublishPage.read(db, draft_id, actor))


@post("/{draft_id:uuid}/publicera", sync_to_thread=False)
def publish(
    request: AnyRequest,
    draft_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """What is wrong with the decision is said at its fields, and what is wrong with the draft at its criteria."""
    fields = Fields.of(desk_of(request).posted)
    form = read_decision(fields)
    errors: dict[str, str] = form.errors
    changed = False
    if form.decided_on is not None and form.valid_from is not None and "answer_by" not in errors:
        try:
            drafts.publish(
                db,
                draft_id,
                decided_by=form.decided_by,
                paragraph=form.paragraph,
                decided_on=form.decided_on,
                valid_from=form.valid_from,
                answer_by=form.answer_by,
                seen=_seen(fields),
                actor=actor,
                now=now,
            )
        except Invalid as refused:
            errors = dict(refused.errors)
        except ChangedMeanwhile:
            changed = True
        except NotPublishable:
            errors = {}
        else:
            return Redirect(f"/kommun/villkor/utkast/{draft_id}?klart=publicerat", status_code=303)
    problems = decision_problems(errors.items())
    view = PublishPage.read(db, draft_id, actor, typed=form.typed, problems=problems, changed=changed)
    return page(request, "conditions/publish.html", view, status_code=409 if changed else 422)


def _seen(fields: Fields) -> tuple[int, UUID]:
    """What the page showed; what does not say so has shown nothing."""
    with suppress(ValueError):
        return int(fields.text("revision")), UUID(fields.text("mot"))
    return 0, UUID(int=0)


router = Router(
    "/kommun/villkor/utkast",
    route_handlers=[compare, preview, before_publishing, publish],
    guards=[only(Role.MUNICIPAL_ADMINISTRATOR)],
)
