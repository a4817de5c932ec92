"""The model's limits that count machines, fairness, model families, and what changes against the last agreed plan."""

from collections import defaultdict
from collections.abc import Sequence

from procurement.domain.planning.breaches import single_breaches
from procurement.domain.planning.choice import KEPT
from procurement.domain.planning.fairness import MILLION, FairShare, fair_shares
from procurement.domain.planning.limits import LimitKey
from procurement.domain.planning.model_columns import INFINITY, Making, Terms
from procurement.domain.planning.problem import PlanAsset

_HALF_A_MILLIONTH = 0.5 / MILLION
"""A trust's excess is a whole number of millionths of a point: half of one can hide nothing, and keeps rounding out."""


def add_counted_limits(making: Making) -> None:
    """Constraint 5 and the installations: at most so many of each key; what pins ask beyond is a priced breach."""
    model, book = making.model, making.book
    terms: dict[LimitKey, Terms] = defaultdict(list)
    users: dict[LimitKey, set[int]] = defaultdict(set)
    for asset in making.assets:
        for choice, column in making.taken(asset):
            for key in book.keys(asset, choice):
                terms[key].append((column, 1.0))
                users[key].add(asset.asset_id)
    for key in sorted(terms):
        most, beyond = book.most(key), book.allowed(key) - book.most(key)
        if beyond > 0:
            over = model.column(float(beyond), ("over", *key), book.place(key))
            model.breach[over] = making.units(making.problem.over_limit_price_pence)
            model.at_most([*terms[key], (over, -1.0)], float(most))
        elif len(users[key]) > most:
            model.at_most(terms[key], float(most))


def add_fixed_breaches(making: Making) -> None:
    """What single pins break whatever else is decided: lead times, and emergency sites left without cover."""
    assets = {asset.asset_id: asset for asset in making.assets}
    for pin in sorted(making.problem.pins, key=lambda pin: pin.asset_id):
        asset = assets[pin.asset_id]
        for _, _, units, _ in single_breaches(asset, making.specs[asset.specification], pin.choice):
            making.model.breach_fixed += making.units(units * making.problem.over_limit_price_pence)


def add_fairness(making: Making) -> None:
    """Constraint 7, in points: a trust's exposure left is at most its share of the network's, or a priced breach."""
    shares = fair_shares(making.problem)
    if not shares:
        return
    model = making.model
    of_trust: dict[int, Terms] = defaultdict(list)
    kept: dict[int, float] = defaultdict(float)
    most: dict[int, float] = defaultdict(float)
    of_network: dict[int, list[PlanAsset]] = defaultdict(list)
    for asset in making.assets:
        if asset.is_candidate:
            continue
        totals = making.ahead.totals[asset.asset_id]
        kept[asset.trust_id] += totals[KEPT]
        most[asset.trust_id] += max(totals.values())
        of_network[making.networks[asset.trust_id]].append(asset)
        of_trust[asset.trust_id] += [
            (column, float(totals[choice] - totals[KEPT])) for choice, column in making.taken(asset)
        ]
    left = {}
    for network in sorted({share.network_id for share in shares}):
        trusts = sorted({asset.trust_id for asset in of_network[network]})
        terms = [term for trust in trusts for term in of_trust[trust]]
        constant = sum(kept[trust] for trust in trusts)
        left[network] = model.column(INFINITY, ("left", network), (None, network))
        model.equal([*terms, (left[network], -1.0)], -constant)
        model.follows[left[network]] = _sum_of(terms, constant)
    for share in shares:
        trust = share.trust_id
        over = model.column(most[trust], ("unfair", trust), making.owner(trust), whole=True)
        _add_share(making, share, of_trust[trust], kept[trust], left[share.network_id], over)


def _add_share(making: Making, share: FairShare, terms: Terms, kept: float, left: int, over: int) -> None:
    making.model.breach[over] = making.units(making.problem.fairness_price_pence_per_point)
    row = [*terms, (left, -share.millionths / MILLION), (over, -1.0)]
    making.model.at_most(row, _HALF_A_MILLIONTH - kept)


def _sum_of(terms: Terms, constant: float) -> "_Follow":
    return _Follow(tuple(terms), constant)


class _Follow:
    """The value of a column that is a sum of others."""

    def __init__(self, terms: tuple[tuple[int, float], ...], constant: float) -> None:
        self._terms, self._constant = terms, constant

    def __call__(self, values: Sequence[float]) -> float:
        return self._constant + sum(values[column] * factor for column, factor in self._terms)


class _AnyKept:
    """1 where any machine of a family stays in use: where none of the columns that end its use is 1."""

    def __init__(self, ends: tuple[tuple[int, ...], ...]) -> None:
        self._ends = ends

    def __call__(self, values: Sequence[float]) -> float:
        return max((1.0 - sum(values[column] for column in ends) for ends in self._ends), default=0.0)


def add_families(making: Making) -> None:
    """Stage 3 counts each model family of a network and modality in use at the end, and each tender."""
    model, price = making.model, making.units(making.problem.family_price_pence)
    if not price:
        return
    for column in model.tier.values():
        model.cost[column] += price
    ends: dict[tuple[int, str, str], list[tuple[int, ...]]] = defaultdict(list)
    for asset in making.assets:
        if asset.family is not None:
            leaving = tuple(column for choice, column in making.taken(asset) if choice.year is not None)
            ends[making.networks[asset.trust_id], asset.modality, asset.family].append(leaving)
    for key, machines in sorted(ends.items()):
        column = model.column(1.0, ("family", *key), (None, key[0]))
        model.cost[column] = price
        model.follows[column] = _AnyKept(tuple(machines))
        for leaving in machines:
            model.at_most([(column, -1.0), *((end, -1.0) for end in leaving)], -1.0)


def add_churn(making: Making) -> None:
    """Stage 4: one for every decision of the last agreed plan that is not taken again."""
    model = making.model
    for asset_id, choice in sorted(making.problem.previous):
        choices = making.ahead.choices[asset_id]
        if choice not in choices:
            model.churn_fixed += 1.0
        elif choice == KEPT:
            for other in choices:
                if other != KEPT:
                    model.churn[model.take[asset_id, other]] = 1.0
        else:
            model.churn_fixed += 1.0
            model.churn[model.take[asset_id, choice]] = -1.0
