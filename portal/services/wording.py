"""The words that a paper takes from elsewhere, in the language that is spoken while it is written."""

from portal.db.tables import Service
from portal.domain.criteria import Language, Text
from portal.locale import language


def spoken() -> Language:
    return "en" if language() == "en" else "sv"


def in_language(text: Text) -> str:
    return text.in_(spoken())


def service_name(service: Service) -> str:
    return service.name_en if spoken() == "en" else service.name_sv
