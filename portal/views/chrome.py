"""What stands around every page: brand, menu, who is signed in, language."""

from dataclasses import dataclass
from datetime import datetime

from portal.domain.actors import Identity
from portal.domain.equal_treatment import READS_EQUAL_TREATMENT
from portal.domain.registers import READS_CHECKS
from portal.domain.roles import LEADS, READS_CASES, Role
from portal.locale import gettext as _


@dataclass(frozen=True)
class Brand:
    """Whose page it is: a municipality's, or the portal's own."""

    name: str
    home: str
    contact_email: str = ""
    contact_phone: str = ""
    theme_url: str | None = None
    mark_url: str | None = None
    slug: str | None = None


OWN = Brand(name="Kundval", home="/")


def brand_of(slug: str, name: str, changed_at: datetime, contact: dict[str, str] | None = None) -> Brand:
    """A municipality's brand; theme and mark have an address that changes when they do."""
    stamp = int(changed_at.timestamp())
    contact = contact or {}
    return Brand(
        name=name,
        home=f"/{slug}",
        contact_email=contact.get("email", ""),
        contact_phone=contact.get("phone", ""),
        theme_url=f"/tema/{slug}/{stamp}.css",
        mark_url=f"/tema/{slug}/{stamp}.svg",
        slug=slug,
    )


@dataclass(frozen=True)
class MenuItem:
    words: str
    address: str
    current: bool = False


@dataclass(frozen=True)
class Crumb:
    words: str
    address: str


@dataclass(frozen=True)
class Who:
    """The signed-in person, in the header."""

    name: str
    capacity: str
    choose: str | None
    ends_at: datetime


@dataclass(frozen=True)
class Chrome:
    brand: Brand
    menu: tuple[MenuItem, ...]
    who: Who | None
    room: str
    language: str
    here: str
    wide: bool


def who(identity: Identity | None) -> Who | None:
    if identity is None:
        return None
    if identity.staff:
        capacity, choose = identity.title or _("Ingen roll vald"), "/kommun/valj"
    else:
        capacity, choose = identity.provider_name or _("Inget företag valt"), "/foretag/valj"
    return Who(identity.name, capacity, choose, identity.ends_at)


def menu(room: str, here: str, brand: Brand, identity: Identity | None) -> tuple[MenuItem, ...]:
    """The room's menu, with the current item marked by the longest address that fits."""
    items: list[tuple[str, str]]
    if room == "company" and identity is not None and identity.provider_id:
        items = [
            (_("Översikt"), "/foretag"),
            (_("Ansökningar"), "/foretag/ansokningar"),
            (_("Underlag"), "/foretag/underlag"),
            (_("Avtal"), "/foretag/avtal"),
            (_("Meddelanden"), "/foretag/meddelanden"),
            (_("Kompetens"), "/foretag/kompetens"),
            (_("Företaget"), "/foretag/uppgifter"),
        ]
    elif room == "staff" and identity is not None and identity.municipality_id:
        roles = identity.staff_roles
        items = []
        if roles & READS_CASES:
            items.append((_("Arbetslista"), "/kommun/arenden"))
        if Role.DECISION_MAKER in roles:
            items.append((_("Att besluta"), "/kommun/att-besluta"))
        if roles & frozenset(LEADS):
            items.append((_("Fördelning"), "/kommun/fordelning"))
        items.append((_("Anordnare"), "/kommun/anordnare"))
        if Role.CASE_OFFICER in roles:
            items.append((_("Nya villkor"), "/kommun/nya-villkor"))
        if roles & READS_CHECKS:
            items.append((_("Kontroller"), "/kommun/kontroller"))
        if roles & READS_EQUAL_TREATMENT:
            items.append((_("Likabehandling"), "/kommun/likabehandling"))
        drafts = Role.MUNICIPAL_ADMINISTRATOR in roles
        items.append((_("Villkor"), "/kommun/villkor" if drafts else f"/{identity.municipality_slug}/villkor"))
        if Role.MUNICIPAL_ADMINISTRATOR in roles:
            items += [
                (_("Personal"), "/kommun/personal"),
                (_("Tillstånd"), "/kommun/tillstandslista"),
                (_("Inställningar"), "/kommun/installningar"),
            ]
    elif room == "public" and brand.slug:
        items = [
            (_("Tjänster"), f"/{brand.slug}"),
            (_("Godkända anordnare"), f"/{brand.slug}/anordnare"),
            (_("Villkor"), f"/{brand.slug}/villkor"),
            (_("Kontrollera en handling"), f"/kontrollera?kommun={brand.slug}"),
        ]
    elif room == "public":
        items = [(_("Kommuner"), "/"), (_("Kontrollera en handling"), "/kontrollera")]
    else:
        items = []
    if here.startswith("/foretag/personer"):
        here = "/foretag/uppgifter"  # The company's people are a part of "the company".
    elif here.startswith("/kommun/avtal/"):
        here = "/kommun/anordnare"  # A contract is found by its provider.
    elif here.startswith("/kommun/arenden/") and here.endswith("/beslut"):
        here = "/kommun/att-besluta"
    # A start page is one page: what lies below its address is not in it.
    paths = {address: address.partition("?")[0] for _words, address in items}
    whole = ("/", "/foretag")
    fits = [a for a, path in paths.items() if here == path or (a not in whole and here.startswith(f"{path}/"))]
    current = max(fits, key=len, default=None)
    return tuple(MenuItem(words, address, address == current) for words, address in items)
