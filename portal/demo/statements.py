"""What the demo's companies state beside their yes, by fact, as a careful company would."""

from collections.abc import Mapping

from portal.domain.facts import Single

STATED: Mapping[str, Single] = {
    "application.goal_statements_count": 6,
    "application.target_groups": frozenset({"neuropsykiatrisk", "psykisk"}),
    "calendar.days_per_year": 260,
    "complaints.answered_within_days_p95": 7,
    "doc.tillganglighetsredogorelse": "https://www.foretaget.example/tillganglighet",
    "gdpr.incident_notice_hours_max": 48,
    "insurance.liability_sek": 10_000_000,
    "org.has_employees": True,
    "profile.orientations": frozenset({"hantverk", "djur och natur"}),
    "provider.has_website": True,
    "provider.hours": frozenset({"vardag_0730_1900"}),
    "session.hours": 3,
    "staff.register_check_done_pct": 100,
    "subcontractors.unapproved_count": 0,
}
