from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from networks.actions.mergers import absorb_network, join_network, merge_trusts
from networks.domain.access import Role, command
from networks.domain.organisations import Kind, Tie
from networks.models import Event, Link, Organisation
from tests.factories.networks import LinkFactory, OrganisationFactory, network_of_trusts, person

pytestmark = pytest.mark.django_db
BY = command("test")


@pytest.fixture
def orgs() -> dict[str, Organisation]:
    made = network_of_trusts("Ash", "Beech", "Cedar")
    made["Southern"] = OrganisationFactory(kind=Kind.NETWORK, name="Southern")
    return made


def text(response) -> str:
    return " ".join(response.content.decode().split())


def words(on: date) -> str:
    return f"{on:%-d %B %Y}"


def test_whoever_has_signed_in_reads_organisations_and_only_administrators_are_offered_changes(client, orgs):
    detail = reverse("organisation_detail", args=[orgs["Ash"].pk])
    assert client.get(detail).status_code == 302
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Beech"]))
    page = text(client.get(detail))
    assert "Part of" in page
    assert "Member of, primary" in page
    assert "Ash site" in page
    assert "Record who takes it over" not in page
    assert "End<span" not in page
    client.force_login(person(Role.ADMINISTRATOR, orgs["England"]))
    page = text(client.get(detail))
    assert "Record who takes it over" in page
    assert "End<span" in page


@pytest.mark.parametrize("name", ["organisation_join", "organisation_leave", "organisation_succession"])
def test_changes_are_refused_to_everybody_else(client, orgs, name):
    arguments = [orgs["Ash"].pk, *([orgs["Northern"].pk] if name == "organisation_leave" else [])]
    address = reverse(name, args=arguments)
    for role, where in ((Role.PROCUREMENT_LEAD, "Northern"), (Role.NATIONAL_ANALYST, "England")):
        client.force_login(person(role, orgs[where]))
        assert client.get(address).status_code == 403
        assert client.post(address, {"on": "1 April 2030", "reason": "x"}).status_code == 403
    client.force_login(person(Role.ADMINISTRATOR, orgs["England"]))
    assert client.get(address).status_code == 200
    site = [orgs["Ash site"].pk, *arguments[1:]]
    assert client.get(reverse(name, args=site)).status_code == 404
    assert not Event.objects.exists()


