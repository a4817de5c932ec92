"""How good a schedule is, on the same figures whoever made it."""

from fractions import Fraction

from procurement.domain.planning.choice import Choice, Kind
from procurement.domain.planning.exposure import Outlook, outlook
from procurement.domain.planning.limits import network_ids
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import Metrics, Schedule, Settlement
from procurement.domain.planning.settle import settle


def evaluate(problem: PlanningProblem, schedule: Schedule) -> Metrics:
    """Return a schedule's figures, exactly. Raises ValueError for one that does not fit the problem."""
    ahead = outlook(problem)
    return evaluate_settlement(problem, settle(problem, schedule, ahead), ahead)


def evaluate_settlement(problem: PlanningProblem, settlement: Settlement, ahead: Outlook) -> Metrics:
    """As ``evaluate``, for a schedule already settled and an outlook already worked out."""
    past_ten = past_guidance = exposure = spend = 0
    chosen = {decision.asset_id: decision.choice for decision in settlement.decisions}
    candidates = {asset.asset_id for asset in problem.assets if asset.is_candidate}
    for decision in settlement.decisions:
        exposure += ahead.totals[decision.asset_id][decision.choice]
        spend += decision.full_price_pence
        for age in ages_at_each_31_march(
            problem, ahead, decision.asset_id, decision.choice, is_candidate=decision.asset_id in candidates
        ):
            past_ten += age >= 10
            past_guidance += age >= problem.guidance_years
    families = len(families_left(problem, chosen)) + len(settlement.tenders)
    kinds = [choice.kind for choice in chosen.values()]
    return Metrics(
        breaches_pence=sum(breach.amount_pence for breach in settlement.breaches),
        exposure=exposure,
        cost_present_value_pence=_present_value_pence(problem, settlement),
        asset_years_over_10=past_ten,
        asset_years_over_guidance=past_guidance,
        spend_pence=spend,
        tender_count=len(settlement.tenders),
        saving_pence=sum(tender.saving_pence for tender in settlement.tenders),
        replaced=sum(
            choice.kind in (Kind.REPLACE, Kind.UPGRADE) and choice.year is not None
            for choice in chosen.values()
        ),
        added=kinds.count(Kind.ADD),
        upgraded=kinds.count(Kind.UPGRADE),
        retired=kinds.count(Kind.RETIRE),
        family_count=families,
        family_price_pence=families * problem.family_price_pence,
        churn=sum(chosen[asset_id] != choice for asset_id, choice in problem.previous),
    )


def families_left(problem: PlanningProblem, schedule: dict[int, Choice]) -> set[tuple[int, str, str]]:
    """Return the (network id, modality, family) still in use at the plan's end, of machines whose family is known."""
    network_of = network_ids(problem)
    return {
        (network_of[asset.trust_id], asset.modality, asset.family)
        for asset in problem.assets
        if asset.family is not None and schedule[asset.asset_id].year is None
    }


def ages_at_each_31_march(
    problem: PlanningProblem, ahead: Outlook, asset_id: int, choice: Choice, *, is_candidate: bool = False
) -> tuple[int, ...]:
    """Return completed years at each 31 March: of the asset until a new machine comes, and of that one from then.

    No age where there is no machine: before a candidate is sited, after a machine is retired.
    """
    kept = () if is_candidate else ahead.ages[asset_id]
    if choice.year is None:
        return kept
    index = choice.year - problem.first_year
    successor = () if choice.kind is Kind.RETIRE else range(problem.horizon_years - index)
    return (*kept[:index], *successor)


def discount_factor(problem: PlanningProblem, year: int) -> Fraction:
    """Return today's value of a pound spent in ``year``; 1 in the first year (Green Book, real terms)."""
    return Fraction(10_000, 10_000 + problem.discount_basis_points) ** (year - problem.first_year)


def _present_value_pence(problem: PlanningProblem, settlement: Settlement) -> int:
    """Spend inc VAT and the cost of running the tenders, discounted, rounded once at the end (halves up)."""
    factor = {year: discount_factor(problem, year) for year in problem.years}
    total = Fraction(0)
    by_year = dict.fromkeys(problem.years, 0)
    for decision in settlement.decisions:
        for year, amount in decision.spend_by_year.items():
            by_year[year] += amount
    for tender in settlement.tenders:
        by_year[tender.year] += problem.tender_cost_pence
    for year, amount in by_year.items():
        total += amount * factor[year]
    return int(total + Fraction(1, 2))
