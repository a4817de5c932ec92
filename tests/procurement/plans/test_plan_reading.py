"""Who reads what of a solved plan, and that every figure of the page agrees with the lines."""

from dataclasses import replace
from datetime import UTC, date, datetime

import plotly.graph_objects as go
import pytest
from django.http import Http404

from networks.domain.access import NotAllowed, Role
from networks.domain.figures import pounds
from procurement.actions.pins import pin_asset, unpin
from procurement.actions.plan_versions import save_version
from procurement.charts.plan_ages import age_curves
from procurement.charts.plan_spend import spend_chart
from procurement.charts.plans import band_chart
from procurement.domain.plan_ages import counted, with_plan, without
from procurement.domain.planning.result import Flag
from procurement.models import PlanLine, PlanVersion
from procurement.queries.board_shared import shared_rows
from procurement.queries.capital_plan import capital_plan
from procurement.queries.plan_board import Role as BoardRole
from procurement.queries.plan_board import board
from procurement.queries.plan_figures import other_words
from procurement.queries.plan_lines import LineRow, line_rows
from procurement.queries.plan_versions import read_version, visible_version
from procurement.queries.planning_problem import planning_problem
from tests.builders.plan_results import result_for
from tests.factories.networks import actor, network_of_trusts
from tests.factories.plans import MILLION, TODAY, Planned, ready_plan

pytestmark = pytest.mark.django_db


def solved(made: Planned) -> PlanVersion:
    problem = planning_problem(made.plan, on=TODAY)
    return save_version(
        by=made.lead, plan=made.plan, problem=problem, result=result_for(problem), run=None, on=TODAY
    )


def test_the_network_reads_it_whole():
    made = ready_plan(assets_each=4)
    version = solved(made)
    for role in (Role.PROCUREMENT_LEAD, Role.FINANCE):
        reading = read_version(actor(role, made.orgs["Northern"]), version)
        assert reading.whole
        assert len(reading.lines) == 8
        assert set(reading.trusts.values()) == {"Ash", "Beech"}
        assert reading.metrics("plan").spend_pence == reading.spend_pence
        assert reading.metrics("plan").saving_pence == reading.saving_pence
        assert reading.envelope_pence == 20 * MILLION


def test_a_trusts_finance_reads_its_own_part_and_no_network_figure():
    made = ready_plan(assets_each=4)
    version = solved(made)
    reading = read_version(actor(Role.FINANCE, made.orgs["Ash"]), version)
    ash = made.orgs["Ash"].pk
    assert not reading.whole
    assert {line.trust_id for line in reading.lines} == {ash}
    assert reading.trusts == {ash: "Ash"}
    assert {trust for trust, _ in reading.envelopes} == {trust for trust, _ in reading.spend} == {ash}
    assert set(reading.oldest_first) == {asset.pk for asset in made.assets[:4]}
    assert {tender.trusts for tender in reading.tenders} == {1}
    for network_figure in (lambda: reading.metrics("plan"), reading.stages):
        with pytest.raises(PermissionError):
            network_figure()


def test_neighbours_find_nothing_and_equipment_managers_are_refused():
    made = ready_plan()
    version = solved(made)
    elsewhere = network_of_trusts("Elm", network="Southern", region="South East")
    for stranger in (
        actor(Role.PROCUREMENT_LEAD, elsewhere["Southern"]),
        actor(Role.FINANCE, elsewhere["Elm"]),
    ):
        with pytest.raises(Http404):
            visible_version(stranger, plan_id=made.plan.pk, number=version.number)
    with pytest.raises(NotAllowed):
        visible_version(
            actor(Role.EQUIPMENT_MANAGER, made.orgs["Ash"]), plan_id=made.plan.pk, number=version.number
        )


def test_reading_takes_the_same_queries_for_many_lines(django_assert_num_queries):
    made = ready_plan("Ash", "Beech", "Cedar", assets_each=25)
    solved(made)
    with django_assert_num_queries(3):
        version = visible_version(made.lead, plan_id=made.plan.pk, number=1)
        reading = read_version(made.lead, version)
        assert len(line_rows(reading, reading.lines)) == 75
        assert board(reading).total.machines == len(reading.replaced)


def test_the_board_adds_up_to_the_lines():
    made = ready_plan(assets_each=4)
    reading = read_version(made.lead, solved(made))
    laid_out = board(reading)
    assert laid_out.years == tuple(range(2027, 2032))
    assert [row.name for row in laid_out.rows] == ["Ash", "Beech"]
    assert laid_out.total.spend_pence == reading.spend_pence
    assert laid_out.total.envelope_pence == reading.envelope_pence
    on_board = {chip.line.pk for row in laid_out.rows for cell in row.cells for chip in cell.chips}
    assert on_board == {line.pk for line in reading.lines if line.year is not None}
    assert board(read_version(actor(Role.FINANCE, made.orgs["Ash"]), reading.version)).total is None


