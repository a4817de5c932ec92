"""The plan as a mixed-integer model: columns, rows and the three objectives, ready for HiGHS.

Money is in thousands of pounds and exposure in hundreds of points, so that coefficients stay within a few
orders of magnitude; the years chosen are read back and everything is settled again in whole pence.

Columns: ``take[asset, year]`` 1 where the asset is replaced in that year; ``tier[specification, year, tier]`` 1
where a tender of that price break is run; the units a trust buys in it; then what is funded from where, what is
carried over, and the priced breaches that only pins may cause.

Two things make it solvable. Each single asset is linked to the tenders, not only their sum: the relaxation is
some 15% tighter. And no row holds a price break to its largest quantity: prices never rise with the quantity,
so paying a smaller break's price for more units only wastes money, which no stage wants, and the settlement
gives the better price anyway. It also keeps "everything at the single price" a valid, if dear, plan.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from procurement.domain.planning.evaluate import discount_factor
from procurement.domain.planning.exposure import Outlook
from procurement.domain.planning.funding import carry_limit_pence
from procurement.domain.planning.problem import PlanAsset, PlanningProblem, Specification
from procurement.domain.planning.result import Source
from procurement.domain.planning.settle import pinned_counts, pinned_trust_years
from procurement.domain.pricing import vat_pence

TOLERANCE = 1e-9
"""HiGHS's own, a millionth, lets a scanner be bought to 99.9999%, behind which pounds can hide."""
COARSE_PENCE, FINE_PENCE = 100_000, 1_000
"""The model's unit of money. HiGHS finds far the best cuts in thousands of pounds; tens are kept for the rare model
that it cannot solve accurately enough."""
POINTS_PER_UNIT = 100
INFINITY = float("inf")
Terms = list[tuple[int, float]]
Name = tuple[str | int | None, ...]
_Key = TypeVar("_Key")


@dataclass(slots=True)
class PlanningModel:
    """Columns and rows under construction, and where to find them. Costs are column to coefficient."""

    take: dict[tuple[int, int], int] = field(default_factory=dict)
    tier: dict[tuple[str, int, int], int] = field(default_factory=dict)
    named: dict[Name, int] = field(default_factory=dict)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[float, float, Terms]] = field(default_factory=list)
    breach: dict[int, float] = field(default_factory=dict)
    exposure: dict[int, float] = field(default_factory=dict)
    cost: dict[int, float] = field(default_factory=dict)
    exposure_if_kept: float = 0.0
    pence_per_unit: int = COARSE_PENCE

    def column(self, upper: float, name: Name, *, whole: bool = False, lower: float = 0.0) -> int:
        """Add a variable and return its position; ``name`` says what it stands for, in the terms of a settlement."""
        self.named[name] = len(self.upper)
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.upper) - 1

    def at_most(self, terms: Terms, limit: float = 0.0) -> None:
        """Add the row: sum of terms is at most ``limit``."""
        self.rows.append((-INFINITY, limit, terms))

    def equal(self, terms: Terms, value: float = 0.0) -> None:
        """Add the row: sum of terms is ``value``."""
        self.rows.append((value, value, terms))

    def objective(self, stage: str) -> tuple[dict[int, float], float, int]:
        """Return a stage's costs by column, what is added to them, and the points or pence in one unit of it."""
        if stage == "exposure":
            return self.exposure, self.exposure_if_kept, POINTS_PER_UNIT
        return (self.breach if stage == "breach" else self.cost), 0.0, self.pence_per_unit

    def schedule(self, problem: PlanningProblem, values: Sequence[float]) -> dict[int, int | None]:
        """Read a schedule out of column values."""
        chosen: dict[int, int | None] = {asset.asset_id: None for asset in problem.assets}
        for (asset_id, year), column in self.take.items():
            if values[column] > 0.5:
                chosen[asset_id] = year
        return chosen


