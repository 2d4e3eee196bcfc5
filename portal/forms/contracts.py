"""The form that starts an authorization: what the officer confirms, and from which day."""

from dataclasses import dataclass
from datetime import date

from portal.domain.authorization import START_CONDITIONS
from portal.forms.fields import Fields
from portal.locale import formats
from portal.locale import gettext as _
from portal.locale.problems import Problems


@dataclass(frozen=True)
class Start:
    confirmed: frozenset[str]
    active_from: date | None
    typed: str

    def problems(self, *, first: date, last: date) -> Problems:
        """Everything that stands in the way, by field, in the order of the page."""
        missing = {
            "insurance": _("Bekräfta att ansvarsförsäkringen gäller"),
            "permit": _("Bekräfta att tillståndet finns eller inte krävs"),
            "invoice": _("Bekräfta att e-fakturan är provad"),
            "profile": _("Bekräfta att presentationen kan visas"),
        }
        found = [(name, missing[name]) for name in START_CONDITIONS if name not in self.confirmed]
        if self.active_from is None:
            found.append(("active_from", _("Skriv startdagen som en dag, till exempel 2026-06-01")))
        elif not first <= self.active_from <= last:
            facts = {"first": formats.day(first), "last": formats.day(last)}
            found.append(("active_from", _("Välj en startdag från %(first)s till %(last)s") % facts))
        return tuple(found)


def read_start(fields: Fields) -> Start:
    typed = fields.text("active_from")
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = None
    return Start(frozenset(fields.many("confirmed")) & frozenset(START_CONDITIONS), day, typed)
