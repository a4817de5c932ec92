"""How long pages and an export take to answer, in this process, as the national analyst, who sees every machine."""

import csv
import io
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets.models import Asset
from networks.models import User
from tests.bench.figures import Figure, counted, measured, seconds

_PAGES = {
    "equipment list": "asset_list",
    "equipment list, last page": "asset_list",
    "fleet age": "fleet_age",
    "priority list": "priority_list",
    "home of the national analyst": "home",
}


def measure(*, runs: int) -> list[Figure]:
    """Return the time and the number of queries of each page, and of the export of every machine as CSV."""
    client = _analyst()
    machines = Asset.objects.count()
    figures = []
    for name, url_name in _PAGES.items():
        address = reverse(url_name) + ("?page=last" if "last" in name else "")
        _get(client, address)  # reads templates and rules, which only a first visitor waits for
        taken = seconds(lambda address=address: _get(client, address), runs)
        figures.append(measured(f"{name}, {machines} machines", [1000 * each for each in taken], "ms"))
        with CaptureQueriesContext(connection) as queries:
            _get(client, address)
        figures.append(counted(f"{name}, {machines} machines: queries", len(queries), "queries"))
    return [*figures, *_export(client, machines, min(runs, 3))]


def _export(client: Client, machines: int, runs: int) -> list[Figure]:
    address = reverse("asset_export")
    content = _get(client, address)
    rows = sum(1 for _ in csv.reader(io.StringIO(content.decode("utf-8-sig")))) - 1
    assert rows == machines
    taken = seconds(lambda: _get(client, address), runs)
    return [
        measured(f"export as CSV, {rows} rows", taken, "s"),
        measured(f"export as CSV, {rows} rows: rows per second", [rows / each for each in taken], "rows/s"),
    ]


def _analyst() -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(email="analyst@demo.example"))
    return client


def _get(client: Client, address: str) -> bytes:
    response: Any = client.get(address)
    assert response.status_code == 200, f"{address} answers {response.status_code}"
    return b"".join(response.streaming_content) if response.streaming else response.content
