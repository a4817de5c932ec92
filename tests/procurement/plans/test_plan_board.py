"""The board page: every machine in its place, what it says of each, moving and pinning by plain forms, and who sees what."""

import re
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assets.domain.vocabulary import Modality
from networks.domain.access import Role
from networks.models import Run, User
from procurement.actions.pins import pin_asset, unpin
from procurement.actions.plan_versions import save_version
from procurement.charts.envelope_bar import envelope_bar
from procurement.models import Pin, PlanLine, PlanVersion
from procurement.queries.board_panel import machine_panel
from procurement.queries.plan_board import BoardCell, board
from procurement.queries.plan_versions import read_version
from procurement.queries.planning_problem import planning_problem
from tests.builders.plan_results import result_for
from tests.factories.assets import AssetFactory, SpecificationFactory
from tests.factories.networks import network_of_trusts, person
from tests.factories.plans import TODAY, Planned, published, ready_plan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


def solved(made: Planned) -> PlanVersion:
    problem = planning_problem(made.plan, on=TODAY)
    return save_version(
        by=made.lead, plan=made.plan, problem=problem, result=result_for(problem), run=None, on=TODAY
    )


@pytest.fixture
def made() -> Planned:
    return ready_plan(assets_each=4)


@pytest.fixture
def lead(client, made) -> Client:
    client.force_login(User.objects.get(pk=made.lead.user_id))
    return client


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def address(made: Planned, **query: object) -> str:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return reverse("plan_board", args=[made.plan.pk, 1]) + (f"?{asked}" if asked else "")


def places(made: Planned) -> dict[int, int | None]:
    """Line to the column it stands in."""
    laid_out = board(read_version(made.lead, PlanVersion.objects.get(number=1)))
    chips = [chip for row in laid_out.rows for cell in row.cells for chip in cell.chips]
    chips += [chip for row in laid_out.rows for chip in row.kept]
    return {chip.line.pk: chip.year for chip in chips}


def test_every_machine_stands_where_the_version_puts_it(lead, made):
    version = solved(made)
    assert places(made) == dict(PlanLine.objects.filter(version=version).values_list("pk", "year"))
    page = lead.get(address(made)).content.decode()
    for line in version.lines.all():
        assert page.count(f'id="chip-{line.pk}"') == 1
    assert "8 machines shown" in page


def test_it_is_narrowed_by_trust_and_modality(lead, made):
    solved(made)
    ash = made.orgs["Ash"].pk
    page = text_of(lead.get(address(made, trust=ash)))
    assert "4 machines shown; money is of all machines of a trust" in page
    assert "8 machines shown" in text_of(lead.get(address(made, modality="CT")))
    AssetFactory(
        trust=made.orgs["Ash"],
        site=made.orgs["Ash site"],
        modality=Modality.MRI,
        specification=published(SpecificationFactory(code="MRI-15T", modality=Modality.MRI)).specification,
    )
    solved(made)
    second = reverse("plan_board", args=[made.plan.pk, 2])
    assert "9 machines shown" in text_of(lead.get(second))
    assert "1 machine shown" in text_of(lead.get(second + "?modality=MRI"))
    assert "9 machines shown" in text_of(lead.get(second + "?modality=nonsense"))
    kept = lead.get(address(made, trust=ash)).content.decode()
    assert f'href="?trust={ash}&amp;machine=' in kept


def test_the_panel_explains_and_says_what_was_not_worked_out(lead, made):
    version = solved(made)
    line = version.lines.filter(year__isnull=False).first()
    page = text_of(lead.get(address(made, machine=line.pk)))
    assert f"Reason for {line.asset_id}" in page
    assert page.count("Not worked out.") == 4
    line.account = {
        "earlier": ["A year earlier costs £12,000 more."],
        "later": ["40 points more.", "£3,000 less."],
        "binding": [],
        "would_change": "More money in 2028/29.",
    }
    line.save()
    page = text_of(lead.get(address(made, machine=line.pk)))
    assert "A year earlier A year earlier costs £12,000 more." in page
    assert "40 points more. £3,000 less." in page
    assert "What binds Nothing was found." in page
    assert "More money in 2028/29." in page
    assert "Not worked out." not in page