def test_money_carried_in_is_beside_the_envelope():
    made = ready_plan(assets_each=2, envelope_pence=75_000_000)
    version = solved(made)
    version.result["carry_over"] = [
        {"source": "own", "trust_id": made.orgs["Ash"].pk, "year": 2027, "amount_pence": 500}
    ]
    reading = read_version(made.lead, version)
    (ash, _) = board(reading).rows
    assert [cell.carried_in_pence for cell in ash.cells] == [0, 500, 0, 0, 0]
    assert ash.cells[1].available_pence == 75_000_500


def test_a_pin_that_cannot_be_paid_for_is_named_in_its_cell():
    made = ready_plan(envelope_pence=10_000_000)
    pin_asset(by=made.lead, plan=made.plan, asset=made.assets[0], year=2028, reason="Works", on=TODAY)
    reading = read_version(made.lead, solved(made))
    cell = board(reading).rows[0].cells[1]
    assert len(cell.breaches) == 1
    assert "short in 2028/29" in cell.breaches[0]
    assert [breach["words"] for breach in reading.breaches] == list(cell.breaches)
    beech = read_version(actor(Role.FINANCE, made.orgs["Beech"]), reading.version)
    assert beech.breaches == ()


def test_a_limit_of_the_whole_network_is_said_to_those_who_see_it_whole():
    made = ready_plan()
    version = solved(made)
    version.result["breaches"] = [
        {"words": "Too many CTs out in the network.", "trust_id": None, "year": 2028},
        {"words": "Ash is left too much.", "trust_id": made.orgs["Ash"].pk, "year": None},
    ]
    whole = read_version(made.lead, version)
    assert [breach["words"] for breach in whole.breaches] == list(board(whole).beside)
    assert len(board(whole).beside) == 2
    ash = read_version(actor(Role.FINANCE, made.orgs["Ash"]), version)
    assert board(ash).beside == ("Ash is left too much.",)
    assert read_version(actor(Role.FINANCE, made.orgs["Beech"]), version).breaches == ()


def rows_of(made: Planned, version: PlanVersion) -> dict[int, LineRow]:
    reading = read_version(made.lead, version)
    return {row.line.asset_id: row for row in line_rows(reading, reading.lines)}


def test_rows_say_ages_about_dates_and_pins_younger_than_the_version():
    made = ready_plan(assets_each=2)
    first, second = made.assets[0], made.assets[1]
    first.installed_precision = "Y"
    first.save()
    pin_asset(by=made.lead, plan=made.plan, asset=second, year=None, reason="Moves", on=TODAY)
    version = solved(made)
    rows = rows_of(made, version)
    assert rows[first.pk].is_about
    assert rows[first.pk].first_age == 14
    assert rows[first.pk].age_then == 14 + rows[first.pk].line.year - 2027
    assert rows[second.pk].line.is_pinned
    assert not any(row.pin_changed for row in rows.values())
    unpin(by=made.lead, plan=made.plan, machine=second)
    pin_asset(by=made.lead, plan=made.plan, asset=first, year=2030, reason="Works", on=TODAY)
    first.installed_on = date(2014, 4, 1)
    first.save()
    rows = rows_of(made, version)
    assert {key for key, row in rows.items() if row.pin_changed} == {first.pk, second.pk}
    assert not rows[first.pk].is_about
    assert rows[first.pk].installed_on == date(2013, 4, 1)


def test_what_is_not_paid_for_or_assumed_is_marked():
    made = ready_plan(assets_each=2)
    problem = planning_problem(made.plan, on=TODAY)
    result = result_for(problem)
    first, second = result.decisions[:2]
    flagged = (replace(first, flags=(Flag.NOT_PAID_FOR,)), replace(second, flags=(Flag.AGE_ASSUMED,)))
    settlement = replace(result.settlement, decisions=(*flagged, *result.decisions[2:]))
    version = save_version(
        by=made.lead,
        plan=made.plan,
        problem=problem,
        result=replace(result, settlement=settlement),
        run=None,
        on=TODAY,
    )
    rows = rows_of(made, PlanVersion.objects.get(pk=version.pk))
    assert {key for key, row in rows.items() if row.not_paid_for} == {first.asset_id}
    assert {key for key, row in rows.items() if row.age_assumed} == {second.asset_id}


