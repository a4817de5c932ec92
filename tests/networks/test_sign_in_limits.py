"""Guessing passwords is held back, and says so; the limit counts who asks, whatever they claim."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.factories.networks import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def nobody_has_tried_yet():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def user():
    user = UserFactory(email="ann@example.org")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(password: str, email: str = "ann@example.org", **headers: str):
    return Client().post(reverse("account_login"), {"login": email, "password": password}, headers=headers)


def is_held_back(response) -> bool:
    return "Too many tries. Wait five minutes" in response.content.decode()


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(user):
    assert [is_held_back(sign_in(f"wrong {number}")) for number in range(5)] == [False] * 5
    assert is_held_back(sign_in(PASSWORD))
    assert is_held_back(sign_in(PASSWORD, "ANN@example.org"))


def test_claiming_to_be_another_computer_does_not_help(user):
    tries = [sign_in(f"wrong {number}", **{"X-Forwarded-For": f"10.0.0.{number}"}) for number in range(6)]
    assert [is_held_back(response) for response in tries] == [False] * 5 + [True]


@pytest.mark.parametrize(("proxies", "shut_out"), [(1, False), (0, True)])
def test_of_those_who_come_through_a_proxy_of_ours_each_counts_for_themselves(
    user, settings, proxies, shut_out
):
    """Without saying so, all of a hospital would be one: ten wrong passwords of one person shut out everybody."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for number in range(10):
        sign_in("wrong", f"person{number}@example.org", **{"X-Forwarded-For": "10.0.0.1"})
    assert is_held_back(sign_in("wrong", "another@example.org", **{"X-Forwarded-For": "10.0.0.1"}))
    assert is_held_back(sign_in(PASSWORD, **{"X-Forwarded-For": "10.0.0.2"})) is shut_out


def test_the_right_password_signs_in(user):
    assert sign_in(PASSWORD).headers["Location"] == reverse("home")


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(user, address):
    response = Client().post(
        reverse("account_login") + "?next=" + address,
        {"login": user.email, "password": PASSWORD, "next": address},
    )
    assert response.headers["Location"] == reverse("home")


def test_signing_in_begins_a_session_of_its_own(user):
    client = Client()
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert client.session.session_key != before
