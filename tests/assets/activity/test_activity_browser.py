"""Activity and images in a real browser: from the file to the machine's page, nothing that axe or the security policy complains
of, wide and narrow."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import sync_playwright

from assets.domain.activity import window
from assets.domain.vocabulary import Modality
from assets.models import Activity, Asset
from networks.domain.access import Role
from tests.builders.dicom import dicom_file, zipped
from tests.factories.assets import AssetFactory, SpecificationFactory
from tests.factories.networks import network_of_trusts, person
from tests.look.width import width_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path("/usr/bin/chromium").exists(), reason="Chromium is not installed"),
]


@pytest.fixture
def asset(transactional_db) -> Asset:
    for modality in Modality:
        SpecificationFactory(
            code=f"{modality}-STD", modality=modality, name=f"General {modality.label}", is_default=True
        )
    orgs = network_of_trusts("Ash")
    return AssetFactory(
        trust=orgs["Ash"], site=orgs["Ash site"], station_name="CT01", examinations_per_year=9_000
    )


@pytest.fixture
def page(live_server, asset):
    """A page signed in as Ash's equipment manager; what its console complains of is in `complaints`."""
    signed_in = Client()
    signed_in.force_login(person(Role.EQUIPMENT_MANAGER, asset.trust))
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


def fits(page) -> bool:
    """Whether nothing has to be scrolled to the side on a telephone, tables in their own boxes aside."""
    page.set_viewport_size({"width": 360, "height": 740})
    wide = width_of(page, at_most=360) > 360
    page.set_viewport_size({"width": 1280, "height": 900})
    return not wide


def test_from_a_file_of_the_ris_to_the_machines_page(page, asset):
    months = [f"CT01,{period.label},{1_000 + n},5" for n, period in enumerate(window(timezone.localdate()))]
    content = "\n".join(["Station name,Month,Exams,Downtime", *months, "CT09,April 2020,7,"])
    page.goto(reverse("activity_list"))
    assert violations(page) == []
    page.get_by_role("link", name="Send in a file of activity").click()
    assert violations(page) == []
    assert fits(page)
    page.locator("input[type=file]").set_input_files(
        {"name": "ris.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    page.get_by_role("button", name="Check the file").click()
    page.get_by_text("No machine in the register has this DICOM station name.").wait_for()
    assert violations(page) == []
    assert fits(page)
    page.get_by_role("link", name="New figures").click()
    page.get_by_text("Examinations: 1,011").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Save the 12 good figures only").click()
    page.get_by_text("The figures of ris.csv were saved.").wait_for()
    assert Activity.objects.count() == 12
    page.get_by_role("button", name="See the activity").click()
    page.get_by_text("12,066").wait_for()
    assert violations(page) == []
    assert fits(page)
    page.get_by_role("link", name=asset.reference).click()
    page.locator(".app-chart__plot .main-svg").first.wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Take the count into the register").click()
    page.get_by_text("The register now states what was counted.").wait_for()
    asset.refresh_from_db()
    assert (asset.examinations_per_year, asset.downtime_hours) == (12_066, 60)
    assert page.complaints == []


def test_from_images_to_an_import(page, asset):
    page.goto(reverse("import_list"))
    page.get_by_role("link", name="find machines by their images").click()
    assert violations(page) == []
    assert fits(page)
    page.get_by_label("Site").select_option(label=asset.site.name)
    page.locator("input[type=file]").set_input_files(
        {
            "name": "images.zip",
            "mimeType": "application/zip",
            "buffer": zipped(dicom_file(), dicom_file(modality="MR", serial="41001", station="MR01")),
        }
    )
    page.get_by_role("button", name="Read the headers").click()
    page.get_by_text("2 devices made them.").wait_for()
    assert violations(page) == []
    assert fits(page)
    page.get_by_role("button", name="Check what they do to the register").click()
    page.get_by_role("heading", level=1, name="DICOM headers").wait_for()
    assert violations(page) == []
    assert page.complaints == []
