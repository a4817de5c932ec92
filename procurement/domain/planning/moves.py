"""A plan on which single machines can be moved on trial: what changes in points, bills and counts, in a moment.

Nothing here decides anything. ``Moves.step`` works out the difference that a few changed decisions make, exactly
for points, bills and counted limits; money is then asked of the ``Ledger``. Whatever is reported to people is settled
again by ``settle``, from nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from procurement.domain.planning.evaluate import discount_factor
from procurement.domain.planning.exposure import Outlook
from procurement.domain.planning.funding import SpendKey
from procurement.domain.planning.ledger import PAID, Ledger, Missing
from procurement.domain.planning.limits import LimitBook, LimitKey, pinned_trust_years
from procurement.domain.planning.problem import PlanAsset, PlanningProblem, Specification
from procurement.domain.planning.result import Choice, Kind, Schedule
from procurement.domain.planning.settle import (
    TenderKey,
    full_price_pence,
    tender_network,
    upgrade_price_pence,
    with_vat,
)


@dataclass(frozen=True, slots=True)
class Step:
    """The difference that changed decisions make: points, bills, limits that they would exceed, limits that they relieve,
    and roughly the present value of the cost. ``missing`` is what the ledger says, PAID until it was asked."""

    changes: tuple[tuple[int, Choice], ...]
    points: int
    cost: float
    bills: Mapping[SpendKey, int]
    over: frozenset[LimitKey]
    relieves: frozenset[LimitKey]
    tenders: frozenset[TenderKey]
    missing: Missing = PAID

    @property
    def possible(self) -> bool:
        """Whether it can be had just so."""
        return not self.over and self.missing.nothing


class Moves:
    """A settled plan and its ledger. ``schedule`` changes only with ``apply``."""

    def __init__(self, problem: PlanningProblem, schedule: Schedule, ahead: Outlook) -> None:
        self.problem, self.ahead = problem, ahead
        self.schedule: dict[int, Choice] = dict(schedule)
        self.assets = {asset.asset_id: asset for asset in problem.assets}
        self._specs = {spec.code: spec for spec in problem.specifications}
        self._network_of = {trust.trust_id: trust.network_id for trust in problem.trusts}
        self._factor = {year: float(discount_factor(problem, year)) for year in problem.years}
        self.limits = LimitBook(problem)
        self._members: dict[TenderKey, set[int]] = defaultdict(set)
        self._counts: Counter[LimitKey] = Counter()
        for asset in problem.assets:
            choice = self.schedule[asset.asset_id]
            if key := self.tender(asset, choice):
                self._members[key].add(asset.asset_id)
            self._counts.update(self.limits.keys(asset, choice))
        bills: dict[SpendKey, int] = defaultdict(int)
        for asset in problem.assets:
            choice = self.schedule[asset.asset_id]
            self._bill(bills, asset, choice, self._tier(self.tender(asset, choice), {}), 1)
        self.ledger = Ledger(problem, bills, pinned_trust_years(problem))

    def tender(self, asset: PlanAsset, choice: Choice) -> TenderKey | None:
        """Return the tender that a choice belongs to, None where nothing is bought."""
        year = choice.bought_in
        if year is None:
            return None
        spec = self._specs[asset.specification]
        return (spec.code, tender_network(spec, self._network_of[asset.trust_id]), year)

    def step(self, changes: Mapping[int, Choice]) -> Step:
        """Work out what changed decisions make different. The ledger is not asked."""
        points = 0
        counts: Counter[LimitKey] = Counter()
        units: Counter[TenderKey] = Counter()
        for asset_id, choice in changes.items():
            asset, was = self.assets[asset_id], self.schedule[asset_id]
            totals = self.ahead.totals[asset_id]
            points += totals[choice] - totals[was]
            counts.subtract(self.limits.keys(asset, was))
            counts.update(self.limits.keys(asset, choice))
            for key, sign in ((self.tender(asset, was), -1), (self.tender(asset, choice), 1)):
                if key:
                    units[key] += sign
        bills: dict[SpendKey, int] = defaultdict(int)
        cost = self._reprice(bills, changes, units)
        for asset_id, choice in changes.items():
            asset, was = self.assets[asset_id], self.schedule[asset_id]
            self._bill(bills, asset, was, self._tier(self.tender(asset, was), {}), -1)
            self._bill(bills, asset, choice, self._tier(self.tender(asset, choice), units), 1)
        cost += sum(pence * self._factor[key[2]] for key, pence in bills.items())
        return Step(
            changes=tuple(sorted(changes.items())),
            points=points,
            cost=cost,
            bills={key: pence for key, pence in bills.items() if pence},
            over=frozenset(
                limit
                for limit, more in counts.items()
                if more > 0 and self._counts[limit] + more > self.limits.most(limit)
            ),
            relieves=frozenset(limit for limit, more in counts.items() if more < 0),
            tenders=frozenset(units),
        )

    def tried(self, step: Step) -> Missing:
        """Ask the ledger what a step would leave unpaid, and take it back."""
        mark = self.ledger.mark()
        self.ledger.change(step.bills)
        missing = self.ledger.check()
        self.ledger.back(mark)
        return missing

    def apply(self, changes: Mapping[int, Choice]) -> None:
        """Make changes part of the plan. Its bills are not paid by this: see ``Ledger.change``."""
        for asset_id, choice in changes.items():
            asset, was = self.assets[asset_id], self.schedule[asset_id]
            if key := self.tender(asset, was):
                self._members[key].discard(asset_id)
            self._counts.subtract(self.limits.keys(asset, was))
            self.schedule[asset_id] = choice
            if key := self.tender(asset, choice):
                self._members[key].add(asset_id)
            self._counts.update(self.limits.keys(asset, choice))

    def _reprice(
        self, bills: dict[SpendKey, int], changes: Mapping[int, Choice], units: Counter[TenderKey]
    ) -> float:
        """Bill those who stay in a tender at the break it reaches now; return the cost of tenders opened or spared."""
        cost = 0.0
        for key, more in units.items():
            code, _, year = key
            before = len(self._members.get(key, ()))
            after = before + more
            if not before or not after:
                opened = (after > 0) - (before > 0)
                cost += opened * self.problem.tender_cost_pence * self._factor[year]
                continue
            spec = self._specs[code]
            old, new = spec.tier_index(before), spec.tier_index(after)
            if old == new:
                continue
            for asset_id in sorted(self._members[key] - changes.keys()):
                asset, choice = self.assets[asset_id], self.schedule[asset_id]
                self._bill(bills, asset, choice, old, -1)
                self._bill(bills, asset, choice, new, 1)
        return cost

    def _tier(self, key: TenderKey | None, units: Mapping[TenderKey, int]) -> int:
        if key is None:
            return 0
        return self._specs[key[0]].tier_index(len(self._members.get(key, ())) + units.get(key, 0))

    def _bill(
        self, bills: dict[SpendKey, int], asset: PlanAsset, choice: Choice, tier: int, sign: int
    ) -> None:
        spec = self._specs[asset.specification]
        for year, pence in bills_of(asset, choice, spec, tier).items():
            bills[asset.trust_id, asset.modality, year] += sign * pence


def bills_of(asset: PlanAsset, choice: Choice, spec: Specification, tier: int) -> dict[int, int]:
    """Return what a choice costs by year, in pence inc VAT, at a price break."""
    bills: dict[int, int] = {}
    if choice.upgrade_year is not None:
        bills[choice.upgrade_year] = upgrade_price_pence(asset, spec)
    if choice.bought_in is not None:
        bills[choice.bought_in] = full_price_pence(asset, spec, tier)
    elif choice.kind is Kind.RETIRE and choice.year is not None:
        bills[choice.year] = with_vat(asset.retire_pence or 0, spec)
    return bills
