"""Whether a decision hangs on a date that is not known: would the machine change places with another like it?

Two machines of one trust, specification and works cost can change places at no cost: the bills, tenders and limits stay as
they are. So the exchange that lessens exposure can be read from the points alone. Only exchanges of two are looked for; a
plan solved again with the date known may move more than two, or other kinds.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from procurement.domain.planning.choice import Kind, Schedule
from procurement.domain.planning.exposure import Outlook
from procurement.domain.planning.problem import PlanAsset, PlanningProblem
from procurement.domain.planning.ranges import Ranges
from procurement.domain.planning.uncertain_points import outlook_with


@dataclass(frozen=True, slots=True)
class Swap:
    """Were ``asset_id`` installed on the ``earliest`` (else the latest) day it may have been, it and ``other_id`` would change
    places, and ``points`` of exposure be saved. As planned it would not help."""

    asset_id: int
    other_id: int
    earliest: bool
    points: int


def swaps(problem: PlanningProblem, schedule: Schedule, ranges: Ranges, ahead: Outlook) -> tuple[Swap, ...]:
    """Return the best exchange of each machine at each end of its range, where there is one, by asset id."""
    alike: dict[tuple[int, str, int, int, int], list[PlanAsset]] = defaultdict(list)
    fixed = {pin.asset_id for pin in problem.pins}
    for asset in sorted(problem.assets, key=lambda one: one.asset_id):
        if asset.asset_id in fixed or asset.is_candidate or asset.may_not_be_taken_out:
            continue
        if schedule[asset.asset_id].kind in (Kind.KEEP, Kind.REPLACE):
            alike[_kind_of(problem, asset)].append(asset)
    uncertain = {one.asset_id: one for one in ranges.dates}
    found: list[Swap] = []
    for earliest in (True, False):
        dates = {
            uncertain[asset.asset_id]: (
                uncertain[asset.asset_id].earliest if earliest else uncertain[asset.asset_id].latest
            )
            for group in alike.values()
            for asset in group
            if asset.asset_id in uncertain and len(group) > 1
        }
        if not dates:
            continue
        then = outlook_with(problem, ranges, dates)
        for group in alike.values():
            for asset in group:
                if asset.asset_id in then.totals:
                    best = _best(asset, group, schedule, ahead, then)
                    found += [Swap(asset.asset_id, other, earliest, points) for other, points in best]
    return tuple(sorted(found, key=lambda one: (one.asset_id, not one.earliest)))


def _kind_of(problem: PlanningProblem, asset: PlanAsset) -> tuple[int, str, int, int, int]:
    """What must agree for two machines to change places at no cost; the site only where few may be out there at once."""
    return (
        asset.trust_id,
        asset.specification,
        0 if problem.most_out_per_site is None else asset.site_id,
        asset.works_pence,
        asset.cover_each_time_pence,
    )


def _best(
    asset: PlanAsset, group: Iterable[PlanAsset], schedule: Schedule, ahead: Outlook, then: Outlook
) -> list[tuple[int, int]]:
    """The exchange that saves most, the lower asset id first among equals; none where none saves anything."""
    mine = schedule[asset.asset_id]
    offers = []
    for other in group:
        theirs = schedule[other.asset_id]
        if other.asset_id == asset.asset_id or theirs == mine:
            continue
        if theirs not in then.choices[asset.asset_id] or mine not in ahead.choices[other.asset_id]:
            continue
        for_other = ahead.totals[other.asset_id][theirs] - ahead.totals[other.asset_id][mine]
        planned = ahead.totals[asset.asset_id][mine] - ahead.totals[asset.asset_id][theirs] + for_other
        saved = then.totals[asset.asset_id][mine] - then.totals[asset.asset_id][theirs] + for_other
        if saved > 0 >= planned:
            offers.append((-saved, other.asset_id))
    return [(other, -points) for points, other in sorted(offers)[:1]]
