"""The pieces that pages share: breadcrumbs, paging, sortable headings, filter chips, tags and time left.

A page whose list stands far down gives its template `anchor` ("#machines"), where the links of its list then lead.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from networks.queries.keyset import LAST, KeysetPage
from networks.templatetags.format import query_string_without

register = template.Library()

SORT = "sort"
"""The address parameter that names the order of a list."""

_CARRIED = (SORT, "columns")


@register.inclusion_tag("partials/breadcrumbs.html")
def breadcrumbs(*labels_and_urls: str) -> dict[str, object]:
    """Draw the way from Home to the page above this one: `{% breadcrumbs "Equipment" "asset_list" trust.name trust_url %}`.

    Labels and addresses alternate; an address that does not begin with "/" is the name of a URL without arguments.
    """
    labels, urls = labels_and_urls[::2], labels_and_urls[1::2]
    crumbs = [("Home", reverse("home"))]
    crumbs += [
        (label, url if url.startswith("/") else reverse(url)) for label, url in zip(labels, urls, strict=True)
    ]
    return {"crumbs": crumbs}


@register.inclusion_tag("partials/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any], noun: str = "results") -> dict[str, object]:
    """Draw "Showing 51 to 100 of 412 machines" and the page links: `{% pagination page "machines" %}`.

    The links keep the rest of the query. `page` is a Django `Page`; its parameter is named "page".
    """
    return {
        "request": context["request"],
        "page": page,
        "noun": noun,
        "numbers": list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
        "ellipsis": page.paginator.ELLIPSIS,
        "anchor": context.get("anchor", ""),
    }


@register.inclusion_tag("partials/keyset_pagination.html", takes_context=True)
def keyset_pagination(
    context: template.Context, page: KeysetPage[Any], total: int, noun: str = "results"
) -> dict[str, object]:
    """Draw "50 of 412 machines on this page" and the links to its neighbours: `{% keyset_pagination page total "machines" %}`.

    The links keep the rest of the query; their parameter is named "page".
    """
    return {
        "request": context["request"],
        "page": page,
        "total": total,
        "noun": noun,
        "last": LAST,
        "anchor": context.get("anchor", ""),
    }


@register.inclusion_tag("partials/sort_heading.html", takes_context=True)
def sort_heading(
    context: template.Context, label: str, field: str, numeric: bool = False, default: str = ""
) -> dict[str, object]:
    """Draw a column heading that sorts by `?sort=field` and `?sort=-field`: `{% sort_heading "Age" "age" numeric=True %}`.

    `default` is the order in force when the address names none, for example "-age". Put it inside a <table> with
    class nhsuk-table--sortable.
    """
    request: HttpRequest = context["request"]
    order = request.GET.get(SORT) or default
    direction = {field: "ascending", f"-{field}": "descending"}.get(order, "")
    return {
        "request": request,
        "label": label,
        "numeric": numeric,
        "direction": direction,
        # Numbers are most wanted from the top down, words from A.
        "next": _next_order(field, direction, numeric),
        "anchor": context.get("anchor", ""),
    }


def _next_order(field: str, direction: str, numeric: bool) -> str:
    if not direction:
        return f"-{field}" if numeric else field
    return f"-{field}" if direction == "ascending" else field


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force: what it says, and the address without it."""

    label: str
    value: str
    without_url: str


@register.inclusion_tag("partials/filters.html", takes_context=True)
def filter_panel(
    context: template.Context, filter_form: forms.Form, *, across: bool = False
) -> dict[str, object]:
    """Draw the filters of a list: `{% filter_panel filter.form %}` with a django-filter FilterSet named `filter`.

    They stand at the list's left or, with `across`, above a table that needs the whole width.
    """
    # Every filter may be left empty; saying so on each would be noise.
    filter_form.mark_optional = False  # type: ignore[attr-defined]
    request: HttpRequest = context["request"]
    # The order and the columns are chosen elsewhere, so they are carried along, not asked for.
    return {
        "form": filter_form,
        "fields": [field for field in filter_form if field.name != SORT],
        "request": request,
        "across": across,
        "carried": [(name, request.GET[name]) for name in _CARRIED if request.GET.get(name)],
    }


