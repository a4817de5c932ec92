"""The choices of the equipment list's filters: what each means to the database, and how many machines each would show.

A choice is one condition, used by the filter itself and by its count, so that a number is what ticking it gives.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q

from assets.domain.ageing import Band
from assets.domain.vocabulary import Condition, Modality, Ownership, Status
from assets.models.asset import AssetQuerySet
from assets.queries.assets import in_bands, in_fleet_on
from assets.queries.due import support_states

NOT_KNOWN = "not_known"
"""How an unknown word stands in an address, where an empty text would mean no filter."""

FLEET = ""
"""The status filter when nothing is chosen: machines in the fleet on the day asked about."""
ALL = "all"

FIXED = ("modality", "band", "condition", "support", "ownership", "catalogue", "status")
"""Facets whose choices are always the same."""
ROWS = ("network", "trust", "site", "specification")
"""Facets whose choices are rows, told by their numbers."""
FACETS = (*FIXED, *ROWS)

Chosen = Mapping[str, Collection[str]]


def conditions(facet: str, *, on: date) -> dict[str, Q]:
    """Return the condition of each choice of a facet of FIXED, by its value in an address."""
    match facet:
        case "modality":
            return {word.value: Q(modality=word.value) for word in Modality}
        case "band":
            return {band.value: in_bands([band], on=on) for band in Band}
        case "condition":
            return {word.value or NOT_KNOWN: Q(condition=word.value) for word in Condition}
        case "support":
            return support_states(on)
        case "ownership":
            return {word.value or NOT_KNOWN: Q(ownership=word.value) for word in Ownership}
        case "catalogue":
            return {"yes": Q(machine_model__isnull=False), "no": Q(machine_model=None)}
        case "status":
            statuses = {word.value: Q(status=word.value) for word in Status}
            return {FLEET: in_fleet_on(on), **statuses, ALL: Q(pk__gt=0)}
    raise ValueError(facet)


def any_of(facet: str, values: Collection[str], *, on: date) -> Q:
    """Return the condition for a machine to be under one of the values of a facet of FIXED; all where none is given."""
    each = conditions(facet, on=on)
    return reduce(or_, (each[value] for value in values), Q())


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """How many machines match everything, and how many each choice alone would show: facet to value to number."""

    total: int
    choices: Mapping[str, Counter[str]]


def facet_counts(
    assets: AssetQuerySet, chosen: Chosen, *, on: date, network_of: Mapping[int, int]
) -> FacetCounts:
    """Count the machines for each value (as in an address) of each facet.

    `assets` are those that match everything but the facets; `chosen` is what is ticked; `network_of` gives a trust's
    network. A facet's own choices do not narrow its counts: each number is what ticking that value alone would show.
    Two queries.
    """
    fixed = {facet: any_of(facet, chosen.get(facet, ()), on=on) for facet in FIXED}
    if not chosen.get("status"):
        fixed["status"] = in_fleet_on(on)
    rows = {facet: frozenset(chosen.get(facet, ())) for facet in ROWS}
    counts = _of_fixed(assets.filter(_rows_condition(rows, network_of)), fixed, on=on)
    narrowed = assets.filter(*(condition for condition in fixed.values() if condition))
    counts |= _of_rows(narrowed, rows, network_of)
    return FacetCounts(
        sum(counts["modality"][m] for m in chosen.get("modality") or counts["modality"]), counts
    )


def _rows_condition(rows: Mapping[str, frozenset[str]], network_of: Mapping[int, int]) -> Q:
    condition = Q()
    for facet, values in rows.items():
        if facet == "network" and values:
            condition &= Q(trust_id__in=trusts_in(values, network_of))
        elif values:
            condition &= Q(**{f"{facet}_id__in": [int(value) for value in values]})
    return condition


def trusts_in(networks: Collection[str], network_of: Mapping[int, int]) -> list[int]:
    """Return the trusts of networks, told by their numbers."""
    return [trust for trust, network in network_of.items() if str(network) in networks]


def _of_fixed(assets: AssetQuerySet, fixed: Mapping[str, Q], *, on: date) -> dict[str, Counter[str]]:
    """One query: a sum for every choice, each under what is ticked in the other facets."""
    wanted: dict[tuple[str, str], Any] = {}
    for facet in FIXED:
        others = Q()
        for other, condition in fixed.items():
            others &= condition if other != facet else Q()
        for value, condition in conditions(facet, on=on).items():
            wanted[facet, value] = Count("pk", filter=condition & others)
    names = {f"choice_{place}": key for place, key in enumerate(wanted)}
    found = assets.aggregate(**{name: wanted[key] for name, key in names.items()})
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in FIXED}
    for name, (facet, value) in names.items():
        counts[facet][value] = found[name]
    return counts


def _of_rows(
    assets: AssetQuerySet, rows: Mapping[str, frozenset[str]], network_of: Mapping[int, int]
) -> dict[str, Counter[str]]:
    """One query: the machines of each trust, site and specification together; what is ticked narrows the sums here."""
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in ROWS}
    places = ("trust_id", "site_id", "specification_id")
    groups = assets.order_by().values_list(*places).annotate(machines=Count("pk"))
    for trust, site, specification, machines in groups:
        values = {
            "network": str(network_of.get(trust, "")),
            "trust": str(trust),
            "site": str(site),
            "specification": str(specification),
        }
        failing = [facet for facet in ROWS if rows[facet] and values[facet] not in rows[facet]]
        for facet in ROWS:
            if values[facet] and (not failing or failing == [facet]):
                counts[facet][values[facet]] += machines
    return counts
