"""A plan of several networks, such as England's: each network in a process of its own, two at a time.

Whole, such a plan is beyond any solver: 12,000 machines are 120,000 choices. Taken apart (see ``national``) it is some two dozen
plans of a size that is searched well. They are searched shortly first, so that there is soon a plan for everybody that is better
than the spreadsheet rules, then longer, then proven; what is put together is settled as a whole and taken only if it is allowed
and better.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed, wait
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TypeVar

from procurement.domain.planning.breaches import only_pins_breach
from procurement.domain.planning.choice import Choice
from procurement.domain.planning.evaluate import evaluate_settlement
from procurement.domain.planning.exposure import Outlook
from procurement.domain.planning.limits import LimitBook
from procurement.domain.planning.model import COARSE_PENCE, POINTS_PER_UNIT
from procurement.domain.planning.national import (
    Money,
    bought_elsewhere,
    common_parts,
    network_numbers,
    network_problem,
    own_schedule,
    used_shares,
)
from procurement.domain.planning.network_jobs import Task, improved, listen, priced, proven
from procurement.domain.planning.problem import PlanningProblem
from procurement.domain.planning.result import Metrics, Schedule, Settlement
from procurement.domain.planning.settle import settle

PROCESSES = 2
_SHORT_SECONDS = 3.0
_SHARE_OF_SEARCH = 0.5
_LEAST_PROOF_SECONDS = 5.0
_ASK_SECONDS = 0.25
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Whole:
    """A plan of all networks, worked out as one."""

    schedule: dict[int, Choice]
    settlement: Settlement
    metrics: Metrics


class NationalSearch:
    """One problem of several networks on its way. ``best`` is the plan so far, which never gets worse; ``bound`` holds for the
    exposure of the whole problem, in points (None: nothing proven yet)."""

    def __init__(
        self,
        problem: PlanningProblem,
        ahead: Outlook,
        starts: Sequence[Schedule],
        *,
        seed: int,
        relative_gap: float,
        should_cancel: Callable[[], bool] | None,
        news: Callable[[float, float | None], None],
    ) -> None:
        self.problem, self.ahead, self.seed, self.relative_gap = problem, ahead, seed, relative_gap
        self.cancelled = False
        self.bound: float | None = None
        self._should_cancel, self._news = should_cancel, news
        self._numbers = network_numbers(problem)
        self._book = LimitBook(problem)
        found = [whole for start in starts if (whole := self._whole(start)) is not None]
        if not found:
            raise ValueError("Each schedule to start from breaks a rule that no pin excuses.")
        self.best = min(found, key=lambda whole: whole.metrics.rank)

    def run(self, until: float) -> None:
        """Search shortly, then longer, then prove, as far as the time goes."""
        context = get_context("spawn")
        signal = context.Event()
        with ProcessPoolExecutor(PROCESSES, context, initializer=listen, initargs=(signal,)) as pool:
            try:
                self._passes(pool, signal.set, until)
            finally:
                signal.set()
                pool.shutdown(wait=True, cancel_futures=True)

    def _passes(self, pool: ProcessPoolExecutor, stop: Callable[[], None], until: float) -> None:
        rounds = -(-len(self._numbers) // PROCESSES)
        left = until - time.monotonic()
        short = min(_SHORT_SECONDS, 0.8 * left / rounds)
        self._improve(pool, stop, short)
        left = until - time.monotonic()
        proof = (1 - _SHARE_OF_SEARCH) * left / rounds
        if proof < _LEAST_PROOF_SECONDS:
            self._improve(pool, stop, 0.9 * left / rounds)
            return
        self._improve(pool, stop, _SHARE_OF_SEARCH * left / rounds)
        self._prove(pool, stop, 0.85 * (until - time.monotonic()) / rounds)

    def _improve(self, pool: ProcessPoolExecutor, stop: Callable[[], None], seconds: float) -> None:
        """Search every network, the others buying as in the best plan, with the common money as that plan uses it."""
        if seconds < 1 or self.cancelled:
            return
        tasks = self._shared_tasks(seconds)
        found = self._done(pool, stop, {number: (improved, task) for number, task in tasks.items()})
        together = dict(self.best.schedule)
        for own in found.values():
            together |= own
        if self._consider(together):
            return
        # Together they miss a price break that they counted on: as many as can be had without.
        for own in found.values():
            self._consider({**self.best.schedule, **own})

    def _prove(self, pool: ProcessPoolExecutor, stop: Callable[[], None], seconds: float) -> None:
        """Bound every network with all the common money at its price, and national tenders at their best."""
        if seconds < 1 or self.cancelled:
            return
        prices = self._prices(pool, stop, seconds)
        jobs = {}
        for number in self._numbers:
            parts = common_parts(self.problem, number)
            task = self._task(number, network_problem(self.problem, number), seconds)
            jobs[number] = (proven, task, {parts[sum_]: price for sum_, price in prices.items()})
        bounds = self._done(pool, stop, jobs)
        if self.cancelled or len(bounds) < len(jobs) or any(bound is None for bound in bounds.values()):
            return
        worth = sum(price * sum_.amount_pence / COARSE_PENCE for sum_, price in prices.items())
        self.bound = max(0.0, sum(bound or 0.0 for bound in bounds.values()) - worth * POINTS_PER_UNIT)

    def _prices(
        self, pool: ProcessPoolExecutor, stop: Callable[[], None], seconds: float
    ) -> dict[Money, float]:
        """What a thousand pounds of each common sum is worth: the mean over the networks, by their machines."""
        shares = used_shares(self.problem, self.best.settlement)
        tasks = self._shared_tasks(seconds)
        found = self._done(pool, stop, {number: (priced, task) for number, task in tasks.items()})
        machines = {number: len(task.problem.assets) for number, task in tasks.items()}
        total: dict[Money, float] = {}
        for number, prices in found.items():
            for sum_, part in common_parts(self.problem, number, shares).items():
                total[sum_] = total.get(sum_, 0.0) + prices.get(part, 0.0) * machines[number]
        return {sum_: price / sum(machines.values()) for sum_, price in total.items()}

    def _shared_tasks(self, seconds: float) -> dict[int, Task]:
        """Each network's problem with the others as in the best plan."""
        shares = used_shares(self.problem, self.best.settlement)
        return {
            number: self._task(
                number,
                network_problem(
                    self.problem, number, bought_elsewhere(self.problem, self.best.schedule, number), shares
                ),
                seconds,
            )
            for number in self._numbers
        }

    def _task(self, number: int, part: PlanningProblem, seconds: float) -> Task:
        own = own_schedule(part, self.best.schedule)
        return Task(part, own, seconds, self.seed + number, self.relative_gap)

    def _done(
        self,
        pool: ProcessPoolExecutor,
        stop: Callable[[], None],
        jobs: Mapping[int, tuple[Callable[..., _Found], *tuple[object, ...]]],
    ) -> dict[int, _Found]:
        """Run the jobs and return what each network's gave; those of a search that was cancelled may be missing."""
        futures: dict[Future[_Found], int] = {
            pool.submit(job, *given): number for number, (job, *given) in jobs.items()
        }
        while not self.cancelled and wait(futures, timeout=_ASK_SECONDS).not_done:
            self._news(float(self.best.metrics.exposure), self.bound)
            if self._should_cancel is not None and self._should_cancel():
                self.cancelled = True
                stop()
        if self.cancelled:
            for future in futures:
                future.cancel()
        return {
            futures[future]: future.result()
            for future in as_completed(one for one in futures if not one.cancelled())
        }

    def _consider(self, schedule: Schedule) -> bool:
        """Take a schedule if it is allowed and better; return whether it is allowed."""
        whole = self._whole(schedule)
        if whole is not None and whole.metrics.rank < self.best.metrics.rank:
            self.best = whole
            self._news(float(whole.metrics.exposure), self.bound)
        return whole is not None

    def _whole(self, schedule: Schedule) -> Whole | None:
        """Work a schedule of all networks out to the penny; None if it breaks a rule that no pin excuses."""
        settlement = settle(self.problem, schedule, self.ahead)
        if not only_pins_breach(self.problem, settlement, self._book):
            return None
        return Whole(dict(schedule), settlement, evaluate_settlement(self.problem, settlement, self.ahead))
