"""The plan's pages in a real browser: accessible, within their width, and usable by keyboard alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, sync_playwright

from networks.models import User
from procurement.actions.pins import pin_asset
from procurement.actions.plan_versions import save_version
from procurement.models import Envelope, Pin
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


@pytest.fixture
def made() -> Planned:
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


def test_every_page_of_a_plan_is_accessible_and_keeps_within_its_width(page, made, complaints):
    plan = made.plan.pk
    for address in (
        reverse("plan_list"),
        reverse("plan_add"),
        reverse("plan_detail", args=[plan]),
        reverse("plan_edit", args=[plan]),
        reverse("plan_envelopes", args=[plan]),
        reverse("plan_pin", args=[plan, made.assets[0].pk]),
    ):
        page.goto(address)
        check(page, complaints)
    page.goto(reverse("plan_version", args=[plan, 1]))
    assert page.locator("[data-chart]").count() == 3
    for place in range(3):
        page.locator("[data-chart]").nth(place).locator(".main-svg").first.wait_for()
    page.locator(".app-filters__summary").click()
    check(page, complaints)


@pytest.mark.parametrize("page", ["wide"], indirect=True)
def test_a_machine_is_pinned_by_keyboard_alone(page, made, complaints):
    page.goto(reverse("plan_version", args=[made.plan.pk, 1]) + "?decided=out")
    machine = page.locator("#machines ~ * tbody th a, .nhsuk-table--sortable tbody th a").first.inner_text()
    page.locator("a", has_text="Pin of").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/pin/**")
    assert machine in page.locator("h1").inner_text()
    page.locator("[name=decision]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    summary = page.locator(".nhsuk-error-summary")
    summary.wait_for()
    assert "Enter why it is pinned" in summary.inner_text()
    check(page, complaints)
    page.locator("[name=reason]").focus()
    page.keyboard.type("The room is free then")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/versions/1/?decided=out")
    assert f"{machine} is pinned." in page.locator(".nhsuk-notification-banner--success").inner_text()
    assert page.locator("body", has_text="Since this version: pinned: Replaced in 2027/28").count() == 1
    pin = Pin.objects.exclude(asset=made.assets[0]).get()
    assert (pin.year, pin.reason) == (2027, "The room is free then")


@pytest.mark.parametrize("page", ["wide"], indirect=True)
def test_envelopes_are_pasted_and_saved_by_keyboard_alone(page, made, complaints):
    page.goto(reverse("plan_envelopes", args=[made.plan.pk]))
    page.locator("[name=pasted]").focus()
    page.evaluate(
        "text => { document.activeElement.value = text }", "Trust\t2027/28\t2028/29\nAsh\t1.5\t1.6\n"
    )
    page.keyboard.press("Tab")
    page.keyboard.type("m")  # millions
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("2 amounts filled in from what you pasted").wait_for()
    check(page, complaints)
    ash = made.orgs["Ash"].pk
    assert page.locator(f"#id_envelope_{ash}_2028").input_value() == "£1,600,000"
    page.locator("button", has_text="Save the envelopes").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{made.plan.get_absolute_url()}")
    assert Envelope.objects.get(trust=ash, year=2028).amount_pence == 160_000_000
