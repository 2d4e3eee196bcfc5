"""Why inspection refused a file, and what its sender can do about it: the same sentences on pages and in letters."""

from portal.domain.documents import RefusedBecause
from portal.locale import gettext as _


def refused(because: str) -> str:
    """What was found and what to do, for a ``RefusedBecause``; what an older version stored is told in general."""
    words = {
        RefusedBecause.ENCRYPTED: _("Filen är låst med lösenord eller kryptering. Spara den som PDF/A utan lösenord."),
        RefusedBecause.SCRIPT: _("Filen innehåller skript (JavaScript). Skriv ut den till PDF eller spara som PDF/A."),
        RefusedBecause.LAUNCHES: _("Filen kan starta program på datorn. Skriv ut den till PDF eller spara som PDF/A."),
        RefusedBecause.EMBEDDED: _(
            "Filen har andra filer inbäddade. Spara den som PDF/A utan bilagor och lämna varje fil för sig."
        ),
        RefusedBecause.EXTERNAL: _(
            "Filen hämtar innehåll från andra platser, till exempel en mall eller en länkad bild. Spara den som PDF/A."
        ),
        RefusedBecause.ACTIVE: _(
            "Filen har rörligt eller interaktivt innehåll, som film, ljud eller ett XFA-formulär. Spara den som PDF/A."
        ),
        RefusedBecause.MACROS: _("Filen innehåller makron. Spara den utan makron, eller som PDF/A."),
        RefusedBecause.EXPLODES: _("Filen blir orimligt stor när den packas upp. Spara den som PDF/A."),
        RefusedBecause.TOO_MANY_PIXELS: _(
            "Bilden har fler än 100 miljoner bildpunkter. Spara den i mindre storlek och ladda upp den igen."
        ),
        RefusedBecause.TOO_COMPLEX: _(
            "Filen är så komplicerad att den inte gick att kontrollera. Skriv ut den till PDF eller spara som PDF/A."
        ),
        RefusedBecause.MALFORMED: _(
            "Filen är skadad eller följer inte sitt format. Spara den på nytt som PDF/A och ladda upp den igen."
        ),
    }
    try:
        return words[RefusedBecause(because)]
    except ValueError:
        return _("Filen har innehåll som vi inte tar emot. Spara den som PDF/A och ladda upp den igen.")
