"""What a municipality's settings are called, and in words what each of them does."""

from portal.locale import gettext as _


def deadline(name: str) -> tuple[str, str]:
    """Label and help."""
    return {
        "assign_working_days": (
            _("Fördela en ny ansökan, arbetsdagar"),
            _("Så länge får en ansökan vänta på en handläggare innan den visas som försenad."),
        ),
        "supplement_working_days": (
            _("Svara på en komplettering, arbetsdagar"),
            _("Så lång tid får företaget. Sedan fortsätter granskningen med det som finns."),
        ),
        "decide_days": (
            _("Besluta från komplett ansökan, dagar"),
            _("Sista dagen för beslut räknas härifrån. Talet står också på den öppna sidan om handläggningstid."),
        ),
        "hearing_working_days": (
            _("Yttra sig före ett avslag, arbetsdagar"),
            _("Så lång tid får företaget att svara på skälen innan ni beslutar."),
        ),
        "sign_days": (
            _("Skriva under avtalet, dagar"),
            _("Så länge gäller erbjudandet om avtal efter ett godkännande."),
        ),
        "start_months": (
            _("Starta verksamheten, månader"),
            _("Inom den tiden från underskriften ska anordnaren ha kommit igång. Talet står i avtalet."),
        ),
        "notice_months": (
            _("Uppsägningstid, månader"),
            _("Så lång tid i förväg säger anordnaren upp avtalet. Talet står i avtalet."),
        ),
    }[name]


def threshold(name: str) -> str:
    return {
        "manager_change_days": _("Anmäla byte av verksamhetsansvarig, dagar före bytet"),
        "tax_debt_sek": _("Högsta skuld hos Kronofogden, kronor"),
        "soliditet_pct": _("Minsta soliditet, procent"),
        "kassalikviditet_pct": _("Minsta kassalikviditet, procent"),
        "credit_ratings": _("Kreditbetyg som godtas"),
        "staff_competence_pct": _("Personal med rätt kompetens, procent"),
        "complaint_answer_days": _("Svara på klagomål, dagar"),
        "insurance_sek": _("Ansvarsförsäkringens minsta belopp, kronor"),
        "swedish_cefr": _("Verksamhetsansvarigs svenska, nivå enligt europeiska skalan"),
        "absence_days": _("Frånvaro som verksamhetsansvarig anmäler, dagar"),
        "annual_report_due": _("Årlig rapport lämnas senast, månad och dag"),
        "start_months": _("Starta verksamheten, månader från underskrift"),
        "dormant_months": _("Utan kunder innan avtalet kan sägas upp, månader"),
        "handover_days": _("Lämna över till ny anordnare, dagar"),
        "counsellor_experience_months": _("Familjerådgivares erfarenhet, månader"),
        "counsellor_supervision_hours": _("Familjerådgivares handledning, timmar per år"),
        "check_sessions": _("Samtal som en check räcker till, antal"),
        "check_extra_sessions": _("Extra samtal efter ansökan, antal"),
        "therapist_experience_months": _("Familjebehandlares erfarenhet, månader"),
        "therapist_supervision_hours": _("Familjebehandlares handledning, timmar per år"),
        "outcome_measured_pct": _("Avslutade uppdrag med uppmätt resultat, procent"),
        "fixed_contact_pct": _("Kunder i hemtjänsten med fast omsorgskontakt, procent"),
        "home_care_plan_days": _("Genomförandeplan i hemtjänsten klar, dagar från start"),
        "home_care_review_months": _("Genomförandeplan i hemtjänsten följs upp, månader"),
        "continuity_staff_mean": _("Olika personal per kund och fjorton dagar, högst"),
        "visits_registered_pct": _("Besök som registreras digitalt, procent"),
        "home_care_start_days": _("Starta hemtjänst efter beställning, arbetsdagar"),
        "key_inventory_months": _("Inventera nycklar, månader emellan"),
        "support_competence_pct": _("Boendestödjare med rätt kompetens, procent"),
        "daily_activities_competence_pct": _("Personal i daglig verksamhet med rätt kompetens, procent"),
        "daily_activities_review_months": _("Planer i daglig verksamhet följs upp, månader"),
        "work_trial_pct": _("Deltagare vars väg till arbete prövas varje år, procent"),
    }[name]


def second_review(name: str) -> tuple[str, str]:
    """Label and help."""
    return {
        "sample_percent": (
            _("Ärenden som läses av en andra handläggare, av hundra"),
            _("Noll betyder bara när en handläggare ber om det."),
        ),
    }[name]


def retention(name: str) -> tuple[str, str]:
    """Label and help."""
    return {
        "approved_years": (
            _("Underlag till ett godkännande, år från beslutet"),
            _(
                "Handlingar och bedömda dokument kan inte tas bort under tiden, av någon."
                " Avtal bevaras ofta för alltid."
            ),
        ),
        "refused_years": (
            _("Underlag till ett avslag, år från beslutet"),
            _("Fem år är samma tid som för personakter i socialtjänstlagen 16 kap. 1 §."),
        ),
        "draft_months": (
            _("Utkast som ingen rört, månader"),
            _("Därefter föreslås utkastet för gallring."),
        ),
        "withdrawn_months": (
            _("Dokument i återkallade ansökningar, månader"),
            _("Räknas från återkallelsen. Dokument som används i en annan ansökan blir kvar."),
        ),
        "unused_months": (
            _("Dokument som inte används, månader"),
            _("Räknas från uppladdningen."),
        ),
    }[name]


def text(name: str) -> tuple[str, str]:
    """Label, and where it is read."""
    return {
        "intro": (_("Inledning"), _("Överst på kommunens öppna sida.")),
        "handling_time": (_("Handläggningstid"), _("På den öppna sidan och i kvittot till den som ansöker.")),
        "supplement_letter": (_("Brev om komplettering"), _("Inleder brevet, före handläggarens frågor.")),
        "hearing_letter": (_("Brev före ett avslag"), _("Inleder brevet som låter företaget yttra sig.")),
        "court_review": (_("Hur man begär överprövning"), _("Sist i varje beslut om avslag.")),
    }[name]


def colour(name: str) -> tuple[str, str]:
    return {
        "accent": (_("Huvudfärg"), _("Länkar, knappar och det som är valt. Minst 7:1 mot vitt.")),
        "accent_deep": (_("Sidhuvud"), _("Sidhuvudets botten, med vit text. Minst 7:1 mot vitt.")),
        "accent_ink": (_("Mörk text"), _("Text på tonade ytor. Minst 7:1 mot vitt.")),
        "band": (_("Band"), _("Den ljusa ytan överst och i sidfoten. Minst 4,5:1 mot huvudfärgen.")),
        "ribbon": (_("Linje under sidhuvudet"), _("Bara till prydnad, gärna vapnets andra färg.")),
    }[name]
