"""The frame around every page, the error pages and the pages of one's account."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

from networks.domain.access import Role
from tests.factories.networks import network_of_trusts, person

pytestmark = pytest.mark.urls("tests.look.gallery")


@pytest.mark.django_db
def test_the_header_says_in_whose_name_one_acts(client):
    made = network_of_trusts("Northgate NHS Trust", network="Northern Imaging Network")
    lead = person(Role.PROCUREMENT_LEAD, made["Northern Imaging Network"], name="Pat Ferguson")
    client.force_login(lead)
    html = client.get("/list").content.decode()
    assert "Acting for: <strong>Northern Imaging Network</strong> as Procurement lead" in html
    assert "Pat Ferguson" in html
    assert "Sign out</button>" in html
    assert "/acting-for/" not in html
    assert ">Equipment</a>" in html
    assert ">Administration</a>" not in html
    second = person(Role.EQUIPMENT_MANAGER, made["Northgate NHS Trust"]).appointments.get()
    second.user = lead
    second.save()
    assert "/acting-for/" in client.get("/list").content.decode()


@pytest.mark.django_db
def test_where_one_is_is_marked_in_the_navigation(client):
    made = network_of_trusts("Northgate NHS Trust")
    client.force_login(person(Role.EQUIPMENT_MANAGER, made["Northgate NHS Trust"]))
    html = client.get("/pages/asset_list/").content.decode()
    assert html.count('aria-current="true"') == 1
    assert (
        'aria-current="true"><strong class="nhsuk-header__navigation-item-current-fallback">Equipment' in html
    )


def test_a_visitor_sees_no_navigation(client):
    html = client.get("/list").content.decode()
    assert 'href="/accounts/login/">Sign in' in html
    assert "nhsuk-header__navigation-list" not in html
    assert "Acting for" not in html
    assert "Data as at 31 March 2026" in html


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/400", 400, "The request could not be understood"),
        ("/403", 403, "You cannot see or do this"),
        ("/nowhere", 404, "Page not found"),
        ("/500", 500, "Something went wrong on our side"),
    ],
)
def test_an_error_page_says_what_happened_and_leads_home(client, address, status, heading):
    client.raise_request_exception = False
    response = client.get(address)
    html = response.content.decode()
    assert response.status_code == status
    assert f'<h1 class="nhsuk-heading-l">{heading}</h1>' in html
    assert html.count("<h1") == 1
    assert f"<title>{heading} – Imaging Capital Planner</title>" in html
    assert 'href="/">Go to the homepage' in html
    assert "Traceback" not in html


def test_a_refusal_repeats_the_reason(client):
    assert "Finance for Northgate NHS Trust cannot edit plans here." in client.get("/403").content.decode()


def test_the_500_page_needs_no_request():
    html = render_to_string("500.html")
    assert "Something went wrong on our side" in html
    assert "Sign in" not in html


def test_a_stale_form_is_explained():
    response = Client(enforce_csrf_checks=True).post("/form", {})
    assert response.status_code == 403
    assert "This form had gone stale" in response.content.decode()


def test_too_large_a_file_is_told_with_the_limit():
    html = render_to_string("413.html", {"limit": 50 * 1024 * 1024, "size": 61 * 1024 * 1024})
    assert "50.0\xa0MB" in html
    assert "61.0\xa0MB" in html


ACCOUNT_PAGES = {
    "/accounts/login/": "Sign in",
    "/accounts/signup/": "Accounts are made by administrators",
    "/accounts/inactive/": "This account is closed",
    "/accounts/password/reset/": "Reset your password",
    "/accounts/password/reset/done/": "Look in your e-mail",
    "/accounts/password/reset/key/1-nonsense/": "This link no longer works",
    "/accounts/password/reset/key/done/": "Your password is changed",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "heading"), ACCOUNT_PAGES.items())
def test_pages_of_the_account_are_ours(client, address, heading):
    html = client.get(address).content.decode()
    assert f'<h1 class="nhsuk-heading-l">{heading}</h1>' in html
    assert html.count("<h1") == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/accounts/password/change/", "Change your password"),
        ("/accounts/logout/", "Sign out"),
        ("/accounts/reauthenticate/", "Confirm that it is you"),
    ],
)
def test_pages_of_ones_own_account_are_ours(client, address, heading):
    made = network_of_trusts("Northgate NHS Trust")
    user = person(Role.FINANCE, made["Northgate NHS Trust"])
    user.set_password("correct horse battery")
    user.save()
    client.force_login(user)
    assert f'<h1 class="nhsuk-heading-l">{heading}</h1>' in client.get(address).content.decode()


@pytest.mark.django_db
def test_a_forgotten_password_can_be_chosen_anew(client, mailoutbox):
    made = network_of_trusts("Northgate NHS Trust")
    user = person(Role.FINANCE, made["Northgate NHS Trust"])
    user.set_password("correct horse battery")
    user.save()
    client.post("/accounts/password/reset/", {"email": user.email})
    client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    ours, strangers = mailoutbox
    assert "There is no account with this address" in strangers.body
    link = next(word for word in ours.body.split() if "/password/reset/key/" in word)
    page = client.get(link, follow=True)
    assert "Choose a new password" in page.content.decode()
    client.post(page.request["PATH_INFO"], {"password1": "a better one 42", "password2": "a better one 42"})
    user.refresh_from_db()
    assert user.check_password("a better one 42")
