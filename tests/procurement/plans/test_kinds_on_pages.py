"""A version with every kind of decision: on its page, in its files, in tenders, in demand, in the API and the capital plan."""

import csv
import io
from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from networks.models import User
from procurement.actions.plan_versions import save_version
from procurement.actions.tenders import open_tender
from procurement.documents.capital_plan import capital_plan_html
from procurement.documents.capital_plan_workbook import capital_plan_workbook
from procurement.domain.plan_options import Options
from procurement.domain.planning.problem import KEPT, Choice, Kind
from procurement.models import CandidateSite, Plan, PlanLine, PlanVersion
from procurement.queries.capital_plan import capital_plan
from procurement.queries.demand import demand
from procurement.queries.planning_problem import planning_problem
from procurement.queries.tender_bundle import bundle_content
from procurement.queries.tender_candidates import candidates, free_lines
from tests.builders.plan_options import COVER, RETIREMENT, UPGRADE, add_candidate, offer
from tests.builders.plan_results import result_for
from tests.factories.plans import TODAY, Planned, ready_plan
from tests.procurement.plans.test_plan_pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


@dataclass
class Decided:
    made: Planned
    version: PlanVersion
    candidate: CandidateSite

    def line(self, place: int) -> PlanLine:
        return PlanLine.objects.get(version=self.version, asset=self.made.assets[place])


@pytest.fixture
def every_kind() -> Decided:
    """Machine 0 upgraded and replaced, 1 retired, 2 replaced, 3 upgraded, 4 and 5 kept; a CT added beside 2's, one not."""
    made = ready_plan()
    made.assets[0].is_emergency = made.assets[0].is_only_one_on_site = True
    made.assets[0].save()
    offer(made, 0, Options(UPGRADE, cover=COVER))
    offer(made, 1, Options(retirement=RETIREMENT))
    offer(made, 3, Options(UPGRADE))
    candidate, other = add_candidate(made), add_candidate(made, "Beech")
    plan = Plan.objects.get(pk=made.plan.pk)
    problem = planning_problem(plan, on=TODAY)
    schedule = {asset.asset_id: KEPT for asset in problem.assets} | {
        made.assets[0].pk: Choice(Kind.UPGRADE, 2031, 2027),
        made.assets[1].pk: Choice(Kind.RETIRE, 2028),
        made.assets[2].pk: Choice(Kind.REPLACE, 2029),
        made.assets[3].pk: Choice(Kind.UPGRADE, None, 2028),
        -candidate.pk: Choice(Kind.ADD, 2029),
        -other.pk: KEPT,
    }
    result = result_for(problem, schedule)
    version = save_version(by=made.lead, plan=plan, problem=problem, result=result, run=None, on=TODAY)
    return Decided(made, version, candidate)


@pytest.fixture
def lead(client, every_kind) -> Client:
    client.force_login(User.objects.get(pk=every_kind.made.lead.user_id))
    return client


def test_the_ranked_list_says_what_is_decided_and_what_it_costs(lead, every_kind):
    page = text_of(lead.get(every_kind.version.get_absolute_url()))
    for words in (
        "Upgraded in 2027/28, replaced in 2031/32 , upgraded at 14 years, at 18 years",
        "Retired in 2028/29 , at 12 years",
        "£12,000 inc VAT £10,000 removal £2,000 VAT",
        "Second CT at Ash Additional CT CT-STD Ash Ash site not there yet Added in 2029/30",
        "Not added Oldest first:",
        "Kept throughout",
        "£180,000 upgrade",
        "£80,000 cover",
    ):
        assert words in page, words
    candidate_pin = reverse("plan_pin_candidate", args=[every_kind.made.plan.pk, every_kind.candidate.pk])
    assert candidate_pin in lead.get(every_kind.version.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 8),
        ("decided=in", 5),
        ("decided=out", 3),
        ("decided=replace", 2),
        ("decided=upgrade", 2),
        ("decided=retire", 1),
        ("decided=add", 1),
        ("year=2027", 1),
        ("year=2028", 2),
        ("year=2031", 1),
    ],
)
def test_the_list_is_narrowed_by_decision_and_by_any_of_its_years(lead, every_kind, query, count):
    assert len(lead.get(f"{every_kind.version.get_absolute_url()}?{query}").context["rows"]) == count


def test_the_order_by_year_takes_an_upgrade_for_its_own_year(lead, every_kind):
    rows = lead.get(f"{every_kind.version.get_absolute_url()}?sort=year").context["rows"]
    assert [(row.line.upgrade_year or row.line.year) for row in rows][:5] == [2027, 2028, 2028, 2029, 2029]


