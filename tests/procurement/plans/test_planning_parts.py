"""What else than fleet, prices, envelopes and pins the planner is told, and that all of it is told."""

from datetime import date

import pytest
from django.utils import timezone

from assets.domain.model_family import family_of
from assets.domain.vocabulary import Status
from assets.models import MachineModel, Maker
from networks.domain.access import command
from networks.domain.organisations import Kind as OrganisationKind
from networks.domain.organisations import Tie
from networks.models import Link, User
from procurement.actions.pins import pin_asset
from procurement.actions.plan_versions import save_version
from procurement.actions.plans import set_envelopes
from procurement.domain.plan_options import Options
from procurement.domain.planning.problem import (
    KEPT,
    Choice,
    Kind,
    PlanningProblem,
    Pool,
    PoolEnvelope,
    RingFence,
    UpgradeOffer,
)
from procurement.domain.tender_dates import earliest_year
from procurement.models import Plan, PlanLine, SharedEnvelope
from procurement.queries.plan_versions import rests_on
from procurement.queries.planning_problem import joint_prices, planning_problem, readiness
from tests.builders.plan_options import COVER, RETIREMENT, UPGRADE, add_candidate, offer, share_money
from tests.builders.plan_results import result_for
from tests.factories.assets import SpecificationFactory
from tests.factories.networks import LinkFactory, OrganisationFactory, network_of_trusts
from tests.factories.plans import MILLION, TODAY, Planned, ready_plan

pytestmark = pytest.mark.django_db


def asked(made: Planned, **more: object) -> PlanningProblem:
    return planning_problem(Plan.objects.get(pk=made.plan.pk), on=TODAY, **more)


def test_limits_and_wishes_are_told():
    made = ready_plan()
    plan = made.plan
    plan.most_out_per_site, plan.most_out_per_network = 1, 3
    plan.fairness_basis_points, plan.family_price_pence = 12_000, 500_000
    plan.save()
    problem = asked(made)
    assert (problem.most_out_per_site, problem.most_out_per_network) == (1, 3)
    assert (problem.fairness_basis_points, problem.family_price_pence) == (12_000, 500_000)
    assert {trust.network_id for trust in problem.trusts} == {plan.network_id}


def test_shared_and_national_money_is_told_with_whom_it_is_for():
    made = ready_plan()
    ash, beech = made.orgs["Ash"].pk, made.orgs["Beech"].pk
    east = OrganisationFactory(kind=OrganisationKind.ICB, name="East ICB")
    Link.objects.filter(source=made.orgs["Beech"], tie=Tie.PART_OF).delete()
    LinkFactory(source=made.orgs["Beech"], target=east)
    far = OrganisationFactory(kind=OrganisationKind.ICB, name="Far ICB")
    for holder in (east, far):
        SharedEnvelope.objects.create(plan=made.plan, holder=holder, year=2028, amount_pence=MILLION)
    SharedEnvelope.objects.create(plan=made.plan, holder=east, year=2060, amount_pence=MILLION)
    share_money(made)
    problem = asked(made)
    network = made.plan.network_id
    assert set(problem.pools) == {
        Pool(network, "Northern", (ash, beech), 500),
        Pool(east.pk, "East ICB", (beech,), 500),
    }
    assert set(problem.pool_envelopes) == {
        PoolEnvelope(network, 2027, MILLION),
        PoolEnvelope(east.pk, 2028, MILLION),
    }
    assert problem.ring_fences == (RingFence(2029, "CT", 2 * MILLION),)


def test_options_and_cover_are_told_and_who_needs_it():
    made = ready_plan()
    offer(made, 0, Options(UPGRADE, RETIREMENT, COVER))
    alone = made.assets[3:]
    for machine in alone[1:]:
        machine.site = OrganisationFactory(kind=OrganisationKind.SITE, name="Elsewhere")
        machine.save()
    alone[0].is_emergency = True
    alone[0].save()
    told = {asset.asset_id: asset for asset in asked(made).assets}
    first = told[made.assets[0].pk]
    assert first.upgrade == UpgradeOffer(18_000_000, 5)
    assert (first.retire_pence, first.cover_pence, first.is_only_one) == (1_000_000, 4_000_000, False)
    only = told[alone[0].pk]
    assert (only.is_only_one, only.cover_pence, only.upgrade, only.retire_pence) == (True, None, None, None)


def test_a_machines_family_is_its_makers_and_its_models_first_word():
    made = ready_plan()
    canon = Maker.objects.create(name="Canon Test")
    toshiba = Maker.objects.create(name="Toshiba Test", successor=canon, succeeded_in=2018)
    for maker, name, machine in (
        (toshiba, "Aquilion 64", made.assets[0]),
        (canon, "Aquilion ONE", made.assets[1]),
        (canon, "Vantage Titan", made.assets[2]),
    ):
        machine.machine_model = MachineModel.objects.create(maker=maker, name=name, modality="CT")
        machine.save()
    families = {asset.asset_id: asset.family for asset in asked(made).assets}
    assert families[made.assets[0].pk] == families[made.assets[1].pk] == "Canon Test Aquilion"
    assert families[made.assets[2].pk] == "Canon Test Vantage"
    assert families[made.assets[3].pk] is None
    assert family_of("", "Aquilion") is None


