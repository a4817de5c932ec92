"""The numbers beside the filters of large lists, kept for whoever asks the same again before the register changes."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.core.cache import caches
from django.db.models import Max

from assets.models import Asset
from assets.models.asset import AssetQuerySet
from assets.queries.asset_facets import Chosen, FacetCounts, facet_counts
from networks.domain.access import Scope

CACHE = "counts"
"""The cache in settings. Its own, lest a flood of filters push out the limits on signing in."""

_SECONDS = 10 * 60


@dataclass(frozen=True)
class Question:
    """What the numbers are asked of: `assets` are what `scope` sees of what is `typed`, before anything `chosen`."""

    scope: Scope
    assets: AssetQuerySet
    typed: Mapping[str, object]
    chosen: Chosen
    on: date
    network_of: Mapping[int, int]

    def counted(self) -> FacetCounts:
        """Count now. Two queries."""
        return facet_counts(self.assets, self.chosen, on=self.on, network_of=self.network_of)

    def kept(self) -> FacetCounts | None:
        """Return what was counted before, if the register has not changed since. One query."""
        found: FacetCounts | None = caches[CACHE].get(self._key)
        return found

    def counted_and_kept(self) -> FacetCounts:
        """Count now, and keep it. Three queries."""
        # The stamp is read first: what is written while we count makes a new one, and ours is asked for no more.
        key = self._key
        counts = self.counted()
        caches[CACHE].set(key, counts, _SECONDS)
        return counts

    def total(self, matching: AssetQuerySet) -> int:
        """Return how many machines match everything: as counted before, or counted now and kept. One query at most."""
        kept: int | None = caches[CACHE].get(f"{self._key}-total")
        if kept is None:
            kept = matching.count()
            caches[CACHE].set(f"{self._key}-total", kept, _SECONDS)
        return kept

    @cached_property
    def _key(self) -> str:
        asked = [
            "all" if self.scope.everywhere else sorted(self.scope.trust_ids),
            {name: str(value) for name, value in self.typed.items()},
            {facet: sorted(values) for facet, values in self.chosen.items()},
            self.on.isoformat(),
            sorted(self.network_of.items()),
            _stamp(),
        ]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _stamp() -> int | None:
    """The register as it stands: every change of a machine adds a row to the history, and none is ever taken away."""
    newest: int | None = Asset.history.aggregate(newest=Max("history_id"))["newest"]
    return newest
