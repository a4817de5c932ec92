"""What a person may do, done with the numbers of things that are not theirs: in addresses, in boxes and over the API."""

from collections.abc import Mapping

import pytest
from django.urls import reverse

from assets.models import Asset, ImportBatch, ImportRow
from networks.models import User
from procurement.models import Envelope, Plan, PlanLine, SpecificationVersion, Tender, TenderLine
from tests.factories.procurement import plan_with_version
from tests.sweeps.addresses import ADDRESSES, _file, _machine, _plan_form, _tender_step
from tests.sweeps.reading import read, stands
from tests.sweeps.test_addresses import signed_in
from tests.sweeps.world import World

pytestmark = pytest.mark.django_db


def refused(
    world: World, who: str, name: str, args: list[object], data: Mapping[str, object], query: str = ""
) -> str:
    """Send what must change nothing, and return what is said to it."""
    before = stands()
    response = signed_in(world, who).post(
        reverse(name, args=args) + query, {"csrfmiddlewaretoken": "", **data}
    )
    now = stands()
    assert [label for label in now if now[label] != before[label]] == [], (name, data)
    return read(response)


def southern_version(world: World) -> tuple[Plan, SpecificationVersion, int]:
    version = plan_with_version(
        world.orgs,
        network="Southern",
        name="Of Southern",
        first_year=world.year,
        lines=[("Cedar", "CT-STD", world.year)],
    )
    return version, version.lines.get().specification_version, world.year


def test_machines_of_others_cannot_be_pinned_nor_ours_in_their_plan(world):
    pin = {"decision": "keep", "reason": "x"}
    refused(world, "lead", "plan_pin", [world.plan.pk, world.elsewhere.pk], pin)
    refused(world, "lead", "plan_pin", [world.other_plan.pk, world.asset.pk], pin)
    refused(world, "southern lead", "plan_pin", [world.other_plan.pk, world.asset.pk], pin)
    refused(world, "southern lead", "plan_pin", [world.plan.pk, world.elsewhere.pk], pin)


