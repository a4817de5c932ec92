"""The fleet age page in a real browser: charts drawn, nothing that axe or the security policy complains of, by keyboard."""

from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright

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
    """A page signed in as an analyst of an England with two trusts; what its console complains of is in `complaints`."""
    orgs = network_of_trusts("Ash", "Beech")
    for trust in ("Ash", "Beech"):
        for year in (2009, 2015, 2024):
            AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], installed_on=date(year, 4, 1))
    signed_in = Client()
    signed_in.force_login(person(Role.NATIONAL_ANALYST, orgs["England"]))
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


def test_ages_on_another_day_by_keyboard_wide_and_narrow(page):
    page.goto(reverse("fleet_age"))
    page.wait_for_function("document.querySelectorAll('.app-chart__plot .main-svg').length >= 2")
    assert violations(page) == []
    page.get_by_label("As at").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("31 March 2034")
    page.keyboard.press("Tab")
    page.keyboard.type("Trust")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="as at 31 March 2034").wait_for()
    assert "by=trust" in page.url
    page.set_viewport_size({"width": 390, "height": 844})
    assert width_of(page, at_most=390) <= 390
    page.get_by_text("Show these figures as a table").first.click()
    page.get_by_text("How this is counted").click()
    assert violations(page) == []
    page.get_by_role("table", name="Machines by age and trust").get_by_role("link", name="3").first.click()
    page.get_by_role("heading", level=1, name="Equipment").wait_for()
    assert "as_at=2034-03-31" in page.url
    assert page.complaints == []


def test_an_analysts_first_page(page):
    page.goto("/")
    page.wait_for_function("document.querySelectorAll('.app-chart__plot .main-svg').length >= 1")
    assert violations(page) == []
    assert page.complaints == []
