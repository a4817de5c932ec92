"""The step after solving: work out what a plan says of itself, with progress, a stop and a limit of time."""

import time
from collections.abc import Callable

from procurement.domain.planning.explanations import Explanations, explanations
from procurement.domain.planning.neighbours import Stopped
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import Result

LONGEST_SECONDS = 240
"""A plan too large to be explained within this is kept without, and its page says so."""
_BETWEEN_SECONDS = 0.5


def explained(
    problem: PlanningProblem,
    result: Result,
    *,
    report: Callable[[str], None],
    should_cancel: Callable[[], bool],
    longest_seconds: float = LONGEST_SECONDS,
) -> Explanations | None:
    """Return what explains a result, or None where that was stopped or took too long: the plan stands without.

    `report` and `should_cancel` may use the database; they are called about twice a second, from this thread.
    """
    if result.cancelled:
        return None
    began = asked = told = time.monotonic()

    def stop() -> bool:
        nonlocal asked
        now = time.monotonic()
        if now - began > longest_seconds:
            return True
        if now - asked < _BETWEEN_SECONDS:
            return False
        asked = now
        return should_cancel()

    def tell(what: str, done: int, of: int) -> None:
        nonlocal told
        now = time.monotonic()
        if not done or now - told >= _BETWEEN_SECONDS:
            told = now
            report(f"Explaining: {what}, {done} of {of} machines" if done else f"Explaining: {what}")

    try:
        return explanations(problem, result.settlement, report=tell, should_cancel=stop)
    except Stopped:
        return None
