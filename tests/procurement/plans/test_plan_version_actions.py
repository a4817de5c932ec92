import hashlib
import json
from dataclasses import replace

import pytest
from django.db.models import F, Sum

from networks.domain.access import NotAllowed, Role
from networks.models import Event
from procurement.actions.pins import pin_asset
from procurement.actions.plan_versions import OutOfDate, save_version
from procurement.domain.plan_account import metrics_in, stages_in
from procurement.domain.planning.result import Metrics
from procurement.models import PlanLine, PlanVersion
from procurement.queries.planning_problem import planning_problem
from tests.builders.plan_results import result_for
from tests.factories.networks import actor
from tests.factories.plans import MILLION, TODAY, Planned, published, ready_plan

pytestmark = pytest.mark.django_db


def solved(made: Planned, **values: object) -> PlanVersion:
    problem = planning_problem(made.plan, on=TODAY)
    result = result_for(problem, **values)
    return save_version(by=made.lead, plan=made.plan, problem=problem, result=result, run=None, on=TODAY)


def test_every_machine_gets_a_line_in_or_out_of_the_plan():
    made = ready_plan(assets_each=4)
    version = solved(made)
    lines = list(PlanLine.objects.filter(version=version))
    assert [line.rank for line in lines] == list(range(1, 9))
    assert {line.asset_id for line in lines} == {asset.pk for asset in made.assets}
    kept = [line for line in lines if line.year is None]
    assert 0 < len(kept) < 8
    assert all(line.total_pence == line.single_price_pence == 0 for line in kept)
    assert all(line.reason for line in lines)
    assert lines[0].installed_on == min(asset.installed_on for asset in made.assets)


def test_the_lines_add_up_to_the_result_to_the_penny():
    version = solved(ready_plan(assets_each=4))
    sums = PlanLine.objects.filter(version=version).aggregate(
        spend=Sum(F("equipment_pence") + F("works_pence") + F("vat_pence")),
        saving=Sum(F("single_price_pence") - F("equipment_pence")),
    )
    metrics = metrics_in(version.result, "plan")
    assert (sums["spend"], sums["saving"]) == (metrics.spend_pence, metrics.saving_pence)
    assert sums["spend"] == sum(row["amount_pence"] for row in version.result["spend"])


def test_what_was_asked_is_kept_and_hashes_to_what_it_says():
    version = PlanVersion.objects.get(pk=solved(ready_plan()).pk)
    text = json.dumps(version.inputs, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == version.inputs_hash


def test_what_was_answered_is_kept_and_read_back():
    made = ready_plan()
    version = PlanVersion.objects.get(pk=solved(made).pk)
    problem = planning_problem(made.plan, on=TODAY)
    assert metrics_in(version.result, "do_nothing") == result_for(problem).do_nothing
    assert isinstance(metrics_in(version.result, "oldest_first"), Metrics)
    assert [stage.name for stage in stages_in(version.result)] == ["breach", "exposure", "cost", "churn"]
    assert stages_in(version.result)[2].bound is None
    assert version.result["oldest_first"] == {
        str(asset): choice.year for asset, choice in result_for(problem).schedule.items()
    }
    assert (version.solver, version.seed, version.register_as_at) == ("Test 1.0", 1, TODAY)


def test_versions_are_numbered_and_recorded():
    made = ready_plan()
    first, second = solved(made), solved(made)
    assert (first.number, second.number) == (1, 2)
    assert first.inputs_hash == second.inputs_hash
    event = Event.objects.filter(action="plan.solved").latest("pk")
    assert event.changes["version"] == ["1", "2"]
    assert event.network == made.orgs["Northern"]


def test_a_pinned_machine_is_marked():
    made = ready_plan()
    pin_asset(by=made.lead, plan=made.plan, asset=made.assets[0], year=2029, reason="Works", on=TODAY)
    version = solved(made)
    (pinned,) = PlanLine.objects.filter(version=version, is_pinned=True)
    assert (pinned.asset_id, pinned.year) == (made.assets[0].pk, 2029)


def test_the_result_of_another_problem_is_refused():
    made = ready_plan()
    problem = planning_problem(made.plan, on=TODAY)
    other = replace(problem, tender_cost_pence=1)
    with pytest.raises(ValueError, match="another problem"):
        save_version(
            by=made.lead, plan=made.plan, problem=problem, result=result_for(other), run=None, on=TODAY
        )
    assert not PlanVersion.objects.exists()


@pytest.mark.parametrize("prices", [{"unit_price_pence": MILLION}, {"works_pence": 9_000_000}, {"tiers": ()}])
def test_prices_that_moved_meanwhile_are_noticed(prices):
    made = ready_plan()
    problem = planning_problem(made.plan, on=TODAY)
    published(made.assets[0].specification, version=2, **prices)
    with pytest.raises(OutOfDate, match="CT-STD changed while the plan was being solved"):
        save_version(
            by=made.lead, plan=made.plan, problem=problem, result=result_for(problem), run=None, on=TODAY
        )
    assert not PlanVersion.objects.exists()


def test_saving_needs_permission_for_the_network():
    made = ready_plan()
    problem = planning_problem(made.plan, on=TODAY)
    reader = actor(Role.FINANCE, made.orgs["Northern"])
    with pytest.raises(NotAllowed):
        save_version(
            by=reader, plan=made.plan, problem=problem, result=result_for(problem), run=None, on=TODAY
        )


def test_saving_many_lines_takes_few_queries(django_assert_max_num_queries):
    made = ready_plan("Ash", "Beech", "Cedar", assets_each=20)
    problem = planning_problem(made.plan, on=TODAY)
    result = result_for(problem)
    with django_assert_max_num_queries(14):
        save_version(by=made.lead, plan=made.plan, problem=problem, result=result, run=None, on=TODAY)
