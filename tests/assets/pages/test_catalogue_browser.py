"""The catalogue's pages in a real browser: by keyboard, wide and narrow, nothing that axe or the security policy complains of."""

from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright

from assets.actions.catalogue_loading import load_catalogue
from assets.domain.catalogue_file import makers_file
from assets.models import Asset, MachineModel
from networks.domain.access import Role, command
from tests.factories.assets import AssetFactory
from tests.factories.networks import network_of_trusts, person
from tests.look.width import width_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path("/usr/bin/chromium").exists(), reason="Chromium is not installed"),
]

WIDE, NARROW = 1280, 390


@pytest.fixture
def orgs():
    made = network_of_trusts("Ash")
    load_catalogue(by=command("test"), read=makers_file())
    model = MachineModel.objects.get(name="LightSpeed VCT")
    ours = {"trust": made["Ash"], "site": made["Ash site"]}
    AssetFactory(**ours, manufacturer="GE MEDICAL S]STEMS", model_name="LightSpeed VCT")
    AssetFactory(**ours, manufacturer="SIEMENS", model_name="SOMATOM Force")
    AssetFactory(**ours, manufacturer="Canon", model_name="Aquilion ONE")
    AssetFactory(**ours, manufacturer="Acme", model_name="X1")
    AssetFactory(**ours, manufacturer="MIM Software", model_name="")
    AssetFactory(**ours, machine_model=model, support_ends_on=date(2028, 1, 1), support_source="own")
    return made


@pytest.fixture
def browser(live_server):
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


def signed_in(browser, live_server, role, organisation, **more):
    """A page signed in as somebody; what its console complains of is in `complaints`."""
    client = Client()
    client.force_login(person(role, organisation))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(base_url=live_server.url, viewport={"width": WIDE, "height": 900}, **more)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def check(page) -> None:
    """Check the page as it stands: axe, one heading, no wider than the window, wide or narrow."""
    assert page.locator("h1").count() == 1
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": 900})
        assert width_of(page, at_most=width) <= width, (page.url, width)
        found = Axe().run(page).response["violations"]
        assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found] == []


def test_the_pages_as_an_administrator_sees_them(browser, live_server, orgs):
    page = signed_in(browser, live_server, Role.ADMINISTRATOR, orgs["England"])
    model = MachineModel.objects.get(name="LightSpeed VCT")
    for address in (
        reverse("catalogue_list"),
        reverse("catalogue_names"),
        model.get_absolute_url(),
        reverse("machine_model_edit", args=[model.pk]),
        reverse("machine_model_add"),
    ):
        page.goto(address)
        check(page)
    assert page.complaints == []


def test_confirming_names_by_keyboard(browser, live_server, orgs):
    page = signed_in(browser, live_server, Role.EQUIPMENT_MANAGER, orgs["Ash"])
    page.goto(reverse("catalogue_list"))
    check(page)
    page.get_by_role("button", name="Names to resolve").press("Enter")
    page.get_by_role("heading", level=1, name="Names to resolve").wait_for()
    check(page)
    page.get_by_label("Confirm CT, SIEMENS, SOMATOM Force").press("Space")
    page.get_by_label("Confirm CT, GE MEDICAL S]STEMS, LightSpeed VCT").press("Space")
    page.get_by_text("2 selected").wait_for()
    page.get_by_role("button", name="Confirm those ticked").press("Enter")
    page.get_by_text("Machines that have their model in the catalogue now: 2").wait_for()
    assert Asset.objects.filter(machine_model=None).count() == 3
    page.get_by_role("link", name="Pick a model for CT, Acme, X1").press("Enter")
    page.get_by_role("heading", level=1, name="Acme, X1").wait_for()
    check(page)
    assert page.complaints == []


def test_confirming_names_without_javascript(browser, live_server, orgs):
    page = signed_in(browser, live_server, Role.EQUIPMENT_MANAGER, orgs["Ash"], java_script_enabled=False)
    page.goto(reverse("catalogue_names"))
    page.get_by_label("Confirm CT, Canon, Aquilion ONE").check()
    page.get_by_role("button", name="Confirm those ticked").click()
    assert "now: 1" in page.content()
    own = Asset.objects.get(support_source="own")
    page.goto(reverse("asset_support", args=[own.pk]))
    page.get_by_label("Its model in the catalogue").check()
    page.get_by_label("Why?").fill("The contract is over")
    page.get_by_role("button", name="Save").click()
    own.refresh_from_db()
    assert own.support_source == ""
