"""How sure a plan version is, as it is kept with the version's `result` under `uncertainty`: plain JSON, never changed.

* `ranges`: what went in, with its evidence in words: `on`, `dates`, `prices`, `works_low_basis_points`, `works_high_…`
* every other key: a field of `procurement.domain.planning.uncertain_figures.Uncertainty`; money in pence inc VAT

A version made before this was kept has no such key: nothing is known about how sure it is, until it is solved again.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from procurement.domain.planning.ranges import DateBasis, DateRange, PriceRange, Ranges
from procurement.domain.planning.uncertain_figures import (
    Span,
    TrustSpan,
    Uncertainty,
    Unknown,
    UnknownKind,
    YearSpan,
)
from procurement.domain.planning.uncertain_order import Swap

KEY = "uncertainty"


def account_of_uncertainty(ranges: Ranges, found: Uncertainty) -> dict[str, Any]:
    """Return both as JSON."""
    content: dict[str, Any] = json.loads(
        json.dumps({"ranges": asdict(ranges), **asdict(found)}, default=date.isoformat)
    )
    return content


def uncertainty_in(account: Mapping[str, Any]) -> tuple[Ranges, Uncertainty] | None:
    """Read both back from a version's `result`; None where they were not kept."""
    kept = account.get(KEY)
    if kept is None:
        return None
    values = {name: value for name, value in kept.items() if name != "ranges"}
    found = Uncertainty(
        exposure=Span(**values.pop("exposure")),
        old_years=Span(**values.pop("old_years")),
        spend=Span(**values.pop("spend")),
        years=tuple(_year(row) for row in values.pop("years")),
        trust_years=tuple(_year(row) for row in values.pop("trust_years")),
        trusts=tuple(
            TrustSpan(row["trust_id"], *(Span(**row[name]) for name in ("spend", "exposure", "old_years")))
            for row in values.pop("trusts")
        ),
        unknowns=tuple(_unknown(row) for row in values.pop("unknowns")),
        swaps=tuple(Swap(**row) for row in values.pop("swaps")),
        **values,
    )
    return _ranges(kept["ranges"]), found


def _year(row: Mapping[str, Any]) -> YearSpan:
    return YearSpan(**{**row, "spend": Span(**row["spend"])})


def _unknown(row: Mapping[str, Any]) -> Unknown:
    by_trust = tuple((trust, pence) for trust, pence in row["pence_by_trust"])
    return Unknown(**{**row, "kind": UnknownKind(row["kind"]), "pence_by_trust": by_trust})


def _ranges(row: Mapping[str, Any]) -> Ranges:
    return Ranges(
        on=date.fromisoformat(row["on"]),
        dates=tuple(
            DateRange(
                **{
                    **one,
                    "earliest": date.fromisoformat(one["earliest"]),
                    "latest": date.fromisoformat(one["latest"]),
                    "basis": DateBasis(one["basis"]),
                }
            )
            for one in row["dates"]
        ),
        prices=tuple(PriceRange(**one) for one in row["prices"]),
        works_low_basis_points=row["works_low_basis_points"],
        works_high_basis_points=row["works_high_basis_points"],
    )
