"""The machines an actor may see, ranked by how urgently each should be replaced, in a fixed number of queries."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from assets.domain.priority import Priority
from assets.domain.rank_stability import RankRange, Stability, rank_stability
from assets.models import Asset
from assets.queries.asset_priority import FACT_FIELDS, scorer_for
from assets.queries.assets import in_fleet_on
from assets.queries.priority_weights import WeightSet
from networks.domain.access import Actor
from networks.domain.organisations import Structure

DEFAULT_SORT = "rank"
_TRUST = FACT_FIELDS.index("trust_id")
_MODALITY = FACT_FIELDS.index("modality")


class Known(StrEnum):
    """How much of a score has to be known for a machine to be listed."""

    ALL = "100"
    MOST = "75"
    HALF = "50"
    LESS = "under50"

    @property
    def label(self) -> str:
        return {
            "100": "All of it",
            "75": "75% or more",
            "50": "50% or more",
            "under50": "Under 50%",
        }[self.value]

    def holds(self, percent: int) -> bool:
        """Say whether a completeness in per cent is such."""
        return percent < 50 if self is Known.LESS else percent >= int(self.value)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Machines by id with their priorities, and the ranks among all of them."""

    on: date
    weights: WeightSet
    version: str
    priorities: Mapping[int, Priority]
    stability: Stability[int]
    trusts: Mapping[int, int]
    modalities: Mapping[int, str]

    @property
    def gated(self) -> int:
        """How many machines have an open gate."""
        return sum(priority.is_gated for priority in self.priorities.values())

    @property
    def complete(self) -> int:
        """How many have a score of which all is known."""
        return sum(priority.completeness_percent == 100 for priority in self.priorities.values())

    @property
    def hides_money(self) -> bool:
        """Whether the costs of any of them are not shown to the reader."""
        return any(priority.marks[-1].is_hidden for priority in self.priorities.values())

    def chosen(self, *, known: Known | None = None, is_gated: bool | None = None) -> list[int]:
        """Return the machines of some completeness, with or without an open gate, by rank."""
        return [
            pk
            for pk in self.stability.ranges
            if (known is None or known.holds(self.priorities[pk].completeness_percent))
            and (is_gated is None or self.priorities[pk].is_gated == is_gated)
        ]

    def in_order(self, pks: Iterable[int], sort: str, names: Mapping[int, str]) -> list[int]:
        """Return machines in an order of SORTS ("-" turns it round; equals stay by rank); no score stands last."""
        name = sort.removeprefix("-")
        if name not in SORTS:
            return self.in_order(pks, DEFAULT_SORT, names)
        by_rank = sorted(pks, key=lambda pk: self.stability.ranges[pk].rank)
        key = SORTS[name]
        known = [pk for pk in by_rank if key(self, pk, names) is not None]
        known.sort(key=lambda pk: key(self, pk, names), reverse=sort.startswith("-"))  # type: ignore[arg-type,return-value]
        return known + [pk for pk in by_rank if key(self, pk, names) is None]


SORTS: dict[str, Callable[[Ranking, int, Mapping[int, str]], int | str | None]] = {
    "rank": lambda ranking, pk, _: ranking.stability.ranges[pk].rank,
    "reference": lambda _ranking, pk, _: pk,
    "modality": lambda ranking, pk, _: ranking.modalities[pk],
    "trust": lambda ranking, pk, names: names.get(ranking.trusts[pk], "").casefold(),
    "score": lambda ranking, pk, _: ranking.priorities[pk].score_tenths,
    "known": lambda ranking, pk, _: ranking.priorities[pk].completeness_percent,
    "spread": lambda ranking, pk, _: ranking.stability.ranges[pk].worst - ranking.stability.ranges[pk].best,
}
"""What the list can be sorted by, as it stands in an address."""


@dataclass(frozen=True, slots=True)
class RankedMachine:
    """A row of the list."""

    asset: Asset
    priority: Priority
    place: RankRange


def priorities(
    actor: Actor,
    *,
    on: date,
    england: Structure,
    modalities: Collection[str] = (),
    trust_ids: Collection[int] | None = None,
) -> Ranking:
    """Return the priorities of the fleet an actor may see, as at a date, ranked among themselves. Three queries.

    Narrowed to modalities (none: all) and trusts (None: all). Scored with the weights that the actor works with.
    """
    assets = Asset.objects.visible_to(actor).filter(in_fleet_on(on))
    if modalities:
        assets = assets.filter(modality__in=modalities)
    if trust_ids is not None:
        assets = assets.filter(trust_id__in=trust_ids)
    scorer = scorer_for(actor, on=on, england=england)
    found: dict[int, Priority] = {}
    trusts: dict[int, int] = {}
    kinds: dict[int, str] = {}
    for pk, *row in assets.order_by("pk").values_list("pk", *FACT_FIELDS):
        found[pk] = scorer.priority(tuple(row))
        trusts[pk], kinds[pk] = row[_TRUST], row[_MODALITY]
    rules = scorer.rules
    stability = rank_stability(found, move_by_percent=rules.move_by_percent, top=rules.top)
    return Ranking(on, scorer.weights, rules.words_on(on), found, stability, trusts, kinds)


def rows_of(ranking: Ranking, pks: Iterable[int]) -> list[RankedMachine]:
    """Return the rows of some machines, in their order, with trust and site. One query for each five hundred."""
    wanted = list(pks)
    rows: dict[int, Asset] = {}
    for start in range(0, len(wanted), 500):
        some = Asset.objects.filter(pk__in=wanted[start : start + 500]).select_related("trust", "site")
        rows |= {asset.pk: asset for asset in some}
    return [
        RankedMachine(rows[pk], ranking.priorities[pk], ranking.stability.ranges[pk])
        for pk in wanted
        if pk in rows
    ]


def trusts_with_machines(actor: Actor, *, on: date) -> frozenset[int]:
    """Return the ids of the trusts whose machines an actor may see. One query."""
    assets = Asset.objects.visible_to(actor).filter(in_fleet_on(on))
    return frozenset(assets.order_by().values_list("trust_id", flat=True).distinct())
