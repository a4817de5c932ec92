import secrets
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from networks.domain.access import Role
from networks.domain.passphrases import passphrase
from networks.models import Appointment, Event, Organisation, User
from tests.factories.networks import UserFactory, network_of_trusts, person

pytestmark = pytest.mark.django_db


def words(on: date) -> str:
    return f"{on:%-d %B %Y}"


@pytest.fixture
def orgs() -> dict[str, Organisation]:
    return network_of_trusts("Ash", "Beech")


@pytest.fixture
def admin(client, orgs) -> User:
    user = person(Role.ADMINISTRATOR, orgs["England"], name="Ada Admin")
    client.force_login(user)
    return user


def text(response) -> str:
    return " ".join(response.content.decode().split())


ADDRESSES = [
    ("people", []),
    ("people_export", []),
    ("person_add", []),
    ("person_detail", ["user"]),
    ("person_passphrase", ["user"]),
    ("person_sign_in", ["user"]),
    ("appointment_end", ["appointment"]),
]


@pytest.mark.parametrize(("name", "arguments"), ADDRESSES)
@pytest.mark.parametrize(
    ("role", "where"),
    [
        (Role.EQUIPMENT_MANAGER, "Ash"),
        (Role.PROCUREMENT_LEAD, "Northern"),
        (Role.FINANCE, "Ash"),
        (Role.NATIONAL_ANALYST, "England"),
    ],
)
def test_only_administrators_reach_people(client, orgs, name, arguments, role, where):
    somebody = person(Role.EQUIPMENT_MANAGER, orgs["Beech"])
    keys = {"user": somebody.pk, "appointment": somebody.appointments.get().pk}
    address = reverse(name, args=[keys[argument] for argument in arguments])
    client.force_login(person(role, orgs[where]))
    assert client.get(address).status_code == 403
    assert client.post(address, {"reason": "because"}).status_code in {403, 405}
    assert not Event.objects.exists()
    client.logout()
    assert client.get(address).status_code == 302
    client.force_login(person(Role.ADMINISTRATOR, orgs["England"]))
    assert client.get(address).status_code == 200


def test_the_list_shows_who_holds_what_today(client, admin, orgs):
    today = timezone.localdate()
    ann = person(Role.EQUIPMENT_MANAGER, orgs["Ash"], name="Ann Able")
    Appointment.objects.create(
        user=ann, role=Role.FINANCE, organisation=orgs["Beech"], starts_on=today + timedelta(days=1)
    )
    page = text(client.get(reverse("people")))
    assert "Ann Able" in page
    assert "Equipment manager, Ash" in page
    assert "Finance, Beech" not in page


def test_the_list_is_filtered_sorted_and_exported_as_shown(client, admin, orgs):
    person(Role.EQUIPMENT_MANAGER, orgs["Ash"], name="Ann Able")
    person(Role.FINANCE, orgs["Ash"], name="Bob Baker")
    both = person(Role.FINANCE, orgs["Beech"], name="Cyd =Cook")
    Appointment.objects.create(
        user=both, role=Role.EQUIPMENT_MANAGER, organisation=orgs["Ash"], starts_on=date(2020, 4, 1)
    )

    def shown(**query: object) -> list[str]:
        return [user.name for user in client.get(reverse("people"), query).context["page"]]

    assert shown(sort="-name") == ["Cyd =Cook", "Bob Baker", "Ann Able", "Ada Admin"]
    assert shown(role="finance") == ["Bob Baker", "Cyd =Cook"]
    # Cyd holds finance, and something at Ash, but not finance at Ash.
    assert shown(role="finance", organisation=orgs["Ash"].pk) == ["Bob Baker"]
    assert shown(text="ABLE") == ["Ann Able"]
    assert shown(active="False") == []
    export = client.get(reverse("people_export"), {"organisation": orgs["Ash"].pk, "sort": "-name"})
    lines = b"".join(export.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == [
        "Name",
        "Cyd =Cook",
        "Cyd =Cook",
        "Bob Baker",
        "Ann Able",
    ]
    assert lines[1].endswith(f"Finance,Beech,{orgs['Beech'].code},01/04/2015")


def test_the_list_asks_as_many_questions_for_fifty_as_for_two(client, admin, orgs):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("people"))
        return len(asked)

    person(Role.FINANCE, orgs["Ash"])
    few = questions()
    for _ in range(60):
        person(Role.FINANCE, orgs["Ash"])
    assert questions() == few <= 12


