"""What the equipment list and the API can be filtered by; one set of names, so that an address says the same in both."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from assets.domain.ageing import Band
from assets.domain.dates import EARLIEST_YEAR, LATEST_YEAR, NotADate, read_date
from assets.domain.vocabulary import Condition, Modality, Status
from assets.models import Asset
from assets.models.asset import AssetQuerySet
from assets.queries.asset_facets import ALL, FACETS, FLEET, NOT_KNOWN
from assets.queries.assets import in_bands, in_fleet_on, lacking_any, matching

_LONG = 12
"""A filter with more choices than this is folded away until it is asked for."""

_TOO_LONG = 150
"""More choices than a person looks through: England's sites, before a trust is chosen."""


class Counted(str):
    """A choice's label that shows, on the page, how many machines the choice has; as text it is the label alone."""

    number: int

    def __new__(cls, label: str, number: int) -> "Counted":
        made = super().__new__(cls, label)
        made.number = number
        return made

    def __html__(self) -> SafeString:
        return format_html('{} <span class="app-count">({})</span>', str(self), f"{self.number:,}")


class IdsField(forms.MultipleChoiceField):
    """Row numbers. Any whole number is taken: one that is not visible to the actor simply finds nothing."""

    default_error_messages = {"invalid_choice": "Choose from the list: %(value)s is none of it"}

    def valid_value(self, value: object) -> bool:
        return str(value).isdecimal() and len(str(value)) < 18


class IdsFilter(django_filters.MultipleChoiceFilter):
    field_class = IdsField


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


_BAND_CHOICES = [(band.value, band.label[0].upper() + band.label[1:]) for band in Band]
_CONDITION_CHOICES = [(condition.value or NOT_KNOWN, condition.label) for condition in Condition]
_STATUS_CHOICES = [
    (FLEET, "In the fleet"),
    *((status.value, status.label) for status in Status),
    (ALL, "All, retired too"),
]


_MISSING_CHOICES = [
    ("serial_number", "No serial number"),
    ("model_name", "No model"),
    ("support_end", "No end of support"),
]


class AssetFilter(django_filters.FilterSet):
    """Filters of machines. Leave `status` out for the fleet alone; several values of one filter widen it."""

    q = django_filters.CharFilter(
        label="Search",
        method="search",
        max_length=200,  # each word adds to the question, and the database takes only so long a one
        help_text="Serial or asset number, maker, model, room or site",
    )
    modality = django_filters.MultipleChoiceFilter(
        label="Modality",
        choices=[(m.value, m.label) for m in Modality],
        distinct=False,
        widget=forms.CheckboxSelectMultiple,
    )
    band = django_filters.MultipleChoiceFilter(
        label="Age", choices=_BAND_CHOICES, method="of_age", widget=forms.CheckboxSelectMultiple
    )
    support_before = WrittenDateFilter(
        label="Support ends before",
        field_name="support_ends_on",
        lookup_expr="lt",
        help_text="For example, 31 March 2028",
    )
    condition = django_filters.MultipleChoiceFilter(
        label="Condition",
        choices=_CONDITION_CHOICES,
        method="in_condition",
        widget=forms.CheckboxSelectMultiple,
    )
    status = django_filters.ChoiceFilter(
        label="Status",
        choices=_STATUS_CHOICES,
        empty_label=None,
        method="of_status",
        widget=forms.RadioSelect,
    )
    trust = IdsFilter(
        label="Trust", field_name="trust_id", distinct=False, widget=forms.CheckboxSelectMultiple
    )
    site = IdsFilter(label="Site", field_name="site_id", distinct=False, widget=forms.CheckboxSelectMultiple)
    specification = IdsFilter(
        label="Specification",
        field_name="specification_id",
        distinct=False,
        widget=forms.CheckboxSelectMultiple,
    )

    missing = django_filters.MultipleChoiceFilter(
        label="Not recorded", choices=_MISSING_CHOICES, method="lacking", widget=forms.CheckboxSelectMultiple
    )
    as_at = WrittenDateFilter(
        label="Ages as at", method="aged_on", help_text="Today, if left empty. For example, 31 March 2028"
    )

    class Meta:
        model = Asset
        fields: tuple[str, ...] = ()

    def search(self, assets: AssetQuerySet, _name: str, value: str) -> AssetQuerySet:
        return assets.filter(matching(value))

    def of_age(self, assets: AssetQuerySet, _name: str, value: list[str]) -> AssetQuerySet:
        return assets.filter(in_bands(map(Band, value), on=self.on)) if value else assets

    def aged_on(self, assets: AssetQuerySet, _name: str, value: date) -> AssetQuerySet:
        return assets

    def lacking(self, assets: AssetQuerySet, _name: str, value: list[str]) -> AssetQuerySet:
        """Machines that lack any of what is ticked."""
        return assets.filter(lacking_any(value)) if value else assets

    def in_condition(self, assets: AssetQuerySet, _name: str, value: list[str]) -> AssetQuerySet:
        stored = ["" if condition == NOT_KNOWN else condition for condition in value]
        return assets.filter(condition__in=stored) if value else assets

    def of_status(self, assets: AssetQuerySet, _name: str, value: str) -> AssetQuerySet:
        return assets if value == ALL else assets.filter(status=value)

    def filter_queryset(self, queryset: AssetQuerySet) -> AssetQuerySet:
        assets: AssetQuerySet = super().filter_queryset(queryset)
        return assets if self._clean.get("status") else assets.filter(in_fleet_on(self.on))

    @property
    def _clean(self) -> dict[str, Any]:
        self.form.is_valid()
        return self.form.cleaned_data

    @property
    def on(self) -> date:
        """The date as at which ages are told and counted: today unless another was asked for."""
        return self._clean.get("as_at") or timezone.localdate()

    @property
    def without_facets(self) -> AssetQuerySet:
        """The machines that match what is typed, before any choice narrows them: what the counts are counted from."""
        assets: AssetQuerySet = self.queryset
        for name in ("q", "support_before", "missing"):
            if (value := self._clean.get(name)) not in (None, "", []):
                assets = self.filters[name].filter(assets, value)
        return assets

    @property
    def chosen(self) -> dict[str, list[str]]:
        """What is ticked in each facet, as it stands in the address."""
        chosen = {facet: self._clean.get(facet) or [] for facet in FACETS}
        return {facet: [value] if isinstance(value, str) else value for facet, value in chosen.items()}

    def show_counts(self, counts: Mapping[str, Counter[str]], names: Mapping[str, Mapping[str, str]]) -> None:
        """Put the numbers of `facet_counts` on the choices; `names` names the rows that the ids stand for, by facet.

        Of trusts, sites and specifications only those with machines, or ticked, are offered.
        """
        for facet in FACETS:
            field = self.form.fields[facet]
            choices: Iterable[tuple[str, str]] = names[facet].items() if facet in names else field.choices
            field.choices = [
                (value, Counted(str(label), counts[facet][value]))
                for value, label in choices
                if facet not in names or counts[facet][value] or value in self.chosen[facet]
            ]
            if facet == "site" and len(field.choices) > _TOO_LONG:
                ticked = [choice for choice in field.choices if choice[0] in self.chosen[facet]]
                field.choices = ticked
                self.form[facet].help_text = "Choose trusts first, to choose among their sites"
            if len(field.choices) > _LONG:
                field.template_name = "assets/asset_filter_folded.html"
        asked = self.chosen["trust"] or "trust" in self.form.errors
        if len(self.form.fields["trust"].choices) < 2 and not asked:
            del self.form.fields["trust"]
