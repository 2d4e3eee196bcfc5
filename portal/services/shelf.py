"""The starting library in the shape that a version stores, for whoever puts a part of it into conditions."""

from collections.abc import Iterable, Mapping
from typing import Any

from portal import library
from portal.domain.criteria import Criterion, Text


def words(text: Text) -> dict[str, str]:
    return {"sv": text.sv, "en": text.en}


def criteria_for(service: str | None) -> tuple[Criterion, ...]:
    """What the library has for the general conditions (None), or for a service's own."""
    shelf = library.load()
    return shelf.general if service is None else shelf.specific.get(service, ())


def groups_for(service: str | None) -> list[dict[str, Any]]:
    return [
        {"id": g.id, "title": words(g.title), "hint": words(g.hint), "order": g.order, "service": g.service}
        for g in library.load().groups
        if g.service == (service or "")
    ]


def evidence_types(wanted: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Each kind of evidence that the library knows of those that are wanted."""
    known = set(wanted)
    return {
        id_: {
            "name": words(kind.name),
            "shows": words(kind.shows),
            "kinds": list(kind.kinds),
            "never": kind.never,
            "greatest_age_months": kind.greatest_age_months,
            "has_end_date": kind.has_end_date,
            "max_mb": kind.max_mb,
        }
        for id_, kind in library.load().document_types.items()
        if id_ in known
    }


def thresholds_of(criterion: Criterion, decided: Mapping[str, Any]) -> dict[str, Any]:
    """The municipality's own numbers for a criterion, and the library's where it has decided none."""
    own = {each.name: decided.get(each.name, each.default) for each in criterion.thresholds}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in own.items()}
