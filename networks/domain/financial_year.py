"""NHS financial years: 1 April to 31 March, known by the calendar year in which they start."""

from datetime import date

FinancialYear = int
"""A financial year as the calendar year it starts in: 2027 is 2027/28."""


def financial_year_of(on: date) -> FinancialYear:
    """Return the financial year a date falls in."""
    return on.year if on.month >= 4 else on.year - 1


def label(year: FinancialYear) -> str:
    """Return the year as people write it: 2027 becomes "2027/28", 2099 becomes "2099/00"."""
    return f"{year}/{(year + 1) % 100:02d}"


def starts_on(year: FinancialYear) -> date:
    """Return the 1 April on which the year starts."""
    return date(year, 4, 1)


def ends_on(year: FinancialYear) -> date:
    """Return the 31 March on which the year ends."""
    return date(year + 1, 3, 31)