def test_the_list_is_filtered_by_kind_text_and_open(client, orgs):
    client.force_login(person(Role.FINANCE, orgs["Ash"]))
    Organisation.objects.filter(pk=orgs["Cedar"].pk).update(closed_on=date(2020, 3, 31))

    def shown(**query: object) -> list[str]:
        return [o.name for o in client.get(reverse("organisation_list"), query).context["page"]]

    assert shown(kind="trust") == ["Ash", "Beech", "Cedar"]
    assert shown(kind=["trust", "network"], sort="-name") == ["Southern", "Northern", "Cedar", "Beech", "Ash"]
    assert shown(kind="trust", open="yes") == ["Ash", "Beech"]
    assert shown(open="no") == ["Cedar"]
    assert shown(text=orgs["Ash"].code.lower()) == ["Ash"]
    assert shown(text="site", kind="site") == ["Ash site", "Beech site", "Cedar site"]
    export = client.get(reverse("organisation_export"), {"kind": "trust", "open": "yes"})
    lines = b"".join(export.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert lines[1].startswith(f"{orgs['Ash'].code},,Ash,trust,")
    assert lines[1].endswith("North West ICB,Northern,")


def test_list_and_detail_ask_a_fixed_number_of_questions(client, orgs):
    client.force_login(person(Role.FINANCE, orgs["Ash"]))

    def questions(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    listed, detail = reverse("organisation_list"), reverse("organisation_detail", args=[orgs["Northern"].pk])
    few = questions(listed), questions(detail)
    for _ in range(60):
        trust = OrganisationFactory()
        LinkFactory(source=trust, target=orgs["Northern"], tie=Tie.MEMBER_OF)
        LinkFactory(source=trust, target=orgs["North West ICB"])
    assert (questions(listed), questions(detail)) == few
    assert max(few) <= 14


def test_a_network_shows_the_trusts_it_absorbed_and_both_tell_of_the_day(client, orgs):
    client.force_login(person(Role.FINANCE, orgs["Ash"]))
    today = timezone.localdate()
    absorb_network(by=BY, old=orgs["Northern"], into=orgs["Southern"], on=today)
    page = text(client.get(reverse("organisation_detail", args=[orgs["Southern"].pk])))
    assert "What belongs to it (3)" in page
    assert "through Northern" in page
    assert 'Took over</dt><dd class="nhsuk-summary-list__value"><a href=' in page
    old = text(client.get(reverse("organisation_detail", args=[orgs["Northern"].pk])))
    assert f"Since {words(today)}" in old


def test_an_administrator_records_a_merger_and_it_is_told_on_the_page(client, orgs):
    client.force_login(person(Role.ADMINISTRATOR, orgs["England"]))
    on = timezone.localdate() + timedelta(days=30)
    address = reverse("organisation_succession", args=[orgs["Ash"].pk])
    values = {"into": orgs["Beech"].pk, "on": words(on), "reason": "Both boards agreed"}
    page = text(client.post(address, values, follow=True))
    assert f"Beech takes over Ash on {words(on)}." in page
    assert "Not yet" not in page
    assert Link.objects.get(tie=Tie.SUCCEEDED_BY).starts_on == on
    refused = text(client.post(address, values))
    assert "Ash already has a successor: Beech." in refused
    assert "Both boards agreed" in refused
    assert "Record who takes it over" not in text(
        client.get(reverse("organisation_detail", args=[orgs["Ash"].pk]))
    )


def test_an_administrator_makes_a_trust_join_and_leave(client, orgs):
    client.force_login(person(Role.ADMINISTRATOR, orgs["England"]))
    on = timezone.localdate() + timedelta(days=30)
    join = reverse("organisation_join", args=[orgs["Ash"].pk])
    values = {
        "network": orgs["Southern"].pk,
        "on": words(on),
        "is_primary": "no",
        "reason": "Works with both",
    }
    page = text(client.post(join, values, follow=True))
    assert f"Ash is a member of Southern from {words(on)}." in page
    assert "Member of, not primary" in page
    leave = reverse("organisation_leave", args=[orgs["Ash"].pk, orgs["Southern"].pk])
    too_early = {"on": words(on), "reason": "Changed their minds"}
    assert "it can leave only after that" in text(client.post(leave, too_early))
    client.post(leave, too_early | {"on": words(on + timedelta(days=90))})
    membership = Link.objects.get(source=orgs["Ash"], target=orgs["Southern"])
    assert membership.last_day == on + timedelta(days=89)
    assert not membership.is_primary


def test_only_open_organisations_of_the_same_kind_are_offered_as_successors(client, orgs):
    client.force_login(person(Role.ADMINISTRATOR, orgs["England"]))
    merge_trusts(by=BY, old=orgs["Cedar"], into=orgs["Beech"], on=timezone.localdate())
    page = client.get(reverse("organisation_succession", args=[orgs["Ash"].pk]))
    assert [o.name for o in page.context["form"].fields["into"].queryset] == ["Beech"]


def test_the_old_membership_is_shown_as_ended(client, orgs):
    client.force_login(person(Role.FINANCE, orgs["Ash"]))
    join_network(by=BY, trust=orgs["Ash"], network=orgs["Southern"], on=timezone.localdate())
    page = text(client.get(reverse("organisation_detail", args=[orgs["Ash"].pk])))
    assert page.count("Ended") == 1
    northern = text(client.get(reverse("organisation_detail", args=[orgs["Northern"].pk])))
    assert "What belonged to it before (1)" in northern


@pytest.mark.parametrize("day", ["0001-01-01", "1 January 1947", "31 December 9999", "31/12/2100"])
@pytest.mark.parametrize("name", ["organisation_join", "organisation_leave", "organisation_succession"])
def test_a_day_that_cannot_be_meant_is_refused_in_words(client, orgs, name, day):
    arguments = [orgs["Ash"].pk, *([orgs["Northern"].pk] if name == "organisation_leave" else [])]
    client.force_login(person(Role.ADMINISTRATOR, orgs["England"]))
    typed = {
        "on": day,
        "into": orgs["Beech"].pk,
        "network": orgs["Southern"].pk,
        "is_primary": "yes",
        "reason": "x",
    }
    before = list(Link.objects.order_by("pk").values_list())
    response = client.post(reverse(name, args=arguments), typed)
    assert "Enter a date from 1948 to 2099" in text(response)
    assert list(Link.objects.order_by("pk").values_list()) == before