def build(problem: PlanningProblem, ahead: Outlook, pence_per_unit: int = COARSE_PENCE) -> PlanningModel:
    """Build constraints 1 to 4 and 6 and the objectives of stages 1 to 3, in an order fixed by ids, not by lists."""
    model = PlanningModel(pence_per_unit=pence_per_unit)
    assets = sorted(problem.assets, key=lambda asset: asset.asset_id)
    spend: dict[tuple[int, str, int], Terms] = defaultdict(list)
    _add_choices(model, problem, ahead, assets)
    of_tender: dict[tuple[str, int], list[PlanAsset]] = defaultdict(list)
    for asset in assets:
        for year in ahead.choices[asset.asset_id]:
            if year is not None:
                of_tender[asset.specification, year].append(asset)
    specs = {spec.code: spec for spec in problem.specifications}
    for (code, year), members in sorted(of_tender.items()):
        _add_tender(model, problem, specs[code], year, members, spend)
    _add_installation_limits(model, problem, assets)
    _add_money(model, problem, spend)
    _add_cost(model, problem, spend)
    return model


def _add_choices(
    model: PlanningModel, problem: PlanningProblem, ahead: Outlook, assets: list[PlanAsset]
) -> None:
    """Constraints 1 and 6: each asset at most once; a pin's year is fixed."""
    for asset in assets:
        choices = ahead.choices[asset.asset_id]
        totals = ahead.totals[asset.asset_id]
        model.exposure_if_kept += totals[None] / POINTS_PER_UNIT
        columns: Terms = []
        for year in choices:
            if year is not None:
                column = model.column(
                    1.0, ("take", asset.asset_id, year), whole=True, lower=0.0 if None in choices else 1.0
                )
                model.take[asset.asset_id, year] = column
                model.exposure[column] = (totals[year] - totals[None]) / POINTS_PER_UNIT
                columns.append((column, 1.0))
        if len(columns) > 1:
            model.at_most(columns, 1.0)


def _add_tender(
    model: PlanningModel,
    problem: PlanningProblem,
    spec: Specification,
    year: int,
    members: list[PlanAsset],
    spend: dict[tuple[int, str, int], Terms],
) -> None:
    """Constraints 2 and 3: units by trust and price break, smallest quantities, and the link of each asset."""
    tiers = [k for k, tier in enumerate(spec.tiers) if tier.minimum_units <= len(members)]
    run = {tier: model.column(1.0, ("tier", spec.code, year, tier), whole=True) for tier in tiers}
    for tier, column in run.items():
        model.tier[spec.code, year, tier] = column
        model.cost[column] = (
            problem.tender_cost_pence * float(discount_factor(problem, year)) / model.pence_per_unit
        )
    model.at_most([(column, 1.0) for column in run.values()], 1.0)
    by_trust: dict[int, list[PlanAsset]] = defaultdict(list)
    for asset in members:
        by_trust[asset.trust_id].append(asset)
        chosen = model.take[asset.asset_id, year]
        model.at_most([(chosen, 1.0), *((column, -1.0) for column in run.values())])
        works = asset.works_pence + vat_pence(asset.works_pence, spec.vat_basis_points)
        spend[asset.trust_id, asset.modality, year].append((chosen, works / model.pence_per_unit))
    units: dict[int, Terms] = defaultdict(list)
    for trust, own in sorted(by_trust.items()):
        cap = float(_most_units(problem, trust, year, len(own)))
        bought: Terms = []
        for tier, column in run.items():
            quantity = model.column(cap, ("units", trust, spec.code, year, tier))
            model.at_most([(quantity, 1.0), (column, -cap)])
            price = spec.tiers[tier].unit_price_pence
            full = price + vat_pence(price, spec.vat_basis_points)
            spend[trust, spec.modality, year].append((quantity, full / model.pence_per_unit))
            units[tier].append((quantity, -1.0))
            bought.append((quantity, -1.0))
        model.equal([*((model.take[asset.asset_id, year], 1.0) for asset in own), *bought])
    for tier, column in run.items():
        model.at_most([*units[tier], (column, float(spec.tiers[tier].minimum_units))])


def _most_units(problem: PlanningProblem, trust: int, year: int, owned: int) -> int:
    limit = problem.max_installations_per_trust_year
    return owned if limit is None else min(owned, max(limit, pinned_counts(problem)[trust, year]))


