from datetime import date

import pytest

from assets.domain.vocabulary import Condition, Modality, Status
from networks.domain.organisations import Tie
from networks.models import Link
from procurement.actions.pins import pin_asset
from procurement.actions.plans import set_envelopes
from procurement.domain.planning.problem import Choice, Kind
from procurement.domain.planning.problem import Envelope as EnvelopeFact
from procurement.domain.planning.problem import Pin as PinFact
from procurement.models import Plan
from procurement.queries.planning_problem import PlanIncomplete, planning_problem, readiness
from tests.factories.assets import AssetFactory, SpecificationFactory
from tests.factories.networks import OrganisationFactory
from tests.factories.plans import MILLION, TODAY, published, ready_plan

pytestmark = pytest.mark.django_db


def test_the_problem_is_what_the_rows_say():
    made = ready_plan()
    oldest = made.assets[0]
    oldest.support_ends_on, oldest.condition = date(2026, 1, 31), Condition.POOR
    oldest.save()
    pin_asset(by=made.lead, plan=made.plan, asset=made.assets[1], year=2028, reason="Ward move", on=TODAY)
    problem = planning_problem(made.plan, on=TODAY)
    assert (problem.first_year, problem.horizon_years, problem.guidance_years) == (2027, 5, 10)
    assert (problem.tender_cost_pence, problem.max_installations_per_trust_year) == (2_500_000, 4)
    assert [trust.name for trust in problem.trusts] == ["Ash", "Beech"]
    assert len(problem.envelopes) == 10
    assert {e.amount_pence for e in problem.envelopes} == {2 * MILLION}
    assert problem.pins == (PinFact(made.assets[1].pk, Choice(Kind.REPLACE, 2028)),)
    (spec,) = problem.specifications
    assert (spec.code, spec.modality, spec.vat_basis_points) == ("CT-STD", "CT", 2000)
    assert [(t.minimum_units, t.maximum_units, t.unit_price_pence) for t in spec.tiers] == [
        (1, 2, 57_000_000),
        (3, 5, 54_150_000),
        (6, None, 52_440_000),
    ]
    first = problem.assets[0]
    assert (first.asset_id, first.label) == (oldest.pk, str(oldest))
    assert (first.site_id, first.works_pence) == (oldest.site_id, 8_000_000)
    assert first.risk == 0.95  # (25 x 87 + 20 x 100 + 20 x 100) / 65
    assert first.risk_reasons == (
        "Condition poor.",
        "Vendor support ended on 31 January 2026.",
        "13 years old, 3 years past the 10-year guidance.",
    )


def test_query_count_does_not_grow_with_rows(django_assert_num_queries):
    made = ready_plan("Ash", "Beech", "Cedar", assets_each=12)
    plan = Plan.objects.get(pk=made.plan.pk)
    with django_assert_num_queries(16):
        assert len(planning_problem(plan, on=TODAY).assets) == 36


def test_only_the_fleet_of_trusts_whose_primary_network_it_is():
    made = ready_plan()
    retired = AssetFactory(trust=made.orgs["Ash"], site=made.orgs["Ash site"], status=Status.RETIRED)
    other = OrganisationFactory(name="Elm")
    neighbour = OrganisationFactory(kind="network", name="Southern")
    Link.objects.create(source=other, target=neighbour, tie=Tie.MEMBER_OF)
    Link.objects.create(source=other, target=made.orgs["Northern"], tie=Tie.MEMBER_OF, is_primary=False)
    elsewhere = AssetFactory(trust=other)
    ids = {asset.asset_id for asset in planning_problem(made.plan, on=TODAY).assets}
    assert ids == {asset.pk for asset in made.assets}
    assert not ids & {retired.pk, elsewhere.pk}


