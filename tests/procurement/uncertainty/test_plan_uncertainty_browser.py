"""The page in a real browser: accessible, within its width, drawn, filtered and read by keyboard alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect, sync_playwright

from networks.models import User

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
def complaints() -> list[str]:
    return []


@pytest.fixture(params=WIDTHS)
def page(request, chromium, live_server, made, version, complaints) -> Iterator[Page]:
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


def test_the_page_is_accessible_drawn_and_keeps_within_its_width(page, version, complaints):
    page.goto(reverse("plan_uncertainty", args=[version.plan_id, 1]))
    expect(page.locator("h1")).to_contain_text("How sure are these figures?")
    page.locator("[data-chart] .main-svg").first.wait_for()
    expect(page.locator("[data-chart] .errorbar")).not_to_have_count(0)
    page.locator(".app-filters__summary").click()
    check(page, complaints)


@pytest.mark.parametrize("page", ["wide"], indirect=True)
def test_what_to_find_out_is_narrowed_by_keyboard_alone(page, version, complaints):
    page.goto(reverse("plan_uncertainty", args=[version.plan_id, 1]))
    rows = page.locator("table:has(caption:text('What is not known')) tbody tr")
    everything = rows.count()
    page.locator(".app-filters__summary").focus()
    page.keyboard.press("Enter")
    page.locator("[name=kind]").focus()
    page.keyboard.type("Inst")
    page.locator(".app-filters__form button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**kind=date**")
    expect(rows).to_have_count(4)
    assert everything > 4
    expect(page.locator(".app-chip")).to_contain_text("Kind: Installation date")
    check(page, complaints)
