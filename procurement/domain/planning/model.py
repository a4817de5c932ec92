"""The plan as a mixed-integer programme for HiGHS: planner.md's constraints 1 to 4 and 6.

Columns (money in thousands of pounds, so that the solver's tolerances are pence):

* ``take[a, t]`` in {0, 1}: asset ``a`` is replaced in year ``t``; none of them: it is kept;
* ``tier[g, t, k]`` in {0, 1}: a joint tender of specification ``g`` in year ``t`` at price break ``k``;
* ``units[h, g, t, k]`` >= 0: what trust ``h`` buys in it;
* what each purse pays and carries into the next year; ``short`` and ``over``, the priced breaches, only where a
  pin may force them.

Every single ``take[a, t]`` is held below the tenders of its year (planner.md, constraint 3): without that link the
bound is loose by some 15%. Of two machines that differ only in need, the needier goes no later: that removes
plans that another plan beats, and most of the symmetry.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import permutations
from typing import TypeVar

from procurement.domain.planning.evaluate import discount_factor
from procurement.domain.planning.exposure import Outlook, outlook
from procurement.domain.planning.funding import carry_limit_pence
from procurement.domain.planning.problem import PlanAsset, PlanningProblem, Specification
from procurement.domain.planning.result import Schedule
from procurement.domain.planning.settle import pinned_trust_years, vat_pence

MONEY = 100_000
"""Pence in the model's unit of money, a thousand pounds."""
POINTS = 100
"""Points of exposure in the model's unit."""
INFINITY = float("inf")

Key = TypeVar("Key")
Terms = Iterable[tuple[int, float]]


@dataclass
class Model:
    """Columns and rows as plain lists, the three objectives over the same columns, and the names that matter."""

    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)
    row_terms: list[dict[int, float]] = field(default_factory=list)
    breach: dict[int, float] = field(default_factory=dict)
    exposure: dict[int, float] = field(default_factory=dict)
    cost: dict[int, float] = field(default_factory=dict)
    exposure_kept: float = 0.0
    """Exposure, in the model's unit, of keeping every asset: what the exposure objective counts from."""
    take: dict[tuple[int, int], int] = field(default_factory=dict)

    def column(self, upper: float, *, whole: bool = False) -> int:
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.upper) - 1

    def row(self, lower: float, upper: float, terms: Terms) -> None:
        gathered: dict[int, float] = defaultdict(float)
        for column, value in terms:
            gathered[column] += value
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        self.row_terms.append(dict(gathered))

    def schedule(self, problem: PlanningProblem, values: list[float]) -> dict[int, int | None]:
        """Read the decision out of a solution's column values."""
        chosen: dict[int, int | None] = {asset.asset_id: None for asset in problem.assets}
        for (asset_id, year), column in self.take.items():
            if values[column] > 0.5:
                chosen[asset_id] = year
        return chosen

    def start(self, schedule: Schedule) -> dict[int, float]:
        """Return the columns of a decision, from which the solver completes a solution."""
        return {column: float(schedule[a] == year) for (a, year), column in self.take.items()}


def build(problem: PlanningProblem, *, margin_pence: int = 0) -> Model:
    """Return the model of a problem. ``margin_pence`` is kept back from every trust-year against the solver's rounding."""
    model = Model()
    ahead = outlook(problem)
    _choices(model, problem, ahead)
    spend = _tenders(model, problem)
    _purses(model, problem, spend, margin_pence / MONEY)
    _installations(model, problem)
    _needier_first(model, problem, ahead)
    return model


def _choices(model: Model, problem: PlanningProblem, ahead: Outlook) -> None:
    """Constraint 1 and 6: at most one year each; a pinned asset has no other choice than its pin."""
    pinned = {pin.asset_id for pin in problem.pins}
    kept = 0
    for asset in problem.assets:
        totals = ahead.totals[asset.asset_id]
        kept += totals[None]
        years = [year for year in ahead.choices[asset.asset_id] if year is not None]
        for year in years:
            column = model.column(1, whole=True)
            model.take[asset.asset_id, year] = column
            model.exposure[column] = (totals[year] - totals[None]) / POINTS
        if years:
            must = 1 if asset.asset_id in pinned else 0
            model.row(must, 1, [(model.take[asset.asset_id, year], 1) for year in years])
    model.exposure_kept = kept / POINTS


