"""For the independent check: the figures that a result shows, recomputed from its decisions."""

from collections.abc import Iterator
from fractions import Fraction

from procurement.domain.planning.choice import Kind
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import Metrics, Result, Settlement
from procurement.domain.planning.verify_ages import Ages


def check_claims(problem: PlanningProblem, result: Result) -> list[str]:
    """Exposure, ages, spend, cost in present value, counts, families, churn, stages, and what was promised of them."""
    faults = [
        *_check_exposure(problem, result),
        *_check_money(problem, result),
        *_check_counts(problem, result),
    ]
    if result.metrics.rank > result.baseline.rank:
        faults.append("The plan is worse than oldest-first.")
    if result.metrics.rank > result.risk_first.rank:
        faults.append("The plan is worse than risk-first.")
    if result.inputs_hash != problem.inputs_hash():
        faults.append("The plan was made for other inputs.")
    return [*faults, *_check_stages(result)]


def _check_exposure(problem: PlanningProblem, result: Result) -> Iterator[str]:
    assets = {asset.asset_id: asset for asset in problem.assets}
    ages = Ages(problem)
    exposure = past_ten = past_guidance = 0
    for decision in result.decisions:
        asset = assets[decision.asset_id]
        exposure += ages.points_left(asset, decision.choice)
        for year in problem.years:
            age = ages.machine_age(asset, decision.choice, year)
            past_ten += age is not None and age >= 10
            past_guidance += age is not None and age >= problem.guidance_years
    metrics = result.metrics
    if exposure != metrics.exposure:
        yield f"The exposure shown is {metrics.exposure}, but it comes to {exposure}."
    if (past_ten, past_guidance) != (metrics.asset_years_over_10, metrics.asset_years_over_guidance):
        yield "The asset-years shown are not those of the decisions."


def _check_money(problem: PlanningProblem, result: Result) -> Iterator[str]:
    metrics, settlement = result.metrics, result.settlement
    if metrics.spend_pence != sum(decision.full_price_pence for decision in settlement.decisions):
        yield "The spend shown is not the sum of the decisions."
    if metrics.breaches_pence != sum(breach.amount_pence for breach in settlement.breaches):
        yield "The breaches shown are not the sum of those named."
    if metrics.cost_present_value_pence != _present_value(problem, settlement):
        yield "The cost shown is not the present value of spend and tenders."


def _present_value(problem: PlanningProblem, settlement: Settlement) -> int:
    """Pound by pound, a year's discount at a time, rounded once."""
    spent = [(tender.year, problem.tender_cost_pence) for tender in settlement.tenders]
    for d in settlement.decisions:
        if d.upgrade_year is not None:
            spent.append((d.upgrade_year, d.upgrade_year_pence))
        if d.year is not None:
            spent.append((d.year, d.full_price_pence - d.upgrade_year_pence))
    worth = {problem.first_year: Fraction(1)}
    for year in problem.years[1:]:
        worth[year] = worth[year - 1] / (1 + Fraction(problem.discount_basis_points, 10_000))
    total = sum((amount * worth[year] for year, amount in spent), Fraction(0))
    return int(total + Fraction(1, 2))


def _check_counts(problem: PlanningProblem, result: Result) -> Iterator[str]:
    metrics, decisions = result.metrics, result.decisions
    counts = {
        "replaced": sum(
            d.kind is Kind.REPLACE or (d.kind is Kind.UPGRADE and d.year is not None) for d in decisions
        ),
        "added": sum(d.kind is Kind.ADD for d in decisions),
        "upgraded": sum(d.kind is Kind.UPGRADE for d in decisions),
        "retired": sum(d.kind is Kind.RETIRE for d in decisions),
        "tender_count": len(result.tenders),
        "saving_pence": sum(tender.saving_pence for tender in result.tenders),
    }
    for name, count in counts.items():
        if getattr(metrics, name) != count:
            yield f"The figure shown as {name} is not that of the decisions."
    networks = {trust.trust_id: trust.network_id for trust in problem.trusts}
    used_on = {d.asset_id for d in decisions if d.year is None}
    kept = {
        (networks[asset.trust_id], asset.modality, asset.family)
        for asset in problem.assets
        if asset.asset_id in used_on and asset.family is not None
    }
    families = len(kept) + len(result.tenders)
    if (metrics.family_count, metrics.family_price_pence) != (
        families,
        families * problem.family_price_pence,
    ):
        yield "The model families shown are not those left in use and tendered for."
    now = {d.asset_id: d.choice for d in decisions}
    if metrics.churn != len([1 for asset_id, choice in problem.previous if now[asset_id] != choice]):
        yield "The number of changed decisions shown is wrong."


def _check_stages(result: Result) -> Iterator[str]:
    """Each stage shows the plan's own figure, and no bound above it."""
    for stage in result.stages:
        value = _figure(result.metrics, stage.name)
        if stage.value != value:
            yield f"The stage {stage.name} shows another figure than the plan's."
        if stage.bound is not None and stage.bound > value + 1e-6 * abs(value):
            yield f"The stage {stage.name} claims that nothing is as good as the plan itself."


def _figure(metrics: Metrics, stage: str) -> float:
    return float(
        {
            "breach": metrics.breaches_pence,
            "exposure": metrics.exposure,
            "cost": metrics.cost_present_value_pence + metrics.family_price_pence,
            "churn": metrics.churn,
        }[stage]
    )
