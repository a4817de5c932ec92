"""Machines by their priority score. It depends on weights that each network sets, so it is worked out here, not kept."""

from collections.abc import Collection
from datetime import date

from assets.models.asset import AssetQuerySet
from assets.queries.asset_facets import NOT_KNOWN
from assets.queries.asset_priority import FACT_FIELDS, scorer_for
from assets.queries.assets import in_fleet_on
from networks.domain.access import Actor

MOST = 20_000
"""Of more machines scores are not worked out while somebody waits: it would take several seconds."""

BANDS: dict[str, tuple[int, int]] = {
    "75-100": (750, 1001),
    "50-74": (500, 750),
    "25-49": (250, 500),
    "0-24": (0, 250),
}
"""Band, as it stands in an address, to the tenths of a point it begins with and those below which it ends."""

NO_SCORE = NOT_KNOWN


class TooMany(ValueError):
    """There are more machines than scores are worked out of at once. The message says what to do."""


def scores(assets: AssetQuerySet, actor: Actor, *, on: date) -> dict[int, int | None]:
    """Return the scores of the fleet among some machines, in tenths of a point, by id; None where nothing is known.

    Scored with the weights that the actor works with, as on the priority page. Six queries at most. Raises TooMany.
    """
    fleet = assets.filter(in_fleet_on(on)).order_by("pk").values_list("pk", *FACT_FIELDS)
    rows = list(fleet[: MOST + 1])
    if len(rows) > MOST:
        raise TooMany(
            f"There are more than {MOST:,} machines to score. Choose networks, trusts or modalities too"
        )
    scorer = scorer_for(actor, on=on)
    return {pk: scorer.priority(tuple(row)).score_tenths for pk, *row in rows}


def in_score_bands(scored: dict[int, int | None], bands: Collection[str]) -> list[int]:
    """Return the machines whose score is in one of the bands, or, for NO_SCORE, not known."""
    return [
        pk
        for pk, tenths in scored.items()
        if (NO_SCORE if tenths is None else next(b for b, (a, z) in BANDS.items() if a <= tenths < z))
        in bands
    ]
