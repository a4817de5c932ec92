"""The board and the planner at work in a real browser: by keyboard alone, by mouse, without JavaScript, and narrow."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect, sync_playwright

from networks.jobs.runs import perform
from networks.models import Run, User
from procurement.actions.pins import pin_asset
from procurement.actions.plan_versions import save_version
from procurement.domain.planning import solve as solver
from procurement.jobs import solve_plan as job
from procurement.models import Pin, PlanLine, PlanVersion
from procurement.queries.planning_problem import planning_problem
from tests.builders.plan_results import result_for
from tests.factories.plans import TODAY, Planned, ready_plan

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 700}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def made() -> Planned:
    """Two trusts with six CTs each, of which one is pinned to 2028/29 and the money lasts for some."""
    made = ready_plan(assets_each=6, envelope_pence=80_000_000)
    pin_asset(by=made.lead, plan=made.plan, asset=made.assets[0], year=2028, reason="Rebuilding", on=TODAY)
    problem = planning_problem(made.plan, on=TODAY)
    save_version(
        by=made.lead, plan=made.plan, problem=problem, result=result_for(problem), run=None, on=TODAY
    )
    return made


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def opened(chromium, live_server, made, complaints):
    """Open pages as the procurement lead; what the browser complains of is gathered."""
    client = Client()
    client.force_login(User.objects.get(pk=made.lead.user_id))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    contexts = []

    def open_page(viewport: dict[str, int], *, script: bool = True) -> Page:
        context = chromium.new_context(
            viewport=viewport, base_url=live_server.url, java_script_enabled=script
        )
        contexts.append(context)
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: complaints.append(str(e)))
        return page

    yield open_page
    for context in contexts:
        context.close()


def board_of(made: Planned, number: int = 1) -> str:
    return reverse("plan_board", args=[made.plan.pk, number])


def check(page: Page, complaints: list[str]) -> None:
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found] == []
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def chip_in(made: Planned, year: int | None, place: int = 0) -> PlanLine:
    """A line of Ash in a year of the first version, in the board's order, not the one that is pinned."""
    lines = PlanLine.objects.filter(version__number=1, trust=made.orgs["Ash"], year=year, is_pinned=False)
    return lines.order_by("rank")[place]


