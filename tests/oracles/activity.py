"""Twelve months of activity the slow and obvious way: write the months out, look each one up, and add by hand."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from assets.domain.activity import Figure, Measure
from assets.domain.activity_periods import PeriodKind


def last_twelve_months(on: date) -> list[tuple[int, int]]:
    """Walk back day by day; a month is whole when its last day has been passed or is `on` itself."""
    found: list[tuple[int, int]] = []
    day = on
    while len(found) < 12:
        if (day + timedelta(days=1)).day == 1:
            found.insert(0, (day.year, day.month))
        day -= timedelta(days=1)
    return found


def of_a_year(figures: Sequence[Figure], measure: Measure, on: date) -> tuple[str, int, Fraction | None]:
    """Return how a measure is known, in how many months, and what it is in a year, not rounded."""
    months = last_twelve_months(on)
    for of_site in (False, True):
        mine = [f for f in figures if f.of_site == of_site and measure in f.values]
        counts = []
        for year, month in months:
            of_month = [
                f
                for f in mine
                if f.period.kind == PeriodKind.MONTH
                and (f.period.starts_on.year, f.period.starts_on.month) == (year, month)
            ]
            if of_month:
                last = sorted(of_month, key=lambda f: f.recorded_at)[-1]
                counts.append(Fraction(last.values[measure]) / last.machines)
        if len(counts) == 12:
            return "months", 12, sum(counts, Fraction(0))
        years = []
        for figure in mine:
            if figure.period.kind == PeriodKind.YEAR:
                last_month = (figure.period.ends_on.year, figure.period.ends_on.month)
                if last_month in months:
                    years.append((months.index(last_month), figure.recorded_at, figure))
        if years:
            figure = max(years, key=lambda each: each[:2])[2]
            return "year", 12, Fraction(figure.values[measure]) / figure.machines
        if counts:
            return "part", len(counts), sum(counts, Fraction(0)) * 12 / len(counts)
    return "unknown", 0, None
