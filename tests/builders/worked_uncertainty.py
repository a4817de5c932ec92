"""The worked example of docs/algorithms/uncertainty.md: three CTs, one of them of unknown date, and what others paid."""

from dataclasses import replace
from datetime import date

from assets.domain.vocabulary import Condition
from procurement.domain.benchmark import Purchase, summarise
from procurement.domain.planning.choice import KEPT, replaced
from procurement.domain.planning.problem import (
    Envelope,
    PlanAsset,
    PlanningProblem,
    PlanTrust,
    Specification,
    Tier,
)
from procurement.domain.planning.ranges import Evidence, Ranges, date_range, price_range, uncertainty_rules
from procurement.domain.planning.result import Schedule
from procurement.domain.risk import risk_of

ON = date(2026, 11, 24)
PAID_POUNDS = (520_000, 540_000, 560_000, 580_000, 600_000, 640_000)


def worked_uncertainty() -> tuple[PlanningProblem, Schedule, Ranges]:
    """Return the problem, the decisions that are held, and what is not known."""
    rules = uncertainty_rules()
    problem = PlanningProblem(
        first_year=2027,
        horizon_years=5,
        guidance_years=10,
        assets=(
            _ct(1, 1, date(2014, 4, 1)),
            _ct(2, 2, date(2015, 1, 1)),
            _ct(3, 2, None),
        ),
        specifications=(Specification("CT-STD", "CT", (Tier(1, None, 57_000_000),)),),
        trusts=(PlanTrust(1, "Ash"), PlanTrust(2, "Beech")),
        envelopes=(Envelope(1, 2027, 76_000_000), Envelope(2, 2029, 76_000_000)),
        tender_cost_pence=2_500_000,
    )
    known = [asset.installed_on for asset in problem.assets if asset.installed_on]
    facts = {"modality": "CT", "kind": known, "on": ON}
    made = Evidence(date(2016, 1, 1), "it was made in 2016")
    used = Evidence(date(2017, 12, 31), "it examined people in the period that ended on 31 December 2017")
    dates = (
        date_range(1, installed_on=date(2014, 4, 1), precision="D", **facts),
        date_range(2, installed_on=date(2015, 1, 1), precision="Y", **facts),
        date_range(3, installed_on=None, precision="", not_before=[made], not_after=[used], **facts),
    )
    paid = [Purchase("North", number % 4, 1, price * 100, ON) for number, price in enumerate(PAID_POUNDS)]
    ranges = Ranges(
        ON,
        tuple(one for one in dates if one is not None),
        (price_range("CT-STD", 57_000_000, summarise(paid)[-1]),),
        rules.works_low_basis_points,
        rules.works_high_basis_points,
    )
    return problem, {1: replaced(2027), 2: replaced(2029), 3: KEPT}, ranges


def _ct(number: int, trust: int, installed_on: date | None) -> PlanAsset:
    risk = risk_of(
        installed_on=installed_on,
        support_ends_on=None,
        condition=Condition.NOT_KNOWN,
        guidance_years=10,
        on=ON,
    )
    asset = PlanAsset(
        asset_id=number,
        label=f"CT {number}",
        trust_id=trust,
        site_id=trust,
        specification="CT-STD",
        modality="CT",
        installed_on=installed_on,
        works_pence=6_000_000,
    )
    return replace(asset, risk=risk.score)
