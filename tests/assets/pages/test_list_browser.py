"""The equipment list's own journeys in a real browser: numbers that come later, columns, a view, many machines edited."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright

from assets.models import Asset, SavedView
from assets.views import assets as assets_view
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
def orgs():
    return network_of_trusts("Ash", "Beech")


@pytest.fixture
def machines(orgs):
    return [AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"]) for _ in range(3)]


@pytest.fixture
def browse(live_server):
    """Open pages as somebody; what the console complains of fails the test at its end."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )

        def opened(user):
            signed_in = Client()
            signed_in.force_login(user)
            session = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
            context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
            )
            page = context.new_page()
            page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            return page

        yield opened
        browser.close()
    assert complaints == []


def check(page) -> None:
    assert page.locator("h1").count() == 1
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert width_of(page, at_most=width) <= width, (page.url, width)
        found = Axe().run(page).response["violations"]
        assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found] == []


def test_the_numbers_of_a_long_list_are_put_beside_its_choices(browse, orgs, machines, monkeypatch):
    monkeypatch.setattr(assets_view, "FEW", 0)
    AssetFactory(trust=orgs["Beech"], site=orgs["Beech site"], modality="MRI")
    page = browse(person(Role.NATIONAL_ANALYST, orgs["England"]))
    page.goto(reverse("asset_list"))
    page.locator("#count-modality-CT", has_text="(3)").wait_for()
    assert page.locator("#count-modality-MRI").inner_text() == "(1)"
    check(page)


def test_columns_are_chosen_and_kept_as_a_view_that_is_shared(browse, orgs, machines):
    page = browse(person(Role.EQUIPMENT_MANAGER, orgs["Ash"]))
    page.goto(reverse("asset_list") + "?modality=CT")
    check(page)
    page.get_by_role("link", name="Choose the columns").click()
    page.get_by_label("Serial number", exact=True).check()
    page.get_by_label("Place of Serial number").fill("1")
    check(page)
    page.get_by_role("button", name="Show these columns").click()
    page.locator("thead th", has_text="Serial number").wait_for()
    page.get_by_role("link", name="Keep this view").click()
    page.get_by_label("Name").fill("CT by serial")
    page.get_by_label("Share it with everybody").check()
    check(page)
    page.get_by_role("button", name="Keep it").click()
    view = SavedView.objects.get()
    assert view.is_shared
    assert "serial_number" in view.query
    check(page)
    colleague = browse(person(Role.FINANCE, orgs["Ash"]))
    colleague.goto(reverse("view_list"))
    check(colleague)
    colleague.get_by_role("link", name="CT by serial").click()
    colleague.get_by_text("This is the view").wait_for()


def test_many_machines_are_edited_and_each_is_answered_for(browse, orgs, machines):
    page = browse(person(Role.EQUIPMENT_MANAGER, orgs["Ash"]))
    page.goto(reverse("asset_list"))
    for asset in machines[:2]:
        page.get_by_label(f"Select {asset.reference}").check()
    page.get_by_role("button", name="Edit the machines ticked").click()
    page.get_by_label("Room", exact=True).check()
    check(page)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("textbox", name="Room").fill("Room 12")
    page.get_by_label("Why?").fill("Moved together")
    check(page)
    page.get_by_role("button", name="See what it would do").click()
    check(page)
    page.get_by_role("button", name="Change these machines").click()
    page.get_by_role("heading", name="What became of each machine").wait_for()
    check(page)
    assert sorted(Asset.objects.values_list("location", flat=True)) == ["", "Room 12", "Room 12"]