def in_hand(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_a_plan_is_changed_and_made_again_by_keyboard_alone(opened, made, complaints):
    page = opened(WIDE)
    first, kept = chip_in(made, 2027), chip_in(made, None)
    page.goto(board_of(made))
    page.locator("#board-count").wait_for()
    check(page, complaints)

    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.hasAttribute('data-machine')"):
            break
    assert page.evaluate("document.querySelectorAll('[data-grid] [tabindex=\"0\"]').length") == 1
    page.keyboard.press("Control+Home")
    assert in_hand(page) == f"chip-{first.pk}"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.closest('td').dataset.decision") == "keep"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.closest('td').dataset.decision") == "2031"
    page.keyboard.press("Control+End")
    assert page.evaluate("document.activeElement.closest('tr').dataset.trust") == str(made.orgs["Beech"].pk)
    page.keyboard.press("Control+Home")

    panel = page.locator("#panel")
    expect(panel).to_contain_text(f"Reason for {first.asset_id}")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-heading")).to_be_focused()
    check(page, complaints)
    page.keyboard.press("Escape")
    assert in_hand(page) == f"chip-{first.pk}"

    page.keyboard.press("Alt+ArrowRight")
    expect(panel.locator("[name=decision]")).to_have_value("2028")
    expect(panel.locator("[name=reason]")).to_be_focused()
    assert panel.locator("[name=reason]").input_value() == "Decided on the board of version 1"
    page.keyboard.type("The room is free then")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/board/?machine={first.pk}#chip-{first.pk}")
    expect(page.locator(f"#chip-{first.pk}")).to_be_focused()
    expect(page.locator(f"#chip-{first.pk}")).to_contain_text("Was 2027/28")
    pin = Pin.objects.get(asset=first.asset_id)
    assert (pin.year, pin.reason) == (2028, "The room is free then")

    page.keyboard.press("End")
    assert in_hand(page) == f"chip-{kept.pk}"
    page.keyboard.press("p")
    expect(panel.locator("[name=decision]")).to_have_value("keep")
    expect(panel.locator("[name=reason]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/board/?machine={kept.pk}#chip-{kept.pk}")
    expect(page.locator("#changed")).to_contain_text("2 pins not yet in this version: plan again.")
    check(page, complaints)

    page.keyboard.press("u")
    expect(panel.locator("[name=decision]")).to_have_value("free")
    expect(panel.locator("[name=reason]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#changed")).to_contain_text("1 pin not yet in this version: plan again.")
    assert not Pin.objects.filter(asset=kept.asset_id).exists()

    page.get_by_role("button", name="Plan again from this version").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/versions/2/", timeout=60_000)
    version = PlanVersion.objects.get(number=2)
    assert version.based_on == PlanVersion.objects.get(number=1)
    assert version.lines.get(asset=first.asset_id).year == 2028
    page.goto(board_of(made, 2))
    expect(page.locator(f"#chip-{version.lines.get(asset=first.asset_id).pk}")).to_contain_text("Pinned")
    assert page.locator("#changed").count() == 0
    assert complaints == []


def test_a_machine_is_dragged_to_another_year_of_its_trust_and_no_other(opened, made, complaints):
    page = opened(WIDE)
    line = chip_in(made, 2027)
    page.goto(board_of(made))
    chip, panel = page.locator(f"#chip-{line.pk}"), page.locator("#panel")
    expect(chip).to_have_attribute("draggable", "true")
    beech = page.locator(f'tr[data-trust="{made.orgs["Beech"].pk}"] td[data-decision="2029"]')
    chip.drag_to(beech)
    assert (
        panel.locator("[name=decision]").count() == 0
        or panel.locator("[name=decision]").input_value() == "free"
    )
    chip.drag_to(page.locator(f'tr[data-trust="{made.orgs["Ash"].pk}"] td[data-decision="2029"]'))
    expect(panel.locator("[name=decision]")).to_have_value("2029")
    expect(panel.locator("[name=reason]")).to_be_focused()
    panel.get_by_role("button", name="Save the decision").click()
    page.wait_for_url(f"**#chip-{line.pk}")
    expect(page.locator(f'td[data-decision="2029"] #chip-{line.pk}')).to_have_count(1)
    assert Pin.objects.get(asset=line.asset_id).year == 2029
    check(page, complaints)


def test_a_machine_is_moved_without_javascript(opened, made):
    page = opened(WIDE, script=False)
    line = chip_in(made, None)
    page.goto(board_of(made))
    page.locator(f"#chip-{line.pk}").click()
    page.wait_for_url(f"**?machine={line.pk}#panel")
    assert f"Reason for {line.asset_id}" in page.locator("#panel").inner_text()
    page.locator("#panel [name=decision]").select_option("2030")
    page.locator("#panel [name=reason]").fill("")
    page.get_by_role("button", name="Save the decision").click()
    page.locator(".nhsuk-error-summary").wait_for()
    page.locator("[name=reason]").fill("A new wing opens")
    page.get_by_role("button", name="Save the decision").click()
    page.wait_for_url(f"**?machine={line.pk}#chip-{line.pk}")
    assert page.locator(f'td[data-decision="2030"] #chip-{line.pk}').count() == 1
    assert "1 pin not yet in this version" in page.locator("#changed").inner_text()
    assert page.get_by_role("button", name="Plan again from this version").is_visible()


def test_the_board_is_read_and_used_on_a_narrow_screen(opened, made, complaints):
    page = opened(NARROW)
    line = chip_in(made, 2027)
    page.goto(board_of(made))
    check(page, complaints)
    page.locator(f"#chip-{line.pk}").click()
    expect(page.locator("#panel")).to_contain_text(f"Reason for {line.asset_id}")
    expect(page.locator("#panel-heading")).to_be_in_viewport()
    check(page, complaints)


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_planner_is_watched_and_stopped_with_its_best_plan(
    opened, made, complaints, monkeypatch, viewport
):
    page = opened(viewport)
    lead = made.lead
    run = Run.objects.create(
        kind=job.KIND,
        title="Solving",
        back_url=made.plan.get_absolute_url(),
        network=made.orgs["Northern"],
        started_by_id=lead.user_id,
    )
    page.goto(reverse("plan_progress", args=[made.plan.pk, run.pk]))
    expect(page.locator("#solving")).to_contain_text("Waiting to start")

    def slow(problem, stop, *, on_progress, **_):
        for moment, (best, bound) in enumerate([(2000.0, 900.0), (1500.0, 1000.0), (1234.0, 1200.0)]):
            on_progress(solver.Progress("exposure", best, bound, (best - bound) / best, 1.0 + moment))
        for _ in range(600):
            if stop.should_cancel():
                return result_for(problem, cancelled=True, status="stopped when asked to: proven within 2.8%")
            waiting.wait(0.05)
        pytest.fail("it was never told to stop")

    waiting, tell = job.threading.Event(), job._tell

    def tell_and_press_stop(progress, words, gone, seconds):
        tell(progress, words, gone, seconds)
        if not words.startswith("Stage") or progress.should_cancel():
            return
        expect(page.locator("#solving")).to_contain_text("1,234 points")
        assert page.locator(".app-curve polyline").count() == 3
        page.locator("#curve-table summary").click()
        expect(page.locator("#curve-table")).to_contain_text("1,500 points")
        check(page, complaints)
        page.get_by_role("button", name="Stop now and keep the best plan so far").click()
        expect(page.locator("#solving")).to_contain_text("Stopping was asked for")

    monkeypatch.setattr(solver, "solve", slow)
    monkeypatch.setattr(job, "_tell", tell_and_press_stop)
    perform(run.pk, lambda by, progress: job._solve(lead, progress, run.pk, made.plan.pk, 60, 1, None))
    page.wait_for_url("**/versions/2/")
    expect(page.locator("#proof ~ .app-curve")).to_contain_text("The gap began at 55.0% and stands at 2.8%")
    assert PlanVersion.objects.get(number=2).status.startswith("stopped when asked to")
