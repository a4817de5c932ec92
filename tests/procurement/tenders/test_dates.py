from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from networks.domain.financial_year import ends_on, financial_year_of
from procurement.domain.tender_dates import (
    Progress,
    date_problems,
    proposed_dates,
    stages,
    tendering_rules,
)

TODAY = date(2026, 11, 24)


def test_the_key_date_is_a_lead_time_before_the_year_ends():
    found = proposed_dates(year=2028, lead_time_months=9, today=TODAY)
    assert (found.key_date_on, found.deliver_by, found.is_late) == (
        date(2028, 6, 30),
        date(2029, 3, 31),
        False,
    )


def test_a_lead_time_that_has_begun_is_said():
    found = proposed_dates(year=2026, lead_time_months=9, today=TODAY)
    assert (found.key_date_on, found.is_late) == (TODAY, True)


@given(year=st.integers(2026, 2040), months=st.integers(0, 24))
def test_what_is_proposed_can_stand(year, months):
    found = proposed_dates(year=year, lead_time_months=months, today=TODAY)
    if found.key_date_on < found.deliver_by:
        assert (
            date_problems(year=year, key_date_on=found.key_date_on, deliver_by=found.deliver_by, today=TODAY)
            == {}
        )
    assert financial_year_of(found.deliver_by) == year


@pytest.mark.parametrize(
    ("key", "deliver", "faulty", "words"),
    [
        (date(2026, 11, 23), date(2029, 3, 31), "key_date_on", "today or later"),
        (date(2028, 1, 1), date(2029, 4, 1), "deliver_by", "from 1 April 2028 to 31 March 2029"),
        (date(2028, 1, 1), date(2028, 3, 31), "deliver_by", "from 1 April 2028"),
        (date(2029, 3, 31), date(2029, 3, 31), "deliver_by", "after the key date"),
    ],
)
def test_dates_that_cannot_stand_are_refused_in_words(key, deliver, faulty, words):
    problems = date_problems(year=2028, key_date_on=key, deliver_by=deliver, today=TODAY)
    assert list(problems) == [faulty]
    assert words in problems[faulty]


def line(today: date, closed_on: date | None = None):
    return stages(
        opened_on=date(2026, 11, 1),
        key_date_on=date(2028, 6, 30),
        closed_on=closed_on,
        deliver_by=date(2029, 3, 31),
        today=today,
    )


def test_an_open_tender_waits_for_its_key_date_even_when_that_has_passed():
    assert [s.progress for s in line(date(2028, 9, 1))] == [
        Progress.DONE,
        Progress.NOW,
        Progress.AHEAD,
        Progress.AHEAD,
        Progress.AHEAD,
    ]


def test_the_days_after_closing_follow_from_the_day_it_closed():
    found = line(date(2028, 5, 5), closed_on=date(2028, 5, 1))
    assert [s.name for s in found] == ["Opened", "Closed", "Prices confirmed", "Orders placed", "Delivered"]
    assert [s.on for s in found[2:]] == [date(2028, 5, 8), date(2028, 6, 7), ends_on(2028)]
    assert [s.is_indicative for s in found] == [False, False, True, True, False]
    assert [s.progress for s in found][:3] == [Progress.DONE, Progress.DONE, Progress.NOW]


@given(today=st.dates(date(2026, 11, 1), date(2030, 1, 1)), closed=st.booleans())
def test_at_most_one_stage_is_now_and_all_before_it_are_done(today, closed):
    progress = [s.progress for s in line(today, date(2028, 5, 1) if closed else None)]
    assert progress == sorted(progress, key=[Progress.DONE, Progress.NOW, Progress.AHEAD].index)
    assert progress.count(Progress.NOW) <= 1


def test_the_rules_are_the_published_ones():
    rules = tendering_rules()
    assert (rules.prices_days_after_key_date, rules.orders_days_after_prices) == (7, 30)
