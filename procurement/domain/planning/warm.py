"""Starting from an earlier plan: its decisions as far as they are still open, and what was proven of it where that holds still."""

from dataclasses import dataclass, replace

from procurement.domain.planning.breaches import only_pins_breach
from procurement.domain.planning.choice import KEPT, Choice, Schedule
from procurement.domain.planning.exposure import Outlook
from procurement.domain.planning.limits import LimitBook
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import Breach
from procurement.domain.planning.settle import settle


@dataclass(frozen=True, slots=True)
class Earlier:
    """A plan made before: what was asked, what was decided, and the bound on its exposure in points (None: nothing proven)."""

    problem: PlanningProblem
    schedule: Schedule
    bound: float | None


def bound_that_holds(earlier: Earlier | None, problem: PlanningProblem, breaches_pence: int) -> float | None:
    """Return the earlier bound where it holds for ``problem`` too: nothing but pins was added, and none is beyond the limits.

    A pin only takes choices away, so no plan that keeps it can be better than the best without it. Where a pin breaks a
    limit that does not follow: what it falls short of pays for something else.
    """
    if earlier is None or breaches_pence:
        return None
    if not set(earlier.problem.pins) <= set(problem.pins):
        return None

    def asked(one: PlanningProblem) -> str:
        return replace(one, pins=(), previous=()).inputs_hash()

    return earlier.bound if asked(earlier.problem) == asked(problem) else None


def taken_up(problem: PlanningProblem, ahead: Outlook, decisions: Schedule) -> dict[int, Choice]:
    """Return earlier decisions as a schedule that is allowed now: pins kept, closed choices dropped.

    While something is not paid for or beyond a limit that no pin excuses, the decision of that trust and year which saves
    least exposure is dropped.
    """
    schedule = {}
    for asset in problem.assets:
        choices = ahead.choices[asset.asset_id]
        wanted = decisions.get(asset.asset_id, KEPT)
        schedule[asset.asset_id] = wanted if wanted in choices else choices[0]
    book = LimitBook(problem)
    for _ in range(len(problem.assets)):
        settlement = settle(problem, schedule, ahead)
        if only_pins_breach(problem, settlement, book):
            break
        dropped = {
            asset_id
            for breach in settlement.breaches
            if (asset_id := _least_missed(problem, ahead, schedule, breach)) is not None
        }
        if not dropped:
            break
        schedule |= dict.fromkeys(dropped, KEPT)
    return schedule


def _least_missed(problem: PlanningProblem, ahead: Outlook, schedule: Schedule, breach: Breach) -> int | None:
    """The decision of a breach's trust and year whose loss exposes least, among those that may be dropped."""
    droppable = [
        asset.asset_id
        for asset in problem.assets
        if asset.trust_id == breach.trust_id
        and breach.year in schedule[asset.asset_id].years
        and KEPT in ahead.choices[asset.asset_id]
    ]
    return min(droppable, key=lambda key: (_lost(ahead, key, schedule[key]), key), default=None)


def _lost(ahead: Outlook, asset_id: int, choice: Choice) -> int:
    return ahead.totals[asset_id][KEPT] - ahead.totals[asset_id][choice]
