"""What may be chosen for an asset, said a second time in the plainest way; nothing dominated is dropped."""

from procurement.domain.planning.problem import KEPT, Choice, Kind, PlanAsset, PlanningProblem
from tests.oracles.planning import age, points


def every_choice(problem: PlanningProblem, asset: PlanAsset) -> list[Choice]:
    """Every choice that can be pinned: of a kind that the asset has, in the plan's years."""
    if asset.is_candidate:
        return [KEPT, *(Choice(Kind.ADD, year) for year in problem.years)]
    found = [KEPT, *(Choice(Kind.REPLACE, year) for year in problem.years)]
    if asset.retire_pence is not None:
        found += [Choice(Kind.RETIRE, year) for year in problem.years]
    if asset.upgrade is not None:
        found += [
            Choice(Kind.UPGRADE, later, first)
            for first in problem.years
            for later in (None, *range(first + 1, problem.first_year + problem.horizon_years))
        ]
    return found


def open_choices(problem: PlanningProblem, asset: PlanAsset) -> list[Choice]:
    """The pin alone; else what the rules leave of every choice."""
    for pin in problem.pins:
        if pin.asset_id == asset.asset_id:
            return [pin.choice]
    return [one for one in every_choice(problem, asset) if one == KEPT or is_open(problem, asset, one)]


def is_open(problem: PlanningProblem, asset: PlanAsset, choice: Choice) -> bool:
    """Whether the rules allow a choice other than keeping."""
    [spec] = [spec for spec in problem.specifications if spec.code == asset.specification]
    buys = choice.year is not None and choice.kind != Kind.RETIRE
    if buys and spec.earliest_year is not None and choice.year < spec.earliest_year:
        return False
    if asset.is_candidate:
        wanted = asset.wanted_from or problem.first_year
        return (
            bool(asset.need_points)
            and wanted < problem.first_year + problem.horizon_years
            and choice.year >= wanted
        )
    if not any(points(problem, asset, year, None) for year in problem.years):
        return False
    if asset.is_only_one and (choice.kind == Kind.RETIRE or asset.cover_pence is None):
        return False
    if choice.upgrade_year is not None and not 8 <= age(problem, asset, choice.upgrade_year) <= 12:
        return False
    if not buys:
        return True
    supported = asset.support_ends_on is None or (
        asset.support_ends_on.year,
        asset.support_ends_on.month,
        asset.support_ends_on.day,
    ) >= (choice.year + 1, 3, 31)
    return age(problem, asset, choice.year) >= 5 or not supported
