"""The pages of data quality: who sees what, links to corrections, files, and the check of today."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assets.models import Asset
from networks.domain.access import Role
from networks.domain.organisations import Kind, Tie
from networks.models import Organisation
from tests.factories.assets import AssetFactory
from tests.factories.networks import LinkFactory, OrganisationFactory, network_of_trusts, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def orgs() -> dict[str, Organisation]:
    return network_of_trusts("Ash", "Beech")


def client_of(role: Role, organisation: Organisation) -> Client:
    client = Client()
    client.force_login(person(role, organisation))
    return client


def machine(orgs: dict[str, Organisation], trust: str = "Ash", **said: object) -> Asset:
    asset: Asset = AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], **said)
    return asset


def test_each_finding_leads_to_the_very_box_that_corrects_it(orgs: dict[str, Organisation]) -> None:
    machine(
        orgs,
        modality="XR",
        manufacturer="",
        model_name="",
        serial_number="",
        installed_on=None,
        installed_precision="",
        price_paid_pence=1_00,
    )
    machine(orgs, modality="MG", examinations_per_year=999_999, year_of_manufacture=2010)
    machine(orgs, status="retired", retired_on=None)
    client = client_of(Role.EQUIPMENT_MANAGER, orgs["Ash"])
    page = client.get(reverse("quality")).content.decode()
    links = set(re.findall(r'<a href="(/equipment/\d+/(?:correct|move|bring-back)/[^"]*)"', page))
    assert len(links) > 15
    pages: dict[str, str] = {}
    for link in links:
        address, _, anchor = link.partition("#")
        pages.setdefault(address, client.get(address).content.decode())
        assert not anchor or re.search(rf'\bid="{anchor}"', pages[address]), link
    assert any("bring-back" in link for link in links)


def test_those_who_only_read_are_led_to_the_machine(orgs: dict[str, Organisation]) -> None:
    asset = machine(orgs)
    page = client_of(Role.FINANCE, orgs["Ash"]).get(reverse("quality")).content.decode()
    assert "See the machine" in page
    assert reverse("asset_edit", args=[asset.pk]) not in page
    assert "I have checked" not in page


def test_a_lead_sees_trusts_with_counts_and_each_trusts_findings(orgs: dict[str, Organisation]) -> None:
    machine(orgs, "Ash")
    machine(orgs, "Beech")
    machine(orgs, "Beech", serial_number="")
    client = client_of(Role.PROCUREMENT_LEAD, orgs["Northern"])
    response = client.get(reverse("quality"))
    trusts = {trust.name: trust for trust in response.context["trusts"]}
    assert (trusts["Ash"].machines, trusts["Beech"].machines) == (1, 2)
    for name, trust in trusts.items():
        shown = client.get(reverse("quality_trust", args=[orgs[name].pk]))
        assert shown.context["page"].paginator.count == sum(trust.counts.values())
        for kind, number in trust.numbers:
            narrowed = client.get(reverse("quality_trust", args=[orgs[name].pk]), {"kind": kind.value})
            assert narrowed.context["page"].paginator.count == number


def test_another_trust_is_not_found(orgs: dict[str, Organisation]) -> None:
    client = client_of(Role.EQUIPMENT_MANAGER, orgs["Ash"])
    assert client.get(reverse("quality_trust", args=[orgs["Beech"].pk])).status_code == 404
    assert client.get(reverse("quality_trust_export", args=[orgs["Beech"].pk])).status_code == 404


def test_an_empty_register_says_so(orgs: dict[str, Organisation]) -> None:
    client = client_of(Role.EQUIPMENT_MANAGER, orgs["Ash"])
    assert "No machines" in client.get(reverse("quality")).content.decode()
    assert (
        "Nothing to put right" in client.get(reverse("quality_trust", args=[orgs["Ash"].pk])).content.decode()
    )


def test_a_serial_number_of_another_trust_and_a_site_of_another_are_found(
    orgs: dict[str, Organisation],
) -> None:
    machine(orgs, "Ash", serial_number="TWIN", verified_on=timezone.localdate())
    machine(orgs, "Beech", serial_number="twin")
    strayed = machine(orgs, "Ash")
    strayed.site = orgs["Beech site"]
    strayed.save()
    page = client_of(Role.EQUIPMENT_MANAGER, orgs["Ash"]).get(reverse("quality"), {"kind": "implausible"})
    keys = [row.finding.key for _, _, rows in page.context["groups"] for row in rows]
    assert sorted(keys) == ["serial_elsewhere", "site_of_another_trust"]


def test_prices_are_judged_only_for_those_who_may_see_them(orgs: dict[str, Organisation]) -> None:
    machine(orgs, price_paid_pence=4_000_000)
    for role, seen in ((Role.EQUIPMENT_MANAGER, True), (Role.MODALITY_LEAD, False)):
        page = client_of(role, orgs["Ash"]).get(reverse("quality")).content.decode()
        assert ("£40,000" in page) is seen


def test_saying_that_facts_were_checked_records_who_and_when(orgs: dict[str, Organisation]) -> None:
    asset = machine(orgs)
    client = client_of(Role.EQUIPMENT_MANAGER, orgs["Ash"])
    response = client.post(
        reverse("quality_confirm", args=[asset.pk]), {"version": asset.version}, follow=True
    )
    asset.refresh_from_db()
    assert asset.verified_on == timezone.localdate()
    assert asset.verified_by
    assert "recorded as checked today" in response.content.decode()
    assert asset.history.count() == 2  # as made, and as checked
    stale = client.post(reverse("quality_confirm", args=[asset.pk]), {"version": 1}, follow=True)
    assert stale.status_code == 200


def test_a_check_of_an_older_version_is_refused(orgs: dict[str, Organisation]) -> None:
    asset = machine(orgs, version=3)
    client = client_of(Role.EQUIPMENT_MANAGER, orgs["Ash"])
    response = client.post(reverse("quality_confirm", args=[asset.pk]), {"version": "2"}, follow=True)
    asset.refresh_from_db()
    assert asset.verified_on is None
    assert "has been changed since" in response.content.decode()
    other = client_of(Role.FINANCE, orgs["Ash"])
    assert other.post(reverse("quality_confirm", args=[asset.pk]), {"version": "3"}).status_code == 403


def test_files_hold_the_rows_of_the_pages(orgs: dict[str, Organisation]) -> None:
    machine(orgs, "Ash")
    machine(orgs, "Beech", serial_number="")
    client = client_of(Role.PROCUREMENT_LEAD, orgs["Northern"])
    whole = client.get(reverse("quality_export")).getvalue().decode()
    assert len(whole.splitlines()) == 3
    address = reverse("quality_trust_export", args=[orgs["Beech"].pk])
    rows = client.get(address, {"kind": "missing"}).getvalue().decode().splitlines()
    page = client.get(reverse("quality_trust", args=[orgs["Beech"].pk]), {"kind": "missing"})
    assert len(rows) == 1 + page.context["page"].paginator.count
    assert client.get(address, {"format": "xlsx"}).content[:2] == b"PK"


def test_a_predecessors_machines_are_its_successors(orgs: dict[str, Organisation]) -> None:
    old = OrganisationFactory(kind=Kind.TRUST, name="Old Ash")
    LinkFactory(source=old, target=orgs["Ash"], tie=Tie.SUCCEEDED_BY, starts_on=date(2020, 1, 1))
    AssetFactory(trust=old, site=orgs["Ash site"])
    page = client_of(Role.EQUIPMENT_MANAGER, orgs["Ash"]).get(reverse("quality"))
    assert page.context["trust"].name == "Ash"
    assert page.context["trust"].machines == 1
