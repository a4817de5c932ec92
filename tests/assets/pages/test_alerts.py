from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assets.actions.alerts import NoSuchAlert, acknowledge, snooze
from assets.domain.alerts import AlertKind
from assets.domain.vocabulary import Status
from assets.models import AlertAnswer, Digest, DigestChoice
from networks.domain.access import NotAllowed, Role
from networks.models import Event
from tests.factories.assets import AssetFactory
from tests.factories.networks import actor, network_of_trusts, person

pytestmark = pytest.mark.django_db


def soon(days: int = 30) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def orgs():
    return network_of_trusts("Ash", "Beech")


@pytest.fixture
def asset(orgs):
    return make(orgs)


def make(orgs, trust="Ash", **facts):
    given = {"warranty_ends_on": soon(), "installed_on": date(2024, 1, 1)} | facts
    return AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], **given)


@pytest.fixture
def manager(client: Client, orgs):
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"], name="Asha Ashworth"))
    return client


def key(asset) -> str:
    return f"warranty-{asset.pk}-{asset.warranty_ends_on}"


def listed(client, **query) -> list[str]:
    rows = client.get(reverse("alert_list"), query).context["rows"]
    return [row.told.alert.key for row in rows]


def answer(client, *assets, **given):
    query = "&".join(f"alert={key(asset)}" for asset in assets)
    return client.post(f"{reverse('alert_answer')}?{query}", {"decision": "acknowledge"} | given)


class TestList:
    def test_what_is_due_of_ones_own_machines_in_the_fleet(self, manager, orgs, asset):
        make(orgs, "Beech")
        make(orgs, status=Status.RETIRED)
        make(orgs, warranty_ends_on=soon(400))
        assert listed(manager) == [key(asset)]

    def test_filters(self, manager, orgs, asset):
        mri = make(orgs, modality="MRI", support_ends_on=soon(90))
        assert listed(manager, modality="MRI", kind="support") == [f"support-{mri.pk}-{mri.support_ends_on}"]
        assert len(listed(manager, kind=["support", "warranty"])) == 3
        assert listed(manager, state="acknowledged") == []
        assert len(listed(manager, modality="nonsense", state="x")) == 3

    def test_export_holds_the_same(self, manager, asset):
        text = b"".join(manager.get(reverse("alert_export")).streaming_content).decode()
        assert asset.serial_number in text
        assert "End of warranty" in text
        workbook = manager.get(reverse("alert_export"), {"format": "xlsx"})
        assert workbook.content.startswith(b"PK")


