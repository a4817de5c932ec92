"""How many machines each choice of the equipment list's filters would show."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date

from assets.domain.ageing import band_on
from assets.models.asset import AssetQuerySet
from assets.queries.assets import was_in_fleet

NOT_KNOWN = "not_known"
"""How an unknown condition stands in an address, where an empty text would mean no filter."""

FLEET = ""
"""The status filter when nothing is chosen: machines in the fleet on the day asked about."""
ALL = "all"

FACETS = ("modality", "band", "trust", "site", "specification", "condition", "status")

Chosen = Mapping[str, Collection[str]]


def facet_counts(assets: AssetQuerySet, chosen: Chosen, *, on: date) -> dict[str, Counter[str]]:
    """Count the machines for each value of each facet, as facet to value (as in an address) to number.

    `assets` are those that match everything but the facets; `chosen` is what is ticked. A facet's own choices do not
    narrow its counts: each number is what ticking that value alone would show. One query.
    """
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
    wanted = {facet: frozenset(chosen.get(facet, ())) for facet in FACETS}
    rows = assets.order_by().values_list(
        "modality",
        "trust_id",
        "site_id",
        "specification_id",
        "condition",
        "status",
        "installed_on",
        "retired_on",
    )
    for modality, trust, site, specification, condition, status, installed_on, retired_on in rows:
        in_fleet = was_in_fleet(status=status, installed_on=installed_on, retired_on=retired_on, on=on)
        band = band_on(installed_on, on) if in_fleet else None
        values = {
            "modality": (modality,),
            "band": (band.value,) if band else (),
            "trust": (str(trust),),
            "site": (str(site),),
            "specification": (str(specification),),
            "condition": (condition or NOT_KNOWN,),
            "status": (status, ALL, *((FLEET,) if in_fleet else ())),
        }
        failing = [facet for facet in FACETS if not _passes(facet, values[facet], wanted[facet])]
        if len(failing) > 1:
            continue
        for facet in failing or FACETS:
            counts[facet].update(values[facet])
    return counts


def _passes(facet: str, values: tuple[str, ...], wanted: frozenset[str]) -> bool:
    if facet == "status" and not wanted:
        return FLEET in values
    return not wanted or not wanted.isdisjoint(values)
