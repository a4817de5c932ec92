"""The register's pages in a real browser: by keyboard, wide and narrow, nothing that axe or the security policy complains of."""

from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright

from assets.actions.assets import correct_asset, retire_asset
from assets.models import Asset
from networks.domain.access import Role, command
from tests.factories.assets import AssetFactory, SpecificationFactory
from tests.factories.networks import LinkFactory, OrganisationFactory, network_of_trusts, person
from tests.look.width import width_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path("/usr/bin/chromium").exists(), reason="Chromium is not installed"),
]

WIDE, NARROW = 1280, 390


@pytest.fixture
def orgs():
    return network_of_trusts("Ash Valley NHS Foundation Trust", "Beech")


@pytest.fixture
def scanner(orgs):
    ash, site = orgs["Ash Valley NHS Foundation Trust"], orgs["Ash Valley NHS Foundation Trust site"]
    annexe = OrganisationFactory(kind="site", name="Annexe")
    LinkFactory(source=annexe, target=ash)
    AssetFactory(trust=ash, site=site, installed_on=date(2014, 1, 1), installed_precision="Y")
    AssetFactory(trust=ash, site=site, installed_on=None, installed_precision="")
    return AssetFactory(
        trust=ash, site=site, installed_on=date(2012, 5, 10), support_ends_on=date(2028, 3, 31)
    )


@pytest.fixture
def page(live_server, orgs, scanner):
    """A page signed in as the trust's equipment manager; what its console complains of is in `complaints`."""
    signed_in = Client()
    signed_in.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash Valley NHS Foundation Trust"]))
    session = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(base_url=live_server.url, viewport={"width": WIDE, "height": 900})
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        yield page
        browser.close()


def check(page) -> None:
    """Check the page as it stands: axe, one heading, no wider than the window, wide or narrow."""
    assert page.locator("h1").count() == 1
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": 900})
        assert width_of(page, at_most=width) <= width, (page.url, width)
        found = Axe().run(page).response["violations"]
        assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found] == []


@pytest.mark.parametrize(
    "name", ["asset_detail", "asset_history", "asset_edit", "asset_move", "asset_retire"]
)
def test_every_page_of_a_machine(page, scanner, name):
    page.goto(reverse(name, args=[scanner.pk]))
    check(page)
    assert page.complaints == []


def test_every_other_page(page, scanner):
    retire_asset(by=command("test"), asset=scanner, on=date(2025, 9, 30), version=1, reason="Sold")
    for address in (
        reverse("asset_bring_back", args=[scanner.pk]),
        reverse("asset_detail", args=[scanner.pk]),
        reverse("asset_add"),
        reverse("api-docs"),
        reverse("asset_list") + "?q=nothing+like+it",
        reverse("asset_list") + "?as_at=soon&status=all",
    ):
        page.goto(address)
        check(page)
    assert page.complaints == []


def test_finding_a_machine_by_keyboard(page, scanner):
    page.goto(reverse("asset_list"))
    check(page)
    page.get_by_label("10 to 14 years").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_text("2 of 2 machines on this page").wait_for()
    check(page)
    page.get_by_role("link", name="Remove filter Age: 10 to 14 years").press("Enter")
    page.get_by_text("3 of 3 machines on this page").wait_for()
    page.get_by_role("columnheader", name="Ref").get_by_role("link").press("Enter")
    page.wait_for_url("**sort=reference")
    assert page.get_by_role("columnheader", name="Ref").get_attribute("aria-sort") == "ascending"
    page.locator("#take-away summary").press("Enter")
    page.get_by_role("link", name="workbook of 3 machines with the columns shown").wait_for()
    check(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="workbook of 3 machines with the columns shown").press("Enter")
    assert download.value.suggested_filename.endswith(".xlsx")
    page.get_by_role("link", name=scanner.reference).press("Enter")
    page.get_by_role("heading", level=1, name=scanner.reference).wait_for()
    assert page.complaints == []


def test_two_people_correct_one_machine(page, scanner):
    page.goto(reverse("asset_edit", args=[scanner.pk]))
    correct_asset(
        by=command("test"), asset=scanner, values={"model_name": "Theirs"}, version=1, reason="Label read"
    )
    page.get_by_label("Model (optional)").fill("Mine")
    page.get_by_label("Why?").fill("The delivery note")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_role("heading", name="This machine was changed while you had it open").wait_for()
    check(page)
    row = page.get_by_role("row", name="Model Both changed it")
    assert row.get_by_role("cell").all_inner_texts() == ["SOMATOM go.Top", "Theirs", "Mine"]
    page.get_by_role("button", name="Save over the newer version").press("Enter")
    page.get_by_role("heading", level=1, name="Mine").wait_for()
    # The browser itself notes the answer 409 in its console.
    assert [complaint for complaint in page.complaints if "409" not in complaint] == []


def test_a_machine_is_added_and_corrected_section_by_section(page, orgs):
    SpecificationFactory(code="MG-STD", modality="MG", name="Mammography", is_default=True)
    page.goto(reverse("asset_add"))
    check(page)
    page.get_by_label("Site").select_option(label="Annexe")
    page.get_by_role("radio", name="Mammography").check()
    page.get_by_label("Installed (optional)").fill("last summer")
    page.get_by_role("button", name="Add the machine").press("Enter")
    page.get_by_role("link", name="Installed: this is not a date we can read").first.wait_for()
    check(page)
    page.get_by_label("Installed (optional)").fill("June 2019")
    page.get_by_role("button", name="Add the machine").press("Enter")
    page.get_by_role("heading", level=1, name="make and model not known").wait_for()
    check(page)
    page.get_by_role("link", name="its upkeep").press("Enter")
    page.get_by_role("heading", level=1, name="Correct: its upkeep").wait_for()
    check(page)
    assert page.get_by_label("Serial number").count() == 0
    page.get_by_label("Uptime target (%) (optional)").fill("98.5")
    page.get_by_label("End of warranty (optional)").fill("March 2018")
    page.get_by_label("Why?").fill("The contract")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_role("link", name="Its warranty does not end before it is installed").first.wait_for()
    assert page.get_by_label("Uptime target (%) (optional)").input_value() == "98.5"
    page.get_by_label("End of warranty (optional)").fill("March 2021")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_text("was corrected.").wait_for()
    page.get_by_role("link", name="its use and state").press("Enter")
    page.get_by_role("group", name="Evaluated for the NHSBSP").get_by_label("Yes").check()
    page.get_by_label("Why?").fill("The screening office")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_text("was corrected.").wait_for()
    asset = Asset.objects.latest("pk")
    assert (str(asset.uptime_target_percent), asset.warranty_ends_on, asset.is_nhsbsp_evaluated) == (
        "98.50",
        date(2021, 3, 31),
        True,
    )
    for name in ("register_changes", "register_past"):
        page.goto(reverse(name))
        page.get_by_role("link", name=asset.reference).first.wait_for()
        check(page)
    page.goto(reverse("asset_past", args=[asset.pk]))
    page.get_by_role("heading", level=1, name="As at").wait_for()
    check(page)
    assert page.complaints == []
