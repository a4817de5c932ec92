"""The spreadsheet rule, which every plan must beat and is shown against: oldest first until the money is gone.

Each year on its own: pinned assets first, then, oldest first, every asset that reaches the guidance age or
loses support within the plan, bought if its trust can pay for it and install it that year, passed over if not.
Money is taken ring-fence first, then the trust's own, then the network's; what is left over carries into the
next year up to its limit. Assets of one specification bought in one year share the joint price, so one more
scanner can make another one affordable: the list is walked again until nothing more can be bought.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from procurement.domain.planning.exposure import Outlook, outlook
from procurement.domain.planning.funding import carry_limit_pence
from procurement.domain.planning.problem import PlanAsset, PlanningProblem, Specification
from procurement.domain.planning.result import Schedule
from procurement.domain.planning.settle import full_price_pence


@dataclass(slots=True)
class _Purse:
    """The money of one year, by who may use it."""

    ring: dict[str, int]
    own: dict[int, int]
    network: int

    def pay(self, asset: PlanAsset, amount_pence: int) -> int:
        """Take an amount for an asset and return what could not be paid."""
        from_ring = min(amount_pence, self.ring.get(asset.modality, 0))
        self.ring[asset.modality] = self.ring.get(asset.modality, 0) - from_ring
        amount_pence -= from_ring
        from_own = min(amount_pence, self.own.get(asset.trust_id, 0))
        self.own[asset.trust_id] = self.own.get(asset.trust_id, 0) - from_own
        amount_pence -= from_own
        from_network = min(amount_pence, self.network)
        self.network -= from_network
        return amount_pence - from_network


def do_nothing(problem: PlanningProblem) -> Schedule:
    """Return the schedule that keeps every asset, whatever is pinned."""
    return {asset.asset_id: None for asset in problem.assets}


def oldest_first(problem: PlanningProblem) -> Schedule:
    """Return the spreadsheet rule's schedule, pins honoured."""
    ahead = outlook(problem)
    specs = {spec.code: spec for spec in problem.specifications}
    pins = {pin.asset_id: pin.year for pin in problem.pins}
    queue = sorted(problem.assets, key=lambda asset: _seniority(asset, ahead))
    schedule: dict[int, int | None] = {asset.asset_id: None for asset in problem.assets}
    left = _Purse({}, {}, 0)
    for year in problem.years:
        purse = _open_purse(problem, year, left)
        bought = [asset for asset in queue if pins.get(asset.asset_id) == year]
        pinned = len(bought)
        waiting = [
            asset
            for asset in queue
            if asset.asset_id not in pins
            and schedule[asset.asset_id] is None
            and year in ahead.choices[asset.asset_id]
        ]
        while more := _walk(problem, purse, bought, pinned, waiting, specs):
            waiting = [asset for asset in waiting if asset not in more]
        left, _ = _pay_all(purse, bought, pinned, specs)
        for asset in bought:
            schedule[asset.asset_id] = year
    return schedule


def _seniority(asset: PlanAsset, ahead: Outlook) -> tuple[int, date, int]:
    """Oldest first; within one age by the exact date; an assumed age comes after the same known age."""
    return (-ahead.ages[asset.asset_id][0], asset.installed_on or date.max, asset.asset_id)


def _walk(
    problem: PlanningProblem,
    purse: _Purse,
    bought: list[PlanAsset],
    pinned: int,
    waiting: list[PlanAsset],
    specs: dict[str, Specification],
) -> list[PlanAsset]:
    """Go down the list once, adding to ``bought`` what can be had; return what was added."""
    added = []
    limit = problem.max_installations_per_trust_year
    for asset in waiting:
        installed = sum(other.trust_id == asset.trust_id for other in bought)
        if limit is not None and installed >= limit:
            continue
        if _pay_all(purse, [*bought, asset], pinned, specs)[1]:
            bought.append(asset)
            added.append(asset)
    return added


def _pay_all(
    purse: _Purse, bought: list[PlanAsset], pinned: int, specs: dict[str, Specification]
) -> tuple[_Purse, bool]:
    """Pay a year's purchases in order at their joint prices.

    Returns what is left, and whether everything was paid; the first ``pinned`` ones need not be.
    """
    left = _Purse(dict(purse.ring), dict(purse.own), purse.network)
    units = Counter(asset.specification for asset in bought)
    for index, asset in enumerate(bought):
        spec = specs[asset.specification]
        unpaid = left.pay(asset, full_price_pence(asset, spec, spec.tier_index(units[spec.code])))
        if unpaid and index >= pinned:
            return left, False
    return left, True


def _open_purse(problem: PlanningProblem, year: int, left: _Purse) -> _Purse:
    """This year's envelopes, and what may be carried in of last year's remainder."""
    own = {e.trust_id: e.amount_pence for e in problem.envelopes if e.year == year}
    network = sum(e.amount_pence for e in problem.network_envelopes if e.year == year)
    for e in problem.envelopes:
        if e.year == year - 1:
            limit = carry_limit_pence(e.amount_pence, problem.own_carry_over_basis_points)
            own[e.trust_id] = own.get(e.trust_id, 0) + min(limit, left.own.get(e.trust_id, 0))
    for n in problem.network_envelopes:
        if n.year == year - 1:
            network += min(
                carry_limit_pence(n.amount_pence, problem.network_carry_over_basis_points), left.network
            )
    ring = {r.modality: r.amount_pence for r in problem.ring_fences if r.year == year}
    return _Purse(ring, own, network)
