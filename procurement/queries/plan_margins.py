"""What more money would buy in a plan version, which limits bind, and what would end its breaches, for one reader.

All of it was worked out when the version was solved (`explanations` of its result). Readers of one trust's part see the
money and the limits of their own trust; other trusts' machines are counted by modality, never named.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assets.domain.vocabulary import Modality
from networks.domain.figures import pounds
from procurement.domain.plan_account import EXPLANATIONS
from procurement.domain.planning.words import listed
from procurement.queries.plan_versions import SOURCES, VersionReading


@dataclass(frozen=True, slots=True)
class Effect:
    """What changed decisions make different: points, and pence of cost in today's money (negative is less)."""

    points: int
    cost_pence: int
    machines: tuple[str, ...]
    """Each machine with what becomes of it, as the reader may know it."""

    @property
    def points_words(self) -> str:
        """ "795 points less", against the plan."""
        if not self.points:
            return "no difference"
        return f"{abs(self.points):,} points {'more' if self.points > 0 else 'less'}"

    @property
    def cost_words(self) -> str:
        """ "£184,020 more" whole cost in today's money, to the pound, against the plan."""
        rounded = round(self.cost_pence / 100) * 100
        if not rounded:
            return "the same cost"
        return f"{pounds(abs(rounded))} {'more' if rounded > 0 else 'less'}"


@dataclass(frozen=True, slots=True)
class MarginRow:
    """One envelope that binds. `bought` None: the round sum buys nothing by itself."""

    name: str
    whose: str
    source: str
    year: int
    needed_pence: int
    next: Effect
    more_pence: int
    bought: Effect | None


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One limit that binds: what one more machine within it would allow."""

    words: str
    most: int
    next: Effect


@dataclass(frozen=True, slots=True)
class RemedyRow:
    """One breach, and each single thing that would do for it alone."""

    breach: str
    alone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Margins:
    """What a reader may see of it. `together` ends every breach with the fewest limits; only for those who see all."""

    rows: tuple[MarginRow, ...]
    limits: tuple[LimitRow, ...]
    together: tuple[str, ...]
    remedies: tuple[RemedyRow, ...]


def margins_of(reading: VersionReading) -> Margins | None:
    """Return what the version says of its margins; None where that was not worked out. No query."""
    found = reading.version.result.get(EXPLANATIONS)
    if found is None:
        return None
    relief = found["relief"] or {"together": [], "remedies": []}
    return Margins(
        rows=tuple(_row(reading, row) for row in found["margins"] if _is_theirs(reading, row)),
        limits=tuple(
            LimitRow(row["words"], row["most"], _effect(reading, row["next"]))
            for row in found["limits"]
            if _is_theirs(reading, row)
        ),
        together=tuple(one["words"] for one in relief["together"]) if reading.whole else (),
        remedies=tuple(
            RemedyRow(
                row["breach"],
                tuple(
                    one["words"]
                    for one in row["alone"]
                    if one["trust_id"] is None or _is_theirs(reading, one)
                ),
            )
            for row in relief["remedies"]
            if _is_theirs(reading, row)
        ),
    )


def nearest(margins: Margins | None, most: int = 5) -> list[MarginRow]:
    """Return the envelopes whose next better thing needs the least."""
    rows = margins.rows if margins else ()
    return sorted(rows, key=lambda row: (row.needed_pence, row.year, row.whose))[:most]


def _is_theirs(reading: VersionReading, row: Mapping[str, Any]) -> bool:
    return reading.whole or row["trust_id"] in reading.trusts


def _row(reading: VersionReading, row: Mapping[str, Any]) -> MarginRow:
    name, _, _ = row["name"].rpartition(" in ")
    return MarginRow(
        name=row["name"],
        whose=name,
        source=SOURCES[row["source"]],
        year=row["year"],
        needed_pence=row["needed_pence"],
        next=_effect(reading, row["next"]),
        more_pence=row["more_pence"],
        bought=None if row["bought"] is None else _effect(reading, row["bought"]),
    )


def _effect(reading: VersionReading, row: Mapping[str, Any]) -> Effect:
    labels = {line.planned_id: line for line in reading.lines}
    named, others = [], Counter[str]()
    for machine in row["machines"]:
        if machine["asset_id"] in labels:
            line = labels[machine["asset_id"]]
            owner = f" ({line.trust.name})" if reading.whole else ""
            named.append(f"{machine['label']}{owner}: {machine['words']}")
        else:
            others[Modality(machine["modality"]).label] += 1
    if others:
        counted = [f"{count} {modality}" for modality, count in sorted(others.items())]
        named.append(f"{listed(counted)} of other trusts")
    return Effect(row["points"], row["cost_pence"], tuple(named))
