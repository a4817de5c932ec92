"""How money, dates, ages, years and unknowns read on every page: `networks.domain.figures` as filters of templates.

Every filter turns None (and an empty text) into "not known": a missing figure is never a zero.
"""

from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.http import HttpRequest, QueryDict

from networks.domain.figures import (
    MINUS,
    NOT_KNOWN,
    age_years,
    date_gb,
    fy,
    is_unknown,
    moment_gb,
    or_not_known,
    partial_date,
    pounds,
    pounds_short,
    share,
    thousands,
)

__all__ = [
    "MINUS", "NOT_KNOWN", "age_years", "date_gb", "fy", "moment_gb", "or_not_known", "partial_date", "percent", "pounds",
    "pounds_short", "query_string", "query_string_without", "thousands",
]  # fmt: skip

register = template.Library()

for _filter in (or_not_known, pounds, thousands, pounds_short, age_years, fy):
    register.filter(_filter)
# A moment gives its date and time in the United Kingdom.
for _of_time in (date_gb, moment_gb, partial_date):
    register.filter(_of_time, expects_localtime=True)


@register.simple_tag
def percent(part: int | Decimal | None, whole: int | Decimal | None) -> str:
    """Return a share with its numbers, `{% percent 14 98 %}`: "14% (14 of 98)". "not known" where the whole is None or 0.

    A share that is neither none nor all never rounds to 0% or 100%: it reads "under 1%" or "over 99%".
    """
    if part is None or not whole or is_unknown(part) or is_unknown(whole):
        return NOT_KNOWN
    return f"{share(part, whole)} ({part:,} of {whole:,})"


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
