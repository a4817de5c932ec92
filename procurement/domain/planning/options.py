"""Which choices are open to the planner for a machine or a candidate. What is pinned is open whatever is said here.

* A machine that collects no points within the plan is left alone, and so is a candidate that nobody needs within it.
* Replaced only when old enough (five years unless the plan says otherwise) or without support, and not before its
  specification can arrive.
* Upgraded only where that is offered, once, at the ages 8 to 12, and in an earlier year than it is replaced.
* Retired only where that is offered.
* The only scanner of its modality on an emergency site is taken out only with stated cover, and never retired.
* A candidate is sited not before it is wanted, nor before its specification can arrive.
"""

from collections.abc import Mapping

from procurement.domain.planning.choice import KEPT, Choice, Kind
from procurement.domain.planning.problem import PlanAsset, PlanningProblem, Specification


def open_choices(
    problem: PlanningProblem,
    asset: PlanAsset,
    spec: Specification,
    ages: tuple[int, ...],
    ended: tuple[bool, ...],
    keep: tuple[int, ...],
) -> tuple[Choice, ...]:
    """Return the choices that the rules allow, in order, keeping first.

    ``ages``, ``ended`` (support) and ``keep`` (points) hold at each 31 March of the plan while nothing is done.
    """
    if not any(keep):
        return (KEPT,)
    arriving = [year for year in problem.years if spec.can_arrive_in(year)]
    if asset.is_candidate:
        wanted = asset.wanted_from or problem.first_year
        return (KEPT, *(Choice(Kind.ADD, year) for year in arriving if year >= wanted))
    found = [KEPT]
    if not asset.may_not_be_taken_out:
        youngest = problem.minimum_replacement_age_years
        due = {
            year
            for year, age, gone in zip(problem.years, ages, ended, strict=True)
            if age >= youngest or gone
        }
        years = [year for year in arriving if year in due]
        found += [Choice(Kind.REPLACE, year) for year in years]
        found += _upgrades(problem, asset, ages, years)
    if asset.retire_pence is not None and not asset.is_only_one:
        found += [Choice(Kind.RETIRE, year) for year in problem.years]
    return tuple(sorted(found))


def _upgrades(
    problem: PlanningProblem, asset: PlanAsset, ages: tuple[int, ...], replaced_in: list[int]
) -> list[Choice]:
    if asset.upgrade is None:
        return []
    allowed = range(problem.upgrade_from_age_years, problem.upgrade_to_age_years + 1)
    return [
        Choice(Kind.UPGRADE, later, first)
        for first, age in zip(problem.years, ages, strict=True)
        if age in allowed
        for later in (None, *(year for year in replaced_in if year > first))
    ]


def undominated(
    allowed: tuple[Choice, ...], totals: Mapping[Choice, int], previous: Choice | None
) -> tuple[Choice, ...]:
    """Return the choices without those that another beats whatever else is decided.

    An upgrade that lessens no points spends money and a year out of use for nothing: the same without it is at least as
    good in every stage and under every limit. The last agreed choice stays, so that keeping to it stays possible.
    """

    def is_beaten(choice: Choice) -> bool:
        if choice.kind is not Kind.UPGRADE or choice == previous:
            return False
        without = KEPT if choice.year is None else Choice(Kind.REPLACE, choice.year)
        return totals[choice] >= totals[without]

    return tuple(choice for choice in allowed if not is_beaten(choice))
