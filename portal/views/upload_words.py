"""Why a file was not taken in, as a sentence that names the file and says what to do."""

from collections.abc import Mapping
from typing import Any

from portal.locale import gettext as _


def refused(name: str, reason: str, facts: Mapping[str, Any], *, formats: str) -> str:
    """``formats`` are the kinds of file that are accepted here, as ``PDF, JPG eller PNG``."""
    words = {
        "empty": _("Filen ”%(name)s” är tom. Välj en annan fil."),
        "too_large": _("Filen ”%(name)s” är större än %(megabytes)s MB. Spara den i mindre format eller dela upp den."),
        "type_not_allowed": _("Filen ”%(name)s” kan inte tas emot. Välj en fil i formatet %(formats)s."),
        "content_differs": _(
            "Filen ”%(name)s” är inte den sorts fil som namnet säger. Spara om den som PDF och ladda upp den igen."
        ),
        "name_missing": _("En fil saknar namn. Ge den ett namn och ladda upp den igen."),
        "no_documents": _("Filen ”%(name)s” togs inte emot. Det här villkoret besvaras i ord, utan dokument."),
        "too_many": _(
            "Filen ”%(name)s” fick inte plats. Ta bort ett dokument eller samla flera i en PDF och ladda upp den igen."
        ),
        "store": _("Filen ”%(name)s” kunde inte sparas just nu. Felet är vårt. Ladda upp den igen om en stund."),
    }
    sentence = words.get(reason, words["type_not_allowed"])
    megabytes = int(facts.get("max_bytes", 0)) // 1_000_000
    return sentence % {"name": name, "megabytes": megabytes, "formats": formats}
