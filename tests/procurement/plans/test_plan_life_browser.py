"""A plan's life as its people live it, in a real browser: submitted, answered, approved, overtaken by the register, planned
again, its conflicts acknowledged. Every page on the way is accessible and keeps within its width.
"""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assets.models import Asset
from networks.domain.access import Role
from networks.models import User
from procurement.domain.plan_life import State
from procurement.models import Conflict, PlanVersion
from procurement.queries.plan_life import life_of
from tests.factories.networks import person
from tests.factories.plans import Planned, ready_plan
from tests.procurement.plans.lives import solved

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]
SOLVING_MILLISECONDS = 90_000

SignIn = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def made() -> Planned:
    made = ready_plan(assets_each=4, envelope_pence=80_000_000)
    solved(made)
    return made


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def sign_in(chromium, live_server, complaints) -> Iterator[SignIn]:
    """Open a page as a user; what the browser complains of is gathered."""
    contexts = []

    def opened(user: User, *, narrow: bool = False) -> Page:
        client = Client()
        client.force_login(user)
        width = 390 if narrow else 1280
        context = chromium.new_context(viewport={"width": width, "height": 900}, base_url=live_server.url)
        contexts.append(context)
        cookie = {
            "name": settings.SESSION_COOKIE_NAME,
            "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
            "url": live_server.url,
        }
        context.add_cookies([cookie])
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: complaints.append(str(e)))
        return page

    yield opened
    for context in contexts:
        context.close()


def check(page: Page, complaints: list[str]) -> None:
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found] == []
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def say(page: Page, answer: str, note: str = "") -> None:
    """Answer for one's trust, from the first page."""
    page.goto("/")
    page.get_by_role("heading", name="Plans waiting for your answer").wait_for()
    page.get_by_role("link", name="Plan A, version 1").first.click()
    page.get_by_role("heading", name="Agreement").wait_for()
    record_answer(page, answer, note)


def record_answer(page: Page, answer: str, note: str = "") -> None:
    page.get_by_label(answer, exact=True).check()
    page.get_by_label("Note").fill(note)
    page.get_by_role("button", name="Record the answer").click()


def test_a_plan_is_submitted_agreed_approved_overtaken_and_planned_again(made, sign_in, complaints):
    lead = sign_in(User.objects.get(pk=made.lead.user_id))
    ash, beech = (sign_in(person(Role.FINANCE, made.orgs[trust])) for trust in ("Ash", "Beech"))
    board = sign_in(person(Role.FINANCE, made.orgs["Northern"]))
    version = PlanVersion.objects.get()

    lead.goto(made.plan.get_absolute_url())
    lead.get_by_role("link", name="Draft").click()
    lead.get_by_text("It has not been submitted to the trusts.").wait_for()
    check(lead, complaints)
    lead.get_by_role("button", name="Submit version 1").click()
    expect(lead.get_by_text("Submitted, agreed by 0 of 2 trusts")).to_be_visible()

    say(ash, "It agrees")
    expect(ash.get_by_text("The answer is recorded.")).to_be_visible()
    check(ash, complaints)

    say(beech, "It does not agree")
    expect(beech.locator(".nhsuk-error-summary")).to_contain_text("Say what would have to change")
    check(beech, complaints)
    record_answer(beech, "It does not agree", "One machine too few in 2028/29")
    expect(beech.get_by_text("The answer is recorded.")).to_be_visible()
    lead.reload()
    expect(lead.get_by_text("Beech does not agree.")).to_be_visible()
    expect(lead.get_by_text("One machine too few in 2028/29")).to_be_visible()
    record_answer(beech, "It agrees", "Talked it over")
    expect(beech.get_by_text("Agreed by all 2 trusts")).to_be_visible()

    board.goto("/")
    board.get_by_role("link", name="Plan A, version 1").first.click()
    check(board, complaints)
    board.get_by_label("Which board approved it, and on which day").fill("Network board, 4 March 2027")
    board.get_by_role("button", name="Record the approval").click()
    expect(board.get_by_text("Version 1 is approved by the board.")).to_be_visible()
    assert life_of(version).state is State.APPROVED

    register_moves(made)
    lead.goto(made.plan.get_absolute_url())
    lead.get_by_role("link", name="2 changes since version 1").click()
    expect(lead.get_by_text("Retired on 20 November 2026")).to_be_visible()
    check(lead, complaints)
    lead.get_by_label("Longest time to look for a better plan").select_option("10")
    lead.get_by_role("button", name="Plan again from version 1").click(timeout=SOLVING_MILLISECONDS)
    lead.wait_for_url(lambda url: "/changes/" not in url, timeout=SOLVING_MILLISECONDS)
    again = PlanVersion.objects.get(number=2)
    assert again.based_on == version

    lead.goto(again.get_absolute_url())
    expect(lead.get_by_text("decisions changed").first).to_be_visible()
    lead.get_by_role("link", name="what moved since version 1").click()
    lead.get_by_role("heading", name="As planned, as registered, as planned again").wait_for()
    check(lead, complaints)
    acknowledge(lead, complaints)
    assert not Conflict.objects.filter(acknowledged_at=None).exists()
    lead.get_by_role("link", name="See the agreement").click()
    expect(lead.get_by_text("It has not been submitted to the trusts.")).to_be_visible()
    expect(lead.get_by_text("not acknowledged")).to_have_count(0)


def register_moves(made: Planned) -> None:
    """Ash's oldest machine is younger than was thought, Beech's oldest is retired."""
    Asset.objects.filter(pk=made.assets[0].pk).update(installed_on=date(2024, 5, 1))
    Asset.objects.filter(pk=made.assets[4].pk).update(status="retired", retired_on=date(2026, 11, 20))


def acknowledge(page: Page, complaints: list[str]) -> None:
    """One by its box, with the keyboard; then all that is left at once."""
    left = Conflict.objects.filter(acknowledged_at=None).count()
    assert left >= 2
    page.get_by_role("button", name="Acknowledge those chosen").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose at least one conflict")
    check(page, complaints)
    page.locator("[name=conflict]").first.focus()
    page.keyboard.press("Space")
    page.get_by_label("Note").fill("Seen with the trust")
    page.get_by_role("button", name="Acknowledge those chosen").click()
    expect(page.get_by_text("1 conflict acknowledged.")).to_be_visible()
    expect(page.get_by_text("Seen with the trust")).to_be_visible()
    page.get_by_role("button", name=f"Acknowledge all {left - 1} that the filters leave").click()
    expect(page.get_by_text("Every conflict is acknowledged.")).to_be_visible()


def test_the_pages_keep_within_a_narrow_width(made, sign_in, complaints):
    version = PlanVersion.objects.get()
    register_moves(made)
    page = sign_in(User.objects.get(pk=made.lead.user_id), narrow=True)
    for part in ("agreement", "changes", "conflicts"):
        page.goto(f"{version.get_absolute_url()}{part}/")
        page.locator("h1").wait_for()
        check(page, complaints)
