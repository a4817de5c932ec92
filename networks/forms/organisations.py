"""Forms for organisations: finding them, and changing from which day what belongs where."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from networks.domain.organisations import Kind
from networks.forms.fields import DayField
from networks.forms.people import OrganisationChoice
from networks.forms.sorting import SortFilter
from networks.models import Organisation
from networks.queries.belongings import open_on, with_belongings

_KINDS = [
    (kind.value, label)
    for kind, label in zip(
        Kind,
        ("Nation", "Regions", "Integrated care boards (ICBs)", "Imaging networks", "Trusts", "Sites"),
        strict=True,
    )
]


class OrganisationFilter(django_filters.FilterSet):
    """What the list of organisations can be narrowed by."""

    text = django_filters.CharFilter(label="Name or code", method="with_text", max_length=200)
    kind = django_filters.MultipleChoiceFilter(
        choices=_KINDS, label="Kind", widget=forms.CheckboxSelectMultiple
    )
    open = django_filters.ChoiceFilter(
        choices=[("yes", "Open today"), ("no", "Closed")],
        label="Open or closed",
        empty_label="Either",
        method="open_or_closed",
    )
    sort = SortFilter(
        fields={"name": "name", "code": "code", "kind": "kind", "opened_on": "opened", "closed_on": "closed"}
    )

    class Meta:
        model = Organisation
        fields: list[str] = []

    def __init__(self, data: Any, *, on: date) -> None:
        self._on = on
        super().__init__(data, queryset=with_belongings(Organisation.objects.order_by("name", "pk"), on=on))

    def with_text(self, found: QuerySet[Organisation], _: str, value: str) -> QuerySet[Organisation]:
        return found.filter(Q(name__icontains=value) | Q(code__iexact=value.strip()))

    def open_or_closed(self, found: QuerySet[Organisation], _: str, value: str) -> QuerySet[Organisation]:
        closed = Q(closed_on__lt=self._on)
        return found.filter(closed) if value == "no" else found.exclude(closed)


class JoinForm(forms.Form):
    """A trust's new membership of a network."""

    network = OrganisationChoice(queryset=Organisation.objects.none(), label="Imaging network")
    on = DayField(label="From", help_text="The first day of the membership, for example 1 April 2027")
    is_primary = forms.TypedChoiceField(
        label="Which kind of membership?",
        choices=[
            ("yes", "Primary: the trust is counted here. An open primary membership ends on that day."),
            ("no", "A further network, beside the primary one"),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(max_length=500, help_text="Kept with the record of changes")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["network"].queryset = open_on(Kind.NETWORK, today)  # type: ignore[attr-defined]


class LeaveForm(forms.Form):
    """The end of a trust's membership of a network."""

    on = DayField(
        label="First day outside the network", help_text="It is a member up to and including the day before"
    )
    reason = forms.CharField(max_length=500, help_text="Kept with the record of changes")


class SuccessionForm(forms.Form):
    """Who takes an organisation over, and when."""

    into = OrganisationChoice(queryset=Organisation.objects.none(), label="Successor")
    on = DayField(label="From", help_text="The successor's first day, for example 1 April 2027")
    reason = forms.CharField(max_length=500, help_text="Kept with the record of changes")

    def __init__(self, *args: Any, organisation: Organisation, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        successors = open_on(Kind(organisation.kind), today).exclude(pk=organisation.pk)
        self.fields["into"].queryset = successors  # type: ignore[attr-defined]
