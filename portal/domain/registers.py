"""Checks in registers: what is asked, what an answer means, and when a person must act.

A check answers three questions: was it run, what did it say, must someone act?
It is never a judgement: an officer reads it, and decides what follows
(Kommunallagen 6 kap. 38 §).  Of extracts from criminal records only that they
were shown is kept (domain section 0, fact 7), so none is listed here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from portal.domain.roles import Role

READS_CHECKS: Final = frozenset({Role.CASE_OFFICER, Role.DECISION_MAKER, Role.CONTROLLER})

Facts = Mapping[str, Any]
"""Fact id of the rules → what the register says: true, false, a whole number, a text or a list of codes."""


class Register(StrEnum):
    COMPANIES = "bolagsverket"
    VAT = "moms"
    PERMITS = "ivo"
    TAX = "skatteverket"
    DEBTS = "kronofogden"
    EXCLUSION = "uteslutning"


class Way(StrEnum):
    AUTOMATIC = "automatic"  # asked over the network
    LIST = "list"  # looked up in a list that the municipality has uploaded
    MANUAL = "manual"  # a person asks elsewhere and writes down the answer


class Said(StrEnum):
    IN_ORDER = "in_order"
    REMARK = "remark"
    NO_ANSWER = "no_answer"


class Reason(StrEnum):
    """Why someone must act."""

    REMARK = "remark"
    CHANGED = "changed"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Plug:
    """How one register is asked.  ``facts``: what it can say; ``again``: how long an answer is relied on."""

    register: Register
    way: Way
    facts: tuple[str, ...]
    again: timedelta


# The coordinated supplier control by the Companies Registration Office is one more line here, when it comes.
PLUGS: Final[Mapping[Register, Plug]] = {
    plug.register: plug
    for plug in (
        Plug(
            Register.COMPANIES,
            Way.AUTOMATIC,
            ("org.active", "org.deregistered", "org.pending_proceedings", "org.unnotified_registry_changes"),
            timedelta(days=1),
        ),
        Plug(Register.PERMITS, Way.LIST, ("ivo.permit_holder_orgnr",), timedelta(days=30)),
        Plug(Register.VAT, Way.MANUAL, ("vat.number_holds",), timedelta(days=365)),
        Plug(Register.TAX, Way.MANUAL, ("tax.f_skatt", "tax.employer_registered"), timedelta(days=90)),
        Plug(Register.DEBTS, Way.MANUAL, ("tax.enforcement_debt_sek",), timedelta(days=90)),
        Plug(Register.EXCLUSION, Way.MANUAL, ("person_circle.business_ban",), timedelta(days=365)),
    )
}


@dataclass(frozen=True)
class Answer:
    """What a register said.  ``why`` is a code where it said nothing: ``unreachable``, ``not_found``, ``no_list``."""

    said: Said
    facts: Facts
    why: str = ""


def read_facts(facts: Facts) -> Said:
    """Whether what a register says is in order or a remark; a fact that is not known is neither.

    That a company is not in the list of permits is no remark: not every service needs one.
    """
    wrong = (
        facts.get("org.active") is False,
        facts.get("vat.number_holds") is False,
        facts.get("org.deregistered") is True,
        bool(facts.get("org.pending_proceedings")),
        (facts.get("org.unnotified_registry_changes") or 0) > 0,
        facts.get("tax.f_skatt") is False,
        facts.get("tax.employer_registered") is False,
        (facts.get("tax.enforcement_debt_sek") or 0) > 0,
        facts.get("person_circle.business_ban") is True,
    )
    return Said.REMARK if any(wrong) else Said.IN_ORDER


def must_act(answer: Answer, before: Answer | None) -> Reason | None:
    """Why a person must look at it, if one must.

    ``before`` is the last time that the register did answer.  A remark that somebody has looked at already is not
    raised again while it stays the same; one that has passed is, for what was done about it may have to be undone.
    """
    if answer.said is Said.NO_ANSWER:
        return None if answer.why == "unreachable" else Reason.UNANSWERED
    if before is not None:
        return Reason.CHANGED if dict(answer.facts) != dict(before.facts) else None
    return Reason.REMARK if answer.said is Said.REMARK else None


def is_due(plug: Plug, answered_at: datetime | None, *, now: datetime) -> bool:
    """Whether the register should be asked again; one that never answered should."""
    return answered_at is None or now - answered_at >= plug.again


def vat_number_holds(typed: str, orgnr: str) -> bool:
    """Whether it is this company's Swedish VAT number: ``SE``, its organisation number and ``01``, by check digit."""
    digits = "".join(typed.upper().split()).replace("-", "").removeprefix("SE")
    return digits == f"{orgnr}01"
