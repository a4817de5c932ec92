"""The spreadsheet rules, which every plan must beat and is shown against: oldest first, and riskiest first.

Each year on its own: what is pinned first, then, down the list, every asset that reaches the guidance age or loses support
within the plan and every candidate that is needed, bought if its trust can pay for it that year and no limit stands
against it, passed over if not. Money is taken ring-fence first, then the trust's own, then the pools'; what is left over
carries into the next year up to its limit. What is bought in one tender shares the joint price, so one more scanner can
make another one affordable: the list is walked again until nothing more can be bought. Upgrades and retirements happen
only where they are pinned.

``oldest_first`` orders the list by age, candidates last; ``risk_first`` by the risk-weighted exposure that each would collect
in that year, then by age.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from procurement.domain.planning.choice import KEPT, Choice, Kind
from procurement.domain.planning.exposure import Outlook, outlook
from procurement.domain.planning.limits import LimitBook, LimitKey, network_ids
from procurement.domain.planning.problem import PlanAsset, PlanningProblem
from procurement.domain.planning.purse import Purse, open_purse
from procurement.domain.planning.result import Schedule
from procurement.domain.planning.settle import (
    full_price_pence,
    tender_network,
    upgrade_price_pence,
    with_vat,
)

_Rank = tuple[int | date, ...]
_Tender = tuple[str, int | None]


def do_nothing(problem: PlanningProblem) -> Schedule:
    """Return the schedule that keeps every asset and sites nothing, whatever is pinned."""
    return {asset.asset_id: KEPT for asset in problem.assets}


def oldest_first(problem: PlanningProblem, ahead: Outlook | None = None) -> Schedule:
    """Return the spreadsheet rule's schedule, oldest first, pins honoured."""
    ahead = ahead or outlook(problem)
    return _Walk(problem, ahead).schedule(lambda asset, _: _seniority(asset, ahead))


def risk_first(problem: PlanningProblem, ahead: Outlook | None = None) -> Schedule:
    """Return the same walk's schedule by the exposure collected in each year, pins honoured."""
    ahead = ahead or outlook(problem)
    return _Walk(problem, ahead).schedule(
        lambda asset, index: (-ahead.keep_points[asset.asset_id][index], *_seniority(asset, ahead))
    )


def _seniority(asset: PlanAsset, ahead: Outlook) -> _Rank:
    """Oldest first; within one age by the exact date; an assumed age comes after the same known age."""
    return (
        int(asset.is_candidate),
        -ahead.ages[asset.asset_id][0],
        asset.installed_on or date.max,
        asset.asset_id,
    )


@dataclass(frozen=True, slots=True)
class _Item:
    """Something to pay for in a year: a new machine at its tender's price, or (``fixed_pence``) an upgrade or a removal."""

    asset: PlanAsset
    tender: _Tender | None
    fixed_pence: int = 0


@dataclass(slots=True)
class _Year:
    """One year's basket: its first ``pinned`` items are bought whatever they cost; ``left`` is what it leaves."""

    purse: Purse
    basket: list[_Item]
    pinned: int
    used: Counter[LimitKey]
    units: Counter[_Tender]
    left: Purse