class TestAnswers:
    def test_acknowledged_for_the_organisation(self, manager, orgs, asset):
        assert answer(manager, asset, reason="Contract agreed").status_code == 302
        assert listed(manager) == []
        assert listed(manager, state="acknowledged") == [key(asset)]
        assert "Contract agreed" in manager.get(reverse("alert_list"), {"state": "all"}).content.decode()
        colleague = Client()
        colleague.force_login(person(Role.FINANCE, orgs["Ash"]))
        assert listed(colleague) == []
        lead = Client()
        lead.force_login(person(Role.PROCUREMENT_LEAD, orgs["Northern"]))
        assert listed(lead) == [key(asset)]
        event = Event.objects.get(action="alert.acknowledged")
        assert (event.subject_id, event.trust_id, event.reason) == (
            asset.pk,
            orgs["Ash"].pk,
            "Contract agreed",
        )

    def test_put_off_until_a_day(self, manager, asset):
        answer(manager, asset, decision="snooze", until=f"{soon(7):%d/%m/%Y}")
        assert listed(manager) == []
        assert listed(manager, state="snoozed") == [key(asset)]
        AlertAnswer.objects.update(snoozed_until=timezone.localdate())
        assert listed(manager) == [key(asset)]

    @pytest.mark.parametrize("until", ["", "yesterday", "1/1/2020", "1/1/2090"])
    def test_a_day_that_makes_no_sense_is_said_and_kept(self, manager, asset, until):
        response = answer(manager, asset, decision="snooze", until=until, reason="Typed")
        text = response.content.decode()
        assert "There is a problem" in text
        assert until in text
        assert "Typed" in text
        assert not AlertAnswer.objects.exists()

    def test_opened_again(self, manager, asset):
        answer(manager, asset)
        answer(manager, asset, decision="reopen")
        assert listed(manager) == [key(asset)]
        assert Event.objects.filter(action="alert.reopened").count() == 1

    def test_a_new_date_is_a_new_alert(self, manager, asset):
        answer(manager, asset)
        asset.warranty_ends_on = soon(60)
        asset.save()
        assert listed(manager) == [key(asset)]

    def test_several_at_once_or_none(self, manager, orgs, asset):
        other = make(orgs)
        assert answer(manager, asset, other).status_code == 302
        assert AlertAnswer.objects.count() == 2

    def test_those_that_no_longer_stand_are_left_out_and_said(self, manager, asset):
        url = f"{reverse('alert_answer')}?alert={key(asset)}&alert=warranty-{asset.pk}-2001-01-01&alert=x"
        assert "2 of those chosen no longer stand" in manager.get(url).content.decode()
        assert (
            manager.get(f"{reverse('alert_answer')}?alert=support-{asset.pk}-2001-01-01").status_code == 404
        )

    def test_others_cannot(self, orgs, asset):
        for role, where in ((Role.EQUIPMENT_MANAGER, "Beech"), (Role.FINANCE, "Ash")):
            client = Client()
            client.force_login(person(role, orgs[where]))
            assert answer(client, asset).status_code in (403, 404)
        with pytest.raises(NotAllowed):
            acknowledge(
                by=actor(Role.FINANCE, orgs["Ash"]),
                asset=asset,
                kind=AlertKind.WARRANTY,
                due_on=asset.warranty_ends_on,
                at=timezone.now(),
            )
        assert not AlertAnswer.objects.exists()

    def test_what_the_register_does_not_say_cannot_be_answered(self, orgs, asset):
        mine = actor(Role.EQUIPMENT_MANAGER, orgs["Ash"])
        about = {"by": mine, "asset": asset, "kind": AlertKind.WARRANTY, "at": timezone.now()}
        with pytest.raises(NoSuchAlert):
            acknowledge(**about, due_on=soon(31))
        with pytest.raises(ValueError, match="ahead"):
            snooze(**about, due_on=soon(), until=timezone.localdate())

    def test_finance_reads_and_is_told_who_answers(self, client, orgs, asset):
        client.force_login(person(Role.FINANCE, orgs["Ash"]))
        text = client.get(f"{reverse('alert_answer')}?alert={key(asset)}").content.decode()
        assert "your role reads them" in text
        assert "<textarea" not in text


MONDAY = date(2026, 11, 23)


