"""Age and bands: the edges by name, and agreement with a count day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.domain.ageing import (
    RULES,
    Band,
    age_on,
    age_range,
    anniversary,
    band_of_age,
    band_on,
    completed_years,
    installed_by,
    last_possible_day,
    parse_edges,
)
from assets.domain.vocabulary import Precision
from tests.oracles.ageing import band_by_listing, completed_years_by_counting_days

DAYS = st.dates(min_value=date(1996, 1, 1), max_value=date(2048, 12, 31))
# The days on which age rules go wrong, often enough to matter.
AWKWARD = st.sampled_from(
    [
        date(year, month, day)
        for year in (2012, 2015, 2016, 2020)
        for month, day in ((2, 28), (3, 1), (12, 31), (1, 1))
    ]
    + [date(2012, 2, 29), date(2016, 2, 29), date(2020, 2, 29)]
)
INSTALLED = DAYS | AWKWARD


@pytest.mark.parametrize(
    ("installed_on", "on", "years"),
    [
        (date(2016, 11, 24), date(2016, 11, 24), 0),
        (date(2016, 11, 24), date(2026, 11, 23), 9),
        (date(2016, 11, 24), date(2026, 11, 24), 10),
        (date(2016, 2, 29), date(2025, 2, 28), 8),
        (date(2016, 2, 29), date(2025, 3, 1), 9),
        (date(2016, 2, 29), date(2024, 2, 28), 7),
        (date(2016, 2, 29), date(2024, 2, 29), 8),
        (date(2017, 3, 1), date(2024, 2, 29), 6),
        (date(2017, 2, 28), date(2024, 2, 28), 7),
    ],
)
def test_age_is_exact_to_the_day(installed_on, on, years):
    assert completed_years(installed_on, on) == years


def test_a_machine_not_yet_installed_has_no_age():
    assert age_on(date(2026, 11, 25), date(2026, 11, 24)) is None
    assert band_on(date(2026, 11, 25), date(2026, 11, 24)) is None
    with pytest.raises(ValueError, match="no age"):
        completed_years(date(2026, 11, 25), date(2026, 11, 24))


def test_an_unknown_age_is_a_band_of_its_own():
    assert age_on(None, date(2026, 11, 24)) is None
    assert band_on(None, date(2026, 11, 24)) is Band.UNKNOWN


@settings(deadline=None, max_examples=60)
@given(INSTALLED, st.integers(min_value=0, max_value=9000))
def test_age_and_band_agree_with_counting_days(installed_on, days):
    on = installed_on + timedelta(days=days)
    expected = completed_years_by_counting_days(installed_on, on)
    assert completed_years(installed_on, on) == expected
    assert band_on(installed_on, on) == band_by_listing(expected)


@given(INSTALLED, st.integers(min_value=1, max_value=40))
def test_an_age_is_reached_on_its_anniversary_and_not_the_day_before(installed_on, years):
    day = anniversary(installed_on, years)
    assert completed_years(installed_on, day) == years
    assert completed_years(installed_on, day - timedelta(days=1)) == years - 1


@given(INSTALLED, DAYS | AWKWARD, st.integers(min_value=0, max_value=20))
def test_the_filter_by_date_is_the_rule_by_age(installed_on, on, years):
    old_enough = installed_on <= on and completed_years(installed_on, on) >= years
    assert (installed_on <= installed_by(years, on)) == old_enough


@given(INSTALLED, DAYS | AWKWARD)
def test_every_machine_installed_is_in_the_one_band_whose_dates_hold_it(installed_on, on):
    within = []
    for band in Band:
        if (dates := band.installed_between(on)) is None:
            continue
        after, by = dates
        if installed_on <= by and (after is None or installed_on > after):
            within.append(band)
    band = band_on(installed_on, on)
    assert within == ([] if band is None else [band])


@pytest.mark.parametrize(
    ("years", "value", "label"),
    [
        (0, "0-4", "under 5 years"),
        (4, "0-4", "under 5 years"),
        (5, "5-6", "5 to 6 years"),
        (6, "5-6", "5 to 6 years"),
        (7, "7-9", "7 to 9 years"),
        (9, "7-9", "7 to 9 years"),
        (10, "10-14", "10 to 14 years"),
        (14, "10-14", "10 to 14 years"),
        (15, "15+", "15 years or older"),
        (60, "15+", "15 years or older"),
    ],
)
def test_bands_and_their_names(years, value, label):
    assert (band_of_age(years).value, band_of_age(years).label) == (value, label)


def test_the_unknown_band_has_a_name_and_no_dates():
    assert Band.UNKNOWN.label == "age not known"
    assert Band.UNKNOWN.installed_between(date(2026, 11, 24)) is None
    with pytest.raises(ValueError, match="cannot be -1"):
        band_of_age(-1)


@pytest.mark.parametrize(
    ("installed_on", "precision", "words", "range_words"),
    [
        (date(2012, 6, 1), Precision.DAY, "14 years", "14 years"),
        (date(2012, 6, 1), Precision.MONTH, "about 14 years", "14 years"),
        (date(2012, 1, 1), Precision.YEAR, "about 14 years", "13 to 14 years"),
        (date(2015, 11, 1), Precision.MONTH, "about 11 years", "10 to 11 years"),
        (date(2025, 1, 1), Precision.YEAR, "about 1 year", "under 1 to 1 year"),
        (date(2026, 1, 1), Precision.YEAR, "about under 1 year", "under 1 year"),
        (date(2026, 11, 24), Precision.DAY, "under 1 year", "under 1 year"),
    ],
)
def test_age_in_words(installed_on, precision, words, range_words):
    age = age_on(installed_on, date(2026, 11, 24), precision)
    assert age is not None
    assert (age.words, age.range_words) == (words, range_words)


def test_a_precision_read_from_the_database_as_text_means_the_same():
    assert age_on(date(2012, 1, 1), date(2026, 11, 24), "Y") == age_on(
        date(2012, 1, 1), date(2026, 11, 24), Precision.YEAR
    )


@given(INSTALLED, DAYS, st.sampled_from([Precision.DAY, Precision.MONTH, Precision.YEAR]), st.data())
def test_no_day_that_the_date_allows_gives_an_age_outside_the_range(installed_on, on, precision, data):
    if precision == Precision.YEAR:
        installed_on = installed_on.replace(month=1, day=1)
    elif precision == Precision.MONTH:
        installed_on = installed_on.replace(day=1)
    if installed_on > on:
        return
    last = last_possible_day(installed_on, precision)
    possible = data.draw(st.dates(installed_on, last))
    youngest, oldest = age_range(installed_on, on, precision)
    assert oldest == completed_years(installed_on, on)
    if possible <= on:
        assert youngest <= completed_years(possible, on) <= oldest
    assert oldest - youngest <= 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("from_years = 7\n", "from_years = 11\n"),
        ("from_years = 0\n", "from_years = 1\n"),
        ('key = "15+"', 'key = "10-14"'),
    ],
)
def test_bands_that_make_no_sense_are_refused(old, new):
    text = RULES.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(ValueError, match="bands must"):
        parse_edges(text.replace(old, new))