def test_somebody_added_gets_a_passphrase_that_is_shown_once_and_works(client, admin):
    response = client.post(reverse("person_add"), {"name": "Dora Day", "email": "Dora@Example.org"})
    dora = User.objects.get(email="dora@example.org")
    secret = response.context["passphrase"]
    assert secret in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert dora.check_password(secret)
    assert secret not in text(client.get(reverse("person_detail", args=[dora.pk])))
    assert secret not in str(list(Event.objects.values()))
    assert secret not in str(dict(client.session))
    assert client.login(email="dora@example.org", password=secret)


def test_an_address_that_is_taken_is_refused_and_nothing_typed_is_lost(client, admin):
    UserFactory(email="dora@example.org")
    response = client.post(reverse("person_add"), {"name": "Dora Day", "email": "DORA@example.org"})
    assert "dora@example.org can already sign in" in text(response)
    assert 'value="Dora Day"' in response.content.decode()
    assert User.objects.filter(email="dora@example.org").count() == 1


def test_a_passphrase_is_long_and_differs_every_time():
    made = {passphrase(secrets.choice) for _ in range(200)}
    assert len(made) == 200
    assert {len(one.split("-")) for one in made} == {4}
    assert all(len(one) == 27 and one.replace("-", "").isalpha() for one in made)


def test_a_role_is_given_with_a_reason_and_recorded(client, admin, orgs):
    ann = UserFactory(name="Ann Able")
    start = timezone.localdate() + timedelta(days=10)
    response = client.post(
        reverse("person_detail", args=[ann.pk]),
        {
            "role": "equipment_manager",
            "organisation": orgs["Ash"].pk,
            "starts_on": words(start),
            "reason": "Takes over from Bob",
        },
        follow=True,
    )
    assert f"Ann Able will hold the role Equipment manager in Ash from {words(start)}." in text(response)
    held = ann.appointments.get()
    assert (held.role, held.organisation, held.starts_on) == ("equipment_manager", orgs["Ash"], start)
    event = Event.objects.get(action="appointment.made")
    assert (event.by_id, event.reason) == (admin.pk, "Takes over from Bob")
    assert "Takes over from Bob" in text(client.get(reverse("person_detail", args=[ann.pk])))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"organisation": "Northern"},
            "Equipment manager is a role in a trust; Northern is a imaging network.",
        ),
        ({"starts_on": "1 April 2020"}, "Choose today"),
        ({"role": ""}, "Choose role"),
        ({"starts_on": "soon"}, "Enter a valid date"),
    ],
)
def test_a_role_that_cannot_be_given_is_refused_in_words(client, admin, orgs, change, message):
    ann = UserFactory()
    values = {
        "role": "equipment_manager",
        "organisation": "Ash",
        "starts_on": words(timezone.localdate()),
        "reason": "Kept text",
    } | change
    values["organisation"] = orgs[values["organisation"]].pk
    response = client.post(reverse("person_detail", args=[ann.pk]), values)
    page = text(response)
    assert message in page
    assert "There is a problem" in page
    assert "Kept text" in page
    assert not ann.appointments.exists()


def test_no_role_is_offered_in_an_organisation_that_has_closed(client, admin, orgs):
    Organisation.objects.filter(pk=orgs["Ash"].pk).update(closed_on=date(2020, 3, 31))
    page = client.get(reverse("person_detail", args=[admin.pk]))
    assert [o.name for o in page.context["form"].fields["organisation"].queryset] == [
        "England",
        "Northern",
        "Beech",
    ]


