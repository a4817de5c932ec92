"""The kinds of filter of the equipment list: choices with numbers, row numbers, written dates, years."""

import re
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from assets.domain.dates import EARLIEST_YEAR, LATEST_YEAR, NotADate, read_date
from networks.forms.checkbox_list import CheckboxList


class Counted(str):
    """A choice's label that shows, on the page, how many machines the choice has; as text it is the label alone.

    Without a `number` it keeps the place where one that comes later is put: `place` is the id of that element.
    """

    number: int | None
    place: str

    def __new__(cls, label: str, number: int | None, place: str) -> "Counted":
        made = super().__new__(cls, label)
        made.number = number
        made.place = place
        return made

    def __html__(self) -> SafeString:
        shown = "" if self.number is None else f"({self.number:,})"
        return format_html('{} <span class="app-count" id="{}">{}</span>', str(self), self.place, shown)


def place_of_count(facet: str, value: str) -> str:
    """Return the id of the element that shows how many machines a choice has."""
    return f"count-{facet}-{re.sub(r'[^A-Za-z0-9_-]', '_', value) or 'none'}"


class IdsField(forms.MultipleChoiceField):
    """Row numbers. Any whole number is taken: one that is not visible to the actor simply finds nothing."""

    default_error_messages = {"invalid_choice": "Choose from the list: %(value)s is none of it"}

    def valid_value(self, value: object) -> bool:
        return str(value).isdecimal() and len(str(value)) < 18


class IdsFilter(django_filters.MultipleChoiceFilter):
    """Rows with any of these numbers. An address can hold thousands: a condition each would be too deep for the database."""

    field_class = IdsField

    def filter(self, qs: QuerySet[Any], value: list[str] | None) -> QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__in": [int(each) for each in value]}) if value else qs


class FacetFilter(django_filters.MultipleChoiceFilter):
    """Some of the fixed choices of a facet; ticking several widens it."""

    def __init__(self, *, label: str, choices: list[tuple[str, str]]) -> None:
        super().__init__(label=label, choices=choices, method="of_choice", widget=CheckboxList)


class WrittenDateField(forms.Field):
    """A whole date written as people write it, or as 2028-03-31; cleaned to a date. A month or year means its first day."""

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        try:
            day = read_date(str(value), on=timezone.localdate()).first
        except NotADate:
            raise ValidationError("Enter a date, like 31 March 2028", code="invalid") from None
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise ValidationError(f"Enter a date from {EARLIEST_YEAR} to {LATEST_YEAR}", code="invalid")
        return day


class WrittenDateFilter(django_filters.Filter):
    field_class = WrittenDateField


class YearsFilter(django_filters.Filter):
    """Completed years, a whole number."""

    field_class = forms.IntegerField