def test_the_file_adds_up_to_the_planners_account(lead, every_kind):
    exported = lead.get(reverse("plan_version_export", args=[every_kind.made.plan.pk, 1]))
    text = b"".join(exported.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    total = sum(round(float(row["Total (£, inc VAT)"]) * 100) for row in rows if row["Total (£, inc VAT)"])
    assert total == every_kind.version.result["metrics"]["plan"]["spend_pence"]


def test_a_plans_list_of_versions_counts_machines_and_all_money(lead, every_kind):
    (row,) = lead.get(every_kind.made.plan.get_absolute_url()).context["versions"]
    assert (row.machines, row.replaced) == (6, 2)
    assert row.spend_pence == every_kind.version.result["metrics"]["plan"]["spend_pence"]


def opened(found: Decided):
    (group,) = [
        g for g in candidates(found.made.lead, found.made.orgs["Northern"]).groups if g.gathering.year == 2029
    ]
    assert group.gathering.units == 2
    return open_tender(
        by=found.made.lead,
        version=found.version,
        specification_version=group.specification_version,
        year=2029,
        key_date_on=date(2027, 4, 1),
        deliver_by=date(2030, 3, 31),
        today=TODAY,
    )


def test_a_tender_gathers_the_additional_machine_once_and_nothing_that_is_not_bought(every_kind):
    assert {line.words for line in free_lines(every_kind.version)} == {
        "Upgraded in 2027/28, replaced in 2031/32",
        "Replaced in 2029/30",
        "Added in 2029/30",
    }
    tender = opened(every_kind)
    assert {line.plan_line.planned_id for line in tender.lines.all()} == {
        every_kind.made.assets[2].pk,
        -every_kind.candidate.pk,
    }
    assert [line.year for line in free_lines(every_kind.version)] == [2031]


def test_the_bundle_says_that_nothing_makes_room_for_an_additional_machine(every_kind):
    content = bundle_content(opened(every_kind))
    assert content is not None
    replaced = [delivery.replaces for lot in content.lots for delivery in lot.deliveries]
    assert "nothing: an additional machine" in replaced
    assert any(words.startswith("CT Siemens") for words in replaced)


def test_demand_counts_what_is_bought(every_kind):
    found = demand(every_kind.made.lead, on=TODAY)
    assert (found.years, found.groups[0].england.units) == ((2029, 2031), (2, 1))


def test_the_api_reads_every_kind(lead, every_kind):
    lines = lead.get(f"/api/plans/{every_kind.made.plan.pk}/versions/1/lines/").json()["results"]
    added = next(line for line in lines if line["kind"] == "add")
    assert (added["asset"], added["candidate"]) == (None, every_kind.candidate.pk)
    upgraded = next(line for line in lines if line["asset"] == every_kind.made.assets[0].pk)
    assert (upgraded["upgrade_year"], upgraded["year"]) == ("2027/28", "2031/32")
    assert upgraded["decision"] == "Upgraded in 2027/28, replaced in 2031/32"
    assert (upgraded["upgrade_pence"], upgraded["cover_pence"]) == (18_000_000, 8_000_000)


def test_the_capital_plan_agrees_with_itself_and_with_the_account(every_kind):
    document = capital_plan(every_kind.made.lead, every_kind.version)
    document.check()
    spend = every_kind.version.result["metrics"]["plan"]["spend_pence"]
    assert document.total.total_pence == spend
    assert (len(document.machines), len(document.replacements), document.bought) == (6, 2, 3)
    assert document.besides == "to upgrade 2, to retire 1, to add 1"
    # The upgrade's year pays for it and its cover, the year of replacement for the rest.
    line = next(line for line in document.lines if line.decision.endswith("replaced in 2031/32"))
    first, later = line.money_by_year[2027], line.money_by_year[2031]
    assert (first.upkeep_pence, first.vat_pence, first.equipment_pence) == (22_000_000, 4_400_000, 0)
    assert (later.upkeep_pence, later.works_pence) == (4_000_000, 8_000_000)
    by_year: dict[int, int] = {}
    for row in every_kind.version.result["spend"]:
        by_year[row["year"]] = by_year.get(row["year"], 0) + row["amount_pence"]
    assert {year: document.spend_pence(year=year) for year in by_year} == by_year
    html = capital_plan_html(document)
    assert "besides, to upgrade 2, to retire 1, to add 1" in html
    assert "Retired in 2028/29" in html
    assert capital_plan_workbook(document)
