"""How many machines each choice of the equipment list's filters would show."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
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
    wanted = [
        (place, frozenset(chosen.get(facet, ())) or _UNASKED.get(facet)) for place, facet in enumerate(FACETS)
    ]
    narrowing = [(place, values) for place, values in wanted if values]
    passing: list[_Row] = []
    failing_one: dict[int, list[_Row]] = {place: [] for place, _ in narrowing}
    for row in _rows(assets, on=on):
        failing = [place for place, values in narrowing if values.isdisjoint(row[place])]
        if not failing:
            passing.append(row)
        elif len(failing) == 1:
            # It is what another choice of this one facet would show.
            failing_one[failing[0]].append(row)
    return {
        facet: Counter(value for row in [*passing, *failing_one.get(place, ())] for value in row[place])
        for place, facet in enumerate(FACETS)
    }


_UNASKED = {"status": frozenset({FLEET})}
_Row = tuple[tuple[str, ...], ...]
"""One machine: for each facet, in the order of FACETS, the values that it counts under."""


def _rows(assets: AssetQuerySet, *, on: date) -> Iterator[_Row]:
    for (
        modality,
        trust,
        site,
        specification,
        condition,
        status,
        installed_on,
        retired_on,
    ) in assets.order_by().values_list(
        "modality",
        "trust_id",
        "site_id",
        "specification_id",
        "condition",
        "status",
        "installed_on",
        "retired_on",
    ):
        in_fleet = was_in_fleet(status=status, installed_on=installed_on, retired_on=retired_on, on=on)
        band = band_on(installed_on, on) if in_fleet else None
        yield (
            (modality,),
            (band.value,) if band else (),
            (str(trust),),
            (str(site),),
            (str(specification),),
            (condition or NOT_KNOWN,),
            (status, ALL, FLEET) if in_fleet else (status, ALL),
        )
