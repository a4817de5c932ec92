"""The pages on which a plan is built, in a real browser: accessible, within their width, usable by keyboard alone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from procurement.domain.plan_options import Options
from procurement.models import Pin, SharedEnvelope
from procurement.queries.plan_options import options_of
from tests.builders.plan_options import COVER, RETIREMENT, UPGRADE, add_candidate, offer, share_money
from tests.factories.plans import Planned, ready_plan
from tests.procurement.plans.test_plan_browser import (  # noqa: F401 - fixtures
    check,
    chromium,
    complaints,
    page,
    pytestmark,
)


@pytest.fixture
def made() -> Planned:
    made = ready_plan(assets_each=3)
    made.assets[1].is_emergency = made.assets[1].is_only_one_on_site = True
    made.assets[1].save()
    offer(made, 0, Options(UPGRADE, RETIREMENT, COVER))
    share_money(made)
    add_candidate(made)
    made.plan.refresh_from_db()
    return made


def test_every_page_of_the_builder_is_accessible_and_keeps_within_its_width(page, made, complaints):  # noqa: F811
    plan, asset = made.plan.pk, made.assets[0].pk
    for address in (
        reverse("plan_detail", args=[plan]),
        reverse("plan_edit", args=[plan]),
        reverse("plan_shared_money", args=[plan]),
        reverse("plan_option_list", args=[plan]) + "?open=any",
        reverse("plan_option_edit", args=[plan, asset]),
        reverse("plan_pin", args=[plan, asset]),
        reverse("plan_pin_candidate", args=[plan, made.plan.candidates.get().pk]),
    ):
        page.goto(address)
        expect(page.locator("h1")).to_be_visible()
        check(page, complaints)


@pytest.mark.parametrize("page", ["wide"], indirect=True)
def test_shared_money_is_typed_and_saved_by_keyboard_alone(page, made, complaints):  # noqa: F811
    page.goto(reverse("plan_shared_money", args=[made.plan.pk]))
    page.locator(f"[name=shared_{made.plan.network_id}_2028]").focus()
    page.keyboard.type("1.5m and more")
    page.keyboard.press("Enter")
    expect(page.locator(".nhsuk-error-summary")).to_contain_text(
        "Northern, 2028/29: enter an amount in pounds"
    )
    check(page, complaints)
    box = page.locator(f"[name=shared_{made.plan.network_id}_2028]")
    expect(box).to_have_value("1.5m and more")
    box.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("1.5m")
    page.keyboard.press("Enter")
    expect(page.locator(".nhsuk-notification-banner--success")).to_contain_text("is saved")
    assert SharedEnvelope.objects.get(year=2028).amount_pence == 150_000_000


@pytest.mark.parametrize("page", ["wide"], indirect=True)
def test_an_upgrade_is_offered_and_then_pinned_by_keyboard_alone(page, made, complaints):  # noqa: F811
    asset = made.assets[2]
    page.goto(reverse("plan_option_edit", args=[made.plan.pk, asset.pk]))
    page.locator("[name=upgrade_offered]").focus()
    page.keyboard.press("Space")
    for text in ("180k", "5", "Maker offers a new tube"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator(".nhsuk-notification-banner--success")).to_contain_text("are saved")
    check(page, complaints)
    assert options_of(made.plan)[asset.pk] == Options(UPGRADE)
    page.goto(reverse("plan_pin", args=[made.plan.pk, asset.pk]))
    page.locator("[name=decision][value=upgrade]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("2028")
    page.locator("[name=reason]").focus()
    page.keyboard.type("Agreed with the maker")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".nhsuk-notification-banner--success")).to_contain_text("is pinned")
    check(page, complaints)
    assert Pin.objects.get().words == "Upgraded in 2028/29"