def _add_installation_limits(model: PlanningModel, problem: PlanningProblem, assets: list[PlanAsset]) -> None:
    """At most so many a year in each trust; pins beyond that are priced breaches."""
    limit = problem.max_installations_per_trust_year
    if limit is None:
        return
    trust_of = {asset.asset_id: asset.trust_id for asset in assets}
    columns: dict[tuple[int, int], Terms] = defaultdict(list)
    for (asset, year), column in model.take.items():
        columns[trust_of[asset], year].append((column, 1.0))
    pinned = pinned_counts(problem)
    for key, terms in sorted(columns.items()):
        if pinned[key] > limit:
            over = model.column(float(pinned[key] - limit), ("over", *key))
            model.breach[over] = problem.over_limit_price_pence / model.pence_per_unit
            model.at_most([*terms, (over, -1.0)], float(limit))
        elif len(terms) > limit:
            model.at_most(terms, float(limit))


def _add_money(
    model: PlanningModel, problem: PlanningProblem, spend: dict[tuple[int, str, int], Terms]
) -> None:
    """Constraint 4: what a trust spends in a year comes from ring-fences, its own envelope and the network's."""
    own = {(e.trust_id, e.year): e.amount_pence for e in problem.envelopes}
    network = {e.year: e.amount_pence for e in problem.network_envelopes}
    ring = {(r.modality, r.year): r.amount_pence for r in problem.ring_fences}
    own_carry = {
        key: model.column(
            carry_limit_pence(amount, problem.own_carry_over_basis_points) / model.pence_per_unit,
            ("carry", Source.OWN, *key),
        )
        for key, amount in sorted(own.items())
        if key[1] + 1 in problem.years
    }
    network_carry = {
        year: model.column(
            carry_limit_pence(amount, problem.network_carry_over_basis_points) / model.pence_per_unit,
            ("carry", Source.NETWORK, None, year),
        )
        for year, amount in sorted(network.items())
        if year + 1 in problem.years
    }
    may_breach = pinned_trust_years(problem)
    ring_used: dict[tuple[str, int], Terms] = defaultdict(list)
    network_used: dict[int, Terms] = {year: [] for year in problem.years}
    paid: dict[tuple[int, int], Terms] = defaultdict(list)
    for (trust, modality, year), terms in sorted(spend.items()):
        paid[trust, year] += terms
        if (modality, year) in ring:
            from_ring = model.column(
                ring[modality, year] / model.pence_per_unit,
                ("paid", Source.RING_FENCE, trust, modality, year),
            )
            model.at_most([(from_ring, 1.0), *((column, -price) for column, price in terms)])
            ring_used[modality, year].append((from_ring, 1.0))
            paid[trust, year].append((from_ring, -1.0))
    # A trust-year in which nothing can be bought still hands its money on.
    for trust, year in sorted({*paid, *own}):
        terms = paid[trust, year]
        if most := network.get(year, 0) + network.get(year - 1, 0):
            from_network = model.column(most / model.pence_per_unit, ("paid", Source.NETWORK, trust, year))
            network_used[year].append((from_network, 1.0))
            terms.append((from_network, -1.0))
        if (trust, year) in may_breach:
            breach = model.column(INFINITY, ("short", trust, year))
            model.breach[breach] = 1.0
            terms.append((breach, -1.0))
        terms += _carried(own_carry, (trust, year), (trust, year - 1))
        model.at_most(terms, own.get((trust, year), 0) / model.pence_per_unit)
    for year, used in network_used.items():
        used += _carried(network_carry, year, year - 1)
        model.at_most(used, network.get(year, 0) / model.pence_per_unit)
    for key, used in ring_used.items():
        model.at_most(used, ring[key] / model.pence_per_unit)


def _carried(carry: Mapping[_Key, int], out_of: _Key, into_from: _Key) -> Terms:
    """Money carried out of a year counts as used there, and as there to use in the next."""
    terms: Terms = []
    if out_of in carry:
        terms.append((carry[out_of], 1.0))
    if into_from in carry:
        terms.append((carry[into_from], -1.0))
    return terms


def _add_cost(
    model: PlanningModel, problem: PlanningProblem, spend: dict[tuple[int, str, int], Terms]
) -> None:
    """Stage 3: spend inc VAT and the tenders run, in present value."""
    for (_, _, year), terms in spend.items():
        factor = float(discount_factor(problem, year))
        for column, price in terms:
            model.cost[column] = model.cost.get(column, 0.0) + price * factor