def test_a_merged_trusts_machines_and_money_go_to_its_successor():
    made = ready_plan()
    ash, beech = made.orgs["Ash"], made.orgs["Beech"]
    Link.objects.create(source=beech, target=ash, tie=Tie.SUCCEEDED_BY, starts_on=date(2027, 4, 1))
    before = planning_problem(made.plan, on=TODAY)
    after = planning_problem(made.plan, on=date(2027, 4, 1))
    assert {asset.trust_id for asset in before.assets} == {ash.pk, beech.pk}
    assert {asset.trust_id for asset in after.assets} == {ash.pk}
    assert len(after.assets) == len(before.assets)
    assert EnvelopeFact(ash.pk, 2027, 4 * MILLION) in after.envelopes
    assert [trust.name for trust in after.trusts] == ["Ash"]


def test_a_network_that_was_taken_over_is_planned_for_by_its_successor():
    made = ready_plan()
    heir = OrganisationFactory(kind="network", name="Great North")
    Link.objects.create(source=made.orgs["Northern"], target=heir, tie=Tie.SUCCEEDED_BY)
    assert readiness(made.plan, on=TODAY)[1] == (
        "Northern has been taken over by Great North: make a plan for Great North instead.",
    )


def test_everything_missing_is_named_at_once():
    made = ready_plan()
    ash, beech = made.orgs["Ash"].pk, made.orgs["Beech"].pk
    gone = {(ash, year): None for year in made.plan.years} | {(beech, 2029): None}
    set_envelopes(by=made.lead, plan=made.plan, amounts=gone, revision=1, on=TODAY)
    for _ in range(2):
        AssetFactory(trust=made.orgs["Ash"], site=made.orgs["Ash site"], modality=Modality.MRI)
    with pytest.raises(PlanIncomplete) as refused:
        planning_problem(made.plan, on=TODAY)
    assert refused.value.problems == (
        "Specification MRI-STD, named by 2 machines, has no published version, so its price is not known. "
        "Publish one, or give the machines another specification.",
        "Ash has no envelope. Give it one for each year, if only £0.",
        "Beech has no envelope for 2029/30. Give it one, if only £0.",
    )


def test_an_empty_register_is_said():
    made = ready_plan(assets_each=0)
    assert readiness(made.plan, on=TODAY)[1] == (
        "The register holds no machine in use in the trusts of Northern. Import their equipment first.",
    )


def test_the_latest_version_published_by_the_day_sets_the_price():
    made = ready_plan()
    spec = SpecificationFactory(code="CT-STD")
    published(spec, version=2, unit_price_pence=60_000_000)
    assert planning_problem(made.plan, on=TODAY).specifications[0].tiers[0].unit_price_pence == 60_000_000
    on = date(2026, 4, 1)
    assert planning_problem(made.plan, on=on).specifications[0].tiers[0].unit_price_pence == 57_000_000


def test_a_price_that_rises_with_the_quantity_is_refused_in_words():
    made = ready_plan(assets_each=1)
    spec = SpecificationFactory(code="CT-STD")
    published(spec, version=2, tiers=((2, 800), (5, 300)))
    assert readiness(made.plan, on=TODAY)[1] == (
        "The price breaks of CT-STD: A unit may not cost more in a larger quantity.",
    )


def test_a_pin_on_a_machine_since_retired_holds_nothing():
    made = ready_plan()
    asset = made.assets[0]
    pin_asset(by=made.lead, plan=made.plan, asset=asset, year=None, reason="Moves out", on=TODAY)
    asset.status = Status.RETIRED
    asset.save()
    assert planning_problem(made.plan, on=TODAY).pins == ()


def test_the_same_rows_give_the_same_hash_and_a_pin_changes_it():
    made = ready_plan()
    first = planning_problem(made.plan, on=TODAY).inputs_hash()
    assert planning_problem(made.plan, on=TODAY).inputs_hash() == first
    pin_asset(by=made.lead, plan=made.plan, asset=made.assets[0], year=None, reason="Moves", on=TODAY)
    assert planning_problem(made.plan, on=TODAY).inputs_hash() != first
