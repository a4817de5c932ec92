"""What a machine did in twelve months, against a count by hand."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.activity import Basis, Figure, Measure, read, rounded, uptime, window
from assets.domain.activity_periods import NotAPeriod, Period, PeriodKind, month_after, read_period
from tests.oracles.activity import last_twelve_months, of_a_year

ON = date(2026, 11, 24)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

periods = st.builds(
    Period,
    st.integers(-40, 6).map(lambda months: month_after(ON, months)),
    st.sampled_from(PeriodKind),
)
values = st.dictionaries(st.sampled_from(Measure), st.integers(0, 5_000).map(Decimal), min_size=1)


@st.composite
def figures(draw):
    """Figures as they are held: one for each period, source and owner, each recorded at a moment of its own."""
    keys = draw(
        st.lists(
            st.tuples(periods, st.sampled_from(["RIS", "PACS"]), st.booleans()), unique=True, max_size=60
        )
    )
    return [
        Figure(
            period,
            draw(values),
            source,
            LONG_AGO + timedelta(hours=number),
            machines=draw(st.integers(1, 5)) if of_site else 1,
            of_site=of_site,
        )
        for number, (period, source, of_site) in enumerate(keys)
    ]


@given(figures(), st.sampled_from(Measure), st.integers(-400, 40))
def test_a_year_is_what_the_slow_count_says(held, measure, days):
    on = ON + timedelta(days=days)
    reading = read(measure, held, on=on)
    basis, months, a_year = of_a_year(held, measure, on)
    assert (reading.basis, reading.months) == (basis, months)
    assert reading.a_year == (None if a_year is None else rounded(a_year, measure))
    assert reading.is_known is (a_year is not None)
    assert not (reading.is_own_count and (reading.is_estimated or reading.machines))


@given(st.dates(date(1995, 1, 1), date(2090, 12, 31)))
def test_the_window_is_the_last_twelve_whole_months(on):
    assert [(p.starts_on.year, p.starts_on.month) for p in window(on)] == last_twelve_months(on)
    assert window(on)[-1].ends_on <= on


@given(figures())
def test_the_order_of_figures_does_not_matter(held):
    for measure in Measure:
        assert read(measure, held, on=ON) == read(measure, reversed(held), on=ON)


@given(st.fractions(min_value=0, max_value=10**6), st.sampled_from(Measure))
def test_rounding_is_half_up_and_near(value, measure):
    step = measure.smallest
    near = rounded(value, measure)
    half = Fraction(step) / 2
    away = value - Fraction(near)
    assert -half <= away < half


@given(figures(), st.one_of(st.none(), st.integers(1, 168)), st.integers(0, 100).map(Decimal))
def test_uptime_is_a_share_and_its_target_is_judged_before_rounding(held, hours, target):
    found = uptime(held, on=ON, hours_per_week=hours, target_percent=target)
    if found is None:
        return
    assert 0 <= found.percent <= 100
    if found.meets:
        assert found.percent >= target
    assert any(Measure.UNPLANNED in figure.values and not figure.of_site for figure in held)


def month(number: int, value: object, measure: Measure = Measure.EXAMINATIONS, **more) -> Figure:
    """A figure of the window's month `number`, 0 to 11."""
    return Figure(window(ON)[number], {measure: Decimal(str(value))}, "RIS", LONG_AGO, **more)


def test_a_later_record_of_the_same_month_is_taken():
    older = month(0, 5)
    newer = Figure(older.period, {Measure.EXAMINATIONS: Decimal(7)}, "PACS", LONG_AGO + timedelta(days=1))
    reading = read(Measure.EXAMINATIONS, [newer, older], on=ON)
    assert (reading.counted, reading.sources) == (7, ("PACS",))


def test_each_month_of_a_site_is_divided_by_its_own_machines():
    held = [month(n, 600, machines=2 if n < 6 else 3, of_site=True) for n in range(12)]
    reading = read(Measure.EXAMINATIONS, held, on=ON)
    assert (reading.a_year, reading.machines, reading.over) == (
        3_000,
        (2, 3),
        "site average over 2 to 3 machines",
    )


def test_no_uptime_from_a_site_average_nor_without_hours():
    site = [month(n, 5, Measure.UNPLANNED, machines=2, of_site=True) for n in range(12)]
    assert uptime(site, on=ON, hours_per_week=60, target_percent=None) is None
    down = month(0, 1, Measure.UNPLANNED)
    closed = month(0, 720, Measure.PLANNED)
    assert uptime([down, closed], on=ON, hours_per_week=None, target_percent=None) is None


def test_a_target_missed_by_a_hair_is_missed():
    # November has 720 hours, two hundredths of which are 14.4.
    lost = month(0, "14.41", Measure.UNPLANNED)
    just = uptime([lost], on=ON, hours_per_week=None, target_percent=Decimal(98))
    assert (just.percent, just.meets) == (Decimal("98.00"), False)


@pytest.mark.parametrize(
    ("text", "kind", "starts_on", "label"),
    [
        ("April 2025", "M", date(2025, 4, 1), "April 2025"),
        ("Apr-25", "M", date(2025, 4, 1), "April 2025"),
        ("1 April 2025", "M", date(2025, 4, 1), "April 2025"),
        ("01/04/2025", "M", date(2025, 4, 1), "April 2025"),
        ("2025-12", "M", date(2025, 12, 1), "December 2025"),
        ("2025/26", "Y", date(2025, 4, 1), "2025/26"),
        ("FY 2025-26", "Y", date(2025, 4, 1), "2025/26"),
        ("2025/2026", "Y", date(2025, 4, 1), "2025/26"),
        ("2025", "Y", date(2025, 1, 1), "2025"),
        ("year to 31 March 2026", "Y", date(2025, 4, 1), "2025/26"),
        ("12 months ending June 2026", "Y", date(2025, 7, 1), "year to 30 June 2026"),
    ],
)
def test_periods_as_people_write_them(text, kind, starts_on, label):
    period = read_period(text, on=ON)
    assert (period.kind, period.starts_on, period.label) == (kind, starts_on, label)
    assert period.ends_on == month_after(starts_on, 1 if kind == "M" else 12) - timedelta(days=1)


@pytest.mark.parametrize(
    "text", ["", "Q1", "2 April 2025", "2025/27", "year to 30 March 2026", "1890", "x" * 999, "13/2025"]
)
def test_what_is_no_period_is_refused_with_what_to_write(text):
    with pytest.raises(NotAPeriod, match="April 2025"):
        read_period(text, on=ON)


def test_a_year_alone_in_a_column_of_financial_years_is_refused():
    with pytest.raises(NotAPeriod, match="begin or end"):
        read_period("2025", on=ON, financial=True)


@given(st.text(max_size=80))
def test_no_text_is_more_than_refused(text):
    with suppress(NotAPeriod):
        read_period(text, on=ON)


def test_nothing_is_not_nought():
    reading = read(Measure.EXAMINATIONS, [month(0, 5, Measure.PLANNED)], on=ON)
    assert (reading.basis, reading.a_year, reading.counted) == (Basis.UNKNOWN, None, None)
