"""Watching a plan being solved: where it stands in words and as a drawing, who may watch and stop, and what stays of it."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from networks.domain.access import Role
from networks.models import Run, User
from procurement.actions.plan_versions import save_version
from procurement.actions.solve_samples import keep_samples
from procurement.charts.solve_curve import solve_curve
from procurement.domain.solve_curve import Sample
from procurement.jobs.solve_plan import start_solving
from procurement.queries.planning_problem import planning_problem
from tests.builders.plan_results import result_for
from tests.factories.networks import network_of_trusts, person
from tests.factories.plans import TODAY, Planned, ready_plan

pytestmark = pytest.mark.django_db
FALL = [
    Sample("breach", 0.1, 0.0, 0.0, 0.0),
    Sample("exposure", 0.4, 1300.0, None, None),
    Sample("exposure", 2.0, 1250.0, 1000.0, 0.2),
    Sample("exposure", 10.0, 1200.0, 1150.0, 0.0417),
]


@pytest.fixture
def made() -> Planned:
    return ready_plan()


@pytest.fixture
def lead(client, made) -> Client:
    client.force_login(User.objects.get(pk=made.lead.user_id))
    return client


@pytest.fixture
def run(made) -> Run:
    """A run under way: ten of its thirty seconds gone."""
    run = start_solving(by=made.lead, plan=made.plan)
    now = timezone.now()
    Run.objects.filter(pk=run.pk).update(
        status=Run.Status.RUNNING, started_at=now, heartbeat_at=now, done=10, total=30, message="Stage 2"
    )
    keep_samples(run, FALL)
    return run


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def address(made: Planned, run: Run, name: str = "plan_progress") -> str:
    return reverse(name, args=[made.plan.pk, run.pk])


def test_it_says_where_the_planner_stands_and_draws_how_the_gap_fell(lead, made, run):
    page = text_of(lead.get(address(made, run)))
    assert "Best plan so far 1,200 points" in page
    assert "No plan can have less than 1,150 points" in page
    assert "Gap at most 4.2%" in page
    assert "10 seconds gone, at most 20 seconds more" in page
    assert "The gap began at 20.0% and stands at 4.2% after 10 seconds." in page
    assert "Stage 2, exposure 2.0 1,250 points 1,000 points 20.0%" in page
    markup = lead.get(address(made, run)).content.decode()
    assert markup.count("<polyline") == 3
    assert 'hx-trigger="every 2s"' in markup


def test_htmx_gets_the_middle_of_the_page_only(lead, made, run):
    piece = lead.get(address(made, run), headers={"HX-Request": "true"}).content.decode()
    assert piece.lstrip().startswith("<div")
    assert "<html" not in piece


def test_it_is_said_that_the_planner_has_not_begun(lead, made):
    run = start_solving(by=made.lead, plan=made.plan)
    page = text_of(lead.get(address(made, run)))
    assert "Waiting to start" in page
    assert "How long this takes is not known yet" in page
    assert "Best plan so far 1" not in page


def test_stopping_is_asked_for_and_said(lead, made, run):
    answer = lead.post(address(made, run, "plan_progress_stop"))
    assert answer.headers["Location"] == address(made, run)
    run.refresh_from_db()
    assert run.cancel_requested_at
    page = text_of(lead.get(address(made, run)))
    assert "The best plan so far will be kept as the next version in a moment." in page
    assert "Stop now" not in page


def test_the_networks_finance_may_watch_and_not_stop(client, made, run):
    client.force_login(person(Role.FINANCE, made.orgs["Northern"]))
    page = text_of(client.get(address(made, run)))
    assert "1,200 points" in page
    assert "Stop now" not in page
    assert client.post(address(made, run, "plan_progress_stop")).status_code == 403
    run.refresh_from_db()
    assert run.cancel_requested_at is None


def test_a_trusts_finance_and_strangers_see_no_network_total(client, made, run):
    client.force_login(person(Role.FINANCE, made.orgs["Ash"]))
    assert client.get(address(made, run)).status_code == 403
    elsewhere = network_of_trusts("Elm", network="Southern", region="South East")
    client.force_login(person(Role.PROCUREMENT_LEAD, elsewhere["Southern"]))
    assert client.get(address(made, run)).status_code == 404
    assert client.post(address(made, run, "plan_progress_stop")).status_code == 404


def test_a_run_of_something_else_is_not_shown_as_a_plans(lead, made):
    other = Run.objects.create(kind="import", title="Import", started_by_id=made.lead.user_id)
    assert lead.get(address(made, other)).status_code == 404


def test_once_it_is_over_the_version_is_shown_and_keeps_the_curve(client, lead, made, run):
    problem = planning_problem(made.plan, on=TODAY)
    version = save_version(
        by=made.lead, plan=made.plan, problem=problem, result=result_for(problem), run=run, on=TODAY
    )
    url = version.get_absolute_url()
    Run.objects.filter(pk=run.pk).update(status=Run.Status.SUCCEEDED, result_url=url)
    assert lead.get(address(made, run)).headers["Location"] == url
    by_htmx = lead.get(address(made, run), headers={"HX-Request": "true"})
    assert by_htmx.headers["HX-Redirect"] == url
    page = text_of(lead.get(url))
    assert "The gap began at 20.0% and stands at 4.2% after 10 seconds." in page
    assert "Stage 1, pinned wishes that the limits do not allow 0.1 £0" in page
    client.force_login(person(Role.FINANCE, made.orgs["Ash"]))
    assert "How the planner came to it" not in text_of(client.get(url))


def test_what_went_wrong_is_said(lead, made, run):
    Run.objects.filter(pk=run.pk).update(status=Run.Status.FAILED, error="Ash has no envelope.")
    page = text_of(lead.get(address(made, run)))
    assert "Ash has no envelope." in page
    assert "hx-get" not in lead.get(address(made, run)).content.decode()


def test_a_plan_is_solved_from_its_page_and_watched(lead, made):
    answer = lead.post(reverse("plan_solve", args=[made.plan.pk]), {"seconds": 30, "seed": 1})
    run = Run.objects.get()
    assert answer.headers["Location"] == address(made, run)
    assert address(made, run) in lead.get(made.plan.get_absolute_url()).content.decode()


def test_the_drawing_keeps_within_its_box_whatever_the_figures():
    assert solve_curve([]) is None
    for samples in (
        FALL,
        [Sample("exposure", 1.0, 5.0, 5.0, 0.0), Sample("exposure", 2.0, 5.0, 5.0, 0.0)],
        [Sample("cost", 1.0, 7e11, None, None), Sample("cost", 900.0, 6.99e11, 6.98e11, 0.0014)],
        [Sample("exposure", 1.0, 3.0, -4.0, 2.33), Sample("exposure", 9.0, 2.0, -1.0, 1.5)],
    ):
        curve = solve_curve(samples)
        assert len(curve.rows) == len(samples)
        assert curve.panels
        for panel in curve.panels:
            for line in panel.lines:
                corners = [tuple(map(float, pair.split(","))) for pair in line.points.split()]
                assert all(
                    panel.left <= x <= panel.right and panel.top <= y <= panel.bottom for x, y in corners
                )
            assert all(panel.top <= tick.at <= panel.bottom for tick in panel.up)
    assert solve_curve(FALL[:1]).panels == ()
    begun = solve_curve(FALL[:2], gone=5).panels
    assert [panel.key for panel in begun] == ["values"]