Spend = dict[tuple[int, str, int], list[tuple[int, float]]]
"""Trust, modality, year to the terms of what is spent."""


def _tenders(model: Model, problem: PlanningProblem) -> Spend:
    """Constraints 2 and 3: tiers, their quantities, and the link of every single asset to its year's tender."""
    specs = {spec.code: spec for spec in problem.specifications}
    groups: dict[tuple[str, int], list[PlanAsset]] = defaultdict(list)
    by_id = {asset.asset_id: asset for asset in problem.assets}
    for asset_id, year in model.take:
        groups[by_id[asset_id].specification, year].append(by_id[asset_id])
    spend: Spend = defaultdict(list)
    for (code, year), assets in groups.items():
        _tender(model, problem, specs[code], year, assets, spend)
    return spend


def _tender(
    model: Model,
    problem: PlanningProblem,
    spec: Specification,
    year: int,
    assets: list[PlanAsset],
    spend: Spend,
) -> None:
    today = float(discount_factor(problem, year))
    most = len(assets)
    tiers = {
        k: model.column(1, whole=True) for k, tier in enumerate(spec.tiers) if tier.minimum_units <= most
    }
    model.row(-INFINITY, 1, [(column, 1) for column in tiers.values()])
    for column in tiers.values():
        model.cost[column] = problem.tender_cost_pence / MONEY * today
    by_trust: dict[int, list[PlanAsset]] = defaultdict(list)
    for asset in assets:
        by_trust[asset.trust_id].append(asset)
        take = model.take[asset.asset_id, year]
        model.row(-INFINITY, 0, [(take, 1), *((column, -1) for column in tiers.values())])
        works = (asset.works_pence + vat_pence(asset.works_pence, spec.vat_basis_points)) / MONEY
        spend[asset.trust_id, spec.modality, year].append((take, works))
        model.cost[take] = works * today
    units: dict[tuple[int, int], int] = {}
    for trust, theirs in by_trust.items():
        for k, tier in tiers.items():
            units[trust, k] = column = model.column(len(theirs))
            model.row(-INFINITY, 0, [(column, 1), (tier, -len(theirs))])
            price = spec.tiers[k].unit_price_pence
            price_inc_vat = (price + vat_pence(price, spec.vat_basis_points)) / MONEY
            spend[trust, spec.modality, year].append((column, price_inc_vat))
            model.cost[column] = price_inc_vat * today
        takes = [(model.take[asset.asset_id, year], 1.0) for asset in theirs]
        model.row(0, 0, [*takes, *((units[trust, k], -1.0) for k in tiers)])
    for k, tier in tiers.items():
        bought = [(units[trust, k], 1.0) for trust in by_trust]
        model.row(0, INFINITY, [*bought, (tier, -spec.tiers[k].minimum_units)])
        largest = min(spec.tiers[k].maximum_units or most, most)
        model.row(-INFINITY, 0, [*bought, (tier, -largest)])


