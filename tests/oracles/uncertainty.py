"""How sure a plan is, the slow and obvious way: every date, every end of every price, evaluated one after the other."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import product

from assets.domain.vocabulary import Condition
from procurement.domain.planning.evaluate import evaluate
from procurement.domain.planning.problem import PlanAsset, PlanningProblem
from procurement.domain.planning.ranges import DateRange, Ranges
from procurement.domain.planning.result import Metrics, Schedule
from procurement.domain.planning.settle import settle
from procurement.domain.risk import risk_of


def days(found: DateRange, step: int = 1) -> list[date]:
    """Every step-th day of a range, and its last."""
    count = (found.latest - found.earliest).days
    return [*(found.earliest + timedelta(days=n) for n in range(0, count, step)), found.latest]


def installed(problem: PlanningProblem, asset: PlanAsset, one: DateRange, day: date, on: date) -> PlanAsset:
    """The machine with that date; its risk is the register's rule on it, as it was when the plan was made."""
    risk = risk_of(
        installed_on=day,
        support_ends_on=asset.support_ends_on,
        condition=Condition(one.condition),
        guidance_years=problem.guidance_years,
        on=on,
    )
    return replace(asset, installed_on=day, risk=risk.score)


def by_date(problem: PlanningProblem, schedule: Schedule, ranges: Ranges, step: int = 1) -> Iterator[Metrics]:
    """The plan's figures for every combination of dates."""
    dates = {one.asset_id: one for one in ranges.dates}
    offers = [
        [installed(problem, asset, dates[asset.asset_id], day, ranges.on) for day in days(dates[asset.asset_id], step)]
        if asset.asset_id in dates
        else [asset]
        for asset in problem.assets
    ]  # fmt: skip
    for assets in product(*offers):
        yield evaluate(replace(problem, assets=assets), schedule)


def by_price(problem: PlanningProblem, schedule: Schedule, ranges: Ranges) -> Iterator[dict[int, int]]:
    """Spend by year for every combination of prices at an end or as planned, and works of a site likewise."""
    prices = {one.specification: one for one in ranges.prices}
    offers = []
    for spec in problem.specifications:
        one = prices.get(spec.code)
        ends = [1] if one is None else [one.low_pence, one.planned_pence, one.high_pence]
        whole = 1 if one is None else one.planned_pence
        offers.append(
            [
                replace(
                    spec,
                    tiers=tuple(
                        replace(tier, unit_price_pence=_nearest(tier.unit_price_pence, part, whole))
                        for tier in spec.tiers
                    ),
                )
                for part in ends
            ]
        )
    sites = sorted({asset.site_id for asset in problem.assets})
    shares = (10_000 - ranges.works_low_basis_points, 10_000, 10_000 + ranges.works_high_basis_points)
    for specs, at in product(product(*offers), product(shares, repeat=len(sites))):
        share = dict(zip(sites, at, strict=True))
        assets = tuple(
            replace(asset, works_pence=_nearest(asset.works_pence, share[asset.site_id], 10_000))
            for asset in problem.assets
        )
        found = settle(replace(problem, specifications=specs, assets=assets), schedule)
        spend = dict.fromkeys(problem.years, 0)
        for line in found.spend:
            spend[line.year] += line.amount_pence
        yield spend


def _nearest(pence: int, part: int, whole: int) -> int:
    return int(Fraction(pence * part, whole) + Fraction(1, 2))
