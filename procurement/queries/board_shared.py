"""The money of a version that no single trust has: what ICBs and networks hold, and national money for one modality."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from assets.domain.vocabulary import Modality
from procurement.queries.plan_versions import VersionReading


@dataclass(frozen=True, slots=True)
class SharedYear:
    """One year of it, in pence inc VAT."""

    year: int
    amount_pence: int
    used_pence: int
    carried_in_pence: int = 0

    @property
    def available_pence(self) -> int:
        return self.amount_pence + self.carried_in_pence


@dataclass(frozen=True, slots=True)
class SharedRow:
    """One pool or one modality's national money, over the version's years."""

    name: str
    kind: str
    years: tuple[SharedYear, ...]

    @property
    def amount_pence(self) -> int:
        return sum(year.amount_pence for year in self.years)

    @property
    def used_pence(self) -> int:
        return sum(year.used_pence for year in self.years)


def shared_rows(reading: VersionReading) -> list[SharedRow]:
    """Return the shared and national money of a version and what it uses of it. Only for those who see it whole."""
    if not reading.whole:
        return []
    inputs, result = reading.version.inputs, reading.version.result
    used: dict[tuple[object, int], int] = defaultdict(int)
    for row in result["funding"]:
        if row["source"] == "ring-fence":
            used[_ring(row["modality"], row.get("ring_trust_ids")), row["year"]] += row["amount_pence"]
        elif row["source"] != "own":
            used[row.get("pool_id"), row["year"]] += row["amount_pence"]
    carried = {
        (row.get("pool_id"), row["year"] + 1): row["amount_pence"]
        for row in result["carry_over"]
        if row["trust_id"] is None
    }
    return [
        *_pools(reading, inputs, used, carried),
        *_rings(reading, inputs, used),
    ]


def _pools(reading: VersionReading, inputs: dict[str, Any], used: Any, carried: Any) -> list[SharedRow]:
    amounts: dict[tuple[object, int], int] = defaultdict(int)
    for row in [*inputs.get("pool_envelopes", ()), *inputs.get("network_envelopes", ())]:
        amounts[row.get("pool_id"), row["year"]] += row["amount_pence"]
    names = {row["pool_id"]: row["name"] for row in inputs.get("pools", ())}
    if inputs.get("network_envelopes"):
        names[None] = reading.version.plan.network.name
    return [
        SharedRow(
            name,
            "pool",
            tuple(
                SharedYear(year, amounts[key, year], used[key, year], carried.get((key, year), 0))
                for year in reading.years
            ),
        )
        for key, name in sorted(names.items(), key=lambda item: item[1])
    ]


def _rings(reading: VersionReading, inputs: dict[str, Any], used: Any) -> list[SharedRow]:
    amounts: dict[tuple[object, int], int] = defaultdict(int)
    keys: dict[object, str] = {}
    for row in inputs.get("ring_fences", ()):
        key = _ring(row["modality"], row.get("trust_ids"))
        amounts[key, row["year"]] += row["amount_pence"]
        keys[key] = (
            f"National money for {Modality(row['modality']).label}{_whose(reading, row.get('trust_ids'))}"
        )
    return [
        SharedRow(
            name,
            "ring-fence",
            tuple(SharedYear(year, amounts[key, year], used[key, year]) for year in reading.years),
        )
        for key, name in sorted(keys.items(), key=lambda item: item[1])
    ]


def _ring(modality: str, trust_ids: list[int] | None) -> tuple[str, tuple[int, ...] | None]:
    return modality, None if trust_ids is None else tuple(trust_ids)


def _whose(reading: VersionReading, trust_ids: list[int] | None) -> str:
    """For whom it is, where that is not every trust."""
    if trust_ids is None or set(trust_ids) >= set(reading.trusts):
        return ""
    return f" ({', '.join(reading.trusts[trust] for trust in trust_ids if trust in reading.trusts)})"
