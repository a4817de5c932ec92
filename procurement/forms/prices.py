"""Forms for price records and the benchmark."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError

from assets.domain.money import LEAST_PLAUSIBLE_PENCE, MOST_PLAUSIBLE_PENCE
from assets.models import Specification
from networks.domain.access import Actor, Permission
from networks.forms.fields import PoundsField
from networks.forms.sorting import SortFilter
from networks.models import Organisation
from procurement.models import PriceRecord


class PriceForm(forms.Form):
    """One purchase. Only trusts for which the actor may record prices are offered."""

    trust = forms.ModelChoiceField(queryset=Organisation.objects.none(), label="Trust that bought it")
    specification = forms.ModelChoiceField(
        queryset=Specification.objects.all(),
        label="Standard specification",
        help_text="What it is compared with",
    )
    quantity = forms.IntegerField(
        min_value=1, max_value=999, initial=1, label="Number of machines in the order"
    )
    unit_price_pence = PoundsField(
        min_pence=LEAST_PLAUSIBLE_PENCE,
        max_pence=MOST_PLAUSIBLE_PENCE,
        label="Price of one, ex VAT",
        help_text="Equipment only: no works, service or trade-in",
    )
    priced_on = forms.DateField(
        label="Date of the price", help_text="Of the order or contract, for example 31 March 2019"
    )
    route = forms.ChoiceField(choices=PriceRecord.Route.choices, required=False, label="How it was bought")
    supplier = forms.CharField(max_length=100, required=False)
    source = forms.CharField(
        max_length=200, label="Where the figure comes from", help_text="An order number or a published notice"
    )

    def __init__(self, *args: Any, actor: Actor, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self.fields["trust"].queryset = Organisation.objects.trusts_visible_to(actor, Permission.EDIT_PRICES)  # type: ignore[attr-defined]

    def clean_priced_on(self) -> date:
        priced_on: date = self.cleaned_data["priced_on"]
        if priced_on > self._today:
            raise ValidationError("Enter a date that is not in the future")
        return priced_on


class PriceFilter(django_filters.FilterSet):
    """What the price list can be narrowed by."""

    # By code: of numbers, one too large for the database is no mere number without a row.
    specification = django_filters.ModelMultipleChoiceFilter(
        queryset=Specification.objects.all(), to_field_name="code"
    )
    trust = django_filters.ModelChoiceFilter(queryset=Organisation.objects.none(), label="Trust")
    route = django_filters.MultipleChoiceFilter(
        choices=[c for c in PriceRecord.Route.choices if c[0]], label="How it was bought"
    )
    priced_from = django_filters.DateFilter(
        field_name="priced_on", lookup_expr="gte", label="Priced on or after"
    )
    priced_to = django_filters.DateFilter(
        field_name="priced_on", lookup_expr="lte", label="Priced on or before"
    )
    sort = SortFilter(
        fields={
            "priced_on": "date",
            "unit_price_pence": "price",
            "specification__code": "specification",
            "trust__name": "trust",
        }
    )

    class Meta:
        model = PriceRecord
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        trusts = Organisation.objects.trusts_visible_to(actor, Permission.VIEW_PRICES)
        self.filters["trust"].queryset = trusts
        self.form.fields["trust"].queryset = trusts


class BenchmarkForm(forms.Form):
    """Which specification, and since when."""

    specification = forms.ModelChoiceField(
        queryset=Specification.objects.all(), empty_label=None, label="Standard specification"
    )
    since = forms.DateField(label="Purchases since", help_text="For example, 1 April 2021")


class PriceFileForm(forms.Form):
    """A spreadsheet of purchases."""

    file = forms.FileField(label="Spreadsheet of purchases", help_text="XLSX or CSV, up to 50 MB")
