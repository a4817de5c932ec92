"""A scenario from end to end in a real browser: copy, change, solve, compare, ask what if; accessible at two widths."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect, sync_playwright

from networks.models import User
from procurement.actions.plan_versions import save_version
from procurement.actions.scenarios import copy_plan
from procurement.domain.scenario import ScenarioChanges
from procurement.models import Plan, PlanLine, PlanVersion
from procurement.queries.planning_problem import planning_problem
from tests.builders.plan_results import result_for
from tests.factories.plans import TODAY, Planned, ready_plan

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]
WIDTHS = {"wide": {"width": 1280, "height": 900}, "narrow": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


def solved(made: Planned, plan: Plan) -> PlanVersion:
    problem = planning_problem(plan, on=TODAY)
    return save_version(
        by=made.lead, plan=plan, problem=problem, result=result_for(problem), run=None, on=TODAY
    )


@pytest.fixture
def made() -> Planned:
    made = ready_plan(assets_each=4, envelope_pence=80_000_000)
    solved(made, made.plan)
    return made


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture(params=WIDTHS)
def page(request, chromium, live_server, made, complaints) -> Iterator[Page]:
    """A page of the procurement lead, signed in; what the browser complains of is gathered."""
    client = Client()
    client.force_login(User.objects.get(pk=made.lead.user_id))
    context = chromium.new_context(viewport=WIDTHS[request.param], base_url=live_server.url)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    yield page
    context.close()


def check(page: Page, complaints: list[str]) -> None:
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found] == []
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_every_page_is_accessible_and_keeps_within_its_width(page, made, complaints):
    seven = copy_plan(
        by=made.lead,
        plan=made.plan,
        name="Seven years",
        on=TODAY,
        changes=ScenarioChanges(guidance_years=7, own_change_basis_points=-2500),
    )
    versions = [made.plan.versions.get(), solved(made, seven)]
    line = PlanLine.objects.filter(version=versions[0]).first()
    for address in (
        reverse("scenario_add", args=[made.plan.pk]),
        reverse("scenario_what_if", args=[made.plan.pk, 1, line.pk]),
        reverse("plan_compare"),
        seven.get_absolute_url(),
        reverse("plan_list"),
    ):
        page.goto(address)
        check(page, complaints)
    page.goto(f"{reverse('plan_compare')}?v={versions[0].pk}&v={versions[1].pk}")
    page.locator("[data-chart] .main-svg").first.wait_for()
    page.locator(".app-filters__summary").click()
    expect(page.get_by_label("How it differs").or_(page.get_by_text("How it differs")).first).to_be_visible()
    check(page, complaints)


@pytest.mark.parametrize("page", ["wide"], indirect=True)
def test_a_plan_is_copied_changed_solved_and_compared(page, made, complaints):
    page.goto(made.plan.get_absolute_url())
    page.get_by_role("link", name="Copy into a scenario").click()
    page.get_by_label("Name of the scenario").fill("Half the money")
    page.get_by_label("Change every trust’s own envelopes by").fill("-150")
    page.get_by_role("button", name="Make the scenario").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("at least −100%")
    expect(page.get_by_label("Name of the scenario")).to_have_value("Half the money")
    check(page, complaints)
    page.get_by_label("Change every trust’s own envelopes by").fill("-50")
    page.get_by_role("button", name="Make the scenario").click()
    expect(page.locator(".nhsuk-notification-banner--success")).to_contain_text("Half the money is made")
    expect(page.locator("main")).to_contain_text("£4,000,000 over 5 years (50% less)")
    page.get_by_label("Longest time to look for a better plan").select_option("10")
    page.get_by_role("button", name="Solve the plan").click()
    page.wait_for_url("**/versions/1/", timeout=60_000)
    scenario = Plan.objects.get(name="Half the money")
    page.goto(scenario.get_absolute_url())
    expect(page.get_by_label("Half the money, version 1")).to_be_checked()
    expect(page.get_by_label("Plan A, version 1")).to_be_checked()
    page.get_by_role("button", name="Compare").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare/?v=*")
    page.locator("[data-chart] .main-svg").first.wait_for()
    expect(page.locator("main")).to_contain_text("Plan B leaves")
    expect(page.locator("main")).to_contain_text("machines are not decided alike")
    check(page, complaints)


@pytest.mark.parametrize("page", ["wide"], indirect=True)
def test_what_if_is_asked_from_the_list_and_shown_beside_its_version(page, made, complaints):
    version = made.plan.versions.get()
    page.goto(version.get_absolute_url())
    page.get_by_role("link", name="what if").first.click()
    heading = page.locator("h1").inner_text()
    page.get_by_label("it were replaced in 2030/31").check()
    page.get_by_role("button", name="Show what follows").click()
    page.wait_for_url("**/compare/?v=*", timeout=60_000)
    tried = PlanVersion.objects.get(plan__scenario_of=made.plan)
    assert page.url.endswith(f"?v={version.pk}&v={tried.pk}")
    line = PlanLine.objects.get(version=tried, is_pinned=True)
    assert heading.startswith(line.asset_label)
    expect(page.locator("main")).to_contain_text("Replaced in 2030/31")
    page.locator("[data-chart] .main-svg").first.wait_for()
    check(page, complaints)
