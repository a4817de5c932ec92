"""What the equipment list and the API can be filtered by; one set of names, so that an address says the same in both."""

from collections.abc import Mapping
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property

from assets.domain.ageing import installed_by
from assets.domain.vocabulary import Modality
from assets.forms.filter_choices import (
    BAND_CHOICES,
    CATALOGUE_CHOICES,
    COMPLETENESS_CHOICES,
    CONDITION_CHOICES,
    DUE_CHOICES,
    MISSING_CHOICES,
    OWNERSHIP_CHOICES,
    SCORE_CHOICES,
    STATUS_CHOICES,
    SUPPORT_CHOICES,
)
from assets.forms.filter_fields import (
    Counted,
    FacetFilter,
    IdsFilter,
    WrittenDateFilter,
    YearsFilter,
    place_of_count,
)
from assets.models import Asset
from assets.models.asset import AssetQuerySet
from assets.queries.asset_facets import ALL, FACETS, FacetCounts, any_of, trusts_in
from assets.queries.assets import in_fleet_on, lacking_any, matching
from assets.queries.due import due_this_year, overdue
from assets.queries.record_bands import of_completeness
from assets.queries.score_bands import TooMany, in_score_bands, scores
from networks.domain.organisations import Kind, Structure
from networks.forms.checkbox_list import CheckboxList
from networks.queries.organisations import structure

_LONG = 12
"""A filter with more choices than this is folded away until it is asked for."""

_TYPED = ("completeness", "score", "q", "support_before", "missing", "region", "due", "age_from", "age_below")
"""The filters that have no numbers beside them."""


MOST_YEARS = 100


