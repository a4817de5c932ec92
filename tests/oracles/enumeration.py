"""Every possible schedule of a tiny problem, and the best of them by the order of the stages.

Of the product it uses the exact reckoning (``settle``, ``evaluate_settlement``) and the spreadsheet rules, nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from procurement.domain.planning.baseline import oldest_first, risk_first
from procurement.domain.planning.evaluate import evaluate, evaluate_settlement
from procurement.domain.planning.exposure import outlook
from procurement.domain.planning.problem import Choice, Kind, PlanAsset, PlanningProblem
from procurement.domain.planning.result import Breach, BreachKind, Metrics, Settlement
from procurement.domain.planning.settle import settle
from tests.oracles.plan_choices import open_choices


@dataclass(frozen=True, slots=True)
class Best:
    """The least breach and exposure; the most exposure and the least cost of stage 3; the churn that stage 4 may reach."""

    breach: int
    exposure: int
    most_exposure: int
    cost: int
    most_cost: int
    churns: frozenset[int]


def allowed_plans(problem: PlanningProblem) -> Iterator[Metrics]:
    """Yield the figures of every schedule that breaks nothing but what pins excuse."""
    ahead = outlook(problem)
    ids = [asset.asset_id for asset in problem.assets]
    for choices in product(*(open_choices(problem, asset) for asset in problem.assets)):
        settlement = settle(problem, dict(zip(ids, choices, strict=True)), ahead)
        if is_excused(problem, settlement):
            yield evaluate_settlement(problem, settlement, ahead)


def best(problem: PlanningProblem) -> Best:
    """Try everything."""
    tried = list(allowed_plans(problem))
    breach = min(one.breaches_pence for one in tried)
    tried = [one for one in tried if one.breaches_pence == breach]
    exposure = min(one.exposure for one in tried)
    floor = min(
        (evaluate(problem, rule(problem)) for rule in (oldest_first, risk_first)), key=lambda m: m.rank
    )
    most_exposure = exposure * (10_000 + problem.exposure_tolerance_basis_points) // 10_000
    if floor.breaches_pence == breach:
        most_exposure = min(most_exposure, floor.exposure)
    tried = [one for one in tried if one.exposure <= most_exposure]
    cost = min(one.cost_stage_pence for one in tried)
    churns, costs = set(), set()
    for left in {one.exposure for one in tried if one.cost_stage_pence == cost}:
        most = cost * (10_000 + problem.cost_tolerance_basis_points) // 10_000
        if (floor.breaches_pence, floor.exposure) == (breach, left):
            most = min(most, floor.cost_stage_pence)
        churns.add(min(o.churn for o in tried if o.exposure <= left and o.cost_stage_pence <= most))
        costs.add(most)
    return Best(breach, exposure, most_exposure, cost, max(costs), frozenset(churns))


def is_excused(problem: PlanningProblem, settlement: Settlement) -> bool:
    """Whether every breach but unfairness is what pins by themselves ask for."""
    pins = {pin.asset_id: pin.choice for pin in problem.pins}
    return all(_excused(problem, pins, breach) for breach in settlement.breaches)


def _excused(problem: PlanningProblem, pins: dict[int, Choice], breach: Breach) -> bool:
    if breach.kind is BreachKind.FAIRNESS:
        return True
    if breach.asset_id is not None:
        return breach.asset_id in pins
    if breach.kind is BreachKind.ENVELOPE:
        return any(
            asset.trust_id == breach.trust_id and breach.year in _years(pins[asset.asset_id])
            for asset in problem.assets
            if asset.asset_id in pins
        )
    if breach.kind is BreachKind.INSTALLATIONS:
        most = problem.max_installations_per_trust_year
    elif breach.site_id is not None:
        most = problem.most_out_per_site
    else:
        most = problem.most_out_per_network if breach.trust_id is None else problem.most_out_per_trust
    network = {trust.trust_id: trust.network_id for trust in problem.trusts}
    asked = 0
    for asset in problem.assets:
        if asset.asset_id in pins and _counts(pins[asset.asset_id], asset, breach):
            here = breach.trust_id is None or asset.trust_id == breach.trust_id
            if breach.site_id is not None:
                here = asset.site_id == breach.site_id
            asked += here and network[asset.trust_id] == breach.network_id
    return most is not None and breach.units <= asked - most


def _years(choice: Choice) -> tuple[int | None, ...]:
    return (choice.year, choice.upgrade_year)


def _counts(choice: Choice, asset: PlanAsset, breach: Breach) -> bool:
    """Whether a choice is an installation, or a machine out of use, as counted by a breach."""
    if breach.kind is BreachKind.INSTALLATIONS:
        return choice.year == breach.year and choice.kind is not Kind.RETIRE
    works = choice.kind in (Kind.REPLACE, Kind.UPGRADE)
    return works and asset.modality == breach.modality and breach.year in _years(choice)
