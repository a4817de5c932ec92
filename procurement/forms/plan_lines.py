"""What the ranked list of a plan version can be narrowed by and sorted by."""

from collections import Counter
from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django_filters.constants import EMPTY_VALUES

from assets.domain.vocabulary import Modality
from networks.domain.financial_year import label
from procurement.domain.planning.result import Kind
from procurement.models import PlanLine
from procurement.queries.plan_versions import VersionReading

SORTS: dict[str, str] = {
    "rank": "rank",
    "machine": "asset_label",
    "trust": "trust__name",
    "year": "year",
    "cost": "total",
    "risk": "risk",
}
"""The words of `?sort=`, and what they order by. "age" is the installation date the other way round."""
_ORDERS = (
    ("-age", "Age, oldest first"),
    ("age", "Age, newest first"),
    ("year", "Year"),
    ("-cost", "Cost, dearest first"),
    ("cost", "Cost, cheapest first"),
    ("-risk", "Risk, highest first"),
    ("risk", "Risk, lowest first"),
    ("machine", "Machine"),
    ("trust", "Trust"),
    ("-rank", "Rank, least urgent first"),
    ("-year", "Year, latest first"),
    ("-machine", "Machine, from Z"),
    ("-trust", "Trust, from Z"),
)
_DECIDED = (
    ("in", "Something is done"),
    ("replace", "Replaced"),
    ("upgrade", "Upgraded"),
    ("retire", "Retired"),
    ("add", "Added"),
    ("out", "Nothing is done"),
)


class LineFilter(django_filters.FilterSet):
    """By trust, modality, year, what is decided, pinned, and words of the machine's name.

    Choices say how many machines of the version, as far as the reader sees it, they stand for.
    """

    machine = django_filters.CharFilter(
        field_name="asset_label", lookup_expr="icontains", label="Machine", max_length=200
    )
    decided = django_filters.ChoiceFilter(
        choices=_DECIDED, method="in_or_out", label="Decision", empty_label="All"
    )
    pinned = django_filters.ChoiceFilter(
        choices=(("yes", "Pinned only"),), method="only_pinned", label="Pins", empty_label="All"
    )
    sort = django_filters.ChoiceFilter(
        choices=_ORDERS, method="unfiltered", label="Sort by", empty_label="Rank"
    )
    modality = django_filters.MultipleChoiceFilter(label="Modality", widget=forms.CheckboxSelectMultiple)
    year = django_filters.MultipleChoiceFilter(
        method="in_years", label="Year", widget=forms.CheckboxSelectMultiple
    )
    trust = django_filters.MultipleChoiceFilter(
        field_name="trust_id", label="Trust", widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = PlanLine
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, reading: VersionReading, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        trusts = Counter(line.trust_id for line in reading.lines)
        modalities = Counter(line.modality for line in reading.lines)
        years = Counter(year for line in reading.lines for year in line.spend_by_year)
        by_name = sorted(reading.trusts.items(), key=lambda item: item[1])
        self.filters["trust"].extra["choices"] = [(pk, f"{name} ({trusts[pk]})") for pk, name in by_name]
        self.filters["modality"].extra["choices"] = [
            (m.value, f"{m.label} ({modalities[m.value]})") for m in Modality if modalities[m.value]
        ]
        self.filters["year"].extra["choices"] = [
            (year, f"{label(year)} ({years[year]})") for year in reading.years
        ]
        if len(by_name) < 2:
            del self.filters["trust"]

    def unfiltered(self, rows: QuerySet[PlanLine], name: str, value: str) -> QuerySet[PlanLine]:
        return rows

    def in_or_out(self, rows: QuerySet[PlanLine], name: str, value: str) -> QuerySet[PlanLine]:
        nothing = Q(year__isnull=True, upgrade_year__isnull=True)
        if value in EMPTY_VALUES:
            return rows
        if value in {"in", "out"}:
            return rows.filter(nothing) if value == "out" else rows.exclude(nothing)
        if value == "upgrade":
            return rows.filter(upgrade_year__isnull=False)
        if value == "replace":
            return rows.filter(year__isnull=False, kind__in=[Kind.REPLACE.value, Kind.UPGRADE.value])
        return rows.filter(year__isnull=False, kind=value)

    def in_years(self, rows: QuerySet[PlanLine], name: str, value: list[str]) -> QuerySet[PlanLine]:
        return rows.filter(Q(year__in=value) | Q(upgrade_year__in=value)) if value else rows

    def only_pinned(self, rows: QuerySet[PlanLine], name: str, value: str) -> QuerySet[PlanLine]:
        return rows if value in EMPTY_VALUES else rows.filter(is_pinned=True)


def in_order(rows: QuerySet[PlanLine], sort: str) -> QuerySet[PlanLine]:
    """Return rows in the order of `?sort=`; not known and not in the plan come last either way, ties by rank."""
    word, falling = sort.removeprefix("-"), sort.startswith("-")
    if word == "age":  # the older, the earlier installed
        column, falling = "installed_on", not falling
    elif word in SORTS:
        column = SORTS[word]
    else:
        column, falling = "rank", False
    # An upgrade comes before the replacement that follows it.
    by = Coalesce("upgrade_year", "year") if word == "year" else F(column)
    first = by.desc(nulls_last=True) if falling else by.asc(nulls_last=True)
    return rows.order_by(first, "rank")
