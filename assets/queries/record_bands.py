"""Machines by how complete their records are, worked out in the database with the weights of `assets.domain.completeness`."""

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from assets.domain.completeness import wanted_facts
from assets.domain.vocabulary import Modality
from assets.models import Asset

BANDS: dict[str, tuple[int, int]] = {
    "100": (100, 101),
    "75-99": (75, 100),
    "50-74": (50, 75),
    "0-49": (0, 50),
}
"""Band, as it stands in an address, to the percentage it begins with and the one below which it ends."""


def of_completeness(bands: Collection[str]) -> Q:
    """Return the condition for a record to be complete to one of the bands; percentages are rounded down, as on its page."""
    return reduce(or_, (_between(*BANDS[band]) for band in bands), Q())


def _between(least: int, below: int) -> Q:
    condition = Q(pk__in=())
    for modality in Modality:
        known, whole = _known(modality)
        of_it = Q(GreaterThanOrEqual(known, least * whole)) & Q(LessThan(known, below * whole))
        condition |= Q(modality=modality.value) & of_it
    return condition


def _known(modality: Modality) -> tuple[Any, int]:
    """A hundred times the weight of the facts known, as an expression, and the whole weight."""
    facts = wanted_facts(modality)
    known: Any = Value(0)
    for fact in facts:
        weight = Value(100 * fact.weight)
        known = known + Case(
            When(_is_known(fact.key), then=weight), default=Value(0), output_field=IntegerField()
        )
    return known, sum(fact.weight for fact in facts)


def _is_known(key: str) -> Q:
    field = Asset._meta.get_field(key)
    return Q(**{f"{key}__isnull": False}) if field.null else ~Q(**{key: ""})
