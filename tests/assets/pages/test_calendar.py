import logging
import re
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from assets.documents.calendar import calendar_bytes
from assets.domain.vocabulary import Status
from assets.models import FeedToken
from assets.views import calendar as view
from networks.domain.access import Role
from networks.logs import HideSecrets
from tests.factories.assets import AssetFactory
from tests.factories.networks import network_of_trusts, person

pytestmark = pytest.mark.django_db


def soon(days: int = 400) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def orgs():
    return network_of_trusts("Ash", "Beech")


@pytest.fixture
def asha(orgs):
    return person(Role.EQUIPMENT_MANAGER, orgs["Ash"], name="Asha Ashworth")


@pytest.fixture
def manager(client: Client, asha):
    client.force_login(asha)
    return client


@pytest.fixture
def asset(orgs):
    return make(orgs)


def make(orgs, trust="Ash", **facts):
    given = {"support_ends_on": soon(), "notes": "SECRET-NOTE", "price_paid_pence": 98_765_400}
    return AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], **(given | facts))


def address(client) -> str:
    response = client.post(reverse("calendar_make"))
    assert "no-store" in response.headers["Cache-Control"]
    return urlsplit(response.context["address"]).path


def events(url: str):
    response = Client().get(url)
    assert response.status_code == 200
    return Calendar.from_ical(response.content).walk("VEVENT")


