"""How a threshold is written, where a form asks for it and where a page says it."""

from portal.domain.municipal_rules import Kind, OneOf, Whole, YearDay
from portal.locale import gettext as _


def how_to_write(kind: Kind) -> str:
    if isinstance(kind, Whole):
        return _("Skriv ett heltal från %(low)s till %(high)s.") % {"low": kind.low, "high": kind.high}
    if isinstance(kind, OneOf):
        return _("Välj ett av alternativen.")
    if isinstance(kind, YearDay):
        return _("Skriv månad och dag med siffror, till exempel 02-28.")
    return _("Skriv betygen med kommatecken emellan, till exempel AAA, AA, A.")
