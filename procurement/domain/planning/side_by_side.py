"""Two runs of the solver at once, watched from the thread that asked for them.

HiGHS works without Python's lock, so threads are enough. The watching thread alone tells progress and asks whether to stop:
what it is told to call may use a database connection or raise, and neither belongs inside a solver.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from threading import Event
from typing import TypeVar

_ASK_SECONDS = 0.25
Result = TypeVar("Result")
Job = Callable[[Callable[[], bool]], Result]
"""Given a question to ask now and then, whether to stop; returns early when it is answered yes."""


def side_by_side(jobs: Sequence[Job[Result]], should_stop: Callable[[], bool]) -> list[Result]:
    """Run the jobs at the same time and return their results in order.

    ``should_stop`` is asked a few times a second in the calling thread. What it or a job raises stops all jobs and is raised
    here once they have ended.
    """
    stop = Event()
    with ThreadPoolExecutor(max_workers=len(jobs)) as pool:
        futures = [pool.submit(job, stop.is_set) for job in jobs]
        try:
            while wait(futures, timeout=_ASK_SECONDS, return_when=FIRST_EXCEPTION).not_done:
                if should_stop() or any(one.done() and one.exception() for one in futures):
                    stop.set()
        except BaseException:
            stop.set()
            raise
    return [one.result() for one in futures]
