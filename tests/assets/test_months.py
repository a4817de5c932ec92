"""Whole months: forwards, backwards, and where a month is too short."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.months import months_after
from assets.queries.due import SUPPORT_MONTHS, support_until

DAYS = st.dates(date(2010, 1, 1), date(2032, 12, 31))


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        (date(2029, 3, 31), -9, date(2028, 6, 30)),
        (date(2029, 3, 31), -12, date(2028, 3, 31)),
        (date(2028, 3, 31), -1, date(2028, 2, 29)),
        (date(2028, 1, 15), 0, date(2028, 1, 15)),
        (date(2028, 1, 15), -13, date(2026, 12, 15)),
        (date(2026, 8, 31), 24, date(2028, 8, 31)),
    ],
)
def test_months_after(on, months, expected):
    assert months_after(on, months) == expected


@given(day=DAYS, months=st.integers(-60, 60))
def test_months_are_months(day, months):
    moved = months_after(day, months)
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    assert moved.day == day.day or (moved + timedelta(days=1)).day == 1


def test_support_that_ends_soon_is_looked_for_to_the_day_at_the_end_of_a_month():
    """As alerts look for it; it used to stop at the 28th."""
    on = date(2026, 8, 31)
    assert SUPPORT_MONTHS == 24
    assert support_until(on) == date(2028, 8, 31)
