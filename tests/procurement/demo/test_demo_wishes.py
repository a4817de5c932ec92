"""What the demonstration's plans may do beside replacing from the trusts' own money."""

from datetime import timedelta

import pytest

from networks.domain.financial_year import ends_on
from procurement.models import Plan
from procurement.queries.plan_options import options_of, plan_options
from procurement.queries.planning_problem import planning_problem
from tests.procurement.demo.conftest import AS_AT

pytestmark = pytest.mark.django_db


def test_every_plan_has_shared_and_national_money_and_options(demonstration):
    plans = list(Plan.objects.filter(scenario_of=None))
    assert len(plans) == 3
    for plan in plans:
        problem = planning_problem(plan, on=AS_AT)
        own = sum(envelope.amount_pence for envelope in problem.envelopes)
        shared = sum(envelope.amount_pence for envelope in problem.pool_envelopes)
        assert 0.03 < shared / own <= 0.04
        assert [pool.pool_id for pool in problem.pools] == [plan.network_id]
        assert [(ring.modality, ring.year) for ring in problem.ring_fences] == [("CT", plan.years[1])]
        offered = options_of(plan)
        assert sum(one.upgrade is not None for one in offered.values()) >= 3
        assert sum(one.retirement is not None for one in offered.values()) == 2
        assert len(plan_options(plan, on=AS_AT).lacking_cover) <= 1


def test_an_upgrade_is_offered_where_support_ends_within_the_plan(demonstration):
    for plan in Plan.objects.filter(scenario_of=None):
        for offer in plan.offers.filter(kind="upgrade").select_related("asset"):
            assert offer.asset.support_ends_on < ends_on(plan.years[-1]) + timedelta(days=1)
            assert offer.support_years == 5
