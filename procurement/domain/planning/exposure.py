"""Exposure: what stage 2 makes small, in whole points, and the ages it rests on.

At each 31 March of the plan every scanner collects points. 100 points is one scanner spending one year past
the guidance with no other risk. The rule, with the weights of ``procurement/rules/planning.toml``:

* under the guidance age (7 or 10): 0; at or past it but under ten: 100;
* at or past ten: 500, and 50 more for each completed year beyond ten up to fifteen (750 at most);
* support ended before that 31 March: 1,000 more, at any age;
* all of it times (1 + risk), the risk rounded to whole per cents.

Worked example, guidance 7: a scanner of 12 completed years, risk 0.25, supported: (500 + 2 x 50) x 1.25 = 750
points. Once its support has ended: (600 + 1,000) x 1.25 = 2,000. Replaced, its successor counts from age 0
with support and no risk. An upgrade moves the end of support and leaves the age as it is. Retired, it collects nothing
more. A candidate collects the points of its need until it is sited, and then counts from age 0.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median_high

from assets.domain.ageing import completed_years
from networks.domain.financial_year import ends_on
from procurement.domain.planning.choice import KEPT, Choice, Kind
from procurement.domain.planning.options import open_choices, undominated
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
        if asset.is_candidate:
            continue
        ages = known.setdefault(asset.modality, [])
        if asset.installed_on is not None:
            ages.append(years_in_use(asset.installed_on, at))
    return {
        modality: median_high(ages) if ages else problem.guidance_years for modality, ages in known.items()
    }


@dataclass(frozen=True, slots=True)
class Outlook:
    """Every asset's future, worked out once per problem. Keys are asset ids; lists run over the plan's years.

    ``ages`` and ``keep_points`` hold at each 31 March while nothing is done (a candidate has ages of 0 and the points of its
    need); ``totals`` the points of the whole plan by choice, for every choice there is; ``choices`` those that are open to
    the planner, see ``options``.
    """

    ages: dict[int, tuple[int, ...]]
    support_ended: dict[int, tuple[bool, ...]]
    keep_points: dict[int, tuple[int, ...]]
    totals: dict[int, dict[Choice, int]]
    choices: dict[int, tuple[Choice, ...]]
    assumed: frozenset[int]


def outlook(problem: PlanningProblem) -> Outlook:
    """Work out ages, exposure of every choice, and which choices are open, for every asset."""
    assumed = assumed_ages(problem)
    new_points = tuple(_points(problem, age, False, 0.0) for age in range(problem.horizon_years))
    unknown = frozenset(a.asset_id for a in problem.assets if a.installed_on is None and not a.is_candidate)
    found = Outlook({}, {}, {}, {}, {}, unknown)
    pins = {pin.asset_id: pin.choice for pin in problem.pins}
    previous = dict(problem.previous)
    specs = {spec.code: spec for spec in problem.specifications}
    for asset in problem.assets:
        key = asset.asset_id
        ages = _ages(problem, asset, assumed)
        ended = support_ended(problem, asset, None)
        keep = _kept(problem, asset, ages, None)
        found.ages[key], found.support_ended[key], found.keep_points[key] = ages, ended, keep
        totals = _totals(problem, asset, ages, keep, new_points)
        found.totals[key] = totals
        if key in pins:
            found.choices[key] = (pins[key],)
        else:
            allowed = open_choices(problem, asset, specs[asset.specification], ages, ended, keep)
            found.choices[key] = undominated(allowed, totals, previous.get(key))
    return found


def support_ended(problem: PlanningProblem, asset: PlanAsset, upgrade_year: int | None) -> tuple[bool, ...]:
    """Return for each 31 March of the plan whether the maker's support has ended before it.

    An upgrade in ``upgrade_year`` brings support until the 31 March ``support_years`` after its own, if that is later.
    """
    ends = asset.support_ends_on
    if ends is None:
        return (False,) * problem.horizon_years
    upgraded = ends
    if upgrade_year is not None and asset.upgrade is not None:
        upgraded = max(ends, ends_on(upgrade_year + asset.upgrade.support_years))
    return tuple(
        (ends if upgrade_year is None or year < upgrade_year else upgraded) < ends_on(year)
        for year in problem.years
    )


def _ages(problem: PlanningProblem, asset: PlanAsset, assumed: dict[str, int]) -> tuple[int, ...]:
    if asset.is_candidate:
        return (0,) * problem.horizon_years
    if asset.installed_on is None:
        return tuple(assumed[asset.modality] + index for index in range(problem.horizon_years))
    return tuple(years_in_use(asset.installed_on, ends_on(year)) for year in problem.years)


def _points(problem: PlanningProblem, age: int, ended: bool, risk: float) -> int:
    return exposure_points(
        age,
        guidance_years=problem.guidance_years,
        support_ended=ended,
        risk=risk,
        weights=problem.weights,
    )


def _kept(
    problem: PlanningProblem, asset: PlanAsset, ages: tuple[int, ...], upgrade_year: int | None
) -> tuple[int, ...]:
    """The points of each 31 March while it is neither replaced nor retired, or while a candidate is not sited."""
    if asset.need_points is not None:
        wanted = asset.wanted_from or problem.first_year
        return tuple(asset.need_points if year >= wanted else 0 for year in problem.years)
    ended = support_ended(problem, asset, upgrade_year)
    return tuple(_points(problem, age, gone, asset.risk) for age, gone in zip(ages, ended, strict=True))


def _totals(
    problem: PlanningProblem,
    asset: PlanAsset,
    ages: tuple[int, ...],
    keep: tuple[int, ...],
    new_points: tuple[int, ...],
) -> dict[Choice, int]:
    """The points of the whole plan for every choice that there is for it, open or not."""

    def with_new(before: tuple[int, ...], year: int) -> int:
        index = year - problem.first_year
        return sum(before[:index]) + sum(new_points[: problem.horizon_years - index])

    totals = {KEPT: sum(keep)}
    bought = Kind.ADD if asset.is_candidate else Kind.REPLACE
    totals |= {Choice(bought, year): with_new(keep, year) for year in problem.years}
    if asset.retire_pence is not None:
        totals |= {Choice(Kind.RETIRE, year): sum(keep[:index]) for index, year in enumerate(problem.years)}
    if asset.upgrade is not None:
        for first in problem.years:
            upgraded = _kept(problem, asset, ages, first)
            totals[Choice(Kind.UPGRADE, None, first)] = sum(upgraded)
            for year in range(first + 1, problem.years.stop):
                totals[Choice(Kind.UPGRADE, year, first)] = with_new(upgraded, year)
    return totals
