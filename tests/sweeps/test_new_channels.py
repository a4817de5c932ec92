"""Numbers of others' things, and what equipment cost, sent to and asked of bulk edits, imports, alerts and views."""

from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assets.models import Asset, BulkEdit, ImportBatch
from assets.queries.alerts import told
from tests.sweeps.addresses import _machine
from tests.sweeps.reading import amounts_in, read, stands
from tests.sweeps.test_addresses import signed_in
from tests.sweeps.world import PRICE_PAID_PENCE, PRICES_OF_ASH, World, written

pytestmark = pytest.mark.django_db


def imported(world: World, who: str, name: str, text: str) -> ImportBatch:
    file = SimpleUploadedFile(name, text.encode())
    signed_in(world, who).post(reverse("import_new"), {"file": file})
    return ImportBatch.objects.get(file_name=name)


def test_a_bulk_edit_takes_no_machine_of_others_and_no_fact_that_was_not_offered(world):
    url, ours, theirs = reverse("bulk_edit_new"), world.asset.pk, world.neighbours.pk
    boxes = {"location": "x", "reason": "x", "price_paid_pence": "1", "clear_price_paid_pence": "on"}
    signed_in(world, "manager").post(f"{url}?asset={ours}&asset={theirs}&fact=location", boxes)
    assert [row.machine for row in BulkEdit.objects.first().rows.all()] == [ours]
    lead, before = signed_in(world, "modality lead"), BulkEdit.objects.count()
    lead.post(f"{url}?asset={ours}&fact=price_paid_pence", boxes)
    assert BulkEdit.objects.count() == before
    lead.post(f"{url}?asset={ours}&fact=location", boxes)
    assert list(BulkEdit.objects.first().values) == ["location"]


def test_rows_of_anothers_import_are_not_corrected_through_ones_own(world):
    site, theirs = world.orgs["Beech site"].code, world.checked.lines.first()
    mine = imported(world, "neighbour", "b.csv", f"Modality,Site,Serial number\nX,{site},B-9\n")
    before, client = list(world.checked.lines.values_list()), signed_in(world, "neighbour")
    sent = {f"cell-{theirs.pk}-location": "x", f"decide-{theirs.pk}-location": "file"}
    client.post(reverse("import_correct", args=[mine.pk]), sent)
    client.post(reverse("import_row", args=[mine.pk, mine.lines.get().pk]), sent)
    assert client.get(reverse("import_row", args=[mine.pk, theirs.pk])).status_code == 404
    assert list(world.checked.lines.values_list()) == before


def test_a_modality_lead_has_no_column_read_as_a_price(world):
    site = world.orgs["Ash site"].code
    text = f"Modality,Site,Serial number,Oddment\nCT,{site},ASH-SN-7731,777\n"
    batch = imported(world, "modality lead", "l.csv", text)
    chosen = {f"column_{i}": each["key"] or "-" for i, each in enumerate(batch.layout["headings"])}
    url = reverse("import_mapping", args=[batch.pk])
    signed_in(world, "modality lead").post(url, chosen | {"column_3": "price_paid_pence"})
    batch.refresh_from_db()
    assert batch.status == "checked"
    assert "price_paid_pence" not in batch.headings
    assert not any("price_paid_pence" in row.cells for row in batch.lines.all())


def test_a_modality_lead_neither_reads_nor_sets_prices_over_the_api_or_in_a_conflict(world):
    client, amounts = (
        signed_in(world, "modality lead"),
        {t for p in PRICES_OF_ASH.values() for t in written(p)},
    )
    url = reverse("api-asset-detail", args=[world.asset.pk])
    send = {"content_type": "application/json", "headers": {"If-Match": "*"}}
    whole = client.get(url).json() | {"reason": "x", "location": "x", "price_paid_pence": 5}
    answers = [client.put(url, whole, **send), client.patch(url, whole, **send)]
    old = _machine(world) | {"version": 1, "reason": "x", "location": "y", "price_paid_pence": "5"}
    answers.append(client.post(reverse("asset_edit", args=[world.asset.pk]), old))
    assert [answer.status_code for answer in answers] == [200, 200, 409]
    assert [amount for answer in answers for amount in amounts_in(read(answer), amounts)] == []
    assert Asset.objects.get(pk=world.asset.pk).price_paid_pence == PRICE_PAID_PENCE


def test_alerts_and_views_of_others_are_not_there(world):
    keys = [
        each.alert.key for each in told(world.actor("manager"), on=world.today, among=Asset.objects.all())
    ]
    assert keys
    client, before = signed_in(world, "neighbour"), stands()
    url = f"{reverse('alert_answer')}?{urlencode([('alert', key) for key in keys])}"
    assert client.get(url).status_code == 404
    assert client.post(url, {"decision": "acknowledge", "reason": "x"}).status_code == 404
    for who in ("modality lead", "neighbour", "administrator"):
        other = signed_in(world, who)
        assert other.post(reverse("view_open_with"), {"view": world.view.pk}).status_code == 404
        assert other.post(reverse("view_edit", args=[world.view.pk]), {"name": "x"}).status_code == 404
        assert "own view" not in read(other.get(reverse("asset_list"), {"view": world.view.pk}))
    assert stands() == before
