"""Exposure: what stage 2 makes small, in whole points, and the ages it rests on.

At each 31 March of the plan every scanner collects points. 100 points is one scanner spending one year past
the guidance with no other risk. The rule, with the weights of ``procurement/rules/planning.toml``:

* under the guidance age (7 or 10): 0; at or past it but under ten: 100;
* at or past ten: 500, and 50 more for each completed year beyond ten up to fifteen (750 at most);
* support ended before that 31 March: 1,000 more, at any age;
* all of it times (1 + risk), the risk rounded to whole per cents.

Worked example, guidance 7: a scanner of 12 completed years, risk 0.25, supported: (500 + 2 x 50) x 1.25 = 750
points. Once its support has ended: (600 + 1,000) x 1.25 = 2,000. Replaced, its successor counts from age 0
with support and no risk.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median_high

from assets.domain.ageing import completed_years
from networks.domain.financial_year import ends_on
from procurement.domain.planning.problem import PlanAsset, PlanningProblem
from procurement.domain.planning.rules import ExposureWeights


def risk_percent(risk: float) -> int:
    """Return a risk of 0 to 1 as whole per cents, halves up."""
    return int(Decimal(str(risk)) * 100 + Decimal("0.5"))


def exposure_points(
    age_years: int, *, guidance_years: int, support_ended: bool, risk: float, weights: ExposureWeights
) -> int:
    """Return the points one scanner collects for one 31 March; ``age_years`` is completed years."""
    points = 0
    if age_years >= weights.ten_year_edge_years:
        beyond = min(age_years, weights.oldest_years) - weights.ten_year_edge_years
        points = weights.past_ten_points + beyond * weights.each_further_year_points
    elif age_years >= guidance_years:
        points = weights.past_guidance_points
    if support_ended:
        points += weights.support_ended_points
    return (points * (100 + risk_percent(risk)) + 50) // 100


def years_in_use(installed_on: date, on: date) -> int:
    """Return the completed years of a scanner's age by the rule of ``assets.domain.ageing``; 0 before it is installed.

    The register refuses an age before installation. A plan looks ahead of machines that are ordered and not yet there,
    and counts them as new until they are.
    """
    return 0 if installed_on > on else completed_years(installed_on, on)


def assumed_ages(problem: PlanningProblem) -> dict[str, int]:
    """Return, by modality, the completed years an asset of unknown age is taken to have at the first 31 March.

    It is the median of the known ages of its modality in the plan (the upper of two middle ones, to be
    cautious); where none is known, the guidance age. Never zero: not knowing must not look like new.
    """
    at = ends_on(problem.first_year)
    known: dict[str, list[int]] = {}
    for asset in problem.assets:
        ages = known.setdefault(asset.modality, [])
        if asset.installed_on is not None:
            ages.append(years_in_use(asset.installed_on, at))
    return {
        modality: median_high(ages) if ages else problem.guidance_years for modality, ages in known.items()
    }


@dataclass(frozen=True, slots=True)
class Outlook:
    """Every asset's future, worked out once per problem. Keys are asset ids; lists run over the plan's years.

    ``ages`` and ``keep_points`` hold at each 31 March while the asset is kept; ``totals`` the points of the
    whole plan by choice (a year of replacement, or None); ``choices`` the years that are open to the planner.
    """

    ages: dict[int, tuple[int, ...]]
    support_ended: dict[int, tuple[bool, ...]]
    keep_points: dict[int, tuple[int, ...]]
    totals: dict[int, dict[int | None, int]]
    choices: dict[int, tuple[int | None, ...]]
    assumed: frozenset[int]


def outlook(problem: PlanningProblem) -> Outlook:
    """Work out ages, exposure of every choice, and which choices are open, for every asset."""
    assumed = assumed_ages(problem)
    new_points = tuple(
        exposure_points(
            age, guidance_years=problem.guidance_years, support_ended=False, risk=0.0, weights=problem.weights
        )
        for age in range(problem.horizon_years)
    )
    found = Outlook(
        {}, {}, {}, {}, {}, frozenset(a.asset_id for a in problem.assets if a.installed_on is None)
    )
    pins = {pin.asset_id: pin.year for pin in problem.pins}
    for asset in problem.assets:
        key = asset.asset_id
        ages = _ages(problem, asset, assumed)
        ended = tuple(
            asset.support_ends_on is not None and asset.support_ends_on < ends_on(year)
            for year in problem.years
        )
        keep = tuple(
            exposure_points(
                age,
                guidance_years=problem.guidance_years,
                support_ended=unsupported,
                risk=asset.risk,
                weights=problem.weights,
            )
            for age, unsupported in zip(ages, ended, strict=True)
        )
        found.ages[key], found.support_ended[key], found.keep_points[key] = ages, ended, keep
        found.totals[key] = {None: sum(keep)} | {
            year: sum(keep[:index]) + sum(new_points[: problem.horizon_years - index])
            for index, year in enumerate(problem.years)
        }
        found.choices[key] = (pins[key],) if key in pins else _choices(problem, ages, ended, keep)
    return found


def _ages(problem: PlanningProblem, asset: PlanAsset, assumed: dict[str, int]) -> tuple[int, ...]:
    if asset.installed_on is None:
        return tuple(assumed[asset.modality] + index for index in range(problem.horizon_years))
    return tuple(years_in_use(asset.installed_on, ends_on(year)) for year in problem.years)


def _choices(
    problem: PlanningProblem, ages: tuple[int, ...], ended: tuple[bool, ...], keep: tuple[int, ...]
) -> tuple[int | None, ...]:
    """Keeping, and each year in which the asset is old enough or unsupported; only keeping if never exposed."""
    if not any(keep):
        return (None,)
    youngest = problem.minimum_replacement_age_years
    open_years = [
        y for y, age, gone in zip(problem.years, ages, ended, strict=True) if age >= youngest or gone
    ]
    return (None, *open_years)
