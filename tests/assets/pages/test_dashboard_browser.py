"""Dashboards and data quality in a real browser: charts drawn, nothing that axe or the security policy complains of."""

from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright

from networks.domain.access import Role
from networks.models import Population
from tests.factories.assets import AssetFactory
from tests.factories.networks import network_of_trusts, person
from tests.look.width import width_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path("/usr/bin/chromium").exists(), reason="Chromium is not installed"),
]


@pytest.fixture
def visit(live_server):
    """Gives a page signed in as somebody of an England with two trusts; its console's complaints are in `complaints`."""
    orgs = network_of_trusts("Ash", "Beech")
    Population.objects.create(icb=orgs["North West ICB"], year=2023, persons=2_000_000, source="ONS")
    for trust in ("Ash", "Beech"):
        for year in (1999, 2015, 2024):
            AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], installed_on=date(year, 4, 1))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )

        def signed_in(role, organisation):
            client = Client()
            client.force_login(person(role, orgs[organisation]))
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
            )
            page = context.new_page()
            page.complaints = []
            page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
            page.on("pageerror", lambda error: page.complaints.append(str(error)))
            return page

        yield signed_in
        browser.close()


def violations(page):
    found = Axe().run(page).response["violations"]
    return [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found]


def test_from_england_down_to_the_machines(visit):
    page = visit(Role.NATIONAL_ANALYST, "England")
    page.goto(reverse("dashboard"))
    page.wait_for_function("document.querySelectorAll('.app-chart__plot .main-svg').length >= 1")
    page.get_by_text("How these figures are worked out").click()
    assert violations(page) == []
    page.get_by_role("table", name="Regions side by side").get_by_role("link", name="North West").click()
    page.get_by_role("heading", level=1, name="North West").wait_for()
    page.get_by_role("table", name="Networks side by side").get_by_role("link", name="Northern").click()
    page.get_by_role("heading", level=1, name="Northern").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    assert width_of(page, at_most=390) <= 390
    assert violations(page) == []
    page.get_by_role("table", name="Trusts side by side").get_by_role(
        "link", name="3", exact=True
    ).first.click()
    page.get_by_role("heading", level=1, name="Equipment").wait_for()
    assert page.complaints == []


def test_a_finding_is_one_click_from_its_box_and_a_check_is_one_button(visit):
    page = visit(Role.EQUIPMENT_MANAGER, "Ash")
    page.goto(reverse("quality"))
    page.get_by_text("How this is worked out").click()
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert width_of(page, at_most=390) <= 390
    page.get_by_role("button", name="I have checked these facts today").first.click()
    page.get_by_text("its facts are recorded as checked today").wait_for()
    page.get_by_role("link", name="Correct: end of support").first.click()
    page.locator("#id_support_ends_on").wait_for()
    assert page.url.endswith("#id_support_ends_on")
    assert page.complaints == []


def test_the_trusts_of_a_lead(visit):
    page = visit(Role.PROCUREMENT_LEAD, "Northern")
    page.goto(reverse("quality"))
    assert violations(page) == []
    page.get_by_role("link", name="Beech", exact=True).click()
    page.get_by_role("heading", level=1, name="Beech").wait_for()
    assert violations(page) == []
    assert page.complaints == []
