"""How money, dates, ages, years and unknowns read on every page and in every document.

Every filter turns None (and an empty text) into "not known": a missing figure is never a zero.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.http import HttpRequest, QueryDict

from networks.domain import financial_year

register = template.Library()

NOT_KNOWN = "not known"
MINUS = "\N{MINUS SIGN}"


def _unknown(value: object) -> bool:
    return value is None or value == ""


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@register.filter
def or_not_known(value: object) -> object:
    """Return the value, or "not known" where it is None or an empty text. Zero and False stay as they are."""
    return NOT_KNOWN if _unknown(value) else value


@register.filter
def pounds(pence: int | Decimal | None) -> str:
    """Return pence in full for tables: 125000000 becomes "£1,250,000". Odd pence are shown, never dropped."""
    if pence is None or _unknown(pence):
        return NOT_KNOWN
    amount = _rounded(Decimal(pence), 0) / 100
    sign = MINUS if amount < 0 else ""
    places = 0 if amount == amount.to_integral_value() else 2
    return f"{sign}£{abs(amount):,.{places}f}"


@register.filter
def thousands(pence: int | None) -> str:
    """Return pence in thousands of pounds, rounded half up, for narrow tables whose heading says so: "1,250"."""
    return NOT_KNOWN if pence is None or _unknown(pence) else f"{_rounded(Decimal(pence) / 100_000, 0):,}"


@register.filter
def pounds_short(pence: int | Decimal | None) -> str:
    """Return pence for running text: "£1.25m", "£490k", "£950". Rounded half up to at most two decimals of a million."""
    if pence is None or _unknown(pence):
        return NOT_KNOWN
    amount = Decimal(pence) / 100
    sign = MINUS if amount < 0 else ""
    amount = abs(amount)
    # Each unit begins where the one below would round up into it: £999,500 is "£1m", not "£1000k".
    for size, places, unit in ((10**9, 2, "bn"), (10**6, 2, "m"), (10**3, 0, "k")):
        in_units = _rounded(amount / size, places)
        below = {10**9: Decimal("999.995") * 10**6, 10**6: Decimal("999.5") * 10**3, 10**3: Decimal("999.5")}
        if amount >= below[size]:
            return f"{sign}£{_trimmed(in_units)}{unit}"
    in_pounds = _rounded(amount, 0)
    return f"{sign if in_pounds else ''}£{in_pounds}"


def _trimmed(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter(expects_localtime=True)
def date_gb(value: date | None) -> str:
    """Return a date as people write it: "31 March 2028". A moment gives its date in the United Kingdom."""
    if value is None or _unknown(value):
        return NOT_KNOWN
    return f"{value.day} {value:%B} {value.year}"


@register.filter(expects_localtime=True)
def moment_gb(value: datetime | None) -> str:
    """Return a moment as people write it, in the United Kingdom's time: "31 March 2028 at 2:05pm"."""
    if value is None or _unknown(value):
        return NOT_KNOWN
    return f"{date_gb(value)} at {value.hour % 12 or 12}:{value:%M}{'am' if value.hour < 12 else 'pm'}"


@register.filter(expects_localtime=True)
def partial_date(value: date | None, precision: str | None = "D") -> str:
    """Return a date to the precision it is known: 'Y' gives "2012", 'M' "June 2012", 'D' "1 June 2012"."""
    if value is None or _unknown(value):
        return NOT_KNOWN
    # The register's own names for precision are the words; their initials mean the same.
    known_to = (precision or "D")[:1].upper()
    if known_to == "Y":
        return str(value.year)
    if known_to == "M":
        return f"{value:%B} {value.year}"
    return date_gb(value)


@register.filter
def age_years(age: int | float | Decimal | None) -> str:
    """Return an age in whole completed years: 11.9 becomes "11 years"; under one year reads "under 1 year"."""
    if age is None or _unknown(age):
        return NOT_KNOWN
    years = int(age)
    if years < 1:
        return "under 1 year"
    return "1 year" if years == 1 else f"{years} years"


@register.filter
def fy(year: int | None) -> str:
    """Return a financial year's name: 2027 becomes "2027/28"."""
    if year is None or _unknown(year):
        return NOT_KNOWN
    return financial_year.label(int(year))


@register.simple_tag
def percent(part: int | Decimal | None, whole: int | Decimal | None) -> str:
    """Return a share with its numbers, `{% percent 14 98 %}`: "14% (14 of 98)". "not known" where the whole is None or 0.

    A share that is neither none nor all never rounds to 0% or 100%: it reads "under 1%" or "over 99%".
    """
    if part is None or not whole or _unknown(part) or _unknown(whole):
        return NOT_KNOWN
    return f"{_share(Decimal(part), Decimal(whole))} ({part:,} of {whole:,})"


def _share(part: Decimal, whole: Decimal) -> str:
    rounded = _rounded(100 * part / whole, 0)
    if rounded == 0 and part > 0:
        return "under 1%"
    if rounded == 100 and part < whole:
        return "over 99%"
    return f"{rounded}%"


@register.simple_tag(takes_context=True)
def query_string(context: template.Context, **replacements: object) -> str:
    """Return the current address's query with parameters replaced: `<a href="{% query_string page=2 %}">`.

    None, "" and [] take a parameter out; a list sets it several times. With nothing left the answer is "?", which
    leads to the same page without a query.
    """
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in replacements.items():
        _replace(query, name, value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def query_string_without(context: template.Context, name: str, value: object = None) -> str:
    """Return the current query without one value of a parameter (the cross on a filter chip), and back on page one."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    kept = [v for v in query.getlist(name) if value is not None and v != str(value)]
    _replace(query, name, kept)
    query.pop("page", None)
    return f"?{query.urlencode()}"


def _replace(query: QueryDict, name: str, value: object) -> None:
    if value is None or value in ("", []):
        query.pop(name, None)
    elif isinstance(value, Iterable) and not isinstance(value, str):
        query.setlist(name, [str(v) for v in value])
    else:
        query[name] = str(value)
