"""A made-up case as rows of the portal's tables, a generator a table; what is many per case is made in SQL."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.identifiers import search_words
from tests.bench.cases import DECIDED, JUDGED, Case
from tests.bench.companies import Maker

Rows = Iterator[dict[str, Any]]


def case_files(cases: Sequence[Case]) -> Rows:
    for case in cases:
        yield {
            "id": case.id,
            "municipality_id": case.municipality.id,
            "provider_id": case.company.id,
            "number": case.number,
            "opened_at": case.started_at,
            "last_seq": len(case.events),
            "last_hash": case.events[-1][1],
        }


def applications(cases: Sequence[Case]) -> Rows:
    for case in cases:
        yield {
            "id": case.id,
            "municipality_id": case.municipality.id,
            "provider_id": case.company.id,
            "service_id": case.service.id,
            "general_version_id": case.service.general_version,
            "service_version_id": case.service.service_version,
            "state": case.state.value,
            "started_at": case.started_at,
            "started_by": case.company.signatory,
            "submitted_at": case.submitted_at,
            "submitted_by": case.company.signatory if case.submitted_at else None,
            "complete_at": case.submitted_at,
            "decided_at": case.decided_at,
            "officer_id": case.officer,
            "proposed_by": case.officer if case.state in JUDGED else None,
            "due_on": case.due_on,
            "asked": case.service.asked,
            "judged": case.judged,
            "provider_name": case.company.name,
            "provider_sort_key": case.company.sort_key,
            "number": case.number,
        }


def words(cases: Sequence[Case]) -> Rows:
    for case in cases:
        if case.number is None:
            continue
        for word in search_words(case.company.name, case.company.orgnr, case.number):
            yield {"municipality_id": case.municipality.id, "word": word, "application_id": case.id}


def events(cases: Sequence[Case]) -> Rows:
    for case in cases:
        for event, hash_ in case.events:
            yield {
                "case_id": case.id,
                "seq": event.seq,
                "municipality_id": case.municipality.id,
                "provider_id": case.company.id,
                "kind": event.kind,
                "actor_id": event.actor_id,
                "actor_side": event.actor_side,
                "at": event.at,
                "facts": event.facts,
                "internal": event.internal,
                "hash": hash_,
            }


def letters(maker: Maker, cases: Sequence[Case]) -> Rows:
    """A receipt to the company and a word to the office for each; the decision for those that have one."""
    for case in cases:
        if case.submitted_at is None:
            continue
        sent = [("receipt", True, case.submitted_at), ("new_application", False, case.submitted_at)]
        if case.decided_at is not None:
            sent.append(("approved" if case.state is State.APPROVED else "rejected", True, case.decided_at))
        for kind, to_company, at in sent:
            yield {
                "id": maker.id(),
                "case_id": case.id,
                "municipality_id": case.municipality.id,
                "provider_id": case.company.id,
                "kind": kind,
                "to_company": to_company,
                "recipient": "info@bolaget.example" if to_company else "socialnamnden@kommunen.example",
                "recipient_name": case.company.name if to_company else "Socialnämnden",
                "language": "sv",
                "subject": f"Ärende {case.number}",
                "body": "Hej!\n\nDet har hänt något i ert ärende.\n\nVänliga hälsningar\nKommunen\n" * 3,
                "created_at": at,
                "read_at": at if case.decided_at else None,
                "delivery": "sent",
                "attempts": 1,
                "sent_at": at,
            }


def conflicts(maker: Maker, cases: Sequence[Case]) -> Rows:
    for case in cases:
        if case.officer is not None and case.submitted_at is not None:
            yield {
                "id": maker.id(),
                "case_id": case.id,
                "municipality_id": case.municipality.id,
                "person_id": case.officer,
                "conflicted": False,
                "declared_at": case.submitted_at,
            }


def proposals(maker: Maker, cases: Sequence[Case]) -> Rows:
    for case in cases:
        if case.state in JUDGED and case.submitted_at is not None:
            yield {
                "id": maker.id(),
                "application_id": case.id,
                "municipality_id": case.municipality.id,
                "approve": case.state is not State.REJECTED,
                "summary": "Alla villkor har bedömts.",
                "proposed_by": case.officer,
                "proposed_at": case.events[-1][0].at,
            }


def decisions(maker: Maker, cases: Sequence[Case]) -> Rows:
    for case in cases:
        if case.state in DECIDED:
            yield {
                "id": maker.id(),
                "application_id": case.id,
                "municipality_id": case.municipality.id,
                "provider_id": case.company.id,
                "approved": case.state is State.APPROVED,
                "reasons": "Bolaget uppfyller villkoren." if case.state is State.APPROVED else "Underlag saknas.",
                "decided_by": case.municipality.decision_maker,
                "decided_by_title": "Enhetschef",
                "delegation": "4.12",
                "decided_at": case.decided_at,
            }


def supplements(maker: Maker, cases: Sequence[Case]) -> Rows:
    for case in cases:
        if case.state is State.SUPPLEMENT_REQUESTED and case.officer is not None:
            yield {
                "id": maker.id(),
                "application_id": case.id,
                "municipality_id": case.municipality.id,
                "provider_id": case.company.id,
                "message": "Vi behöver några underlag till för att kunna bedöma ansökan.",
                "due_on": case.due_on,
                "requested_by": case.officer,
                "requested_at": case.events[-1][0].at,
            }


def authorizations(maker: Maker, cases: Sequence[Case]) -> Rows:
    """One for each approved case, under a case of its own number: the application's."""
    for case in cases:
        if case.state is State.APPROVED and case.decided_at is not None:
            yield {
                "id": maker.id(),
                "case_id": case.id,
                "municipality_id": case.municipality.id,
                "provider_id": case.company.id,
                "service_id": case.service.id,
                "general_version_id": case.service.general_version,
                "service_version_id": case.service.service_version,
                "state": AuthorizationState.ACTIVE.value,
                "offered_at": case.decided_at,
                "sign_by": case.decided_at.date() + timedelta(days=30),
                "signed_at": case.decided_at + timedelta(days=9),
                "active_from": case.decided_at.date() + timedelta(days=14),
                "provider_name": case.company.name,
                "provider_sort_key": case.company.sort_key,
                "orgnr": case.company.orgnr,
            }