def test_envelopes_of_other_trusts_and_years_are_not_taken(world):
    plan, client = world.plan, signed_in(world, "lead")
    boxes = {
        f"envelope_{e.trust_id}_{e.year}": str(e.amount_pence // 100)
        for e in Envelope.objects.filter(plan=plan)
    }
    cedar = world.orgs["Cedar"].pk
    strange = {f"envelope_{cedar}_{world.year}": "1m", f"envelope_{world.orgs['Ash'].pk}_1999": "1m"}
    before = list(Envelope.objects.order_by("pk").values_list())
    client.post(reverse("plan_envelopes", args=[plan.pk]), boxes | strange | {"revision": plan.revision})
    assert list(Envelope.objects.order_by("pk").values_list()) == before
    pasted = f"{world.orgs['Cedar'].code}\t1m\t1m"
    said = refused(
        world, "lead", "plan_envelopes", [plan.pk], boxes | {"revision": plan.revision, "pasted": pasted}
    )
    assert "is no trust of this plan" in said


def test_plans_are_made_for_ones_own_network_only(world):
    refused(world, "lead", "plan_add", [], _plan_form(world, network=world.orgs["Southern"].pk))
    refused(world, "southern lead", "plan_add", [], _plan_form(world))
    refused(world, "lead", "plan_add", [], _plan_form(world, network=world.orgs["Ash"].pk))


def test_tenders_take_their_own_lines_and_their_networks_versions_only(world):
    version, bought, year = southern_version(world)
    dates = {"key_date_on": world.today.isoformat(), "deliver_by": f"{year + 1}-03-31"}
    refused(world, "lead", "tender_open", [version.pk, bought.pk, year], dates)
    theirs = Tender.objects.create(
        network=world.orgs["Southern"],
        specification_version=bought,
        year=year,
        name="Theirs",
        key_date_on=world.today,
    )
    line = PlanLine.objects.get(version=version)
    their_line = TenderLine.objects.create(
        tender=theirs, plan_line=line, trust=line.trust, site=line.site, deliver_by=world.today
    )
    step = _tender_step(world)
    refused(world, "lead", "tender_withdraw", [world.tender.pk], step, f"?line={their_line.pk}")
    both = f"?line={world.live_line.pk}&line={their_line.pk}"
    refused(world, "lead", "tender_withdraw", [world.tender.pk], step, both)
    refused(world, "lead", "tender_withdraw", [world.tender.pk], step, f"?trust={line.trust_id}")
    refused(world, "lead", "tender_reinstate", [world.tender.pk], step, f"?line={world.live_line.pk}")
    for name in ("tender_withdraw", "tender_close", "tender_add", "tender_bundle"):
        refused(world, "lead", name, [theirs.pk], step, f"?line={their_line.pk}")


def test_a_document_is_made_of_what_one_may_see(world):
    args = [world.plan.pk, world.version.number]
    for about in ("network", world.orgs["Beech"].pk, world.orgs["Cedar"].pk, "0", "-1", ""):
        refused(world, "finance", "document_make", args, {"about": about})
    refused(world, "southern lead", "document_make", args, {"about": "network"})


def test_machines_stay_with_sites_that_one_may_edit(world):
    beech, reason = world.orgs["Beech site"].pk, {"reason": "x", "version": world.asset.version}
    refused(world, "manager", "asset_add", [], _machine(world, site=beech))
    refused(world, "manager", "asset_move", [world.asset.pk], reason | {"site": beech, "location": "x"})
    refused(
        world,
        "manager",
        "asset_move",
        [world.asset.pk],
        reason | {"site": world.orgs["Ash"].pk, "location": "x"},
    )
    refused(world, "neighbour", "asset_move", [world.asset.pk], reason | {"site": beech, "location": "x"})


def test_no_box_sets_what_the_form_does_not_offer(world):
    """Fields of the row that no box stands for: sent all the same, they change nothing."""
    asset = world.asset
    hidden = {
        "id": world.neighbours.pk,
        "pk": world.neighbours.pk,
        "trust": world.orgs["Beech"].pk,
        "trust_id": world.orgs["Beech"].pk,
        "site": world.orgs["Beech site"].pk,
        "retired_on": "2020-01-01",
        "created_at": "2020-01-01",
    }
    sent = _machine(world) | hidden | {"reason": "x", "version": asset.version, "location": "New room"}
    signed_in(world, "manager").post(reverse("asset_edit", args=[asset.pk]), sent)
    now = Asset.objects.get(pk=asset.pk)
    assert (now.trust_id, now.site_id, now.retired_on) == (asset.trust_id, asset.site_id, None)
    assert (now.created_at, now.version) == (asset.created_at, asset.version + 1)


def test_the_api_sets_only_what_it_says_it_does(world):
    asset, client = world.asset, signed_in(world, "manager")
    url = reverse("api-asset-detail", args=[asset.pk])
    hidden = {
        "id": world.neighbours.pk,
        "trust_id": world.orgs["Beech"].pk,
        "trust": world.orgs["Beech"].code,
        "version": 99,
        "retired_on": "2020-01-01",
        "reference": "A000999",
        "created_at": "2020-01-01",
        "age_years": 0,
    }
    send = {"content_type": "application/json", "headers": {"If-Match": "*"}}
    assert client.patch(url, hidden | {"location": "New room", "reason": "x"}, **send).status_code == 200
    now = Asset.objects.get(pk=asset.pk)
    assert (now.trust_id, now.version, now.retired_on) == (asset.trust_id, asset.version + 1, None)
    before = stands()
    beech = {"site": world.orgs["Beech site"].code, "reason": "x"}
    assert client.patch(url, beech, **send).status_code == 403
    assert client.patch(url, {"status": "retired", "reason": "x"}, **send).status_code == 400
    assert client.delete(url).status_code == 405
    assert stands() == before


def test_an_imported_file_neither_changes_nor_tells_of_the_machines_of_others(world):
    """Rows that name Beech's machines, trust and site: problems for Ash's manager, in words that say nothing of Beech's."""
    neighbours = world.neighbours
    rows = [
        f"{neighbours.reference},CT,{world.orgs['Ash site'].code},,x",
        f",CT,{world.orgs['Beech site'].code},NEW-7,x",
        f",CT,{world.orgs['Ash site'].code},{neighbours.serial_number},x",
    ]
    client, before = signed_in(world, "manager"), list(Asset.objects.order_by("pk").values_list())
    file = _file("tricks.csv", "Reference,Modality,Site,Serial number,Room", *rows)
    client.post(reverse("import_new"), {"file": file, "trust": world.orgs["Beech"].pk})
    batch = ImportBatch.objects.get(file_name="tricks.csv")
    assert batch.trust == world.orgs["Ash"]
    lines = {line.number: line for line in ImportRow.objects.filter(batch=batch)}
    assert [lines[number].outcome for number in (2, 3, 4)] == ["problem", "problem", "new"]
    page = read(client.get(batch.get_absolute_url()))
    assert neighbours.serial_number not in page
    assert "BEECHMODEL" not in page
    client.post(reverse("import_commit", args=[batch.pk]), {"rows": "good"})
    assert list(Asset.objects.order_by("pk").values_list())[: len(before)] == before
    assert Asset.objects.latest("pk").trust == world.orgs["Ash"]


def test_nobody_makes_themselves_anything(world):
    """Fields of a person, sent to the pages of one's own account and by an administrator to the page of another."""
    grasped = {
        "is_active": "",
        "is_superuser": "on",
        "email": "x@x.example",
        "name": "x",
        "password": "x",
        "role": "administrator",
    }
    for who in ("neighbour", "stranger"):
        client = signed_in(world, who)
        before = list(User.objects.order_by("pk").values_list("email", "name", "is_active", "password"))
        for name in ("acting_switch", "account_reauthenticate", "account_email", "home"):
            client.post(ADDRESSES[name][0].url(name, world), grasped)
        assert (
            list(User.objects.order_by("pk").values_list("email", "name", "is_active", "password")) == before
        )
    refused(
        world,
        "administrator",
        "person_detail",
        [world.people["manager"].pk],
        grasped | {"organisation": "", "starts_on": ""},
    )