def test_candidates_are_told_with_their_need():
    made = ready_plan()
    row = add_candidate(made, wanted_from=2028)
    add_candidate(made, "Beech", withdrawn_on=date(2026, 11, 1))
    elsewhere = network_of_trusts("Elm", network="Southern", region="South East")
    add_candidate(made, "Elm", orgs=elsewhere)
    told = asked(made).assets[-1]
    assert sum(asset.is_candidate for asset in asked(made).assets) == 1
    assert (told.asset_id, told.label, told.is_candidate) == (-row.pk, "Second CT at Ash", True)
    assert (told.need_points, told.wanted_from, told.works_pence) == (300, 2028, 12_000_000)
    assert told.installed_on is None


def test_a_candidates_specification_without_a_price_is_named():
    made = ready_plan()
    add_candidate(made, specification=SpecificationFactory(code="MRI-X", modality="MRI"), modality="MRI")
    (said,) = readiness(made.plan, on=TODAY)[1]
    assert said.startswith("Specification MRI-X, named by 1 machine, has no published version")


@pytest.mark.parametrize(
    ("counted", "prices"),
    [
        (10_000, [57_000_000, 54_150_000, 52_440_000]),
        (5_000, [57_000_000, 55_575_000, 54_720_000]),
        (0, [57_000_000] * 3),
    ],
)
def test_joint_discounts_are_counted_on_as_far_as_the_plan_says(counted, prices):
    made = ready_plan()
    made.plan.joint_discount_basis_points = counted
    made.plan.save()
    (spec,) = asked(made).specifications
    assert [tier.unit_price_pence for tier in spec.tiers] == prices
    assert joint_prices(made.versions["CT-STD"], counted) == spec.tiers
    version = solved(made)
    lines = PlanLine.objects.filter(version=version, year__isnull=False)
    assert {line.single_price_pence for line in lines} == {57_000_000}
    assert {line.equipment_pence for line in lines} <= set(prices)


def test_nothing_arrives_before_its_lead_time_is_over():
    made = ready_plan()
    version = made.versions["CT-STD"]
    assert asked(made).specifications[0].earliest_year == 2027
    version.lead_time_months = 17
    version.save()
    assert asked(made).specifications[0].earliest_year == 2028


@pytest.mark.parametrize(
    ("months", "today", "year"),
    [
        (0, date(2026, 11, 24), 2026),
        (4, date(2026, 11, 24), 2026),  # by 31 March 2027 with a key date on 30 November
        (5, date(2026, 11, 24), 2027),
        (12, date(2027, 3, 31), 2027),
        (12, date(2027, 4, 1), 2028),
    ],
)
def test_the_first_year_of_delivery_follows_from_the_lead_time(months, today, year):
    assert earliest_year(months, today) == year


def solved(made: Planned, schedule=None, **values: object):
    plan = Plan.objects.get(pk=made.plan.pk)
    problem = planning_problem(plan, on=TODAY)
    result = result_for(problem, schedule)
    return save_version(by=made.lead, plan=plan, problem=problem, result=result, run=None, on=TODAY, **values)


def test_an_earlier_version_is_told_for_machines_that_are_still_there():
    made = ready_plan()
    offer(made, 0, Options(UPGRADE))
    row = add_candidate(made)
    schedule = {asset.pk: KEPT for asset in made.assets} | {
        made.assets[0].pk: Choice(Kind.UPGRADE, 2031, 2027),
        made.assets[1].pk: Choice(Kind.REPLACE, 2027),
        made.assets[2].pk: Choice(Kind.REPLACE, 2029),
        -row.pk: Choice(Kind.ADD, 2028),
    }
    first = solved(made, schedule)
    made.assets[2].status = Status.RETIRED
    made.assets[2].save()
    assert dict(asked(made, based_on=first).previous) == {
        key: choice for key, choice in schedule.items() if key != made.assets[2].pk
    }
    assert asked(made).previous == ()
    plan = Plan.objects.get(pk=made.plan.pk)
    plan.first_year = 2028
    plan.save()
    amounts = {(made.orgs[trust].pk, 2032): MILLION for trust in ("Ash", "Beech")}
    set_envelopes(by=made.lead, plan=plan, amounts=amounts, revision=plan.revision, on=TODAY)
    later = dict(planning_problem(plan, on=TODAY, based_on=first).previous)
    assert made.assets[1].pk not in later
    assert made.assets[0].pk not in later
    assert later[-row.pk] == Choice(Kind.ADD, 2028)


