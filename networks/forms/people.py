"""Forms for people and their roles."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from networks.domain.access import Role
from networks.domain.organisations import Kind
from networks.forms.fields import DayField
from networks.forms.sorting import SortFilter
from networks.models import Organisation, User
from networks.queries.people import holding, people

_ROLES = [(role.value, role.label) for role in Role]
_IN_WHICH_ROLES_ARE_HELD = (Kind.NATION, Kind.NETWORK, Kind.TRUST)


def role_holders() -> QuerySet[Organisation]:
    """Return the organisations in which a role can be held."""
    return Organisation.objects.filter(kind__in=_IN_WHICH_ROLES_ARE_HELD).order_by("kind", "name")


class OrganisationChoice(forms.ModelChoiceField):
    """An organisation by its name and code; typed into where JavaScript runs."""

    widget = forms.Select(attrs={"data-autocomplete": True})

    def label_from_instance(self, obj: Organisation) -> str:
        return f"{obj.name} ({obj.code})"


class OrganisationChoiceFilter(django_filters.ModelChoiceFilter):
    """A filter by one organisation."""

    field_class = OrganisationChoice


class PersonFilter(django_filters.FilterSet):
    """What the list of people can be narrowed by. Role and organisation together mean: that role there."""

    text = django_filters.CharFilter(label="Name or e-mail address", method="with_text", max_length=200)
    role = django_filters.ChoiceFilter(choices=_ROLES, label="Role", empty_label="Any role", method="kept")
    organisation = OrganisationChoiceFilter(
        queryset=role_holders(), label="Organisation", empty_label="Any organisation", method="kept"
    )
    active = django_filters.ChoiceFilter(
        field_name="is_active",
        choices=[("True", "May sign in"), ("False", "May not sign in")],
        label="Signing in",
        empty_label="Either",
    )
    sort = SortFilter(
        fields={"name": "name", "email": "email", "last_login": "last_login", "joined_at": "joined"}
    )

    class Meta:
        model = User
        fields: list[str] = []

    def __init__(self, data: Any, *, on: date) -> None:
        self._on = on
        super().__init__(data, queryset=people(on=on).order_by("name", "pk"))

    def with_text(self, found: QuerySet[User], _: str, value: str) -> QuerySet[User]:
        return found.filter(Q(name__icontains=value) | Q(email__icontains=value))

    def kept(self, found: QuerySet[User], _: str, value: object) -> QuerySet[User]:
        """Leave it to `filter_queryset`: both of these are asked of one and the same appointment."""
        return found

    def filter_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        found: QuerySet[User] = super().filter_queryset(queryset)
        role, organisation = self.form.cleaned_data.get("role"), self.form.cleaned_data.get("organisation")
        if role or organisation:
            found = holding(found, on=self._on, role=role, organisation=organisation)
        return found


class PersonForm(forms.Form):
    """Somebody new, with the role they begin with."""

    name = forms.CharField(max_length=150, label="Full name")
    email = forms.EmailField(label="E-mail address", help_text="They sign in with it", max_length=254)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email=email).exists():
            raise ValidationError(f"{email} can already sign in. Find them in the list of people instead.")
        return email


class RoleForm(forms.Form):
    """A role in an organisation from a date."""

    role = forms.ChoiceField(choices=_ROLES, widget=forms.RadioSelect)
    organisation = OrganisationChoice(
        queryset=Organisation.objects.none(), help_text="A trust, an imaging network, or England"
    )
    starts_on = DayField(
        label="From", help_text="The first day on which they hold it, for example 1 April 2027"
    )
    reason = forms.CharField(max_length=500, required=False, help_text="Kept with the record of changes")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        not_closed = Q(closed_on=None) | Q(closed_on__gte=today)
        self.fields["organisation"].queryset = role_holders().filter(not_closed)  # type: ignore[attr-defined]
        self.fields["role"].choices = [(role.value, f"{role.label}: {_first(role)}") for role in Role]  # type: ignore[attr-defined]

    def clean_starts_on(self) -> date:
        return _not_before(self._today, self.cleaned_data["starts_on"])


def _not_before(today: date, chosen: date) -> date:
    if chosen < today:
        raise ValidationError(f"Choose today, {today:%-d %B %Y}, or a later day: what was done stays done")
    return chosen


def _first(role: Role) -> str:
    description = role.description
    return description[0].lower() + description[1:].rstrip(".")


class EndForm(forms.Form):
    """The end of a role."""

    ends_on = DayField(
        label="First day without the role", help_text="They hold it up to and including the day before"
    )
    reason = forms.CharField(max_length=500, help_text="Kept with the record of changes")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_ends_on(self) -> date:
        return _not_before(self._today, self.cleaned_data["ends_on"])


class SignInForm(forms.Form):
    """Why somebody may or may not sign in any more."""

    reason = forms.CharField(max_length=500, help_text="Kept with the record of changes")