class _Walk:
    """One problem walked through by a rule."""

    def __init__(self, problem: PlanningProblem, ahead: Outlook) -> None:
        self.problem, self.ahead = problem, ahead
        self.specs = {spec.code: spec for spec in problem.specifications}
        self.pins = {pin.asset_id: pin.choice for pin in problem.pins}
        self.book = LimitBook(problem)
        self.network_of = network_ids(problem)
        self.prices: dict[tuple[int, int], int] = {}

    def schedule(self, rank: Callable[[PlanAsset, int], _Rank]) -> Schedule:
        """Walk through the years, each year's list in the order of ``rank`` (of an asset and the year's position)."""
        chosen = {a.asset_id: self.pins.get(a.asset_id, KEPT) for a in self.problem.assets}
        left: Purse | None = None
        for index, year in enumerate(self.problem.years):
            queue = sorted(self.problem.assets, key=lambda asset: rank(asset, index))
            basket = [item for asset in queue for item in self._pinned_items(asset, year)]
            used = Counter({key: many for key, many in self.book.pinned.items() if key[3] == year})
            purse = open_purse(self.problem, year, left)
            units = Counter(item.tender for item in basket if item.tender is not None)
            this = _Year(purse, basket, len(basket), used, units, purse)
            this.left, _ = self._pay_all(this, basket)
            waiting = [
                (asset, choice)
                for asset in queue
                if asset.asset_id not in self.pins and chosen[asset.asset_id] == KEPT
                if (choice := Choice(_bought_kind(asset), year)) in self.ahead.choices[asset.asset_id]
            ]
            while more := self._walk(this, waiting):
                chosen |= more
                waiting = [one for one in waiting if one[0].asset_id not in more]
            left = this.left
        return chosen

    def _pinned_items(self, asset: PlanAsset, year: int) -> list[_Item]:
        choice = self.pins.get(asset.asset_id)
        if choice is None:
            return []
        spec = self.specs[asset.specification]
        if choice.bought_in == year:
            return [self._new(asset)]
        if choice.upgrade_year == year:
            return [_Item(asset, None, upgrade_price_pence(asset, spec))]
        if choice.kind is Kind.RETIRE and choice.year == year:
            return [_Item(asset, None, with_vat(asset.retire_pence or 0, spec))]
        return []

    def _new(self, asset: PlanAsset) -> _Item:
        spec = self.specs[asset.specification]
        return _Item(asset, (spec.code, tender_network(spec, self.network_of[asset.trust_id])))

    def _walk(self, this: _Year, waiting: list[tuple[PlanAsset, Choice]]) -> dict[int, Choice]:
        """Go down the list once, adding to the basket what can be had; return what was added."""
        added = {}
        for asset, choice in waiting:
            if not self.book.has_room(this.used, asset, choice):
                continue
            if self._can_be_had(this, asset):
                this.used.update(self.book.keys(asset, choice))
                added[asset.asset_id] = choice
        return added

    def _can_be_had(self, this: _Year, asset: PlanAsset) -> bool:
        """Put one more asset into the basket if everything can be paid with it.

        Where it moves its tender to no other price break, the rest of the basket costs what it did.
        """
        item = self._new(asset)
        assert item.tender is not None  # noqa: S101 - what waits is bought
        units, spec = this.units[item.tender], self.specs[asset.specification]
        if not units or spec.tier_index(units) == spec.tier_index(units + 1):
            price = self._price(asset, units + 1)
            if this.left.open_to(asset.trust_id, asset.modality) < price:
                return False
            this.left.pay(asset.trust_id, asset.modality, price)
        else:
            left, paid = self._pay_all(this, [*this.basket, item])
            if not paid:
                return False
            this.left = left
        this.basket.append(item)
        this.units[item.tender] += 1
        return True

    def _pay_all(self, this: _Year, basket: list[_Item]) -> tuple[Purse, bool]:
        """Pay a year's items in order at their joint prices.

        Returns what is left, and whether everything was paid; what is pinned need not be.
        """
        left = this.purse.copy()
        units = Counter(item.tender for item in basket if item.tender is not None)
        for index, item in enumerate(basket):
            price = item.fixed_pence if item.tender is None else self._price(item.asset, units[item.tender])
            unpaid = left.pay(item.asset.trust_id, item.asset.modality, price)
            if unpaid and index >= this.pinned:
                return left, False
        return left, True

    def _price(self, asset: PlanAsset, units: int) -> int:
        spec = self.specs[asset.specification]
        key = (asset.asset_id, spec.tier_index(units))
        if key not in self.prices:
            self.prices[key] = full_price_pence(asset, spec, key[1])
        return self.prices[key]


def _bought_kind(asset: PlanAsset) -> Kind:
    return Kind.ADD if asset.is_candidate else Kind.REPLACE