def _purses(model: Model, problem: PlanningProblem, spend: Spend, margin: float) -> None:
    """Constraint 4: each trust-year's spend is paid from ring-fenced, own and network money, some carried over."""
    ring = {(r.modality, r.year): r.amount_pence / MONEY for r in problem.ring_fences}
    own = {(e.trust_id, e.year): e.amount_pence for e in problem.envelopes}
    network = {n.year: n.amount_pence for n in problem.network_envelopes}
    may_fall_short = pinned_trust_years(problem)
    own_carry = {
        (trust, year): model.column(carry_limit_pence(amount, problem.own_carry_over_basis_points) / MONEY)
        for (trust, year), amount in own.items()
        if year + 1 in problem.years
    }
    network_carry = {
        year: model.column(carry_limit_pence(amount, problem.network_carry_over_basis_points) / MONEY)
        for year, amount in network.items()
        if year + 1 in problem.years
    }
    from_network: dict[int, list[int]] = defaultdict(list)
    from_ring: dict[tuple[str, int], list[int]] = defaultdict(list)
    by_trust_year: dict[tuple[int, int], list[tuple[int, float]]] = defaultdict(list)
    for (trust, modality, year), terms in spend.items():
        by_trust_year[trust, year].extend(terms)
        if (modality, year) in ring:
            paid = model.column(ring[modality, year])
            model.row(0, INFINITY, [*terms, (paid, -1)])
            from_ring[modality, year].append(paid)
            by_trust_year[trust, year].append((paid, -1))
    # A trust-year without purchases still links what is carried through it.
    for trust, year in {*by_trust_year, *own}:
        terms = list(by_trust_year.get((trust, year), ()))
        if year in network and terms:
            paid = model.column(INFINITY)
            from_network[year].append(paid)
            terms.append((paid, -1))
        if (trust, year) in may_fall_short:
            short = model.column(INFINITY)
            model.breach[short] = 1.0
            terms.append((short, -1))
        terms += _carried(own_carry, (trust, year), (trust, year - 1))
        model.row(-INFINITY, own.get((trust, year), 0) / MONEY - (margin if terms else 0), terms)
    for year, amount in network.items():
        terms = [(paid, 1.0) for paid in from_network[year]]
        terms += _carried(network_carry, year, year - 1)
        model.row(-INFINITY, amount / MONEY, terms)
    for key, paid_by in from_ring.items():
        model.row(-INFINITY, ring[key], [(paid, 1.0) for paid in paid_by])


def _carried(carry: Mapping[Key, int], out_of: Key, into_from: Key) -> list[tuple[int, float]]:
    """Money carried out of a year counts as spent there, and as there to spend in the next."""
    terms = []
    if out_of in carry:
        terms.append((carry[out_of], 1.0))
    if into_from in carry:
        terms.append((carry[into_from], -1.0))
    return terms


def _installations(model: Model, problem: PlanningProblem) -> None:
    """At most so many installations per trust and year, beyond what pins force at a price."""
    limit = problem.max_installations_per_trust_year
    if limit is None:
        return
    trust_of = {asset.asset_id: asset.trust_id for asset in problem.assets}
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for (asset_id, year), column in model.take.items():
        groups[trust_of[asset_id], year].append(column)
    may_exceed = pinned_trust_years(problem)
    for key, columns in groups.items():
        terms = [(column, 1.0) for column in columns]
        if key in may_exceed:
            over = model.column(INFINITY)
            model.breach[over] = problem.over_limit_price_pence / MONEY
            terms.append((over, -1.0))
        model.row(-INFINITY, limit, terms)


def _needier_first(model: Model, problem: PlanningProblem, ahead: Outlook) -> None:
    """Of two unpinned machines of one trust, specification and works cost, the one with more exposure in every year
    goes no later. Exchanging their years costs the same and exposes no more, so no best plan is lost."""
    pinned = {pin.asset_id for pin in problem.pins}
    alike: dict[tuple[int, str, int], list[PlanAsset]] = defaultdict(list)
    for asset in problem.assets:
        if asset.asset_id not in pinned:
            alike[asset.trust_id, asset.specification, asset.works_pence].append(asset)
    for group in alike.values():
        for first, second in permutations(group, 2):
            if _outranks(first, second, ahead):
                _no_later(model, first, second, ahead)


def _outranks(first: PlanAsset, second: PlanAsset, ahead: Outlook) -> bool:
    mine, theirs = ahead.keep_points[first.asset_id], ahead.keep_points[second.asset_id]
    if any(a < b for a, b in zip(mine, theirs, strict=True)):
        return False
    if mine == theirs and first.asset_id > second.asset_id:
        return False
    return set(ahead.choices[second.asset_id]) <= set(ahead.choices[first.asset_id])


def _no_later(model: Model, first: PlanAsset, second: PlanAsset, ahead: Outlook) -> None:
    """By each year in which the second can go, the first has gone if the second has."""
    years = [year for year in ahead.choices[second.asset_id] if year is not None]
    for last in years:
        gone_second = [(model.take[second.asset_id, y], 1.0) for y in years if y <= last]
        gone_first = [
            (model.take[first.asset_id, y], -1.0)
            for y in ahead.choices[first.asset_id]
            if y is not None and y <= last
        ]
        model.row(-INFINITY, 0, [*gone_second, *gone_first])