def test_its_script_gets_the_panel_alone(lead, made):
    version = solved(made)
    line = version.lines.first()
    asked = {"HX-Request": "true"}
    piece = lead.get(address(made, machine=line.pk), headers=asked).content.decode()
    assert 'id="panel-heading"' in piece
    assert "<html" not in piece
    assert lead.get(address(made, machine=999_999), headers=asked).status_code == 404
    assert lead.get(address(made, machine=999_999)).status_code == 200


def test_what_is_offered_stands_in_the_form_with_a_reason(lead, made):
    version = solved(made)
    line = version.lines.first()
    page = lead.get(address(made, machine=line.pk, decision=2030)).content.decode()
    assert re.search(r'<option value="2030"[^>]*selected', page)
    assert 'value="Decided on the board of version 1"' in page
    page = lead.get(address(made, machine=line.pk, decision="nonsense")).content.decode()
    assert re.search(r'<option value="free"[^>]*selected', page)


def test_a_machine_is_moved_by_the_plain_form_and_the_board_says_so(lead, made):
    version = solved(made)
    line = version.lines.filter(year=2027).first()
    page = lead.get(address(made, machine=line.pk, decision=2029)).content.decode()
    form = re.search(r'<form class="app-panel__pin".*?</form>', page, re.DOTALL).group()
    action = re.search(r'action="([^"]+)"', form).group(1)
    back = re.search(r'name="next" value="([^"]+)"', form).group(1)
    answer = lead.post(action, {"next": back, "decision": "2029", "reason": "The room is free then"})
    assert answer.headers["Location"] == f"{address(made)}?machine={line.pk}#chip-{line.pk}"
    assert Pin.objects.get().year == 2029
    assert places(made)[line.pk] == 2029
    page = text_of(lead.get(answer.headers["Location"]))
    assert "1 pin not yet in this version: plan again." in page
    assert "Was 2027/28" in page
    assert "Since this version: pinned – The room is free then" in page
    assert "Plan again from this version" in page


def test_planning_again_rests_on_this_version(lead, made):
    version = solved(made)
    pin_asset(by=made.lead, plan=made.plan, asset=made.assets[0], year=2030, reason="Works", on=TODAY)
    page = lead.get(address(made)).content.decode()
    form = re.search(r'<form method="post" action="[^"]+/solve/".*?</form>', page, re.DOTALL).group()
    typed = dict(re.findall(r'name="(based_on|seconds|seed)"[^>]*value="(\d+)"', form))
    assert typed["based_on"] == str(version.number)
    answer = lead.post(reverse("plan_solve", args=[made.plan.pk]), typed)
    run = Run.objects.get()
    assert answer.headers["Location"] == reverse("plan_progress", args=[made.plan.pk, run.pk])
    assert "watch how far it is" in text_of(lead.get(address(made)))


def test_a_pin_taken_off_since_is_said(lead, made):
    pin_asset(by=made.lead, plan=made.plan, asset=made.assets[0], year=2030, reason="Works", on=TODAY)
    solved(made)
    assert "not yet in this version" not in text_of(lead.get(address(made)))
    unpin(by=made.lead, plan=made.plan, machine=made.assets[0])
    page = text_of(lead.get(address(made)))
    assert "1 pin not yet in this version" in page
    assert "Pin taken off" in page


def test_the_networks_finance_reads_and_moves_nothing(client, made):
    version = solved(made)
    line = version.lines.first()
    client.force_login(person(Role.FINANCE, made.orgs["Northern"]))
    page = client.get(address(made, machine=line.pk, decision=2030)).content.decode()
    assert "data-may-edit" not in page
    assert "<form class=" not in page.split("app-filters__form")[1]
    assert f"Reason for {line.asset_id}" in page


