"""Solving a plan again from the shell, keeping to an earlier version where that costs nothing."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from procurement.actions.pins import pin_asset
from procurement.models import PlanVersion
from tests.factories.plans import TODAY, ready_plan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


def solve(plan, *options: str) -> PlanVersion:
    call_command("solve_plan", str(plan.pk), "--seconds=5", *options, stdout=StringIO(), stderr=StringIO())
    return PlanVersion.objects.latest("number")


def test_a_plan_is_solved_again_from_the_shell_keeping_to_an_earlier_version():
    made = ready_plan(envelope_pence=80_000_000)
    first = solve(made.plan)
    pin_asset(by=made.lead, plan=made.plan, asset=made.assets[0], year=2029, reason="Works", on=TODAY)
    second = solve(made.plan, "--based-on=1")
    assert second.based_on == first
    before = {line.planned_id: line.words for line in first.lines.all()}
    assert dict(second.inputs["previous"]).keys() == before.keys()
    changed = {line.planned_id for line in second.lines.all() if line.words != before[line.planned_id]}
    assert second.result["metrics"]["plan"]["churn"] == len(changed)


def test_a_version_that_is_not_there_is_named():
    made = ready_plan()
    with pytest.raises(CommandError, match="Plan A has no version 4. It has: none."):
        solve(made.plan, "--based-on=4")
    solve(made.plan)
    with pytest.raises(CommandError, match="Plan A has no version 4. It has: 1."):
        solve(made.plan, "--based-on=4")