class TestWhatStandsInIt:
    def test_every_end_as_a_whole_day_with_a_reminder_at_its_lead_time(self, manager, orgs):
        asset = make(
            orgs,
            warranty_ends_on=soon(10),
            maintenance_ends_on=soon(20),
            ownership_ends_on=soon(30),
            operating_system_ends_on=soon(40),
        )
        found = events(address(manager))
        assert [event["uid"] for event in found] == [
            f"{kind}-{asset.reference}@imaging-capital-planner"
            for kind in ("warranty", "maintenance", "ownership", "operating_system", "support")
        ]
        first = found[0]
        assert first["dtstart"].dt == soon(10)
        assert first["dtend"].dt == soon(11)
        [alarm] = first.walk("VALARM")
        assert timedelta(days=-93) <= alarm["trigger"].dt <= timedelta(days=-89)

    def test_the_same_state_gives_the_same_bytes_and_304(self, manager, asset):
        url = address(manager)
        first = Client().get(url)
        assert first.content == Client().get(url).content
        again = Client().get(url, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert "private" in first.headers["Cache-Control"]
        assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"

    def test_a_changed_date_keeps_its_uid(self, manager, asset):
        url = address(manager)
        [before] = events(url)
        asset.support_ends_on = soon(500)
        asset.save()
        [after] = events(url)
        assert before["uid"] == after["uid"]
        assert after["dtstart"].dt == soon(500)

    def test_never_prices_or_notes(self, manager, asset):
        text = Client().get(address(manager)).content.decode()
        assert asset.serial_number in text.replace("\r\n ", "")
        assert "SECRET-NOTE" not in text
        assert "987" not in text.replace(asset.serial_number, "")

    def test_words_with_line_breaks_and_commas_add_no_lines(self, manager, orgs):
        make(orgs, location="Room 1\r\nATTENDEE:mailto:x@example.org", model_name="A;B,C\nEND:VCALENDAR")
        [event] = events(address(manager))
        assert "attendee" not in event

    def test_only_the_fleet_and_only_what_is_not_long_past(self, manager, orgs, asset):
        make(orgs, status=Status.RETIRED)
        make(orgs, support_ends_on=soon(-800))
        assert len(events(address(manager))) == 1

    def test_of_too_many_dates_the_past_goes_first(self, orgs):
        today = timezone.localdate()
        assets = [make(orgs, support_ends_on=today + timedelta(days=days)) for days in (-9, -5, 3, 7)]

        def days(most: int) -> list[int]:
            made = calendar_bytes(assets, name="x", address="", on=today, since=soon(-99), most=most)
            return [(event["dtstart"].dt - today).days for event in Calendar.from_ical(made).walk("VEVENT")]

        assert [days(most) for most in (9, 3, 2, 1)] == [[-9, -5, 3, 7], [-5, 3, 7], [3, 7], [3]]


class TestWhoMayReadIt:
    def test_the_machines_its_person_may_see_at_this_moment(self, manager, orgs, asset):
        make(orgs, "Beech")
        url = address(manager)
        assert [event["uid"].split("@")[0] for event in events(url)] == [f"support-{asset.reference}"]
        asset.trust, asset.site = orgs["Beech"], orgs["Beech site"]
        asset.save()
        assert events(url) == []

    @pytest.mark.parametrize(
        ("role", "where", "sees"),
        [
            (Role.FINANCE, "Ash", 1),
            (Role.PROCUREMENT_LEAD, "Northern", 2),
            (Role.NATIONAL_ANALYST, "England", 2),
            (Role.EQUIPMENT_MANAGER, "Beech", 1),
        ],
    )
    def test_of_each_role(self, orgs, asset, role, where, sees):
        make(orgs, "Beech")
        client = Client()
        client.force_login(person(role, orgs[where]))
        assert len(events(address(client))) == sees

    def test_gone_when_the_appointment_ends(self, manager, asha, asset):
        url = address(manager)
        asha.appointments.update(ends_on=timezone.localdate())
        assert Client().get(url).status_code == 404

    def test_gone_when_its_person_may_no_longer_sign_in(self, manager, asha, asset):
        url = address(manager)
        asha.is_active = False
        asha.save()
        assert Client().get(url).status_code == 404

    def test_gone_when_revoked_and_when_replaced(self, manager, asset):
        first = address(manager)
        second = address(manager)
        assert Client().get(first).status_code == 404
        assert Client().get(second).status_code == 200
        manager.post(reverse("calendar_revoke"))
        assert Client().get(second).status_code == 404
        assert "Make a calendar" in manager.get(reverse("calendar_page")).content.decode()

    def test_whoever_is_signed_in_as_another_gets_the_same(self, manager, orgs, asset):
        url = address(manager)
        neighbour = Client()
        neighbour.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Beech"]))
        assert neighbour.get(url).content == Client().get(url).content

    @pytest.mark.parametrize("secret", ["x", "..", "a" * 2000, "%00", "' OR 1=1"])
    def test_a_guess_finds_nothing(self, asset, secret):
        assert Client().get(reverse("calendar_feed", args=[secret])).status_code == 404

    def test_it_is_only_read(self, manager, asset):
        assert Client().post(address(manager)).status_code == 405

    def test_a_stranger_can_make_none(self, orgs):
        client = Client()
        user = person(Role.FINANCE, orgs["Ash"])
        user.appointments.update(ends_on=timezone.localdate())
        client.force_login(user)
        assert client.post(reverse("calendar_make")).status_code == 403


class TestSecret:
    def test_it_is_shown_once_and_kept_only_as_a_hash(self, manager):
        url = address(manager)
        secret = re.search(r"calendar/(.+)\.ics", url)[1]
        assert len(secret) >= 43
        row = FeedToken.objects.values().get()
        assert secret not in repr(row)
        assert secret not in manager.get(reverse("calendar_page")).content.decode()
        assert secret not in Client().get(url).content.decode()

    def test_it_is_in_no_log(self, manager, asset, caplog):
        url = address(manager)
        manager.post(reverse("calendar_revoke"))
        caplog.handler.addFilter(HideSecrets())
        with caplog.at_level(logging.DEBUG):
            Client().get(url)
        assert "/calendar/….ics" in caplog.text
        assert url not in caplog.text

    def test_the_servers_logs_go_through_the_filter(self, settings):
        assert settings.LOGGING["handlers"]["console"]["filters"] == ["hide_secrets"]

    def test_reading_too_often_is_refused_and_writes_seldom(self, manager, asset, monkeypatch):
        url = address(manager)
        monkeypatch.setattr(view, "MOST_READS", 3)
        used = []
        for _ in range(3):
            assert Client().get(url).status_code == 200
            used.append(FeedToken.objects.get(revoked_at=None).last_used_at)
        assert used[0] == used[2]
        refused = Client().get(url)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")


def test_as_many_queries_for_many_machines(manager, orgs, django_assert_max_num_queries):
    url = address(manager)
    for _ in range(20):
        make(orgs)
    events(url)
    with django_assert_max_num_queries(5):
        assert len(events(url)) == 20


def test_no_text_of_a_machine_begins_a_line_of_its_own(manager, orgs):
    make(orgs, location="Room\x85ATTENDEE:x\u2028BEGIN:VALARM\x0bX\r\nURL:y")
    content = Client().get(address(manager)).content.decode()
    assert "Room ATTENDEE:x" in content.replace("\r\n ", "")
    assert [line for line in content.splitlines() if line.startswith(("ATTENDEE", "URL:y"))] == []
