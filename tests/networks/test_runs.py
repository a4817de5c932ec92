from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from networks.domain.access import Actor, Permission, Role, command
from networks.jobs.runs import CannotFinish, Progress, perform, request_cancel, start, sweep_lost
from networks.models import Run
from networks.queries.actors import actor_for, appointments_of
from tests.factories.networks import network_of_trusts, person

pytestmark = pytest.mark.django_db


@task()
def count(run_id: int, to: int) -> None:
    def work(actor: Actor, progress: Progress) -> str:
        for number in range(to):
            progress.report(f"{actor.name} counts", done=number, total=to, force=True)
        return "/counted/"

    perform(run_id, work)


def a_run(**values: object) -> Run:
    return Run.objects.create(kind="count", title="Count", **values)


def test_a_run_is_done_once_its_transaction_is_committed(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        run = start(by=command("test"), kind="count", title="Count", task=count, arguments={"to": 3})
        assert run.status == Run.Status.QUEUED
    run.refresh_from_db()
    assert (run.status, run.result_url, run.done, run.total) == (Run.Status.SUCCEEDED, "/counted/", 2, 3)


def test_a_run_has_the_powers_its_person_has_now():
    orgs = network_of_trusts("Ash")
    user = person(Role.EQUIPMENT_MANAGER, orgs["Ash"])
    appointment = user.appointments.get()
    run = a_run(started_by=user, started_as=appointment, trust=orgs["Ash"])
    seen = []
    perform(run.pk, lambda actor, progress: seen.append(actor.can(Permission.EDIT_ASSETS)) or "")
    appointment.ends_on = appointment.starts_on
    appointment.save()
    later = a_run(started_by=user, started_as=appointment)
    perform(later.pk, lambda actor, progress: seen.append(actor.can(Permission.EDIT_ASSETS)) or "")
    assert seen == [True, False]


def test_what_goes_wrong_is_said_and_nothing_else_leaks():
    expected, surprise = a_run(), a_run()

    def refuse(actor: Actor, progress: Progress) -> str:
        raise CannotFinish("There is no envelope for Ash.")

    perform(expected.pk, refuse)
    perform(surprise.pk, lambda actor, progress: str(1 / 0))
    expected.refresh_from_db()
    surprise.refresh_from_db()
    assert (expected.status, expected.error) == (Run.Status.FAILED, "There is no envelope for Ash.")
    assert surprise.status == Run.Status.FAILED
    assert f"run {surprise.pk} failed" in surprise.error
    assert "division" not in surprise.error


def test_a_run_asked_to_stop_stops_at_its_next_report():
    run = a_run()

    def work(actor: Actor, progress: Progress) -> str:
        request_cancel(run)
        progress.report("on we go", force=True)
        return "/never/"

    perform(run.pk, work)
    run.refresh_from_db()
    assert (run.status, run.result_url) == (Run.Status.CANCELLED, "")


def test_a_run_cancelled_before_it_starts_never_does():
    run = a_run()
    request_cancel(run)
    perform(run.pk, lambda actor, progress: pytest.fail("it started"))
    run.refresh_from_db()
    assert run.status == Run.Status.CANCELLED


def test_a_silent_workers_run_is_failed_and_a_living_ones_is_not():
    now = timezone.now()
    silent = a_run(status=Run.Status.RUNNING, heartbeat_at=now - timedelta(minutes=2))
    alive = a_run(status=Run.Status.RUNNING, heartbeat_at=now - timedelta(seconds=10))
    assert sweep_lost(now=now) == 1
    silent.refresh_from_db()
    alive.refresh_from_db()
    assert (silent.status, alive.status) == (Run.Status.FAILED, Run.Status.RUNNING)
    assert "Start it again" in silent.error


def handed_over(run: Run, status: str, **more: object) -> None:
    DBTaskResult.objects.create(
        args_kwargs={"args": [run.pk], "kwargs": {}},
        task_path="x",
        backend_name="default",
        run_after=timezone.now(),
        exception_class_path="",
        traceback="",
        status=status,
        **more,
    )


def test_a_run_that_no_worker_will_ever_begin_is_failed_and_one_that_waits_is_not():
    """A process can be killed after it wrote the run and before its task, or after it took the task and before the run."""
    now = timezone.now()
    long_ago = now - timedelta(minutes=10)
    never_handed, taken_and_killed, waits, just_taken, new = (a_run() for _ in range(5))
    Run.objects.exclude(pk=new.pk).update(created_at=long_ago)
    handed_over(taken_and_killed, TaskResultStatus.RUNNING, started_at=long_ago)
    handed_over(waits, TaskResultStatus.READY)
    handed_over(just_taken, TaskResultStatus.RUNNING, started_at=now)
    assert sweep_lost(now=now) == 2
    failed = set(Run.objects.filter(status=Run.Status.FAILED).values_list("pk", flat=True))
    assert failed == {never_handed.pk, taken_and_killed.pk}


def test_only_whoever_started_a_run_sees_it_and_only_while_acting_for_the_same(client):
    orgs = network_of_trusts("Ash", "Beech")
    mine = person(Role.EQUIPMENT_MANAGER, orgs["Ash"])
    theirs = person(Role.EQUIPMENT_MANAGER, orgs["Ash"])
    run = a_run(started_by=mine, trust=orgs["Ash"])

    def sees(user: object) -> bool:
        held = appointments_of(user, on=timezone.localdate()).first()
        return (
            Run.objects.visible_to(actor_for(user, held, on=timezone.localdate())).filter(pk=run.pk).exists()
        )

    assert sees(mine)
    assert not sees(theirs)
    client.force_login(theirs)
    assert client.post(reverse("run_cancel", args=[run.pk])).status_code == 404


def test_a_finished_run_leads_on_to_its_result(client):
    orgs = network_of_trusts("Ash")
    user = person(Role.EQUIPMENT_MANAGER, orgs["Ash"])
    run = a_run(started_by=user, trust=orgs["Ash"], status=Run.Status.SUCCEEDED, result_url="/equipment/")
    client.force_login(user)
    assert client.get(reverse("run_detail", args=[run.pk])).headers["Location"] == "/equipment/"
    polled = client.get(reverse("run_detail", args=[run.pk]), headers={"HX-Request": "true"})
    assert polled.headers["HX-Redirect"] == "/equipment/"