class TestDigests:
    @pytest.fixture
    def asha(self, orgs):
        return person(Role.EQUIPMENT_MANAGER, orgs["Ash"], name="Asha Ashworth")

    @pytest.fixture
    def due(self, orgs):
        return make(
            orgs, warranty_ends_on=date(2026, 12, 20), notes="SECRET-NOTE", price_paid_pence=98_765_400
        )

    def send(self, on=MONDAY):
        mail.outbox.clear()
        call_command("send_digests", on=on, verbosity=0)
        return list(mail.outbox)

    def test_what_is_due_with_ways_to_answer_and_no_price_or_note(self, asha, due, settings):
        settings.SITE_ADDRESS = "https://imaging.example.nhs.uk"
        [message] = self.send()
        assert message.to == [asha.email]
        assert message.subject == "Imaging equipment: 1 date to look at"
        html = message.alternatives[0][0]
        for body in (message.body, html):
            assert f"https://imaging.example.nhs.uk/equipment/{due.pk}/" in body
            assert (
                f"https://imaging.example.nhs.uk/equipment/alerts/answer/?alert=warranty-{due.pk}-2026-12-20"
                in body
            )
            assert "SECRET-NOTE" not in body
            assert "987" not in body
        assert html.count("<html") == 1

    def test_once_a_week_and_again_the_next(self, asha, due):
        assert len(self.send()) == 1
        assert self.send() == []
        assert self.send(MONDAY + timedelta(days=6)) == []
        assert len(self.send(MONDAY + timedelta(days=7))) == 1
        assert Digest.objects.filter(sent_at=None).count() == 0

    def test_never_the_same_alert_twice_in_a_period_that_is_changed_to(self, asha, due, orgs):
        self.send()
        DigestChoice.objects.create(user=asha, frequency="monthly", chosen_at=timezone.now())
        assert self.send(MONDAY + timedelta(days=1)) == []
        make(orgs, warranty_ends_on=date(2026, 12, 21))
        [message] = self.send(MONDAY + timedelta(days=2))
        assert "21 December 2026" in message.body
        assert "20 December 2026" not in message.body

    def test_nothing_due_no_mail(self, asha):
        assert self.send() == []
        assert not Digest.objects.exists()

    def test_answered_alerts_are_left_out(self, asha, due, orgs, settings):
        client = Client()
        client.force_login(asha)
        AlertAnswer.objects.create(
            organisation=orgs["Ash"],
            asset=due,
            kind="warranty",
            due_on=due.warranty_ends_on,
            snoozed_until=MONDAY + timedelta(days=7),
            answered_at=timezone.now(),
        )
        assert self.send() == []
        assert len(self.send(MONDAY + timedelta(days=7))) == 1

    def test_who_is_told(self, due, orgs):
        neighbour = person(Role.EQUIPMENT_MANAGER, orgs["Beech"])
        analyst = person(Role.NATIONAL_ANALYST, orgs["England"])
        lead = person(Role.PROCUREMENT_LEAD, orgs["Northern"])
        gone = person(Role.EQUIPMENT_MANAGER, orgs["Ash"])
        gone.is_active = False
        gone.save()
        assert {message.to[0] for message in self.send()} == {lead.email}
        DigestChoice.objects.create(user=analyst, frequency="weekly", chosen_at=timezone.now())
        DigestChoice.objects.create(user=neighbour, frequency="weekly", chosen_at=timezone.now())
        assert {message.to[0] for message in self.send()} == {analyst.email}

    def test_ended_appointments_are_told_nothing(self, asha, due):
        asha.appointments.update(ends_on=MONDAY)
        assert self.send() == []

    def test_a_mail_server_that_fails_is_tried_again(self, asha, due, monkeypatch):
        with monkeypatch.context() as broken:
            broken.setattr("assets.jobs.digests.EmailMultiAlternatives.send", _fails)
            with pytest.raises(CommandError, match="again"):
                self.send()
        assert not Digest.objects.exists()
        assert len(self.send()) == 1

    def test_what_is_new_is_marked(self, asha, due, orgs):
        self.send()
        make(orgs, warranty_ends_on=date(2026, 12, 28))
        [message] = self.send(MONDAY + timedelta(days=7))
        assert message.subject == "Imaging equipment: 2 dates to look at, 1 new"
        assert message.body.count("NEW") == 1

    @pytest.mark.parametrize("frequency", ["weekly", "monthly", "never"])
    def test_people_choose_for_themselves(self, manager, frequency):
        assert manager.post(reverse("alert_digest"), {"frequency": frequency}).status_code == 302
        assert DigestChoice.objects.get().frequency == frequency
        manager.post(reverse("alert_digest"), {"frequency": "hourly"})
        assert DigestChoice.objects.get().frequency == frequency
        form = manager.get(reverse("alert_list")).context["digest_form"]
        assert form.initial == {"frequency": frequency}


def _fails(*_: object) -> None:
    raise ConnectionRefusedError("no mail server")
