"""The pages of sites, candidates and families in a real browser: accessible, within their width, usable by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect, sync_playwright

from networks.models import User
from procurement.models import CandidateSite
from tests.procurement.siting.conftest import Siting, a_candidate

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
def made(transactional_db, siting) -> Siting:
    candidate = a_candidate(siting)
    siting.planned.plan.candidates.add(candidate)
    a_candidate(siting, name="CT at Cedar for lungs", service="lung")
    return siting


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


def test_every_page_is_accessible_and_keeps_within_its_width(page, made, complaints):
    candidate, plan = CandidateSite.objects.get(name="CT at Cedar"), made.planned.plan
    site = made.orgs["Cedar site"].code
    for address, heading in (
        (reverse("site_need_list") + "?service=all&modality=CT", "Where are scanners needed?"),
        (reverse("site_need_detail", args=[site, "CT", "stroke"]), "CT, CT angiography for thrombectomy"),
        (reverse("candidate_list"), "Candidates for additional machines"),
        (reverse("candidate_add") + f"?site={site}&modality=CT&service=lung", "Make a candidate"),
        (candidate.get_absolute_url(), "CT at Cedar"),
        (reverse("candidate_edit", args=[candidate.pk]), "Change CT at Cedar"),
        (reverse("candidate_judge", args=[candidate.pk]), "Judge CT at Cedar"),
        (reverse("candidate_withdraw", args=[candidate.pk]), "Withdraw CT at Cedar?"),
        (reverse("plan_candidates", args=[plan.pk]), "Additional machines this plan may site"),
        (reverse("family_list"), "Model families"),
    ):
        page.goto(address)
        expect(page.locator("h1")).to_contain_text(heading)
        page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
        check(page, complaints)


@pytest.mark.parametrize("page", ["wide"], indirect=True)
def test_a_candidate_is_made_and_chosen_by_keyboard_alone(page, made, complaints):
    page.goto(reverse("site_need_list") + "?service=cardiac&modality=CT&standing=none")
    make = page.locator("a", has_text="Make it one").first
    make.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/candidates/add/**")
    expect(page.locator("[name=service]")).to_have_value("cardiac")
    page.locator("main form button").focus()
    page.keyboard.press("Enter")
    summary = page.locator(".nhsuk-error-summary")
    expect(summary).to_contain_text("There is a problem")
    check(page, complaints)
    for name, typed in (("works_pence", "550k"), ("name", "Cardiac CT"), ("reason", "Lists are full")):
        page.locator(f"[name={name}]").focus()
        page.keyboard.press("Control+A")
        page.keyboard.type(typed)
    if not page.locator("[name=specification]").input_value():
        page.locator("[name=specification]").select_option("CT-STD")
    page.locator("main form button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Cardiac CT")
    page.goto(reverse("plan_candidates", args=[made.planned.plan.pk]))
    page.get_by_label("The plan may site Cardiac CT").focus()
    page.keyboard.press("Space")
    page.locator("button", has_text="Save the choice").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".nhsuk-card--warning")).to_contain_text("are for the same site")
    expect(page.get_by_label("The plan may site Cardiac CT")).to_be_checked()
    check(page, complaints)
