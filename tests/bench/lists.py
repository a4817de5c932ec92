"""How long the equipment list takes to answer, as the national analyst, who sees every machine; and beside it Django's own
change list of the same model, with the same columns, filters and search, fifty to a page."""

from html import unescape
from typing import Any
from urllib.parse import parse_qs

from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets.queries.kept_counts import CACHE
from networks.models import User
from tests.bench.admin_site import CHANGE_LIST
from tests.bench.figures import Figure, counted, measured, seconds
from tests.builders.england import ANALYST

_LISTS = {
    "as it opens": {},
    "by end of support": {"sort": "support"},
    "by maker and model": {"sort": "model"},
    "by trust": {"sort": "trust"},
    "CT older than ten": {"modality": "CT", "band": ["10-14", "15+"]},
    "searched for a model": {"q": "ingenia"},
    "searched for what is not there": {"q": "nothing of that name"},
}


def measure(*, machines: int, runs: int, beside_admin: bool) -> list[Figure]:
    """Return the time and the queries of the list in several orders and filters, of a page far down, of the numbers beside
    its filters, and of the search; with `beside_admin` the page as it opens stands beside the admin's."""
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(email=ANALYST))
    of = f"{machines} machines"
    figures = []
    for name, query in _LISTS.items():
        figures += _page(client, f"list of {of}, {name}", reverse("asset_list"), query, runs)
    deep: dict[str, Any] = {"page": _far_down(client)}
    figures += _page(client, f"list of {of}, twenty pages down", reverse("asset_list"), deep, runs)
    numbers = _page(client, f"list of {of}, numbers of its filters", reverse("asset_numbers"), {}, runs)
    if beside_admin:
        peer = _page(client, f"Django admin's change list of {of}", CHANGE_LIST, {}, runs)
        figures[0] = figures[0].beside(peer[0].name, peer[0].value)
        figures += peer
    return [*figures, *numbers]


def _page(client: Client, name: str, address: str, query: dict[str, Any], runs: int) -> list[Figure]:
    def answered() -> None:
        # Nobody has asked before: the numbers kept for the next to ask are no part of it.
        caches[CACHE].clear()
        response: Any = client.get(
            address, query, headers={"HX-Request": "true"} if "numbers" in name else {}
        )
        assert response.status_code == 200, name

    answered()
    taken = seconds(answered, runs)
    with CaptureQueriesContext(connection) as queries:
        answered()
    times = measured(name, [1000 * each for each in taken], "ms")
    return [times, counted(f"{name}: queries", len(queries), "queries")]


def _far_down(client: Client) -> str:
    """The address of a page as far down as the list goes, at most twenty."""
    page = ""
    for _ in range(20):
        text = client.get(reverse("asset_list"), {"page": page}).content.decode()
        before, found, _ = text.partition('" class="nhsuk-pagination__next"')
        if not found:
            break
        page = parse_qs(unescape(before.rpartition('href="')[2])[1:])["page"][0]
    return page