def test_a_role_ends_on_a_day_with_a_reason(client, admin, orgs):
    ann = person(Role.FINANCE, orgs["Ash"], name="Ann Able")
    held = ann.appointments.get()
    today = timezone.localdate()
    address = reverse("appointment_end", args=[held.pk])
    assert "Enter reason" in text(client.post(address, {"ends_on": words(today)}))
    client.post(address, {"ends_on": words(today), "reason": "Left the trust"})
    held.refresh_from_db()
    assert held.ends_on == today
    assert Event.objects.get(action="appointment.ended").reason == "Left the trust"
    assert client.get(address).status_code == 404
    assert "Roles held before (1)" in text(client.get(reverse("person_detail", args=[ann.pk])))


def test_an_administrator_cannot_end_their_own_last_administration(client, admin, orgs):
    own = admin.appointments.get()
    address = reverse("appointment_end", args=[own.pk])
    values = {"ends_on": words(timezone.localdate()), "reason": "Slip of the hand"}
    response = client.post(address, values)
    assert "This is your own last role as administrator" in text(response)
    own.refresh_from_db()
    assert own.ends_on is None
    # Another administrator can.
    client.force_login(person(Role.ADMINISTRATOR, orgs["England"]))
    client.post(address, values)
    own.refresh_from_db()
    assert own.ends_on == timezone.localdate()


def test_somebody_is_stopped_from_signing_in_and_let_in_again(client, admin, orgs):
    ann = person(Role.FINANCE, orgs["Ash"], name="Ann Able")
    ann.set_password("a quite long password")
    ann.save()
    address = reverse("person_sign_in", args=[ann.pk])
    assert "Stop Ann Able from signing in?" in text(client.get(address))
    client.post(address, {"reason": "Laptop stolen"})
    assert not client.login(email=ann.email, password="a quite long password")
    client.force_login(admin)
    client.post(address, {"reason": "Laptop found"})
    assert client.login(email=ann.email, password="a quite long password")
    assert list(Event.objects.order_by("pk").values_list("action", "reason")) == [
        ("person.shut_out", "Laptop stolen"),
        ("person.let_in", "Laptop found"),
    ]


def test_one_cannot_shut_oneself_out(client, admin):
    response = client.post(reverse("person_sign_in", args=[admin.pk]), {"reason": "Oops"})
    assert "You cannot stop yourself from signing in" in text(response)
    admin.refresh_from_db()
    assert admin.is_active


def test_a_new_passphrase_replaces_the_password_and_signs_out(client, admin, orgs):
    ann = person(Role.FINANCE, orgs["Ash"])
    hers = Client()
    hers.force_login(ann)
    address = reverse("person_passphrase", args=[ann.pk])
    client.get(address)
    ann.refresh_from_db()
    before = ann.password
    response = client.post(address)
    ann.refresh_from_db()
    assert ann.password != before
    assert ann.check_password(response.context["passphrase"])
    assert hers.get(reverse("organisation_list")).status_code == 302
    assert Event.objects.get().action == "person.password_reset"


def test_switching_roles_offers_those_held(client, orgs):
    both = person(Role.EQUIPMENT_MANAGER, orgs["Ash"])
    second = Appointment.objects.create(
        user=both, role=Role.FINANCE, organisation=orgs["Northern"], starts_on=date(2020, 4, 1)
    )
    client.force_login(both)
    address = reverse("acting_switch")
    page = text(client.get(address))
    assert "Ash: Equipment manager" in page
    assert "Northern: Finance" in page
    assert "Choose one of the roles you hold" in text(client.post(address, {}))
    client.post(address, {"appointment": second.pk})
    assert "as Finance" in text(client.get(reverse("organisation_list")))
