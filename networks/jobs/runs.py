"""Long work with progress, cancel and an honest end.

A view calls `start`; the task, in a worker process, calls `perform` with the work to do. Progress is written outside the
work's own transaction, so that people see it; the work must therefore report only while it holds no transaction open.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks.base import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from networks.domain.access import Actor, NotAllowed, command
from networks.models import Run
from networks.queries.actors import actor_for, appointments_of

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 5
LOST_AFTER = timedelta(seconds=60)
REPORT_EVERY_SECONDS = 0.5


class Cancelled(Exception):
    """Raised inside the work when its person has asked for it to stop."""


class CannotFinish(Exception):
    """Raised by the work when it cannot go on; the message tells the person what to do."""


class Progress:
    """What the work uses to say how far it is and to learn whether it should stop."""

    def __init__(self, run_id: int) -> None:
        self._run_id = run_id
        self._reported = 0.0
        self._cancelled = False

    def report(self, message: str, *, done: int = 0, total: int | None = None, force: bool = False) -> None:
        """Write progress, at most twice a second. Raises Cancelled when the person asked for a stop."""
        now = time.monotonic()
        if not force and now - self._reported < REPORT_EVERY_SECONDS:
            return
        self._reported = now
        Run.objects.filter(pk=self._run_id).update(message=message[:300], done=done, total=total)
        if self.should_cancel():
            raise Cancelled

    def should_cancel(self) -> bool:
        """Say whether a stop was asked for; reads the database."""
        if not self._cancelled:
            self._cancelled = Run.objects.filter(pk=self._run_id, cancel_requested_at__isnull=False).exists()
        return self._cancelled


def start(
    *,
    by: Actor,
    kind: str,
    title: str,
    task: Task[Any, Any],
    arguments: dict[str, Any],
    back_url: str = "",
    trust_id: int | None = None,
    network_id: int | None = None,
) -> Run:
    """Record a run and, once that is committed, hand it to a worker. The task is called as `task(run_id, **arguments)`."""
    run = Run.objects.create(
        kind=kind,
        title=title[:200],
        back_url=back_url,
        started_by_id=by.user_id,
        started_as_id=by.appointment_id,
        trust_id=trust_id,
        network_id=network_id,
    )
    transaction.on_commit(lambda: task.enqueue(run.pk, **arguments))
    return run


def perform(run_id: int, work: Callable[[Actor, Progress], str]) -> None:
    """Do a run's work and record how it ended.

    `work(actor, progress)` returns the address of its result. The actor is whoever started the run, with the powers
    their appointment gives them now: powers lost since are lost here too.
    """
    claimed = Run.objects.filter(pk=run_id, status=Run.Status.QUEUED, cancel_requested_at=None).update(
        status=Run.Status.RUNNING, started_at=timezone.now(), heartbeat_at=timezone.now()
    )
    if not claimed:
        _finish(run_id, Run.Status.CANCELLED)
        return
    run = Run.objects.select_related("started_by", "started_as__organisation").get(pk=run_id)
    with _Heartbeat(run_id):
        try:
            result_url = work(_actor(run), Progress(run_id))
        except Cancelled:
            _finish(run_id, Run.Status.CANCELLED)
        except (NotAllowed, CannotFinish) as exception:
            _finish(run_id, Run.Status.FAILED, error=str(exception))
        except Exception:
            logger.exception("Run %s failed", run_id)
            _finish(
                run_id,
                Run.Status.FAILED,
                error="Something went wrong on our side and nothing was changed. Start it again; if it fails again, "
                f"tell your administrator that run {run_id} failed.",
            )
        else:
            _finish(run_id, Run.Status.SUCCEEDED, result_url=result_url)


def request_cancel(run: Run) -> None:
    """Ask a run to stop; one that has not started is cancelled at once."""
    Run.objects.filter(pk=run.pk, finished_at=None).update(cancel_requested_at=timezone.now())
    Run.objects.filter(pk=run.pk, status=Run.Status.QUEUED).update(
        status=Run.Status.CANCELLED, finished_at=timezone.now()
    )


def sweep_lost(*, now: datetime) -> int:
    """Fail the runs whose worker has gone silent, and return how many.

    A killed worker leaves its run RUNNING; one killed between taking the task and beginning the run, or a page killed
    before it could hand the task over, leaves it QUEUED with no task to wait for.
    """
    before = now - LOST_AFTER
    silent = Q(status=Run.Status.RUNNING, heartbeat_at__lt=before)
    waiting = Run.objects.filter(status=Run.Status.QUEUED, created_at__lt=before)
    if orphans := set(waiting.values_list("pk", flat=True)):
        silent |= Q(pk__in=orphans - _handed_over(before), status=Run.Status.QUEUED)
    return Run.objects.filter(silent).update(
        status=Run.Status.FAILED,
        finished_at=now,
        error="The program doing this work stopped before it was finished. Nothing was half-written. Start it again.",
    )


def _handed_over(before: datetime) -> set[int]:
    """The runs with a task that waits for a worker, or that one has taken since `before`."""
    ready, running = TaskResultStatus.READY, TaskResultStatus.RUNNING
    tasks = DBTaskResult.objects.filter(Q(status=ready) | Q(status=running, started_at__gte=before))
    return {given["args"][0] for given in tasks.values_list("args_kwargs", flat=True) if given["args"]}


def _actor(run: Run) -> Actor:
    if run.started_by is None:
        return command(run.title)
    today = timezone.localdate()
    held = list(appointments_of(run.started_by, on=today))
    in_force = next((a for a in held if a.pk == run.started_as_id), None)
    return actor_for(run.started_by, in_force, on=today, held=held)


def _finish(run_id: int, status: Run.Status, *, error: str = "", result_url: str = "") -> None:
    Run.objects.filter(pk=run_id, finished_at=None).update(
        status=status, error=error, result_url=result_url, finished_at=timezone.now()
    )


class _Heartbeat:
    """Says every few seconds, from a thread with its own connection, that the worker is alive."""

    def __init__(self, run_id: int) -> None:
        self._run_id = run_id
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> None:
        # Inside an open transaction no other connection can see the run's row yet.
        if not connection.in_atomic_block:
            self._thread = threading.Thread(target=self._beat, daemon=True)
            self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._stop.wait(HEARTBEAT_SECONDS):
                try:
                    Run.objects.filter(pk=self._run_id).update(heartbeat_at=timezone.now())
                except OperationalError:  # the database was busy; the next beat will do
                    logger.warning("Run %s could not write its heartbeat", self._run_id)
        finally:
            connection.close()