class AssetFilter(django_filters.FilterSet):
    """Filters of machines. Leave `status` out for the fleet alone; several values of one filter widen it."""

    q = django_filters.CharFilter(
        label="Search",
        method="search",
        max_length=200,  # each word adds to the question, and the database takes only so long a one
        help_text="Serial or asset number, maker, model, room or site",
    )
    modality = FacetFilter(label="Modality", choices=[(m.value, m.label) for m in Modality])
    band = FacetFilter(label="Age", choices=BAND_CHOICES)
    support = FacetFilter(label="Support", choices=SUPPORT_CHOICES)
    support_before = WrittenDateFilter(
        label="Support ends before",
        field_name="support_ends_on",
        lookup_expr="lt",
        help_text="For example, 31 March 2028",
    )
    condition = FacetFilter(label="Condition", choices=CONDITION_CHOICES)
    status = django_filters.ChoiceFilter(
        label="Status",
        choices=STATUS_CHOICES,
        empty_label=None,
        method="of_status",
        widget=forms.RadioSelect,
    )
    due = django_filters.MultipleChoiceFilter(
        label="Due by guidance",
        choices=DUE_CHOICES,
        method="that_are_due",
        widget=CheckboxList,
    )
    age_from = YearsFilter(label="Age from (years)", method="aged_from", max_value=MOST_YEARS, min_value=0)
    age_below = YearsFilter(label="Age below (years)", method="aged_below", max_value=MOST_YEARS, min_value=0)
    region = IdsFilter(label="Region", method="in_regions", widget=CheckboxList)
    network = IdsFilter(label="Imaging network", method="in_networks", widget=CheckboxList)
    trust = IdsFilter(label="Trust", field_name="trust_id", distinct=False, widget=CheckboxList)
    site = IdsFilter(label="Site", field_name="site_id", distinct=False, widget=CheckboxList)
    specification = IdsFilter(
        label="Specification",
        field_name="specification_id",
        distinct=False,
        widget=CheckboxList,
    )
    ownership = FacetFilter(label="Ownership", choices=OWNERSHIP_CHOICES)
    catalogue = FacetFilter(label="Catalogue of models", choices=CATALOGUE_CHOICES)
    missing = django_filters.MultipleChoiceFilter(
        label="Not recorded", choices=MISSING_CHOICES, method="lacking", widget=CheckboxList
    )
    completeness = django_filters.MultipleChoiceFilter(
        label="Completeness of the record",
        choices=COMPLETENESS_CHOICES,
        method="of_completeness",
        widget=CheckboxList,
    )
    score = django_filters.MultipleChoiceFilter(
        label="Priority score", choices=SCORE_CHOICES, method="of_score", widget=CheckboxList
    )
    as_at = WrittenDateFilter(
        label="Ages as at", method="aged_on", help_text="Today, if left empty. For example, 31 March 2028"
    )

    class Meta:
        model = Asset
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(None if data is None else _each_once(data), *args, **kwargs)

    def search(self, assets: AssetQuerySet, _name: str, value: str) -> AssetQuerySet:
        return assets.filter(matching(value))

    def of_choice(self, assets: AssetQuerySet, name: str, value: list[str]) -> AssetQuerySet:
        """Machines under any of the values ticked of a facet."""
        return assets.filter(any_of(name, value, on=self.on)) if value else assets

    def in_networks(self, assets: AssetQuerySet, _name: str, value: list[str]) -> AssetQuerySet:
        return assets.filter(trust_id__in=trusts_in(value, self.network_of)) if value else assets

    def in_regions(self, assets: AssetQuerySet, _name: str, value: list[str]) -> AssetQuerySet:
        """Machines of trusts whose ICB, or whoever answers for it, is in one of the regions on the day asked about."""
        if not value:
            return assets
        trusts = [t for t in self.england.organisations if str(self.england.region_of(t)) in value]
        return assets.filter(trust_id__in=trusts)

    def that_are_due(self, assets: AssetQuerySet, _name: str, value: list[str]) -> AssetQuerySet:
        each = {"overdue": overdue(self.on), "this_year": due_this_year(self.on)}
        return assets.filter(reduce(or_, (each[one] for one in value), Q())) if value else assets

    def aged_from(self, assets: AssetQuerySet, _name: str, value: int | None) -> AssetQuerySet:
        """Machines that have completed so many years; those of unknown age are not among them."""
        return assets if value is None else assets.filter(installed_on__lte=installed_by(value, self.on))

    def aged_below(self, assets: AssetQuerySet, _name: str, value: int | None) -> AssetQuerySet:
        return assets if value is None else assets.filter(installed_on__gt=installed_by(value, self.on))

    def aged_on(self, assets: AssetQuerySet, _name: str, value: date) -> AssetQuerySet:
        return assets

    def of_completeness(self, assets: AssetQuerySet, _name: str, value: list[str]) -> AssetQuerySet:
        return assets.filter(of_completeness(value)) if value else assets

    def of_score(self, assets: AssetQuerySet, _name: str, value: list[str]) -> AssetQuerySet:
        return assets.filter(pk__in=in_score_bands(self._scores, value)) if value else assets

    @cached_property
    def _scores(self) -> dict[int, int | None]:
        """The scores of all that may be listed, as its reader sees them: those narrowed by networks and the like first."""
        narrowed = self.queryset
        for name in ("modality", "network", "trust", "site"):
            narrowed = self.filters[name].filter(narrowed, self._clean.get(name))
        if self.request is None:
            raise ValueError("Scores are as somebody sees them: give the filter its request.")
        try:
            return scores(narrowed, self.request.actor, on=self.on)
        except TooMany as reason:
            self.form.add_error("score", str(reason))
            return {}

    def lacking(self, assets: AssetQuerySet, _name: str, value: list[str]) -> AssetQuerySet:
        """Machines that lack any of what is ticked."""
        return assets.filter(lacking_any(value)) if value else assets

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
        for name, value in self.typed.items():
            assets = self.filters[name].filter(assets, value)
        return assets

    @property
    def chosen(self) -> dict[str, list[str]]:
        """What is ticked in each facet, as it stands in the address."""
        chosen = {facet: self._clean.get(facet) or [] for facet in FACETS}
        return {facet: [value] if isinstance(value, str) else value for facet, value in chosen.items()}

    @cached_property
    def england(self) -> Structure:
        """The organisations on the day asked about. Two queries, the first time."""
        return structure(on=self.on)

    @property
    def network_of(self) -> dict[int, int]:
        """The network that each trust, or whoever answers for it, counts in."""
        networks = {trust: self.england.network_of(trust) for trust in self.england.organisations}
        return {trust: network for trust, network in networks.items() if network is not None}

    @property
    def typed(self) -> dict[str, object]:
        """What narrows the list beside the facets."""
        return {name: self._clean[name] for name in _TYPED if self._clean.get(name) not in (None, "", [])}

    def offer(self, names: Mapping[str, Mapping[str, str]], counts: FacetCounts | None) -> None:
        """Put on the choices their numbers, or the places for them where there are none yet.

        `names` names the rows that may be chosen, by facet. With numbers, only those with machines, or ticked, are
        offered. A facet of rows that offers no choice between two is left out.
        """
        for facet in FACETS:
            field = self.form.fields[facet]
            choices: list[tuple[str, str]] = list(names[facet].items() if facet in names else field.choices)
            if counts and facet in names:
                ticked = self.chosen[facet]
                choices = [(v, label) for v, label in choices if counts.choices[facet][v] or v in ticked]
            field.choices = [
                (
                    value,
                    Counted(
                        label, counts.choices[facet][value] if counts else None, place_of_count(facet, value)
                    ),
                )
                for value, label in choices
            ]
            if len(choices) > _LONG:
                field.template_name = "assets/asset_filter_folded.html"
        if not self.form.fields["site"].choices or len(names["site"]) == len(self.chosen["site"]):
            self.form["site"].help_text = "Choose trusts first, to choose among their sites"
        for facet in ("network", "trust"):
            asked = self.chosen[facet] or facet in self.form.errors
            if len(self.form.fields[facet].choices) < 2 and not asked:
                del self.form.fields[facet]

    def offer_regions(self, england: Structure | None) -> None:
        """Let whoever sees all of England choose regions; others keep only those that their address names."""
        if england is None and not self._clean.get("region") and "region" not in self.form.errors:
            del self.form.fields["region"]
            return
        regions = (england or self.england).of_kind(Kind.REGION)
        self.form.fields["region"].choices = [(str(region.id), region.name) for region in regions]

    def numbers(self, counts: FacetCounts) -> list[tuple[str, int]]:
        """Return the numbers of the choices offered, each with the id of the element where it is shown."""
        return [
            (place_of_count(facet, value), counts.choices[facet][value])
            for facet in FACETS
            if facet in self.form.fields
            for value, _ in self.form.fields[facet].choices
        ]


def _each_once(data: QueryDict) -> QueryDict:
    """Return what an address asks for, each value of a filter once. One of our pages never says a value twice; an address
    that says it thousands of times would make a condition of each, and the database take minutes over them."""
    once = QueryDict(mutable=True)
    for name, values in data.lists():
        once.setlist(name, list(dict.fromkeys(values)))
    return once
