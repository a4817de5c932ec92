"""Forms of the catalogue: finding models, correcting one, and saying what a name means."""

from datetime import date
from typing import Any, cast

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet

from assets.actions.assets import Invalid
from assets.domain.resolver import State
from assets.domain.vocabulary import Modality
from assets.forms.filter_choices import SUPPORT_CHOICES
from assets.models import Asset, MachineModel, Maker
from assets.queries.catalogue_models import spelt_like
from assets.queries.catalogue_names import NamedAlike
from assets.queries.due import support_states
from networks.forms.fields import DayField
from networks.forms.sorting import SortFilter

_MODALITIES = [(modality.value, modality.label) for modality in Modality]


class NullsLastSort(SortFilter):
    """Sorts with what is not known last, either way round."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        asked = [self.get_ordering_value(word) for word in value or () if word]
        orders = [
            F(word.lstrip("-")).desc(nulls_last=True)
            if word.startswith("-")
            else F(word).asc(nulls_last=True)
            for word in asked
        ]
        return qs.order_by(*orders, "pk") if orders else qs


class CatalogueFilter(django_filters.FilterSet):
    """What the list of models can be narrowed by."""

    q = django_filters.CharFilter(
        label="Search", method="search", max_length=100, help_text="Maker, model or another spelling"
    )
    maker = django_filters.ModelChoiceFilter(
        label="Maker",
        queryset=Maker.objects.order_by("name"),
        empty_label="Any maker",
        widget=forms.Select(attrs={"data-autocomplete": True}),
    )
    modality = django_filters.MultipleChoiceFilter(
        label="Modality", choices=_MODALITIES, widget=forms.CheckboxSelectMultiple
    )
    support = django_filters.ChoiceFilter(
        label="End of support", choices=SUPPORT_CHOICES, empty_label="Any", method="supported"
    )
    held = django_filters.ChoiceFilter(
        label="Machines",
        choices=[("yes", "With machines you may see"), ("no", "Without any")],
        empty_label="Any",
        method="with_machines",
    )
    sort = NullsLastSort(
        fields={
            "maker__name": "maker",
            "name": "name",
            "modality": "modality",
            "machines": "machines",
            "sale_ends_on": "sale",
            "support_guaranteed_until": "guaranteed",
            "support_ends_on": "support",
        }
    )

    class Meta:
        model = MachineModel
        fields: list[str] = []

    def __init__(self, data: Any, *, queryset: QuerySet[MachineModel], on: date) -> None:
        self._on = on
        super().__init__(data, queryset=queryset)

    def search(self, found: QuerySet[MachineModel], _: str, value: str) -> QuerySet[MachineModel]:
        return spelt_like(found, value)

    def supported(self, found: QuerySet[MachineModel], _: str, value: str) -> QuerySet[MachineModel]:
        # A model keeps its end of support under the same name as a machine.
        return found.filter(support_states(self._on)[value])

    def with_machines(self, found: QuerySet[MachineModel], _: str, value: str) -> QuerySet[MachineModel]:
        # The number is worked out with the models, so the model class does not know it.
        counted: Q = Q(machines__gt=0)
        return found.filter(counted) if value == "yes" else found.exclude(counted)


class Chosen(forms.ModelChoiceField):
    """A row of the catalogue by its name; typed into where JavaScript runs."""

    widget = forms.Select(attrs={"data-autocomplete": True})


class MachineModelForm(forms.Form):
    """One model's facts. `version` guards against lost edits; a new model has none and may name a new maker."""

    maker = Chosen(label="Maker", queryset=Maker.objects.order_by("name"), empty_label="Choose a maker")
    new_maker = forms.CharField(
        label="A maker that is not listed", required=False, max_length=100, help_text="Leave empty if it is"
    )
    name = forms.CharField(label="Model", max_length=120, help_text="As its maker writes it today")
    modality = forms.ChoiceField(label="Modality", choices=[("", "Choose a modality"), *_MODALITIES])
    sale_ends_on = DayField(label="End of sale", required=False)
    support_guaranteed_until = DayField(
        label="Support guaranteed until", required=False, help_text="What the maker has promised"
    )
    support_ends_on = DayField(
        label="End of support",
        required=False,
        help_text="What the maker has announced. Machines without a date of their own follow it.",
    )
    evidence = forms.CharField(
        label="Evidence",
        max_length=300,
        required=False,
        help_text="The letter or page that says so, with its date",
    )
    successor = Chosen(
        label="Model that follows it",
        queryset=MachineModel.objects.select_related("maker").order_by("maker__name", "name"),
        required=False,
        empty_label="None, or not known",
    )
    reason = forms.CharField(label="Why is it changed?", max_length=500)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, model: MachineModel | None = None) -> None:
        initial = {}
        if model is not None:
            initial = {name: getattr(model, name) for name in (*_STATED, "version")}
            initial["maker"], initial["successor"] = model.maker_id, model.successor_id
        super().__init__(data, initial=initial)
        if model is None:
            self.fields["maker"].required = False
            self.fields["reason"].required = False
        else:
            del self.fields["new_maker"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "new_maker" in self.fields and not cleaned.get("maker") and not cleaned.get("new_maker"):
            self.add_error("maker", "Choose a maker, or name one that is not listed")
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """The facts that were stated, as the model keeps them."""
        return {name: self.cleaned_data[name] for name in ("maker", *_STATED, "successor")}

    def refuse(self, invalid: Invalid) -> None:
        """Put the faults that the catalogue found beside their boxes."""
        for field, message in invalid.errors.items():
            self.add_error(field if field in self.fields else None, message)


_STATED = ("name", "modality", "sale_ends_on", "support_guaranteed_until", "support_ends_on", "evidence")


class SpellingForm(forms.Form):
    """Another spelling of a model."""

    spelling = forms.CharField(
        label="Another spelling", max_length=120, help_text="As images, orders or registers write it"
    )


class SupportForm(forms.Form):
    """Where a machine's end of support comes from."""

    source = forms.ChoiceField(
        label="Where does its end of support come from?",
        widget=forms.RadioSelect,
        choices=[("model", "Its model in the catalogue"), ("own", "A date of its own")],
    )
    support_ends_on = DayField(
        label="Its own end of support",
        required=False,
        help_text="Needed for a date of its own, for example 31 March 2030",
    )
    reason = forms.CharField(label="Why?", max_length=500)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, asset: Asset) -> None:
        is_own = asset.support_source != "model" and asset.support_ends_on is not None
        initial = {
            "source": "own" if is_own else "model",
            "support_ends_on": asset.support_ends_on if is_own else None,
            "version": asset.version,
        }
        super().__init__(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        stated = cleaned.get("support_ends_on") or "support_ends_on" in self.errors
        if cleaned.get("source") == "own" and not stated:
            self.add_error("support_ends_on", "Enter its own end of support, like 31 March 2030")
        return cleaned


class NamesFilter(forms.Form):
    """What the names to resolve can be narrowed by."""

    q = forms.CharField(label="Search", required=False, max_length=100, help_text="Maker or model as written")
    state = forms.MultipleChoiceField(
        label="What the catalogue says",
        required=False,
        choices=[(state.value, state.label) for state in State],
        widget=forms.CheckboxSelectMultiple,
    )
    modality = forms.MultipleChoiceField(
        label="Modality", required=False, choices=_MODALITIES, widget=forms.CheckboxSelectMultiple
    )

    def narrowed(self, names: list[NamedAlike], sort: str) -> list[NamedAlike]:
        """Return the names that fit, in the order asked for: the most machines first, unless asked otherwise."""
        asked = {} if not self.is_valid() else self.cleaned_data
        words = str(asked.get("q") or "").casefold().split()
        found = [
            each
            for each in names
            if (not asked.get("state") or each.resolution.state in asked["state"])
            and (not asked.get("modality") or each.modality in asked["modality"])
            and all(word in f"{each.manufacturer} {each.model_name}".casefold() for word in words)
        ]
        if sort.lstrip("-") == "name":
            found.sort(
                key=lambda each: (each.manufacturer.casefold(), each.model_name.casefold(), each.key),
                reverse=sort.startswith("-"),
            )
        elif sort == "machines":
            found.sort(key=lambda each: (each.machines, each.key))
        return found


class OneNameForm(forms.Form):
    """The model that one name means, for all its machines or those ticked."""

    model = Chosen(label="Model in the catalogue", queryset=MachineModel.objects.none(), empty_label="Choose")
    machines = forms.MultipleChoiceField(
        label="Machines that are of it", required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label="Why?", required=False, max_length=500)

    def __init__(self, data: Any = None, *, named: NamedAlike, machines: list[Asset]) -> None:
        candidates = named.resolution.candidates
        super().__init__(
            data,
            initial={
                "model": candidates[0].model.id if candidates else None,
                "machines": [str(asset.pk) for asset in machines],
            },
        )
        cast(forms.ModelChoiceField, self.fields["model"]).queryset = (
            MachineModel.objects.filter(modality=named.modality.value)
            .select_related("maker")
            .order_by("maker__name", "name")
        )
        if machines:
            cast(forms.MultipleChoiceField, self.fields["machines"]).choices = [
                (
                    str(asset.pk),
                    f"{asset.reference}, {asset.trust}, {asset.site}, {asset.serial_number or 'no serial number'}",
                )
                for asset in machines
            ]
            self.fields["machines"].required = True
        else:
            del self.fields["machines"]
