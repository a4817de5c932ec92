"""The sentences of a machine's account and of the plan's margins: choices, differences, envelopes and limits in words."""

from networks.domain.figures import pounds
from networks.domain.financial_year import label
from procurement.domain.planning.ledger import Money
from procurement.domain.planning.limits import INSTALLED, NETWORK, SITE, LimitBook, LimitKey
from procurement.domain.planning.problem import PlanAsset, PlanningProblem
from procurement.domain.planning.relaxations import (
    EarlierArrival,
    HigherLimit,
    MoreMoney,
    MovedPin,
    Relaxation,
    StatedCover,
)
from procurement.domain.planning.result import Choice, Kind, Source
from procurement.domain.planning.words import listed, modality_name

BEST_FOUND = "the best found by moving at most two machines"
_DONE = {Kind.REPLACE: "replaced", Kind.RETIRE: "retired", Kind.ADD: "added"}
_LEVELS = {
    INSTALLED: "installations in a trust and year",
    SITE: "machines of one modality out of use at one site",
    NETWORK: "machines of one modality out of use in a network",
}


class Names:
    """What things of one problem are called."""

    def __init__(self, problem: PlanningProblem) -> None:
        self.problem = problem
        self.assets = {asset.asset_id: asset for asset in problem.assets}
        self.trusts = {trust.trust_id: trust.name for trust in problem.trusts}
        self.pools = {pool.pool_id: pool.name for pool in problem.pools}
        self.book = LimitBook(problem)

    def money(self, money: Money) -> str:
        """ "Ash's own money in 2027/28", "Network money in 2027/28", "the money ring-fenced for MRI in 2027/28"."""
        if money.source is Source.OWN and money.trust_id is not None:
            whose = f"{self.trusts[money.trust_id]}’s own money"
        elif money.source is Source.POOL and money.pool_id is not None:
            whose = self.pools[money.pool_id]
        else:
            whose = f"the money ring-fenced for {modality_name(money.modality or '')}"
        return f"{whose} in {label(money.year)}"

    def other(self, asset_id: int, trust_id: int) -> str:
        """Another machine as people of ``trust_id`` may know it: their own by name, another trust's by its modality."""
        asset = self.assets[asset_id]
        if asset.trust_id == trust_id:
            return asset.label
        what = "additional " if asset.is_candidate else ""
        return f"one {what}{modality_name(asset.modality)} of another trust"

    def limit(self, key: LimitKey) -> str:
        """A limit that is reached, as a whole sentence."""
        level, place, modality, year = key
        most, when = self.book.most(key), label(year)
        if level == INSTALLED:
            return (
                f"{self.trusts[place]} already has as many installations in {when} as it can take ({most})."
            )
        where = "its site" if level == SITE else "the network" if level == NETWORK else "its trust"
        return f"As many {modality_name(modality)} machines of {where} as may be are out of use in {when} already ({most})."

    def one_more(self, key: LimitKey) -> str:
        """One more machine within a limit, as the beginning of a sentence."""
        level, place, modality, year = key
        if level == INSTALLED:
            return f"One more installation by {self.trusts[place]} in {label(year)}"
        where = "at its site" if level == SITE else "in the network" if level == NETWORK else "in its trust"
        return f"One more {modality_name(modality)} out of use {where} in {label(year)}"

    def relaxation(self, one: Relaxation) -> str:
        """What would have to be allowed, as a whole sentence."""
        if isinstance(one, MoreMoney):
            return f"{pounds(one.pence)} more, inc VAT, of {self.money(one.money)}."
        if isinstance(one, HigherLimit):
            what = _LEVELS.get(one.level, "machines of one modality out of use in one trust")
            return f"The limit on {what}, raised by {one.units}."
        if isinstance(one, EarlierArrival):
            return f"Delivery of {one.specification} from {label(one.year)} on."
        if isinstance(one, StatedCover):
            return f"Something stated that stands in for {self.assets[one.asset_id].label} while it is out."
        if isinstance(one, MovedPin):
            name = self.assets[one.asset_id].label
            if one.choice is None:
                return f"The pin of {name} taken off, and it kept as it is."
            return f"The pin of {name} moved: {done(one.choice)}."
        return f"A fair share of {one.basis_points / 100:g}% instead of {(self.problem.fairness_basis_points or 0) / 100:g}%."


def done(choice: Choice, asset: PlanAsset | None = None) -> str:
    """A choice as the end of "would be …": "replaced in 2028/29", "upgraded in 2028/29 and replaced in 2031/32"."""
    if choice.kind is Kind.KEEP:
        return "left out" if asset is not None and asset.is_candidate else "kept throughout"
    if choice.kind is Kind.UPGRADE and choice.upgrade_year is not None:
        upgraded = f"upgraded in {label(choice.upgrade_year)}"
        if choice.year is None:
            return f"{upgraded} and not replaced within the plan"
        return f"{upgraded} and replaced in {label(choice.year)}"
    return f"{_DONE[choice.kind]} in {label(choice.year or 0)}"


def instead(choice: Choice, was: Choice, asset: PlanAsset) -> str:
    """ "replaced in 2028/29 instead of in 2027/28", "kept throughout instead of replaced in 2027/28"."""
    words = done(choice, asset)
    if choice.kind is was.kind and choice.kind in _DONE:
        return f"{words} instead of in {label(was.year or 0)}"
    return f"{words} instead of {done(was, asset)}"


def difference(points: int, cost_pence: int, breach_pence: int = 0) -> str:
    """What a changed plan differs by, as a clause: "150 points less exposure and £12,000 more whole cost in today's money"."""
    parts = []
    if breach_pence:
        parts.append(f"{pounds(abs(breach_pence))} {_than(breach_pence)} in priced breaches")
    parts.append(
        f"{abs(points):,} point{'s' if abs(points) != 1 else ''} {_than(points)} exposure"
        if points
        else "no difference in exposure"
    )
    rounded = round(cost_pence / 100) * 100
    parts.append(
        f"{pounds(abs(rounded))} {_than(rounded)} whole cost in today’s money"
        if rounded
        else "the same whole cost to the pound"
    )
    return listed(parts)


def _than(number: int) -> str:
    return "more" if number > 0 else "less"
