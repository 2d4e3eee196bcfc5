"""A municipality's looks as a style sheet: five colours that were read as colours, and a radius."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.db.tables import Municipality
from portal.domain.municipality import THEME, contrast, may_be_slug
from portal.errors import NotFound

COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
RADIUS = re.compile(r"[0-9](\.[0-9]{1,4})?rem")
# White text stands on these, and they stand on white as text (VISUAL.md, 2).
MUST_BE_DARK = ("accent", "accent_deep", "accent_ink")
SMALLEST_CONTRAST = 7.0
OWN = {
    "accent": "#3a4a5c",
    "accent_deep": "#243140",
    "accent_ink": "#1a2531",
    "band": "#f3f4f2",
    "ribbon": "#c9b27a",
}


@dataclass(frozen=True)
class Theme:
    stamp: str
    css: str
    mark: str


def read_theme(db: Session, slug: str) -> Theme:
    statement = sa.select(
        col(Municipality.settings)["theme"].label("theme"), col(Municipality.mark_svg), col(Municipality.changed_at)
    ).where(col(Municipality.slug) == slug)
    row = db.execute(statement).first() if may_be_slug(slug) else None
    if row is None:
        raise NotFound("theme", slug)
    return Theme(str(int(row.changed_at.timestamp())), style_sheet(row.theme or {}), row.mark_svg)


def style_sheet(theme: Mapping[str, object]) -> str:
    """One bad colour and all five are the portal's own: a mixture could not be read."""
    colours = {name: str(theme.get(name, "")) for name in THEME}
    if not are_usable(colours):
        colours = OWN
    radius = str(theme.get("radius", ""))
    if not RADIUS.fullmatch(radius):
        radius = "0.25rem"
    lines = [f"  --kv-{name.replace('_', '-')}: {colours[name]};" for name in THEME]
    return "\n".join([":root {", *lines, f"  --kv-radius: {radius};", "}", ""])


def are_usable(colours: Mapping[str, str]) -> bool:
    return all(COLOUR.fullmatch(colours[name]) for name in THEME) and all(
        contrast(colours[name]) >= SMALLEST_CONTRAST for name in MUST_BE_DARK
    )