def test_a_trusts_finance_sees_its_own_row(client, made):
    version = solved(made)
    client.force_login(person(Role.FINANCE, made.orgs["Ash"]))
    page = text_of(client.get(address(made)))
    assert "You see the part of Ash only" in page
    assert "Beech" not in page
    theirs = version.lines.filter(trust=made.orgs["Beech"]).first()
    assert f"Reason for {theirs.asset_id}" not in text_of(client.get(address(made, machine=theirs.pk)))


def test_strangers_find_nothing(client, made):
    solved(made)
    elsewhere = network_of_trusts("Elm", network="Southern", region="South East")
    client.force_login(person(Role.PROCUREMENT_LEAD, elsewhere["Southern"]))
    assert client.get(address(made)).status_code == 404
    client.force_login(person(Role.EQUIPMENT_MANAGER, made.orgs["Ash"]))
    assert client.get(address(made)).status_code == 403


def test_the_board_asks_the_database_the_same_for_many_machines(lead, made):
    solved(made)
    big = ready_plan("Cedar", "Dogwood", "Elder", network="Western", assets_each=20, name="Big plan")
    solved(big)
    other = Client()
    other.force_login(User.objects.get(pk=big.lead.user_id))
    counts = []
    for client, of in ((lead, made), (other, big)):
        pin_asset(by=of.lead, plan=of.plan, asset=of.assets[0], year=2031, reason="Works", on=TODAY)
        line = PlanLine.objects.filter(version__plan=of.plan).first()
        client.get(address(of))
        with CaptureQueriesContext(connection) as queries:
            client.get(address(of, machine=line.pk))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 20


def test_four_hundred_machines_are_laid_out_within_a_second():
    made = ready_plan("Ash", "Beech", "Cedar", "Dogwood", network="Great", assets_each=100, name="Great plan")
    solved(made)
    client = Client()
    client.force_login(User.objects.get(pk=made.lead.user_id))
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        page = client.get(address(made))
        seconds.append(time.perf_counter() - began)
    assert "400 machines shown" in text_of(page)
    assert min(seconds) < 1


def test_a_bar_adds_up_to_the_spend_and_says_what_is_short():
    cell = BoardCell(
        year=2027,
        chips=(),
        spend_pence=1000,
        envelope_pence=600,
        carried_in_pence=100,
        paid={"own": 700, "pool": 100, "ring-fence": 50},
    )
    bar = envelope_bar(cell)
    assert [(part.kind, part.pence) for part in bar.segments] == [
        ("own", 700),
        ("pool", 100),
        ("ring-fence", 50),
        ("short", 150),
    ]
    assert sum(part.width for part in bar.segments) == pytest.approx(100)
    assert bar.limit_x == 70
    unknown = BoardCell(2027, (), 10, None, 0, paid={"own": 10})
    assert envelope_bar(unknown).limit_x is None
    assert envelope_bar(BoardCell(2027, (), 0, 0, 0)).segments == ()


def test_a_panel_is_only_of_a_line_that_its_reader_sees(made):
    version = solved(made)
    reading = read_version(made.lead, version)
    assert machine_panel(reading, "") is None
    assert machine_panel(reading, None) is None
    assert machine_panel(reading, str(reading.lines[0].pk)).line == reading.lines[0]


def test_a_pin_set_meanwhile_is_shown_before_it_is_replaced(lead, made):
    version = solved(made)
    line = version.lines.filter(year=2027).first()
    page = lead.get(address(made, machine=line.pk, decision=2029)).content.decode()
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', page).group(1)
    assert seen == "Left to the planner"
    pin_asset(by=made.lead, plan=made.plan, asset=line.asset, year=2031, reason="New wing", on=TODAY)
    url = reverse("plan_pin", args=[made.plan.pk, line.asset_id])
    typed = {"seen": seen, "decision": "2029", "reason": "The room is free then"}
    refused = lead.post(url, typed)
    assert "It is now – replaced in 2031/32: New wing." in text_of(refused)
    assert Pin.objects.get().year == 2031
    markup = refused.content.decode()
    assert "The room is free then" in markup
    again = re.search(r'name="seen"[^>]*value="([^"]+)"', markup).group(1)
    assert lead.post(url, typed | {"seen": again}).status_code == 302
    assert Pin.objects.get().year == 2029
