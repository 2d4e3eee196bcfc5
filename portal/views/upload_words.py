"""Why a file was not taken in, as a sentence that names the file and says what to do."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from portal.domain.criteria import DocumentState
from portal.domain.uploads import MEGABYTE, Within
from portal.locale import formats
from portal.locale import gettext as _
from portal.views import words


def refused(name: str, reason: str, facts: Mapping[str, Any], *, accepted: str) -> str:
    """``accepted`` are the kinds of file that are accepted here, as ``PDF, JPG eller PNG``."""
    known = {
        "empty": _("Filen ”%(name)s” är tom. Välj en annan fil."),
        "too_large": _("Filen ”%(name)s” är större än %(megabytes)s MB. Spara den i mindre format eller dela upp den."),
        "type_not_allowed": _("Filen ”%(name)s” kan inte tas emot. Välj en fil i formatet %(formats)s."),
        "content_differs": _(
            "Filen ”%(name)s” är inte den sorts fil som namnet säger. Spara om den som PDF och ladda upp den igen."
        ),
        "name_missing": _("En fil saknar namn. Ge den ett namn och ladda upp den igen."),
        "no_documents": _("Filen ”%(name)s” togs inte emot. Det här villkoret besvaras i ord, utan dokument."),
        "too_many": _too_many(facts.get("within")),
        "no_room": _no_room(facts.get("within")),
        "store": _("Filen ”%(name)s” kunde inte sparas just nu. Felet är vårt. Ladda upp den igen om en stund."),
    }
    sentence = known.get(reason, known["type_not_allowed"])
    megabytes = int(facts.get("max_bytes", 0)) // MEGABYTE
    return sentence % {"name": name, "megabytes": megabytes, "formats": accepted}


def stopped(name: str, state: DocumentState, because: str | None) -> str:
    """Why a file that has come may not be used; empty where it may."""
    if state is DocumentState.INFECTED:
        return _("Filen ”%(name)s” innehåller skadlig kod och är borttagen. Välj en annan fil.") % {"name": name}
    return words.stopped(state, because)


def _too_many(within: Within | None) -> str:
    if within is Within.CASE:
        return _(
            "Filen ”%(name)s” fick inte plats. Ansökan har så många dokument som den kan ha. Ta bort något som inte"
            " behövs och ladda upp den igen."
        )
    if within is Within.COMPANY:
        return _(
            "Filen ”%(name)s” fick inte plats. Företaget har lämnat så många dokument som vi kan ta emot."
            " Använd ett som ni har lämnat förut, eller hör av er till kommunen."
        )
    return _(
        "Filen ”%(name)s” fick inte plats. Ta bort ett dokument eller samla flera i en PDF och ladda upp den igen."
    )


def _no_room(within: Within | None) -> str:
    if within is Within.COMPANY:
        return _(
            "Filen ”%(name)s” fick inte plats. Företagets dokument tar tillsammans så stort utrymme som vi kan ge."
            " Använd ett som ni har lämnat förut, eller hör av er till kommunen."
        )
    return _(
        "Filen ”%(name)s” fick inte plats. Ansökans dokument tar tillsammans så stort utrymme som vi kan ge."
        " Spara filen i mindre format eller ta bort något som inte behövs."
    )


def sizes(accepted: Sequence[tuple[str, int]]) -> str:
    """How large each kind may be, as ``högst 50 MB per fil`` or ``PDF högst 100 MB, SIE högst 50 MB``."""
    by_size: dict[int, list[str]] = {}
    for name, most in accepted:
        if name not in (names := by_size.setdefault(most // MEGABYTE, [])):
            names.append(name)
    if len(by_size) == 1:
        return _("högst %(megabytes)s MB per fil") % {"megabytes": next(iter(by_size))}
    each = _("%(formats)s högst %(megabytes)s MB")
    return ", ".join(each % {"formats": "/".join(names), "megabytes": most} for most, names in by_size.items())


def known_before(name: str, day: date) -> str:
    """What became of a file whose bytes the company has handed in before, as ``name`` on a day."""
    return _(
        "Samma fil har ni lämnat förut: ”%(name)s”, %(day)s. Vi använder det dokumentet och sparade inte filen en gång"
        " till."
    ) % {"name": name, "day": formats.day(day)}
