"""The Companies Registration Office's open data (värdefulla datamängder, version 1), by its documented shape.

``POST /organisationer`` with an organisation number; a token by OAuth 2.0
client credentials.  Each field of the answer names its producer and may carry a
fault of its own (``fel``): what could not be fetched is left out, so that it is
never read as good standing.
"""

from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any, Final
from uuid import uuid4

import httpx2

from portal.domain.identifiers import sort_key
from portal.domain.registers import Answer, Said, read_facts

SCOPE: Final = "vardefulla-datamangder:read"
TIMEOUT_S: Final = 10.0
_SPARE_S: Final = 30.0
_NO_ANSWER: Final = "unreachable"


@dataclass
class CompaniesRegister:
    """``base_url`` ends in ``/vardefulla-datamangder/v1``; a token is kept until shortly before it runs out."""

    base_url: str
    token_url: str
    client_id: str
    client_secret: str
    _token: str = ""
    _until: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def ask(self, orgnr: str, *, name: str) -> Answer:
        """What is registered of the company; ``name`` is what the portal knows it by."""
        try:
            with httpx2.Client(timeout=TIMEOUT_S) as client:
                answer = client.post(
                    f"{self.base_url}/organisationer",
                    json={"identitetsbeteckning": orgnr},
                    headers={"authorization": f"Bearer {self._bearer(client)}", "x-request-id": str(uuid4())},
                )
                if answer.status_code == 404:
                    return Answer(Said.NO_ANSWER, {}, "not_found")
                answer.raise_for_status()
                return understood(answer.json(), name=name)
        except (httpx2.HTTPError, ValueError, KeyError, TypeError, AttributeError):
            # No connection, a refusal, or an answer that is not what the documentation says.
            return Answer(Said.NO_ANSWER, {}, _NO_ANSWER)

    def _bearer(self, client: httpx2.Client) -> str:
        with self._lock:
            if monotonic() < self._until:
                return self._token
            answer = client.post(
                self.token_url,
                data={"grant_type": "client_credentials", "scope": SCOPE},
                auth=(self.client_id, self.client_secret),
            )
            answer.raise_for_status()
            told = answer.json()
            self._token, self._until = str(told["access_token"]), monotonic() + float(told["expires_in"]) - _SPARE_S
            return self._token


def understood(told: Any, *, name: str) -> Answer:
    """The facts in an answer.  Raises ``KeyError``, ``TypeError`` or ``AttributeError`` for another shape."""
    organisations = told["organisationer"]
    if not organisations:
        return Answer(Said.NO_ANSWER, {}, "not_found")
    # A person may carry on several businesses under one number; a legal person has one.
    company = organisations[0]
    facts: dict[str, Any] = {}
    if (active := _part(company, "verksamOrganisation")) and active.get("kod") in ("JA", "NEJ"):
        facts["org.active"] = active["kod"] == "JA"
    # Absent where the company is registered still, so only a fault of its own says that it is not known.
    if not _fault(company, "avregistreradOrganisation"):
        gone = _part(company, "avregistreradOrganisation") or {}
        facts["org.deregistered"] = bool(gone.get("avregistreringsdatum"))
    if not _fault(company, "pagaendeAvvecklingsEllerOmstruktureringsforfarande"):
        part = _part(company, "pagaendeAvvecklingsEllerOmstruktureringsforfarande") or {}
        listed = part.get("pagaendeAvvecklingsEllerOmstruktureringsforfarandeLista") or []
        facts["org.pending_proceedings"] = sorted(str(each["kod"]) for each in listed)
    if names := (_part(company, "organisationsnamn") or {}).get("organisationsnamnLista"):
        registered = {sort_key(str(each.get("namn", ""))) for each in names}
        facts["org.unnotified_registry_changes"] = 0 if sort_key(name) in registered else 1
    if not facts:
        return Answer(Said.NO_ANSWER, {}, _NO_ANSWER)
    return Answer(read_facts(facts), facts)


def _part(company: Any, name: str) -> Any:
    """A field of the answer, unless its producer could not give it."""
    return None if _fault(company, name) else company.get(name)


def _fault(company: Any, name: str) -> bool:
    return bool((company.get(name) or {}).get("fel"))
