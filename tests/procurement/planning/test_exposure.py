"""Ages at 31 March and the points they cost."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.domain.ageing import completed_years
from procurement.domain.planning.exposure import exposure_points, outlook, risk_percent, years_in_use
from procurement.domain.planning.problem import Pin
from procurement.domain.planning.result import KEPT, replaced
from procurement.domain.planning.rules import planning_rules
from tests.builders.planning_problems import asset, problem, small_problems
from tests.oracles import planning as oracle

WEIGHTS = planning_rules().weights


@pytest.mark.parametrize(
    ("age", "guidance", "ended", "risk", "points"),
    [
        (6, 7, False, 0.0, 0),
        (7, 7, False, 0.0, 100),
        (9, 7, False, 0.0, 100),
        (9, 10, False, 0.0, 0),
        (10, 10, False, 0.0, 500),
        (12, 7, False, 0.25, 750),  # the module's worked example
        (12, 7, True, 0.25, 2_000),
        (15, 10, False, 0.0, 750),
        (30, 10, False, 0.0, 750),
        (2, 10, True, 0.0, 1_000),
        (10, 10, False, 1.0, 1_000),
        (11, 10, False, 0.005, 556),  # half a per cent counts as one
    ],
)
def test_points(age, guidance, ended, risk, points):
    assert (
        exposure_points(age, guidance_years=guidance, support_ended=ended, risk=risk, weights=WEIGHTS)
        == points
    )


@pytest.mark.parametrize(
    ("risk", "percent"), [(0.0, 0), (0.004, 0), (0.005, 1), (0.285, 29), (0.125, 13), (1.0, 100)]
)
def test_risk_is_rounded_as_it_is_written(risk, percent):
    assert risk_percent(risk) == percent


@pytest.mark.parametrize(
    ("installed_on", "years"),
    [
        (date(2017, 3, 31), 10),
        (date(2017, 4, 1), 9),
        (date(2016, 2, 29), 11),
        (date(2027, 4, 1), 0),
        (date(2027, 3, 31), 0),
    ],
)
def test_years_in_use_on_31_march_2027(installed_on, years):
    assert years_in_use(installed_on, date(2027, 3, 31)) == years


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.dates(date(1990, 1, 1), date(2040, 1, 1)))
def test_years_in_use_are_the_registers_and_none_before_installation(installed_on, on):
    if installed_on <= on:
        assert years_in_use(installed_on, on) == completed_years(installed_on, on)
        return
    assert years_in_use(installed_on, on) == 0
    with pytest.raises(ValueError, match="has no age"):
        completed_years(installed_on, on)


@settings(max_examples=100, deadline=None)
@given(small_problems())
def test_the_outlook_agrees_with_counting_year_by_year(made):
    ahead = outlook(made)
    for one in made.assets:
        assert list(ahead.choices[one.asset_id]) == oracle.open_years(made, one)
        for choice, total in ahead.totals[one.asset_id].items():
            assert total == sum(oracle.points(made, one, year, choice.year) for year in made.years)


@given(st.integers(0, 40), st.booleans(), st.sampled_from((7, 10)), st.floats(0, 1), st.floats(0, 1))
def test_older_unsupported_and_riskier_never_count_less(age, ended, guidance, one, other):
    low, high = sorted((one, other))

    def points(years, gone, risk):
        return exposure_points(years, guidance_years=guidance, support_ended=gone, risk=risk, weights=WEIGHTS)

    assert points(age + 1, ended, low) >= points(age, ended, low)
    assert points(age, True, low) >= points(age, ended, low)
    assert points(age, ended, high) >= points(age, ended, low)


def test_an_unknown_age_is_the_median_of_its_modality_and_never_zero():
    made = problem(
        asset(1, installed_on=None),
        asset(2, installed_on=date(2020, 1, 1)),  # 8 on 31 March 2028
        asset(3, installed_on=date(2014, 1, 1)),  # 14
        asset(4, installed_on=None, modality="MRI", specification="MRI-A"),
    )
    ahead = outlook(made)
    assert ahead.ages[1] == (14, 15, 16, 17, 18)  # the upper of two middle ages
    assert ahead.ages[4] == (10, 11, 12, 13, 14)  # none known: the guidance age
    assert ahead.assumed == {1, 4}


def test_what_may_be_chosen():
    made = problem(
        asset(1, installed_on=date(2025, 6, 1)),  # never due
        asset(2, installed_on=date(2019, 6, 1)),  # 8 to 12
        asset(3, installed_on=date(2025, 6, 1), support_ends_on=date(2030, 3, 30)),
        asset(4),
        asset(5),
        pins=(Pin(4, replaced(2031)), Pin(5, KEPT)),
    )
    choices = outlook(made).choices
    assert choices[1] == (KEPT,)
    assert choices[2] == (KEPT, *map(replaced, range(2027, 2032)))
    assert choices[3] == (
        KEPT,
        *map(replaced, (2029, 2030, 2031)),
    )  # unsupported from 2029/30, five years old in 2030/31
    assert choices[4] == (replaced(2031),)
    assert choices[5] == (KEPT,)


def test_a_successor_ages_too():
    made = replace(problem(asset(1), horizon_years=5), horizon_years=10, guidance_years=7)
    # Replaced in the first year it is 7, 8 and 9 on the last three dates.
    assert outlook(made).totals[1][replaced(2027)] == 300