_MOST_CHIPS = 200


@register.inclusion_tag("partials/filter_chips.html", takes_context=True)
def filter_chips(context: template.Context, filter_form: forms.Form) -> dict[str, object]:
    """Draw what is filtered for, each with a link that takes it off: `{% filter_chips filter.form %}`.

    Each value once, and _MOST_CHIPS at most: every link repeats the whole address, which may hold thousands of values.
    """
    request: HttpRequest = context["request"]
    chips: list[Chip] = []
    for bound in filter_form:
        if bound.name == SORT:
            continue
        choices = _choice_labels(bound.field)
        for name, suffix in _parameters(bound):
            for value in dict.fromkeys(request.GET.getlist(name)):
                if not value or (choices and value not in choices) or len(chips) >= _MOST_CHIPS:
                    continue
                without = query_string_without(context, name, value)
                label = f"{bound.label} {suffix}".strip()
                chips.append(Chip(label, choices.get(value, value), without))
    return {"chips": chips, "anchor": context.get("anchor", "")}


def _choice_labels(field: forms.Field) -> dict[str, str]:
    """The text of each choice by its value in the address; {} for a field that is typed."""
    labels: dict[str, str] = {}
    for value, label in getattr(field, "choices", ()):
        if isinstance(label, list | tuple):
            labels.update({str(v): str(text) for v, text in label})
        else:
            labels[str(value)] = str(label)
    return labels


def _parameters(bound: forms.BoundField) -> list[tuple[str, str]]:
    """The address parameters of a field, each with the word that tells it apart ("from", "to")."""
    widget = bound.field.widget
    if not isinstance(widget, forms.MultiWidget):
        return [(bound.html_name, "")]
    # django-filter's ranges name their two boxes "age_min" and "age_max"; Django's own "age_0" and "age_1".
    suffixes = getattr(widget, "suffixes", None)
    endings = [f"_{suffix}" for suffix in suffixes or range(len(widget.widgets))]
    return [(bound.html_name + ending, _ENDINGS.get(ending, "")) for ending in endings]


_ENDINGS = {"_min": "from", "_max": "to", "_after": "from", "_before": "to", "_0": "from", "_1": "to"}


@register.simple_tag
def band_tag(band: str | None) -> SafeString:
    """Draw an age band as a tag that says it in words: `{% band_tag "10–14" %}`.

    Bands are the England survey's: 0–4, 5–6, 7–9, 10–14, 15+; anything else is an unknown age.
    """
    key = str(band or "").replace("\N{EN DASH}", "-").replace(" years", "").strip()
    return _band_tag(*_BANDS.get(key, ("Age not known", "grey")))


@cache
def _band_tag(words: str, colour: str) -> SafeString:
    # There are six, and every row of a list has one.
    return render_to_string("partials/band_tag.html", {"words": words, "colour": colour})


_BANDS = {
    "0-4": ("Under 5 years", "green"),
    "5-6": ("5 to 6 years", "aqua-green"),
    "7-9": ("7 to 9 years", "yellow"),
    "10-14": ("10 to 14 years", "orange"),
    "15+": ("15 years or older", "red"),
}


@register.simple_tag
def time_left(run: Any, now: datetime | None = None) -> str:
    """Say how long a run probably still takes, "" while nothing can be said.

    From its speed so far: `started_at`, and `done` of `total`.
    """
    if run.is_over or not (run.started_at and run.done and run.total):
        return ""
    elapsed = ((now or timezone.now()) - run.started_at).total_seconds()
    left = elapsed * max(run.total - run.done, 0) / run.done
    if left < 10:
        return "nearly done"
    if left < 90:
        return f"about {round(left / 10) * 10} seconds left"
    if left < 90 * 60:
        return f"about {round(left / 60)} minutes left"
    return f"about {round(left / 3600)} hours left"
