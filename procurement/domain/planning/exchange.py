"""Like for like: between two assets of one trust and price, the needier goes first."""

from collections import defaultdict
from collections.abc import Hashable

from procurement.domain.planning.choice import Choice, Kind
from procurement.domain.planning.exposure import Outlook
from procurement.domain.planning.problem import PlanAsset, PlanningProblem
from procurement.domain.planning.result import Schedule


def needier_first(problem: PlanningProblem, schedule: Schedule, ahead: Outlook) -> dict[int, Choice]:
    """Return the schedule with years exchanged wherever that costs nothing and exposes less.

    Two unpinned assets of one trust, specification and works cost (and of one site, cover and model family, where those
    matter), kept or replaced, are exchanged where the one that goes later collects at least as many points in every year.
    What is bought, when and by whom stays the same, so no limit and no price can change. Of two equal assets the one
    with the lower id goes first. Where the plan asks for fairness nothing is exchanged: less exposure for one trust lowers
    what is fair for the others.
    """
    chosen = dict(schedule)
    if problem.fairness_basis_points is not None:
        return chosen
    pinned = {pin.asset_id for pin in problem.pins}
    alike: dict[Hashable, list[PlanAsset]] = defaultdict(list)
    for asset in sorted(problem.assets, key=lambda asset: asset.asset_id):
        if asset.asset_id not in pinned and chosen[asset.asset_id].kind in (Kind.KEEP, Kind.REPLACE):
            alike[_sort(problem, asset)].append(asset)
    for group in alike.values():
        ids = [asset.asset_id for asset in group]
        moved = True
        while moved:
            moved = False
            for first in ids:
                for second in ids:
                    if _should_go_before(first, second, chosen, ahead):
                        chosen[first], chosen[second] = chosen[second], chosen[first]
                        moved = True
    return chosen


def _sort(problem: PlanningProblem, asset: PlanAsset) -> Hashable:
    """What two assets must have in common to be exchanged."""
    return (
        asset.is_candidate,
        asset.trust_id,
        asset.specification,
        asset.works_pence,
        asset.cover_each_time_pence,
        asset.site_id if problem.most_out_per_site is not None else None,
        asset.family if problem.family_price_pence else None,
    )


def _should_go_before(first: int, second: int, chosen: dict[int, Choice], ahead: Outlook) -> bool:
    """Whether ``first`` is needier than ``second``, goes later, and may have its year (and the reverse)."""
    late, early = chosen[first], chosen[second]
    if first == second or early.year is None or (late.year is not None and late.year <= early.year):
        return False
    mine, theirs = ahead.keep_points[first], ahead.keep_points[second]
    if any(a < b for a, b in zip(mine, theirs, strict=True)) or (mine == theirs and first > second):
        return False
    return early in ahead.choices[first] and late in ahead.choices[second]
