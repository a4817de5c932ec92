"""Starting from an earlier plan: its decisions as far as they are still open, and what was proven of it where that holds still."""

from dataclasses import dataclass, replace

from procurement.domain.planning.choice import KEPT, Choice, Schedule
from procurement.domain.planning.exposure import Outlook
from procurement.domain.planning.limits import network_ids
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
    """Return earlier decisions as a schedule for now: pins kept, closed choices dropped, and what cannot be paid for or is
    beyond a limit put off.

    For each trust and year that something is wrong with, the decision which saves least exposure is taken out, until nothing
    is wrong that taking out can help. What was taken out is then put where it exposes least and is allowed, the most urgent
    first.
    """
    schedule = {}
    for asset in problem.assets:
        choices = ahead.choices[asset.asset_id]
        wanted = decisions.get(asset.asset_id, KEPT)
        schedule[asset.asset_id] = wanted if wanted in choices else choices[0]
    taken_out: dict[int, Choice] = {}
    while True:
        least = {
            found
            for breach in settle(problem, schedule, ahead).breaches
            if (found := _least_missed(problem, ahead, schedule, breach)) is not None
        }
        if not least:
            break
        taken_out |= {asset_id: schedule[asset_id] for asset_id in least}
        schedule |= dict.fromkeys(least, KEPT)
    for asset_id in sorted(taken_out, key=lambda key: (-_saved(ahead, key, taken_out[key]), key)):
        schedule[asset_id] = _where_allowed(problem, ahead, schedule, asset_id)
    return schedule


def _least_missed(problem: PlanningProblem, ahead: Outlook, schedule: Schedule, breach: Breach) -> int | None:
    """The decision under a breached limit whose loss exposes least, among those that may be taken out."""
    networks = network_ids(problem)
    may_go = [
        asset.asset_id
        for asset in problem.assets
        if breach.year in schedule[asset.asset_id].years
        and breach.trust_id in (None, asset.trust_id)
        and breach.network_id in (None, networks[asset.trust_id])
        and breach.site_id in (None, asset.site_id)
        and breach.modality in (None, asset.modality)
        and breach.asset_id in (None, asset.asset_id)
        and KEPT in ahead.choices[asset.asset_id]
    ]
    return min(may_go, key=lambda key: (_saved(ahead, key, schedule[key]), key), default=None)


def _where_allowed(problem: PlanningProblem, ahead: Outlook, schedule: Schedule, asset_id: int) -> Choice:
    """The choice that exposes least among those that break nothing more than the schedule without it."""
    wrong = _amount_wrong(problem, ahead, schedule)
    totals = ahead.totals[asset_id]
    for choice in sorted(ahead.choices[asset_id], key=lambda choice: (totals[choice], choice)):
        if choice == KEPT or _amount_wrong(problem, ahead, {**schedule, asset_id: choice}) <= wrong:
            return choice
    return KEPT


def _amount_wrong(problem: PlanningProblem, ahead: Outlook, schedule: Schedule) -> int:
    return sum(breach.amount_pence for breach in settle(problem, schedule, ahead).breaches)


def _saved(ahead: Outlook, asset_id: int, choice: Choice) -> int:
    return ahead.totals[asset_id][KEPT] - ahead.totals[asset_id][choice]
