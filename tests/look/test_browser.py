"""The front end in a real browser: accessible, nothing blocked by the security policy, nothing fetched from outside."""

from pathlib import Path
from urllib.parse import urlparse

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.look import gallery
from tests.look.width import width_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.look.gallery"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path("/usr/bin/chromium").exists(), reason="Chromium is not installed"),
]

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


class Visit:
    """A page that records what the browser complained of and every host it asked."""

    def __init__(self, browser, base, **options):
        self.base = base
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.complaints = []
        self.hosts = set()
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("request", lambda r: self.hosts.add(urlparse(r.url).netloc))

    def go(self, address):
        self.page.goto(self.base + address)
        return self.page

    def violations(self):
        found = Axe().run(self.page).response["violations"]
        return [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found]

    def check(self):
        assert self.violations() == []
        assert self.complaints == []
        assert {host for host in self.hosts if host} == {urlparse(self.base).netloc}


@pytest.fixture
def visit(chromium, live_server):
    visits = []

    def begin(**options):
        visits.append(Visit(chromium, live_server.url, **({"viewport": WIDE} | options)))
        return visits[-1]

    yield begin
    for each in visits:
        each.context.close()


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize(
    "address",
    ["/list?modality=CT&age_min=7", "/form", "/charts", "/pieces", "/confirm", "/run/7/", "/accounts/login/"],
)
def test_a_page_is_accessible_and_keeps_within_its_width(visit, address, viewport):
    to = visit(viewport=viewport)
    page = to.go(address)
    if address == "/charts":
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
    to.check()
    assert width_of(page, at_most=viewport["width"]) <= viewport["width"]


@pytest.mark.parametrize("address", ["/400", "/403", "/nowhere"])
def test_an_error_page_is_accessible(visit, address):
    to = visit()
    to.go(address)
    assert to.violations() == []


def test_an_error_takes_the_focus_and_leads_to_its_input(visit):
    to = visit()
    page = to.go("/form")
    page.get_by_role("button", name="Save").click()
    page.locator(".nhsuk-error-summary").wait_for()
    assert page.evaluate("document.activeElement.className").startswith("nhsuk-error-summary")
    to.check()
    page.get_by_role("link", name="Choose modalities").click()
    assert page.evaluate("document.activeElement.id") == "id_modality_0"
    page.get_by_role("link", name="Enter serial number").click()
    assert page.evaluate("document.activeElement.id") == "id_serial"


def test_a_box_is_as_wide_as_what_belongs_in_it(visit):
    page = visit().go("/form")
    page.get_by_role("combobox", name="Site").wait_for()
    width = {
        name: page.locator(f"[name={name}]").bounding_box()["width"]
        for name in ("serial", "lifetime", "notes")
    }
    assert width["lifetime"] < width["serial"] < width["notes"] == 640
    # The style sheet of the typed choice comes later and must not undo ours.
    typed = page.get_by_role("combobox", name="Site")
    assert typed.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"


def test_charts_are_drawn_with_patterns_and_named_by_their_finding(visit):
    to = visit()
    page = to.go("/charts")
    page.locator(".js-plotly-plot .main-svg").nth(2).wait_for()
    assert page.get_by_role("img", name="14 of 98 CT scanners").count() == 1
    bars = page.locator(".app-chart").first
    assert bars.locator(".bars path").count() >= 11
    assert bars.locator("pattern").count() >= 5
    # The template a figure brings along would paint this page pink.
    assert "255, 0, 255" not in page.evaluate(
        "getComputedStyle(document.querySelector('.js-plotly-plot .main-svg')).background"
    )
    assert page.locator(".modebar-btn").count() == 0
    page.get_by_text("Show these figures as a table").first.click()
    expect(page.get_by_role("row", name="10–14 years 9 14")).to_be_visible()
    to.check()


def test_a_run_refreshes_itself_says_so_and_stops(visit):
    gallery.ASKED.clear()
    to = visit()
    page = to.go("/run/7/")
    page.get_by_text("the envelopes of 2027/28 are empty").wait_for(timeout=6_000)
    assert page.locator("#announcer").text_content() == "Failed: Weighing joint purchases"
    page.wait_for_timeout(2_500)
    assert gallery.ASKED == ["page", "htmx"]
    to.check()


def test_a_long_choice_can_be_typed(visit):
    to = visit()
    page = to.go("/form")
    box = page.get_by_role("combobox", name="Site")
    box.wait_for()
    box.press_sequentially("clin")
    page.get_by_role("option", name="City Clinic").click()
    expect(page.locator("select#id_site-select")).to_have_value("RX2")
    to.check()


def test_filters_are_folded_away_on_a_narrow_screen_only(visit):
    narrow = visit(viewport=NARROW).go("/list")
    assert not narrow.get_by_label("Name or serial number").is_visible()
    narrow.get_by_text("Filters", exact=True).click()
    expect(narrow.get_by_label("Name or serial number")).to_be_visible()
    assert visit().go("/list").get_by_label("Name or serial number").is_visible()


def test_everything_works_without_javascript(visit):
    to = visit(java_script_enabled=False, viewport=NARROW)
    page = to.go("/form")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Enter serial number")).to_be_visible()
    page = to.go("/list")
    page.get_by_label("CT (98)").check()
    page.get_by_role("button", name="Apply filters").click()
    expect(page.get_by_role("link", name="Remove filter Modality: CT")).to_be_visible()
    page = to.go("/charts")
    page.get_by_text("Show these figures as a table").first.click()
    expect(page.get_by_role("row", name="10–14 years 9 14")).to_be_visible()
    assert to.go("/run/7/").get_by_role("link", name="Check again").is_visible()
