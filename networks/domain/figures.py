"""How money, dates, ages, years and unknowns read: on pages, in documents, in records and in reasons.

Each turns None (and an empty text) into "not known": a missing figure is never a zero. Templates have them as filters
(`networks/templatetags/format.py`).
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from networks.domain import financial_year

NOT_KNOWN = "not known"
MINUS = "\N{MINUS SIGN}"


def is_unknown(value: object) -> bool:
    """Whether a value is None or an empty text."""
    return value is None or value == ""


def rounded(value: Decimal, places: int) -> Decimal:
    """Round to so many decimals, halves away from zero."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def share(part: int | Decimal, whole: int | Decimal) -> str:
    """Return a share of a whole above nought: "14%". One that is neither none nor all is never "0%" or "100%"."""
    percent = rounded(100 * Decimal(part) / Decimal(whole), 0)
    if percent == 0 and part > 0:
        return "under 1%"
    if percent == 100 and part < whole:
        return "over 99%"
    return f"{percent}%"


def or_not_known(value: object) -> object:
    """Return the value, or "not known" where it is None or an empty text. Zero and False stay as they are."""
    return NOT_KNOWN if is_unknown(value) else value


def pounds(pence: int | Decimal | None) -> str:
    """Return pence in full for tables: 125000000 becomes "£1,250,000". Odd pence are shown, never dropped."""
    if pence is None or is_unknown(pence):
        return NOT_KNOWN
    amount = rounded(Decimal(pence), 0) / 100
    sign = MINUS if amount < 0 else ""
    places = 0 if amount == amount.to_integral_value() else 2
    return f"{sign}£{abs(amount):,.{places}f}"


def thousands(pence: int | None) -> str:
    """Return pence in thousands of pounds, rounded half up, for narrow tables whose heading says so: "1,250"."""
    return NOT_KNOWN if pence is None or is_unknown(pence) else f"{rounded(Decimal(pence) / 100_000, 0):,}"


def pounds_short(pence: int | Decimal | None) -> str:
    """Return pence for running text: "£1.25m", "£490k", "£950". Rounded half up to at most two decimals of a million."""
    if pence is None or is_unknown(pence):
        return NOT_KNOWN
    amount = Decimal(pence) / 100
    sign = MINUS if amount < 0 else ""
    amount = abs(amount)
    # Each unit begins where the one below would round up into it: £999,500 is "£1m", not "£1000k".
    for size, places, unit in ((10**9, 2, "bn"), (10**6, 2, "m"), (10**3, 0, "k")):
        in_units = rounded(amount / size, places)
        below = {10**9: Decimal("999.995") * 10**6, 10**6: Decimal("999.5") * 10**3, 10**3: Decimal("999.5")}
        if amount >= below[size]:
            return f"{sign}£{_trimmed(in_units)}{unit}"
    in_pounds = rounded(amount, 0)
    return f"{sign if in_pounds else ''}£{in_pounds}"


def _trimmed(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def date_gb(value: date | None) -> str:
    """Return a date as people write it: "31 March 2028". A moment gives its date in the United Kingdom."""
    if value is None or is_unknown(value):
        return NOT_KNOWN
    return f"{value.day} {value:%B} {value.year}"


def moment_gb(value: datetime | None) -> str:
    """Return a moment as people write it, in the United Kingdom's time: "31 March 2028 at 2:05pm"."""
    if value is None or is_unknown(value):
        return NOT_KNOWN
    return f"{date_gb(value)} at {value.hour % 12 or 12}:{value:%M}{'am' if value.hour < 12 else 'pm'}"


def partial_date(value: date | None, precision: str | None = "D") -> str:
    """Return a date to the precision it is known: 'Y' gives "2012", 'M' "June 2012", 'D' "1 June 2012"."""
    if value is None or is_unknown(value):
        return NOT_KNOWN
    # The register's own names for precision are the words; their initials mean the same.
    known_to = (precision or "D")[:1].upper()
    if known_to == "Y":
        return str(value.year)
    if known_to == "M":
        return f"{value:%B} {value.year}"
    return date_gb(value)


def age_years(age: int | float | Decimal | None) -> str:
    """Return an age in whole completed years: 11.9 becomes "11 years"; under one year reads "under 1 year"."""
    if age is None or is_unknown(age):
        return NOT_KNOWN
    years = int(age)
    if years < 1:
        return "under 1 year"
    return "1 year" if years == 1 else f"{years} years"


def fy(year: int | None) -> str:
    """Return a financial year's name: 2027 becomes "2027/28"."""
    if year is None or is_unknown(year):
        return NOT_KNOWN
    return financial_year.label(int(year))
