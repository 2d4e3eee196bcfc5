"""Signing a contract at the provider of identity, and back: the same for the company and for the municipality.

What is signed is the digest of the contract's bytes as they lie in the store,
by the person of this session and nobody else.  A way there is good for one way
back, in the same session.
"""

import hashlib
import logging
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.roles import COMPANY_ROLES, STAFF_ROLES
from portal.errors import NotAllowed, SignedOut
from portal.locale import gettext as _
from portal.locale import language
from portal.services import contracts, flows, sessions
from portal.services.contracts import Proof
from portal.views.errors import ErrorPage
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import only, signed_in
from portal.web.identity import (
    IdentityError,
    LevelTooLow,
    ProviderUnavailable,
    Signed,
    SignInCancelled,
    Started,
    WrongSigner,
)
from portal.web.oidc import Client
from portal.web.pages import page

log = logging.getLogger("portal.signing")

COMPANY, MUNICIPALITY = "sign_company", "sign_municipality"


def client_for(request: AnyRequest, purpose: str) -> Client:
    resources = desk_of(request).resources
    return resources.company_signing if purpose == COMPANY else resources.staff_signing


def signs(request: AnyRequest, side: str) -> bool:
    """Whether the provider signs; while it is away, nobody knows, and the page speaks of signing."""
    try:
        return client_for(request, COMPANY if side == "company" else MUNICIPALITY).can_sign()
    except ProviderUnavailable:
        return True


@post("/{authorization_id:uuid}/skriv-under", sync_to_thread=True)
def sign_as_company(
    request: AnyRequest,
    authorization_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    return _begin(request, db, authorization_id, COMPANY, actor)


@post("/{authorization_id:uuid}/skriv-under", sync_to_thread=True)
def sign_as_municipality(
    request: AnyRequest,
    authorization_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    return _begin(request, db, authorization_id, MUNICIPALITY, actor)


def _begin(request: AnyRequest, db: Session, authorization_id: UUID, purpose: str, actor: Actor) -> Response[Any]:
    desk = desk_of(request)
    asked = contracts.to_sign(db, authorization_id, actor=actor)
    digest = hashlib.sha256(desk.resources.store.read(asked.object_key)).digest()
    if digest.hex() != asked.sha256:
        log.error("the contract of authorization %s is not the file that was made", authorization_id)
        raise NotAllowed("other_paper")
    back = _address(purpose, authorization_id)
    subject = sessions.subject_of(db, desk.token or "")
    if subject is None:
        raise SignedOut
    try:
        started = client_for(request, purpose).begin_signing(
            expected_sub=subject,
            digest=digest,
            message_sv=f"Jag skriver under {asked.title.lower()}, nummer {asked.number}.\n"
            f"Avtalets fingeravtryck (SHA-256): {_grouped(asked.sha256)}",
            message_en=f"I sign the contract {asked.number} ({asked.title}).\n"
            f"The contract's fingerprint (SHA-256): {_grouped(asked.sha256)}",
            ui_locales=language(),
            now=desk.now,
        )
    except ProviderUnavailable:
        return _away(request, back)
    flows.begin(
        db,
        purpose=purpose,
        state=started.state,
        started=started.to_record(),
        return_to=back,
        now=desk.now,
        session_token=desk.token,
        subject_id=authorization_id,
    )
    return Redirect(started.url, status_code=303)


@get("/svar", sync_to_thread=True)
def finish(request: AnyRequest, db: NamedDependency[Session], actor: NamedDependency[Actor]) -> Response[Any]:
    desk = desk_of(request)
    errand = flows.take(db, request.query_params.get("state", ""), now=desk.now)
    same = errand is not None and desk.token is not None and errand.session_hash == sessions.token_hash(desk.token)
    if errand is None or not same or errand.subject_id is None:
        room = "/kommun/anordnare" if actor.municipality_id else "/foretag/avtal"
        return failed(
            request,
            _("Underskriften tog för lång tid"),
            _("Inget har skrivits under. Öppna avtalet och börja om, så går det bra."),
            room,
        )
    try:
        signed = client_for(request, errand.purpose).finish_signing(
            callback_params=dict(request.query_params), started=Started.from_record(errand.started), now=desk.now
        )
    except SignInCancelled:
        return failed(
            request,
            _("Du avbröt underskriften"),
            _("Inget har skrivits under. Avtalet väntar på dig tills du är redo."),
            errand.return_to,
        )
    except WrongSigner:
        return failed(
            request,
            _("Det var någon annan som skrev under"),
            _("Du behöver skriva under med samma e-legitimation som du är inloggad med. Försök igen."),
            errand.return_to,
        )
    except LevelTooLow:
        return failed(
            request,
            _("E-legitimationen räcker inte till"),
            _("Avtal skrivs under med en e-legitimation på tillitsnivå 3 eller högre. Försök igen med en sådan."),
            errand.return_to,
        )
    except ProviderUnavailable:
        return _away(request, errand.return_to)
    except IdentityError as error:
        log.warning("a signature was refused: %r", error)
        return failed(
            request,
            _("Underskriften gick inte att bekräfta"),
            _("Svaret från tjänsten för e-legitimation gick inte att lita på. Inget har skrivits under. Försök igen."),
            errand.return_to,
        )
    sign = contracts.sign_company if errand.purpose == COMPANY else contracts.sign_municipality
    name = desk.signed_in().name
    sign(db, errand.subject_id, proof=_proof(signed, name), actor=actor, now=desk.now)
    return Redirect(errand.return_to, status_code=303)


def _proof(signed: Signed, name: str) -> Proof:
    return Proof(
        kind=signed.kind.value,
        digest=signed.tbs_digest,
        name=signed.identity.name or name,
        acr=signed.acr,
        signed_at=signed.signed_at,
        authn_provider=signed.provider,
        signature=signed.signature_b64 or "",
        certificate=signed.certificate_pem or "",
    )


def _address(purpose: str, authorization_id: UUID) -> str:
    return f"/{'foretag' if purpose == COMPANY else 'kommun'}/avtal/{authorization_id}"


def _grouped(digest: str) -> str:
    """In eights, as people compare it."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def _away(request: AnyRequest, back: str) -> Response[str]:
    return failed(
        request,
        _("Tjänsten för e-legitimation svarar inte"),
        _("Inget har skrivits under. Vi når inte tjänsten just nu. Försök igen om en stund."),
        back,
        status_code=503,
    )


def failed(request: AnyRequest, heading: str, sentence: str, back: str, *, status_code: int = 400) -> Response[str]:
    view = ErrorPage(_("Underskrift"), heading, (sentence,), back, _("Tillbaka till avtalet"))
    return page(request, "errors/error.html", view, status_code=status_code)


company = Router("/foretag/avtal", route_handlers=[sign_as_company], guards=[only(*COMPANY_ROLES)])
staff = Router("/kommun/avtal", route_handlers=[sign_as_municipality], guards=[only(*STAFF_ROLES)])
back = Router("/underskrift", route_handlers=[finish], guards=[signed_in])
