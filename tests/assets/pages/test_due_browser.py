"""Inventory, labels, alerts, calendar and files in a real browser: wide and narrow, by keyboard, nothing axe complains of."""

from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import sync_playwright

from assets.actions.attachments import add_attachment
from assets.models import AlertAnswer, Attachment
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
    return network_of_trusts("Ash", "Beech")


@pytest.fixture
def scanner(orgs):
    soon = timezone.localdate() + timedelta(days=30)
    AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], modality="MRI", warranty_ends_on=soon)
    made = AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], warranty_ends_on=soon, support_ends_on=soon)
    add_attachment(
        by=command("test"),
        asset=made,
        file=ContentFile(b"%PDF-1.7 x", name="report.pdf"),
        kind=Attachment.Kind.CERTIFICATE,
        description="Acceptance test",
        at=timezone.now(),
    )
    return made


@pytest.fixture
def page(live_server, orgs, scanner):
    signed_in = Client()
    signed_in.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"]))
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
    assert page.locator("h1").count() == 1
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": 900})
        assert width_of(page, at_most=width) <= width, (page.url, width)
        found = Axe().run(page).response["violations"]
        assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found] == []


def test_every_page(page, scanner):
    attachment = Attachment.objects.get()
    for address in (
        reverse("inventory_page"),
        reverse("inventory_page") + "?as_at=yesterday",
        reverse("labels_page"),
        reverse("alert_list"),
        reverse("alert_list") + "?state=snoozed",
        reverse("calendar_page"),
        reverse("attachment_list", args=[scanner.pk]),
        reverse("attachment_add", args=[scanner.pk]),
        reverse("attachment_remove", args=[attachment.pk]),
    ):
        page.goto(address)
        check(page)
    assert page.complaints == []


def test_answering_alerts_by_keyboard(page, scanner):
    page.goto(reverse("alert_list"))
    page.get_by_label(f"End of warranty of {scanner.reference}").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Answer the chosen alerts").press("Enter")
    page.get_by_role("heading", name="Answer an alert").wait_for()
    check(page)
    page.get_by_role("button", name="Save the answer").press("Enter")
    page.get_by_text("There is a problem").wait_for()
    check(page)
    page.get_by_label("Acknowledge").check()
    page.get_by_label("Reason").fill("Contract agreed")
    page.get_by_role("button", name="Save the answer").press("Enter")
    page.get_by_text("1 alert answered.").wait_for()
    check(page)
    assert AlertAnswer.objects.get().reason == "Contract agreed"
    assert page.complaints == []


def test_a_calendar_is_made_and_a_file_added(page, scanner, tmp_path):
    page.goto(reverse("calendar_page"))
    page.get_by_role("button", name="Make a calendar").press("Enter")
    page.get_by_label("Copy it into your calendar program").wait_for()
    check(page)
    photo = tmp_path / "plate.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n and so on")
    page.goto(reverse("attachment_add", args=[scanner.pk]))
    page.locator("input[type=file]").set_input_files(photo)
    page.get_by_label("Photograph").check()
    page.get_by_role("button", name="Add the file").press("Enter")
    page.get_by_text("plate.png was added").wait_for()
    check(page)
    assert page.complaints == []
