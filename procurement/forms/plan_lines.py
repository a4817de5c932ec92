"""What the ranked list of a plan version can be narrowed by and sorted by."""

from collections.abc import Mapping, Sequence
from typing import Any

import django_filters
from django.db.models import F, QuerySet
from django_filters.constants import EMPTY_VALUES

from assets.domain.vocabulary import Modality
from networks.domain.financial_year import label
from procurement.models import PlanLine

SORTS: dict[str, str] = {
    "rank": "rank",
    "machine": "asset_label",
    "trust": "trust__name",
    "year": "year",
    "cost": "total",
    "risk": "risk",
}
"""The words of `?sort=`, and what they order by. "age" is the installation date the other way round."""
_DECIDED = (("in", "Replaced in the plan"), ("out", "Not in the plan"))


class LineFilter(django_filters.FilterSet):
    """By trust, modality, year, in or out of the plan, pinned, and words of the machine's name."""

    machine = django_filters.CharFilter(field_name="asset_label", lookup_expr="icontains", label="Machine")
    trust = django_filters.MultipleChoiceFilter(field_name="trust_id", label="Trust")
    modality = django_filters.MultipleChoiceFilter(
        choices=[(m.value, m.label) for m in Modality], label="Modality"
    )
    year = django_filters.MultipleChoiceFilter(label="Year of replacement")
    decided = django_filters.ChoiceFilter(
        choices=_DECIDED, method="in_or_out", label="In or out", empty_label="Both"
    )
    pinned = django_filters.ChoiceFilter(
        choices=(("yes", "Pinned only"),), method="only_pinned", label="Pins", empty_label="All"
    )

    class Meta:
        model = PlanLine
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, trusts: Mapping[int, str], years: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_name = sorted(trusts.items(), key=lambda item: item[1])
        self.filters["trust"].extra["choices"] = [(str(pk), name) for pk, name in by_name]
        self.filters["year"].extra["choices"] = [(str(year), label(year)) for year in years]
        if len(trusts) < 2:
            del self.filters["trust"]

    def in_or_out(self, rows: QuerySet[PlanLine], name: str, value: str) -> QuerySet[PlanLine]:
        return rows if value in EMPTY_VALUES else rows.filter(year__isnull=value == "out")

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
    by = F(column)
    first = by.desc(nulls_last=True) if falling else by.asc(nulls_last=True)
    return rows.order_by(first, "rank")