def test_a_merged_plan_takes_in_the_other_networks_trusts_and_one_left_out_stays_out():
    made = ready_plan()
    other = ready_plan("Cedar", "Elm", network="Southern", name="Other")
    plan = Plan.objects.get(pk=made.plan.pk)
    plan.with_networks.add(other.plan.network)
    plan.without_trusts.add(made.orgs["Beech"], other.orgs["Elm"])
    cedar = other.orgs["Cedar"].pk
    assert "Cedar has no envelope. Give it one for each year, if only £0." in readiness(plan, on=TODAY)[1]
    amounts = {(cedar, year): MILLION for year in plan.years}
    set_envelopes(by=command("test"), plan=plan, amounts=amounts, revision=1, on=TODAY)
    SharedEnvelope.objects.create(plan=plan, holder=other.plan.network, year=2027, amount_pence=1)
    SharedEnvelope.objects.create(plan=plan, holder=plan.network, year=2027, amount_pence=2)
    problem = planning_problem(Plan.objects.get(pk=plan.pk), on=TODAY)
    ash = made.orgs["Ash"].pk
    assert {trust.trust_id for trust in problem.trusts} == {ash, cedar}
    assert {asset.trust_id for asset in problem.assets} == {ash, cedar}
    assert {(pool.name, pool.trust_ids) for pool in problem.pools} == {
        ("Southern", (cedar,)),
        ("Northern", tuple(sorted((ash, cedar)))),
    }
    assert {trust.network_id for trust in problem.trusts} == {plan.network_id}


def test_query_count_does_not_grow_with_everything_that_may_be_told(django_assert_num_queries):
    made = ready_plan("Ash", "Beech", "Cedar", assets_each=12)
    for place in range(len(made.assets)):
        offer(made, place, Options(UPGRADE, RETIREMENT, COVER))
    share_money(made)
    for trust in ("Ash", "Beech", "Cedar"):
        for number in range(4):
            add_candidate(made, trust, name=f"{trust} {number}")
    based_on = solved(made)
    plan = Plan.objects.get(pk=made.plan.pk)
    with django_assert_num_queries(17):
        problem = planning_problem(plan, on=TODAY, based_on=based_on)
    assert len(problem.assets) == len(problem.previous) == 48


def test_a_line_is_written_for_every_kind_and_adds_up_to_the_penny():
    made = ready_plan()
    offer(made, 0, Options(UPGRADE))
    offer(made, 1, Options(retirement=RETIREMENT))
    row = add_candidate(made)
    unsited = add_candidate(made, "Beech")
    choices = {
        made.assets[0].pk: Choice(Kind.UPGRADE, 2031, 2027),
        made.assets[1].pk: Choice(Kind.RETIRE, 2028),
        made.assets[2].pk: Choice(Kind.REPLACE, 2029),
        -row.pk: Choice(Kind.ADD, 2029),
        -unsited.pk: KEPT,
    }
    version = solved(made, {asset.pk: KEPT for asset in made.assets} | choices)
    lines = {line.planned_id: line for line in PlanLine.objects.filter(version=version)}
    assert len(lines) == len(made.assets) + 2
    assert [lines[key].words for key in choices] == [
        "Upgraded in 2027/28, replaced in 2031/32",
        "Retired in 2028/29",
        "Replaced in 2029/30",
        "Added in 2029/30",
        "Not added",
    ]
    upgraded, retired, replaced, added, _ = (lines[key] for key in choices)
    assert upgraded.spend_by_year == {2027: 21_600_000, 2031: 78_000_000}
    assert (retired.single_price_pence, retired.spend_by_year) == (0, {2028: 1_200_000})
    assert (added.candidate_id, added.works_pence, added.asset_label) == (
        row.pk,
        12_000_000,
        "Second CT at Ash",
    )
    assert added.equipment_pence == replaced.equipment_pence
    spend: dict[tuple[int, int], int] = {}
    for line in lines.values():
        for year, pence in line.spend_by_year.items():
            spend[line.trust_id, year] = spend.get((line.trust_id, year), 0) + pence
    kept: dict[tuple[int, int], int] = {}
    for record in version.result["spend"]:
        key = (record["trust_id"], record["year"])
        kept[key] = kept.get(key, 0) + record["amount_pence"]
    assert spend == kept


def test_a_version_that_kept_to_an_earlier_one_has_not_moved_on(client, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)
    made = ready_plan()
    first = solved(made)
    problem = asked(made, based_on=first)
    assert problem.inputs_hash() != first.inputs_hash
    plan = Plan.objects.get(pk=made.plan.pk)
    result = result_for(problem)
    facts = {"by": made.lead, "plan": plan, "problem": problem, "result": result, "run": None, "on": TODAY}
    second = save_version(**facts, based_on=first)
    client.force_login(User.objects.get(pk=made.lead.user_id))
    assert client.get(plan.get_absolute_url()).context["moved_on"] is False
    assert rests_on(second) == first
    assert rests_on(first) is None
    pin_asset(by=made.lead, plan=plan, asset=made.assets[0], year=2030, reason="Works", on=TODAY)
    assert client.get(plan.get_absolute_url()).context["moved_on"] is True
