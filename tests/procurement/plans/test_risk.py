from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.vocabulary import Condition
from procurement.domain.risk import completed_months, risk_of

ON = date(2026, 11, 24)
days = st.dates(date(1995, 1, 1), date(2045, 12, 31))


def risk(**values: object):
    facts = {
        "installed_on": date(2020, 4, 1),
        "support_ends_on": date(2035, 4, 1),
        "condition": Condition.GOOD,
        "guidance_years": 10,
        "on": ON,
    }
    return risk_of(**{**facts, **values})


def test_the_worked_example_of_the_rule():
    found = risk(
        installed_on=date(2015, 4, 1), support_ends_on=date(2025, 5, 31), condition=Condition.NOT_KNOWN
    )
    assert (found.percent, found.score, found.completeness_percent) == (74, 0.74, 69)
    assert found.reasons == (
        "Vendor support ended on 31 May 2025.",
        "11 years old, 1 year past the 10-year guidance.",
        "Condition not known.",
    )


def test_a_new_supported_machine_in_good_condition_has_none():
    found = risk(installed_on=ON)
    assert (found.percent, found.completeness_percent, found.reasons) == (0, 100, ())


@pytest.mark.parametrize(
    ("guidance", "installed", "words"),
    [
        (7, date(2019, 11, 24), "7 years old, at the 7-year guidance."),
        (7, date(2018, 11, 24), "8 years old, 1 year past the 7-year guidance."),
        (10, date(2016, 11, 25), "9 years old, 1 year short of the 10-year guidance."),
    ],
)
def test_age_is_said_against_the_plans_own_guidance(guidance, installed, words):
    assert words in risk(installed_on=installed, guidance_years=guidance).reasons


@pytest.mark.parametrize(
    ("support_ends_on", "percent"),
    [
        (date(2026, 11, 23), 100),
        (date(2026, 11, 24), 75),
        (date(2027, 11, 23), 75),
        (date(2027, 11, 24), 40),
        (date(2029, 11, 23), 40),
        (date(2029, 11, 24), 0),
    ],
)
def test_support_counts_more_the_nearer_its_end(support_ends_on, percent):
    criterion = next(c for c in risk(support_ends_on=support_ends_on).criteria if c.name == "support")
    assert criterion.percent == percent


@given(
    installed=st.none() | days,
    support=st.none() | days,
    condition=st.sampled_from(Condition),
    guidance=st.sampled_from([7, 10]),
)
def test_what_is_not_known_lowers_completeness_and_is_never_nothing(installed, support, condition, guidance):
    found = risk(
        installed_on=installed, support_ends_on=support, condition=condition, guidance_years=guidance
    )
    missing = [installed, support, condition or None].count(None)
    assert 0 <= found.percent <= 100
    assert (found.completeness_percent == 100) == (missing == 0)
    assert sum("not known" in reason for reason in found.reasons) == missing
    if missing:
        assert found.percent > 0


@given(installed=st.dates(date(1995, 1, 1), ON), older_by=st.integers(0, 4000))
def test_an_older_machine_is_never_less_at_risk(installed, older_by):
    older = max(date(1990, 1, 1), date.fromordinal(installed.toordinal() - older_by))
    assert risk(installed_on=older).percent >= risk(installed_on=installed).percent


def test_months_are_completed_months():
    assert completed_months(date(2026, 1, 31), date(2026, 2, 28)) == 0
    assert completed_months(date(2026, 1, 31), date(2026, 3, 31)) == 2
