"""What is left of every envelope under a plan, and which envelopes bind: where money, and nothing else, stops more."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from networks.domain.financial_year import label
from procurement.domain.planning.choice import Choice, Kind
from procurement.domain.planning.exposure import Outlook
from procurement.domain.planning.problem import PlanAsset, PlanningProblem
from procurement.domain.planning.result import Schedule, Settlement, Source
from procurement.domain.planning.settle import full_price_pence
from procurement.domain.planning.words import pounds, whole_pounds, year_ranges


@dataclass(frozen=True, slots=True)
class LeftOver:
    """Pence not used in a year, after what is carried into the next: own by (trust id, year), pools by (pool id, year),
    ring-fenced by (modality, year, trust ids or None). ``pools`` says which trusts each pool is for."""

    own: Mapping[tuple[int, int], int]
    pool: Mapping[tuple[int, int], int]
    ring: Mapping[tuple[str, int, tuple[int, ...] | None], int]
    pools: Mapping[int, tuple[int, ...]]

    def open_to(self, asset: PlanAsset, year: int) -> int:
        """All that is left for this asset in that year."""
        pooled = sum(
            self.pool.get((pool, year), 0) for pool, trusts in self.pools.items() if asset.trust_id in trusts
        )
        ringed = sum(
            amount
            for (modality, when, trusts), amount in self.ring.items()
            if (modality, when) == (asset.modality, year) and (trusts is None or asset.trust_id in trusts)
        )
        return self.own.get((asset.trust_id, year), 0) + pooled + ringed


@dataclass(frozen=True, slots=True)
class Binding:
    """A trust-year in which an asset waits that could go but for money."""

    trust_id: int
    year: int
    left_pence: int
    price_pence: int
    words: str


def left_over(problem: PlanningProblem, settlement: Settlement) -> LeftOver:
    """Work out what a settled plan leaves of every envelope."""
    own = defaultdict(int, {(e.trust_id, e.year): e.amount_pence for e in problem.envelopes})
    pool = defaultdict(int, {(e.pool_id, e.year): e.amount_pence for e in problem.pool_envelopes})
    ring = {(r.modality, r.year, r.trust_ids): r.amount_pence for r in problem.ring_fences}
    for carry in settlement.carry_over:
        if carry.trust_id is not None:
            own[carry.trust_id, carry.year] -= carry.amount_pence
            own[carry.trust_id, carry.year + 1] += carry.amount_pence
        elif carry.pool_id is not None:
            pool[carry.pool_id, carry.year] -= carry.amount_pence
            pool[carry.pool_id, carry.year + 1] += carry.amount_pence
    for line in settlement.funding:
        if line.source is Source.OWN:
            own[line.trust_id, line.year] -= line.amount_pence
        elif line.pool_id is not None:
            pool[line.pool_id, line.year] -= line.amount_pence
        else:
            ring[line.modality, line.year, line.ring_trust_ids] -= line.amount_pence
    return LeftOver(own, pool, ring, {one.pool_id: one.trust_ids for one in problem.pools})


def binding(problem: PlanningProblem, settlement: Settlement, ahead: Outlook) -> tuple[Binding, ...]:
    """Return every trust-year in which money binds, by trust and year.

    Money binds where an asset still waits that is open to replacement, collects exposure, could be installed that
    year, and costs more, bought alone, than all that is left for it. The cheapest such asset is shown.
    """
    left = left_over(problem, settlement)
    schedule = {decision.asset_id: decision.choice for decision in settlement.decisions}
    names = {trust.trust_id: trust.name for trust in problem.trusts}
    found = []
    for trust in sorted(names):
        for year in problem.years:
            waiting = [
                asset
                for asset in problem.assets
                if asset.trust_id == trust and _waits(problem, ahead, asset, schedule, year)
            ]
            if not waiting or _installs_most(problem, schedule, trust, year):
                continue
            cheapest = min(waiting, key=lambda asset: (price_alone(problem, asset), asset.asset_id))
            price = price_alone(problem, cheapest)
            remains = left.open_to(cheapest, year)
            if remains < price:
                words = (
                    f"{names[trust]}'s money binds in {label(year)}: {whole_pounds(remains)} is left for {cheapest.label}, "
                    f"which costs {pounds(price)} inc VAT bought alone."
                )
                found.append(Binding(trust, year, remains, price, words))
    return tuple(found)


def binding_note(problem: PlanningProblem, bindings: tuple[Binding, ...]) -> str | None:
    """Say in one sentence where money binds; None where it does nowhere."""
    if not bindings:
        return None
    names = {trust.trust_id: trust.name for trust in problem.trusts}
    years: dict[int, list[int]] = defaultdict(list)
    for one in bindings:
        years[one.trust_id].append(one.year)
    parts = [
        f"{names[trust]} in {'every year' if len(bound) == problem.horizon_years else year_ranges(bound)}"
        for trust, bound in years.items()
    ]
    return f"Money binds, so that something due must wait, for {'; '.join(parts)}."


def price_alone(problem: PlanningProblem, asset: PlanAsset) -> int:
    """What replacing an asset costs bought alone, inc VAT, in pence."""
    [spec] = [spec for spec in problem.specifications if spec.code == asset.specification]
    return full_price_pence(asset, spec, 0)


def _waits(problem: PlanningProblem, ahead: Outlook, asset: PlanAsset, schedule: Schedule, year: int) -> bool:
    """Whether an unpinned asset that may go this year, and collects exposure in it, goes later or never."""
    gone = schedule[asset.asset_id].year
    return (
        asset.asset_id not in {pin.asset_id for pin in problem.pins}
        and (gone is None or gone > year)
        and Choice(bought_kind(asset), year) in ahead.choices[asset.asset_id]
        and ahead.keep_points[asset.asset_id][year - problem.first_year] > 0
    )


def _installs_most(problem: PlanningProblem, schedule: Schedule, trust: int, year: int) -> bool:
    limit = problem.max_installations_per_trust_year
    return limit is not None and installations(problem, schedule, trust, year) >= limit


def installations(problem: PlanningProblem, schedule: Schedule, trust: int, year: int) -> int:
    """How many scanners a trust installs in a year."""
    return sum(a.trust_id == trust and schedule[a.asset_id].bought_in == year for a in problem.assets)


def bought_kind(asset: PlanAsset) -> Kind:
    """What buying a new machine means for an asset: replacing it, or adding a candidate."""
    return Kind.ADD if asset.is_candidate else Kind.REPLACE
