"""The people whom an application names, as facts for its rules: from the profile's row to the sentence on the page."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from portal.db.handed_in import read
from portal.domain.application import State
from portal.domain.competence import Area, Employment, Level, Qualification, StaffRole
from portal.domain.criteria import Outcome
from portal.domain.facts import Each, Gap, Known, Source, Why, sheet_faults
from portal.domain.finding_words import explain
from portal.domain.months import Month
from portal.library import declared
from portal.services import applications, competence
from portal.services.competence_choice import choose
from portal.services.competence_facts import COMPETENCE_FACTS
from portal.services.fact_sources import FactCase
from portal.services.facts import findings_of
from tests.factories import NOW
from tests.factories_application import answer_all, make_application, make_document, sets_of
from tests.factories_competence import make_education, make_employment, make_profile
from tests.statements import statements

ON = date(2026, 3, 2)
MET, NOT_MET, CANNOT_TELL = Outcome.MET, Outcome.NOT_MET, Outcome.CANNOT_TELL


@pytest.fixture
def draft(owner, bjorkvik, anna):
    return make_application(owner, bjorkvik, "hemtjanst", by=anna)


def found(owner, application, *ids, on=ON):
    sets = sets_of(owner, application)
    return findings_of(
        owner,
        application.id,
        provider_id=application.provider_id,
        sets=sets,
        criteria=[sets.by_id[id_] for id_ in ids],
        given=read(owner, application.id),
        on=on,
    )


def outcomes(owner, application, *ids, on=ON):
    return tuple(each.outcome for each in found(owner, application, *ids, on=on).values())


def said(owner, application, id_, language="sv"):
    return explain(found(owner, application, id_)[id_], declared(), language, {})


def name_leader(owner, application, *claims, by, now=NOW, criterion="HTJ-01"):
    profile_id = make_profile(owner, by, *claims)
    choose(owner, application.id, criterion, [profile_id], actor=by, now=now)
    owner.commit()
    return profile_id


def worked(months, **changed):
    """So many months in home care, ending with February 2026, not leading."""
    last = Month(2026, 2)
    job = Employment(employer="Ek", role="Vårdbiträde", area=Area.ELDERLY, start=last.plus(1 - months), end=last)
    return replace(job, **changed)


LED = replace(make_employment((2001, 1), (2002, 12)), area=Area.OTHER)
BOUNDARY = (make_education(120), worked(24), LED)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        (BOUNDARY, (MET, MET, MET)),
        ((make_education(119), worked(24), LED), (NOT_MET, MET, MET)),
        ((make_education(120), worked(23), LED), (MET, NOT_MET, MET)),
        ((make_education(120), worked(24), replace(LED, end=Month(2002, 11))), (MET, MET, NOT_MET)),
        ((replace(make_education(400), level=Level.VOCATIONAL), worked(24), LED), (MET, MET, MET)),
        ((replace(make_education(399), level=Level.VOCATIONAL), worked(24), LED), (NOT_MET, MET, MET)),
        ((make_education(120, country="FI"), worked(24), LED), (CANNOT_TELL, MET, MET)),
        ((make_education(119, country="FI"), worked(48, share=50), LED), (NOT_MET, MET, MET)),
        ((make_education(120), worked(48, share=49), LED), (MET, NOT_MET, MET)),
        ((worked(24),), (CANNOT_TELL, MET, NOT_MET)),
        ((make_education(120),), (MET, CANNOT_TELL, CANNOT_TELL)),
    ],
)
def test_the_seeds_rule_for_the_manager_is_found_exactly_at_its_boundaries(owner, draft, anna, claims, expected):
    name_leader(owner, draft, *claims, by=anna)

    assert outcomes(owner, draft, "HTJ-01", "HTJ-02", "HTJ-03") == expected


def test_months_fall_out_of_the_ten_years_as_time_goes_and_leadership_never_does(owner, draft, anna):
    name_leader(owner, draft, make_employment((2016, 3), (2018, 2)), by=anna)

    assert outcomes(owner, draft, "HTJ-02", "HTJ-03", on=date(2026, 3, 31)) == (MET, MET)
    assert outcomes(owner, draft, "HTJ-02", "HTJ-03", on=date(2026, 4, 1)) == (NOT_MET, MET)


def test_the_finding_says_how_many_months_were_found_and_where(owner, draft, anna):
    jobs = (
        worked(14, employer="Ekholms kommun", start=Month(2022, 1), end=Month(2023, 2)),
        worked(17, employer="Nordljus", start=Month(2024, 10)),
    )
    name_leader(owner, draft, *jobs, by=anna)

    line = said(owner, draft, "HTJ-02").words
    assert line.sentence == (
        "24 månader krävs inom de senaste tio åren; 31 månader hittades: 14 hos Ekholms kommun, 17 hos Nordljus."
    )
    assert line.sources == ("profilen för Åsa Öberg-Hjälmström, Anna Lindqvist, 2 mars 2026",)
    assert said(owner, draft, "HTJ-02", "en").words.sentence == (
        "24 months are asked for within the last ten years; 31 months were found: 14 at Ekholms kommun, 17 at Nordljus."
    )


def test_education_that_uhr_has_not_assessed_is_told_with_what_would_help(owner, draft, anna):
    name_leader(owner, draft, make_education(90), make_education(60, country="FI"), by=anna)

    told = said(owner, draft, "HTJ-01")

    assert told.outcome is CANNOT_TELL
    assert told.words.parts[0].sentence == (
        "Minst 120 högskolepoäng krävs; 90 högskolepoäng hittades och utbildning från ett annat land väntar på UHR:s "
        "utlåtande."
    )
    assert told.help == ("Lägg till utlåtandet från UHR vid utbildningen i profilen.",)


def test_where_nobody_is_named_that_is_what_would_help_and_never_a_no(owner, draft):
    for id_, helped in (("HTJ-02", "Välj vem som är verksamhetsansvarig."), ("GEN-29", "Välj vem som är ersättare.")):
        told = said(owner, draft, id_)

        assert told.outcome is CANNOT_TELL
        assert helped in told.help


def test_what_falls_short_says_by_how_much(owner, draft, anna):
    name_leader(owner, draft, worked(20), by=anna)

    assert said(owner, draft, "HTJ-02").help == (
        "4 månader fattas: lägg till det som saknas i profilen, eller välj någon annan (heltidsmånader inom omsorg).",
    )


def test_of_many_people_each_must_reach_it_and_whoever_does_not_is_named(owner, bjorkvik, anna):
    draft = make_application(owner, bjorkvik, by=anna)
    family = worked(36, area=Area.FAMILY)
    step = replace(make_education(), qualification=Qualification.PSYCHOTHERAPY_1)
    people = {
        "Örjan Ek": (family, step),
        "Sara Niemi": (worked(35, area=Area.FAMILY), step),
        "Li Ek": (),
    }
    ids = [make_profile(owner, anna, *claims, name=name, role=StaffRole.STAFF) for name, claims in people.items()]
    choose(owner, draft.id, "FRG-02", ids[:2], actor=anna, now=NOW)
    assert outcomes(owner, draft, "FRG-02", "FRG-03") == (MET, NOT_MET)
    choose(owner, draft.id, "FRG-02", ids, actor=anna, now=NOW)

    months = said(owner, draft, "FRG-03").words.parts[0]
    assert months.sentence == (
        "36 månader krävs för var och en; 1 av 3 når dit; Li Ek: uppgiften saknas; Sara Niemi: 35 månader."
    )
    assert "Sara Niemi" in months.help[0]
    step_found = said(owner, draft, "FRG-02", "en")
    assert step_found.outcome is CANNOT_TELL
    assert step_found.help == (
        "Enter education with a certificate in the profile: each staff member's psychotherapy training, step (Li Ek).",
    )


def test_what_was_sent_is_what_is_found_whatever_the_company_writes_later(owner, draft, anna, now):
    profile_id = name_leader(owner, draft, *BOUNDARY, by=anna)
    answer_all(owner, draft, by=anna)
    applications.submit(owner, draft.id, attested=True, actor=anna, now=now)

    competence.remove_profile(owner, profile_id, actor=anna)
    owner.commit()

    assert draft.state is State.SUBMITTED
    assert outcomes(owner, draft, "HTJ-01", "HTJ-02", "HTJ-03") == (MET, MET, MET)


def test_everything_stated_is_of_its_declared_kind_and_costs_no_statement_of_its_own(owner, draft, anna, resources):
    document = make_document(owner, anna.provider_id, by=anna)
    name_leader(owner, draft, make_education(document=str(document.id)), make_employment(), by=anna)
    sets = sets_of(owner, draft)
    case = FactCase(
        application_id=draft.id,
        provider_id=draft.provider_id,
        sets=sets,
        criteria=sets.asked_criteria,
        on=ON,
        given=read(owner, draft.id),
    )

    with statements(owner.get_bind()) as sent:
        stated = list(COMPETENCE_FACTS.facts_of(owner, case))
    alone = list(COMPETENCE_FACTS.facts_of(owner, replace(case, given=None)))

    assert sent == []
    assert stated == alone
    known = [each for each in stated if isinstance(each, Known)]
    assert sheet_faults(known, declared()) == ()
    assert {each.source for each in known} == {Source.PROFILE}
    assert all(isinstance(each.at, datetime) and each.who for each in known)
    gaps = {each.fact: each.why for each in stated if isinstance(each, Gap)}
    assert gaps["manager.competence_assessment"] is Why.JUDGED
    assert gaps["staff.cefr_b2_pct"] is Why.NOBODY
    assert not any(isinstance(each.value, Each) for each in known)
