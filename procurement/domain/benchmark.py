"""From purchases to a benchmark: what others pay for the same specification, without showing what any one of them paid.

Rules, from the design's facts on unit costs: compare like with like (one standard specification, equipment only, ex VAT);
show how many purchases stand behind a figure; show median and quartiles, never a bare mean; hide what rests on too little;
never call a difference a saving when the buyer already pays no more than the benchmark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

MINIMUM_PURCHASES = 5
"""Below this many purchases no figure is shown: a median of so few is chance, and could give a buyer away."""
MINIMUM_BUYERS = 3
"""With fewer buyers than this, each could work out what another paid."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """One purchase. `unit_price_pence` is equipment only, ex VAT. `place` is what purchases are grouped by: a region's name."""

    place: str
    buyer_id: int
    quantity: int
    unit_price_pence: int
    priced_on: date


@dataclass(frozen=True, slots=True)
class Summary:
    """The benchmark of one place. Quartiles and median in pence ex VAT; None, all three, where they are hidden.

    `purchases` counts orders, each once whatever its quantity, because one order is one negotiated price; `units`
    counts machines.
    """

    place: str
    purchases: int
    units: int
    lower_quartile_pence: int | None
    median_pence: int | None
    upper_quartile_pence: int | None

    @property
    def hidden(self) -> bool:
        """Whether too little stands behind it to show."""
        return self.median_pence is None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One's own purchase beside the benchmark.

    `over_pence` is how much more than the median was paid for the whole order; never negative, None where the median
    is hidden.
    """

    over_pence: int | None
    words: str


def summarise(purchases: Sequence[Purchase], *, everywhere: str = "England") -> list[Summary]:
    """Return the benchmark of each place, by name, and last that of all of them together, named `everywhere`.

    Quartiles are by linear interpolation between the ordered prices, both ends included, rounded to whole pence.
    """
    import pandas as pd  # loading it takes a second, and only benchmarks need it

    frame = pd.DataFrame(
        [(p.place, p.buyer_id, p.quantity, p.unit_price_pence) for p in purchases],
        columns=["place", "buyer", "quantity", "price"],
    )
    places = [_summary(str(place), group) for place, group in frame.groupby("place", sort=True)]
    return [*places, _summary(everywhere, frame)]


def _summary(place: str, group: pd.DataFrame) -> Summary:
    count, units = len(group), int(group["quantity"].sum())
    if count < MINIMUM_PURCHASES or group["buyer"].nunique() < MINIMUM_BUYERS:
        return Summary(place, count, units, None, None, None)
    quartiles = group["price"].quantile([0.25, 0.5, 0.75]).round().astype(int).tolist()
    return Summary(place, count, units, *quartiles)


def compare(unit_price_pence: int, quantity: int, benchmark: Summary) -> Comparison:
    """Set an own purchase beside a benchmark of the same specification, in words that promise nothing."""
    if benchmark.median_pence is None or benchmark.lower_quartile_pence is None:
        return Comparison(None, "Too few purchases to compare with.")
    over = unit_price_pence - benchmark.median_pence
    if unit_price_pence <= benchmark.lower_quartile_pence:
        return Comparison(0, "Among the lowest quarter. No saving to be expected.")
    if over <= 0:
        return Comparison(0, "No more than the median. No saving to be expected.")
    return Comparison(over * quantity, "Above the median.")