def test_charts_are_plotly_figures_and_say_their_finding():
    made = ready_plan(assets_each=4)
    reading = read_version(made.lead, solved(made))
    charts = [
        age_curves(reading.machines, reading.years, day="24 November 2026"),
        band_chart(reading.machines, reading.years, day="24 November 2026"),
        spend_chart(board(reading), shared_rows(reading), day="24 November 2026"),
    ]
    for chart in charts:
        go.Figure(chart.figure)
        assert {len(row) for row in chart.table.rows} == {len(chart.table.headings)}
    plan, nothing = charts[0].figure["data"][0]["y"], charts[0].figure["data"][2]["y"]
    assert f"On 31 March 2032, {plan[-1]} of 8 machines" in charts[0].caption
    assert f"and {nothing[-1]} if nothing is replaced" in charts[0].caption
    assert plan[-1] < nothing[-1]
    assert "of £20m inc VAT" in charts[2].caption
    spent = charts[2].table.rows[-1]
    assert (spent[0], spent[1], spent[2]) == (
        "All years",
        pounds(reading.spend_pence),
        pounds(reading.spend_pence),
    )
    assert charts[2].table.headings[-1] == "Trusts’ envelopes"
    ages = {row[0]: row[1:] for row in charts[0].table.rows}
    assert ages["31 March 2032, with this plan"][0].startswith(f"{plan[-1]} of 8 (")
    assert ages["31 March 2032, nothing replaced"][2] == "13.5 years"


def test_money_that_trusts_share_is_beside_what_is_used_of_it():
    made = ready_plan(assets_each=2)
    version = solved(made)
    ash, beech = (made.orgs[name].pk for name in ("Ash", "Beech"))
    version.inputs |= {
        "pools": [{"pool_id": 7, "name": "North West ICB", "trust_ids": [ash, beech]}],
        "pool_envelopes": [{"pool_id": 7, "year": 2028, "amount_pence": 900}],
        "ring_fences": [{"modality": "CT", "year": 2027, "amount_pence": 500, "trust_ids": [ash]}],
    }
    version.result["funding"] = [
        {
            "trust_id": ash,
            "modality": "CT",
            "year": 2028,
            "source": "pool",
            "pool_id": 7,
            "amount_pence": 400,
        },
        {
            "trust_id": beech,
            "modality": "CT",
            "year": 2028,
            "source": "pool",
            "pool_id": 7,
            "amount_pence": 300,
        },
        {
            "trust_id": ash,
            "modality": "CT",
            "year": 2027,
            "source": "ring-fence",
            "ring_trust_ids": [ash],
            "amount_pence": 450,
        },
    ]
    version.result["carry_over"] = [
        {"source": "pool", "trust_id": None, "pool_id": 7, "year": 2028, "amount_pence": 200}
    ]
    reading = read_version(made.lead, version)
    pool, ring = shared_rows(reading)
    assert (pool.name, pool.kind, pool.amount_pence, pool.used_pence) == ("North West ICB", "pool", 900, 700)
    assert [year.available_pence for year in pool.years] == [0, 900, 200, 0, 0]
    assert (ring.name, ring.kind) == ("National money for CT (Ash)", "ring-fence")
    assert [year.used_pence for year in ring.years] == [450, 0, 0, 0, 0]
    assert reading.funding[ash, 2028]["pool"] == 400
    table = spend_chart(board(reading), [pool, ring], day="today").table
    assert table.headings[-2:] == ["Shared money", "National money"]
    assert table.rows[-1][-2:] == ["£9", "£5"]
    assert shared_rows(read_version(actor(Role.FINANCE, made.orgs["Ash"]), version)) == []


def test_what_else_than_replacement_is_decided_is_counted_and_placed():
    made = ready_plan(assets_each=4, envelope_pence=80_000_000)
    version = solved(made)
    first, second, *_ = PlanLine.objects.filter(version=version, trust=made.orgs["Ash"])
    PlanLine.objects.filter(pk=first.pk).update(
        kind="upgrade",
        upgrade_year=2027,
        year=2031,
        upgrade_pence=1000,
        upgrade_year_pence=1200,
        vat_pence=200,
    )
    PlanLine.objects.filter(pk=second.pk).update(kind="retire", year=2029)
    reading = read_version(made.lead, version)
    assert other_words(reading) == "Besides, 1 upgraded, 1 retired."
    (row, _) = board(reading).rows
    stands = {(chip.line.pk, chip.role): chip.year for cell in row.cells for chip in cell.chips}
    assert stands[first.pk, BoardRole.UPGRADE] == 2027
    assert stands[first.pk, BoardRole.REPLACE] == 2031
    assert stands[second.pk, BoardRole.RETIRE] == 2029
    assert second.pk not in {line.pk for line in reading.replaced}
    fleet = [machine for machine in reading.machines if machine.retired_in]
    assert counted(fleet, with_plan, [2028, 2029]) == {2028: 1, 2029: 0}
    assert counted(fleet, without, [2029]) == {2029: 1}


def test_a_capital_plan_is_of_the_day_it_was_solved_on_in_england():
    made = ready_plan()
    version = solved(made)
    version.created_at = datetime(2027, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight in summer time
    assert capital_plan(made.lead, version).solved_on == date(2027, 7, 1)
