"""The words that a paper takes from elsewhere, in the language that is spoken while it is written."""

from portal.db.tables import Service
from portal.locale import language


def service_name(service: Service) -> str:
    return service.name_en if language() == "en" else service.name_sv
