"""How good a schedule is, on the same figures whoever made it."""

from fractions import Fraction

from procurement.domain.planning.exposure import Outlook, outlook
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import Metrics, Schedule, Settlement
from procurement.domain.planning.settle import settle


def evaluate(problem: PlanningProblem, schedule: Schedule) -> Metrics:
    """Return a schedule's figures, exactly. Raises ValueError for one that does not fit the problem."""
    return evaluate_settlement(problem, settle(problem, schedule), outlook(problem))


def evaluate_settlement(problem: PlanningProblem, settlement: Settlement, ahead: Outlook) -> Metrics:
    """As ``evaluate``, for a schedule already settled and an outlook already worked out."""
    past_ten = past_guidance = exposure = spend = 0
    for decision in settlement.decisions:
        exposure += ahead.totals[decision.asset_id][decision.year]
        spend += decision.full_price_pence
        for age in ages_at_each_31_march(problem, ahead, decision.asset_id, decision.year):
            past_ten += age >= 10
            past_guidance += age >= problem.guidance_years
    return Metrics(
        breaches_pence=sum(breach.amount_pence for breach in settlement.breaches),
        exposure=exposure,
        cost_present_value_pence=_present_value_pence(problem, settlement),
        asset_years_over_10=past_ten,
        asset_years_over_guidance=past_guidance,
        spend_pence=spend,
        tender_count=len(settlement.tenders),
        saving_pence=sum(tender.saving_pence for tender in settlement.tenders),
        replaced=sum(decision.year is not None for decision in settlement.decisions),
    )


def ages_at_each_31_march(
    problem: PlanningProblem, ahead: Outlook, asset_id: int, year: int | None
) -> tuple[int, ...]:
    """Return completed years at each 31 March, of the asset until ``year`` and of its successor from then."""
    kept = ahead.ages[asset_id]
    if year is None:
        return kept
    index = year - problem.first_year
    return (*kept[:index], *range(problem.horizon_years - index))


def discount_factor(problem: PlanningProblem, year: int) -> Fraction:
    """Return today's value of a pound spent in ``year``; 1 in the first year (Green Book, real terms)."""
    return Fraction(10_000, 10_000 + problem.discount_basis_points) ** (year - problem.first_year)


def _present_value_pence(problem: PlanningProblem, settlement: Settlement) -> int:
    """Spend inc VAT and the cost of running the tenders, discounted, rounded once at the end (halves up)."""
    total = Fraction(0)
    for decision in settlement.decisions:
        if decision.year is not None:
            total += decision.full_price_pence * discount_factor(problem, decision.year)
    for tender in settlement.tenders:
        total += problem.tender_cost_pence * discount_factor(problem, tender.year)
    return int(total + Fraction(1, 2))
