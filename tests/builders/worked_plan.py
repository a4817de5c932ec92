"""The worked example of docs/algorithms/planning.md: two trusts who can buy together what neither can alone."""

from dataclasses import replace
from datetime import date

from procurement.domain.planning.problem import (
    Envelope,
    PlanAsset,
    PlanningProblem,
    PlanTrust,
    Pool,
    PoolEnvelope,
    Specification,
    Tier,
)


def worked_plan() -> PlanningProblem:
    """Ash has one CT and £730,000, Beech two CTs and £1.45m, all of it in 2027/28; three CTs cost 5% less each."""
    return PlanningProblem(
        first_year=2027,
        horizon_years=5,
        guidance_years=10,
        assets=(_ct(1, 1, 2014), _ct(2, 2, 2015), _ct(3, 2, 2016)),
        specifications=(Specification("CT-STD", "CT", (Tier(1, 2, 57_000_000), Tier(3, None, 54_150_000))),),
        trusts=(PlanTrust(1, "Ash"), PlanTrust(2, "Beech")),
        envelopes=(Envelope(1, 2027, 73_000_000), Envelope(2, 2027, 145_000_000)),
        tender_cost_pence=2_500_000,
    )


def worked_margins() -> PlanningProblem:
    """The same machines with their money in two years, and £100,000 of the ICB's for either trust in the second."""
    return replace(
        worked_plan(),
        envelopes=(
            Envelope(1, 2027, 73_000_000),
            Envelope(1, 2028, 60_000_000),
            Envelope(2, 2027, 72_500_000),
            Envelope(2, 2028, 80_000_000),
        ),
        pools=(Pool(1, "ICB money", (1, 2), 0),),
        pool_envelopes=(PoolEnvelope(1, 2028, 10_000_000),),
    )


def _ct(number: int, trust: int, installed: int) -> PlanAsset:
    return PlanAsset(
        asset_id=number,
        label=f"CT {number}",
        trust_id=trust,
        site_id=trust,
        specification="CT-STD",
        modality="CT",
        installed_on=date(installed, 4, 1),
        works_pence=6_000_000,
    )
