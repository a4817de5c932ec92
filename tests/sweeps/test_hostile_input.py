"""Nonsense in every box, every part of an address and every field of the API: refused in words or taken as text.

Whatever is sent, the answer is never a fault of ours (5xx), on either database. Each address is tried with a few of the
kinds of nonsense, another few for each, so that every kind comes to many; `SWEEP=all` tries them all with all, in minutes.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import ImportBatch
from tests.sweeps.addresses import About, _file, all_addresses
from tests.sweeps.reading import body
from tests.sweeps.test_addresses import signed_in, taken_back

pytestmark = pytest.mark.django_db

NONSENSE = {
    "very long": "x" * 3_000,
    "very large": "9" * 30,
    "largest of the database and one": str(2**63),
    "endless number": "9" * 5_000,
    "below nothing": "-1",
    "no number": "NaN",
    "sign nought": "a\x00b",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "year 99999": "1 January 99999",
    "no day": "31 02 2027",
    "other digits": "٣²½",
    "signs outside the plane": "😀\uffff\u202e" * 40,
    "a line and a header": "x\r\nSet-Cookie: a=b",
    "a comma": ",",
    "a path": "../../etc/passwd",
    "a list": "[]",
}
ASKED = (
    "page",
    "sort",
    "format",
    "cursor",
    "page_size",
    "q",
    "text",
    "as_at",
    "by",
    "until",
    "since",
    "trust",
    "site",
    "specification",
    "modality",
    "band",
    "condition",
    "status",
    "missing",
    "support_before",
    "version",
    "kind",
    "show",
    "at_after",
    "at_before",
    "about",
    "action",
    "role",
    "organisation",
    "active",
    "open",
    "name",
    "code",
    "year",
    "machine",
    "decided",
    "pinned",
    "route",
    "priced_from",
    "priced_to",
    "line",
    "next",
    "known",
)
"""Every name that some page looks for in its address."""

BOXES = (
    "reason",
    "version",
    "revision",
    "state",
    "notes",
    "examinations_per_year",
    "price_paid_pence",
    "year_of_manufacture",
    "installed_on",
    "uptime_target_percent",
    "is_networked",
    "qa_on",
    "support_ends_on",
    "pasted",
    "rows",
    "seed",
    "supplier",
    "next",
)
"""Boxes that are not needed, and so are not among what the table sends."""


EVERY = os.environ.get("SWEEP") == "all"
AT_A_TIME = len(NONSENSE) if EVERY else 3


def some(turn: int) -> Iterator[tuple[str, str]]:
    """A few kinds of nonsense, others for each turn."""
    kinds = list(NONSENSE.items())
    for step in range(AT_A_TIME):
        yield kinds[(turn * AT_A_TIME + step) % len(kinds)]


def faults(said: str, client: Client, ask: Callable[[], Any]) -> list[str]:
    """Ask, read the answer to its end, and return what went wrong on our side."""
    client.raise_request_exception = False
    with taken_back():
        response = ask()
        if response.status_code >= 500:
            fault = getattr(response, "exc_info", None)
            return [f"{said}: {response.status_code} {fault[1] if fault else ''}"[:300]]
        try:
            body(response)
        except Exception as fault:  # noqa: BLE001 - a stream fails while it is read
            return [f"{said}: {fault!r}"[:300]]
    return []


def test_no_address_is_answered_with_a_fault_of_ours(world):
    found, tried = [], 0
    ways = [(n, way) for n, way in all_addresses() if way.get and way.about not in (About.OPEN, About.OWN)]
    for turn, (name, way) in enumerate(ways):
        client, (path, _, query) = signed_in(world, way.who), way.url(name, world).partition("?")
        kept = {
            key: value
            for key, _, value in (part.partition("=") for part in query.split("&"))
            if key == "format"
        }
        for said, text in some(turn):
            asked = dict.fromkeys(ASKED, text) | kept
            found += faults(f"{name}, {said}", client, lambda c=client, p=path, q=asked: c.get(p, q))
            tried += 1
    assert found == []
    assert tried >= 75 * AT_A_TIME, tried


def test_no_box_is_answered_with_a_fault_of_ours(world):
    """In all boxes at once, and in single ones with the others as they should be."""
    found, tried = [], 0
    ways = [(n, way) for n, way in all_addresses() if way.post and way.about not in (About.OPEN, About.OWN)]
    for turn, (name, way) in enumerate(ways):
        client, usual = signed_in(world, way.who), dict(way.post(world))
        texts = [key for key in usual if key != "file"]
        for step, (said, text) in enumerate(some(turn)):
            single = texts if EVERY else texts[(turn + step) % (len(texts) or 1) :][:1]
            for boxes in ([*texts, *BOXES], *([box] for box in single)):
                filled = dict.fromkeys(boxes, text)
                sent = replace(way, post=lambda w, p=way.post, f=filled: dict(p(w)) | f)
                told = f"{name}, {said} in {', '.join(boxes)[:60]}"
                found += faults(told, client, lambda c=client, n=name, s=sent: s.send(c, n, world))
                tried += 1
    assert found == []
    assert tried >= 40 * AT_A_TIME, tried


KINDS = [[], {}, True, None, 1.5, 10**30, -1, [1], {"a": 1}]


def test_no_kind_of_value_over_the_api_is_answered_with_a_fault_of_ours(world):
    client, url = signed_in(world, "manager"), reverse("api-asset-detail", args=[world.asset.pk])
    sent = {"content_type": "application/json", "headers": {"If-Match": "*"}}
    client.raise_request_exception = False
    statuses = set()
    for turn, field in enumerate(sorted(client.get(url).json().keys() | {"reason"})):
        for kind in KINDS if EVERY else [KINDS[turn % 9], KINDS[(turn + 4) % 9]]:
            with taken_back():
                response = client.patch(url, {"reason": "x", field: kind}, **sent)
                statuses.add(response.status_code)
                assert response.status_code < 500, (field, kind, response.exc_info)
    assert statuses == {200, 400}
    for kind in KINDS:
        assert client.patch(url, kind, **sent).status_code == 400


@pytest.mark.parametrize(
    "said", NONSENSE if EVERY else ("very long", "very large", "signs outside the plane")
)
def test_no_file_is_answered_with_a_fault_of_ours(world, said):
    """A register and a list of purchases with the nonsense in every cell, one column after the other, and in its name."""
    text = NONSENSE[said].replace("\x00", "\x01")
    quoted = '"' + text.replace('"', '""') + '"'
    headings = "Modality,Site,Serial number,Asset number,Room,Manufacturer,Model,Installed,End of support,Condition,Notes"
    headings += ",Price paid (£ ex VAT),Examinations per year,Year of manufacture,Status,Retired on,Specification,Reference"
    usual = ["CT", world.orgs["Ash site"].code] + [""] * 16
    rows = [",".join([*usual[:place], quoted, *usual[place + 1 :]]) for place in range(len(usual))]
    manager, lead = signed_in(world, "manager"), signed_in(world, "lead")
    with taken_back():
        manager.post(reverse("import_new"), {"file": _file(f"{text[:100]}.csv", headings, *rows)})
        batch = ImportBatch.objects.first()
        assert batch is not None
        for name in ("import_detail", "import_problems_export"):
            for show in ("problem", "new"):
                body(manager.get(reverse(name, args=[batch.pk]), {"show": show}))
        manager.post(reverse("import_commit", args=[batch.pk]), {"rows": "good"})
        body(manager.get(reverse("asset_list")))
        body(manager.get(reverse("asset_export"), {"format": "xlsx"}))
    headings = "Trust code,Specification code,Price of one (£ ex VAT),Date of the price,Source,Supplier,Machines,How bought"
    usual = [world.orgs["Ash"].code, "CT-STD", "500000", "01/02/2024", "Order 1", "", "", ""]
    for place in range(len(usual)):
        row = ",".join([*usual[:place], quoted, *usual[place + 1 :]])
        with taken_back():
            response = lead.post(reverse("price_import"), {"file": _file("prices.csv", headings, row)})
            assert response.status_code in (200, 302)
            body(lead.get(reverse("price_export"), {"format": "xlsx"}))
