"""The priority list and the weights in a real browser: nothing that axe or the security policy complains of, by keyboard."""

from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

from networks.domain.access import Role
from tests.factories.assets import AssetFactory
from tests.factories.networks import network_of_trusts, person
from tests.look.width import width_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path("/usr/bin/chromium").exists(), reason="Chromium is not installed"),
]


@pytest.fixture
def page(live_server):
    """A page signed in as Northern's procurement lead; what its console complains of is in `complaints`."""
    orgs = network_of_trusts("Ash", "Beech")
    for trust in ("Ash", "Beech"):
        for year in (2009, 2015, 2024):
            AssetFactory(
                trust=orgs[trust],
                site=orgs[f"{trust} site"],
                installed_on=date(year, 4, 1),
                has_safety_notice=year == 2015,
            )
    signed_in = Client()
    signed_in.force_login(person(Role.PROCUREMENT_LEAD, orgs["Northern"]))
    session = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        yield page
        browser.close()


def violations(page):
    found = Axe().run(page).response["violations"]
    return [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found]


def test_reasons_and_filters_by_keyboard_wide_and_narrow(page):
    page.goto(reverse("priority_list"))
    assert violations(page) == []
    page.locator("tbody summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Age against expected life (weight 25) adds").first).to_be_visible()
    assert violations(page) == []
    page.locator(".app-filters summary").first.focus()
    page.keyboard.press("Enter")
    assert violations(page) == []
    page.get_by_label("Without one").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Gate: Without one")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(4 + 6)
    page.set_viewport_size({"width": 390, "height": 844})
    assert violations(page) == []
    assert width_of(page, at_most=390) <= 390
    assert page.complaints == []


def test_the_sum_follows_what_is_typed_and_the_set_is_saved(page):
    page.goto(reverse("priority_weights"))
    assert violations(page) == []
    page.get_by_label("Age against expected life").fill("30")
    expect(page.get_by_text("The weights add up to 105, 5 too many")).to_be_visible()
    page.get_by_label("Vendor support and parts").fill("15")
    expect(page.get_by_text("The weights add up to 100.")).to_be_visible()
    page.get_by_label("Why the weights are changed").fill("To try")
    page.get_by_role("button", name="Set these weights").click()
    expect(page.get_by_text("are in force from today")).to_be_visible()
    assert violations(page) == []
    assert page.complaints == []
