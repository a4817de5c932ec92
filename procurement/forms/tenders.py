"""What people type about a tender: its dates, and why machines leave or rejoin it."""

from datetime import date
from typing import Any

import django_filters
from django import forms

from assets.models import Specification
from networks.domain.financial_year import label
from networks.forms.sorting import SortFilter
from procurement.domain.tender_dates import Proposed, date_problems
from procurement.models import Tender

CHANGED = (
    "Somebody has changed this tender since you opened this page. What it would mean now is shown below: look again, "
    "then confirm."
)


class OpenTenderForm(forms.Form):
    """The dates of a tender that is about to be opened; both are proposed and can be changed."""

    key_date_on = forms.DateField(
        label="Key date",
        help_text="By when trusts commit their final requirements. For example, 30 June 2028",
    )
    deliver_by = forms.DateField(
        label="Delivery by",
        help_text="The last day on which a machine may be delivered. For example, 31 March 2029",
    )

    def __init__(self, *args: Any, year: int, proposed: Proposed, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"key_date_on": proposed.key_date_on, "deliver_by": proposed.deliver_by}
        self.year = year
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"key_date_on", "deliver_by"} <= cleaned.keys():
            problems = date_problems(
                year=self.year,
                key_date_on=cleaned["key_date_on"],
                deliver_by=cleaned["deliver_by"],
                today=self.today,
            )
            for field, words in problems.items():
                self.add_error(field, words)
        return cleaned


class ReasonForm(forms.Form):
    """Why a tender's machines leave or rejoin it."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        help_text="Kept with the tender and shown to its network",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def seen(self, state: str, now: str) -> None:
        """Refuse where the tender is no longer in the state that the person has seen."""
        if state != now:
            self.add_error(None, CHANGED)


class TenderFilter(django_filters.FilterSet):
    """What the list of tenders can be narrowed by."""

    status = django_filters.MultipleChoiceFilter(
        choices=Tender.Status.choices, widget=forms.CheckboxSelectMultiple
    )
    specification = django_filters.ModelChoiceFilter(
        field_name="specification_version__specification",
        label="Specification",
        queryset=Specification.objects.none(),
        empty_label="All specifications",
    )
    year = django_filters.ChoiceFilter(label="Year of delivery", empty_label="All years")
    sort = SortFilter(
        fields={
            "name": "tender",
            "year": "year",
            "units": "machines",
            "key_date_on": "key_date",
            "status": "status",
        }
    )

    class Meta:
        model = Tender
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Offer only what the tenders one may see have.
        seen = list(self.queryset.order_by().values_list("specification_version__specification", "year"))
        specifications = {specification for specification, _ in seen}
        self.filters["specification"].queryset = Specification.objects.filter(pk__in=specifications)
        self.filters["year"].extra["choices"] = [(year, label(year)) for year in sorted({y for _, y in seen})]
