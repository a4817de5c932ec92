"""What holds for every page: it is a page a screen reader can begin with, it brings no script or style of its own, it
loads nothing from elsewhere, and its headers say so. And of every list: the database is asked as often for sixty rows as
for two.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from networks.config import settings
from tests.sweeps.addresses import About, all_addresses
from tests.sweeps.growing import GROWING
from tests.sweeps.reading import body
from tests.sweeps.world import World

pytestmark = pytest.mark.django_db

FEW, MANY = 2, 60
_LOADING = {
    "script": "src",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "object": "data",
    "embed": "src",
}


@dataclass
class Page(HTMLParser):
    """What matters of a page, read as a browser reads it."""

    headings: int = 0
    title: str = ""
    language: str = ""
    own_code: list[str] = field(default_factory=list)
    """Styles, handlers and scripts written into the page."""
    loaded: list[str] = field(default_factory=list)
    posted_to: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    """Ids that stand more than once."""

    def __post_init__(self) -> None:
        super().__init__()
        self._ids: set[str] = set()
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.headings += tag == "h1"
        self._in_title = tag == "title" and not self.title
        if tag == "html":
            self.language = given.get("lang", "")
        code = [name for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (
            tag == "script" and "src" not in given and given.get("type") != "application/json"
        ):
            code.append("written out")
        self.own_code += [f"<{tag} {name}>" for name in code]
        if tag in _LOADING and _LOADING[tag] in given:
            self.loaded.append(given[_LOADING[tag]])
        self.loaded += [part.split()[0] for part in given.get("srcset", "").split(",") if part.strip()]
        if tag == "form":
            self.posted_to.append(given.get("action", ""))
        if tag in ("a", "form") and re.match(
            r"\s*(javascript|data|vbscript):", given.get("href", "") or given.get("action", "")
        ):
            self.own_code.append(f"<{tag}> leads to a script")
        if identity := given.get("id"):
            if identity in self._ids:
                self.twice.append(identity)
            self._ids.add(identity)

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False


def signed_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.people[name])
    return client


def is_page(response: Any) -> bool:
    return response.status_code < 300 and response.headers.get("Content-Type", "").startswith("text/html")


def faults_of(response: Any, *, private: bool = True) -> list[str]:
    """What is wrong with a page, in words."""
    page = Page()
    page.feed(body(response).decode())
    page.close()
    elsewhere = [url for url in (*page.loaded, *page.posted_to) if urlsplit(url).netloc]
    faults = [] if page.headings == 1 else [f"{page.headings} first headings"]
    faults += [] if page.title.partition("–")[0].strip() else ["no title"]
    faults += [] if page.language == "en-GB" else [f"language {page.language!r}"]
    faults += [f"code in the page: {code}" for code in page.own_code]
    faults += [f"from elsewhere: {url}" for url in elsewhere]
    faults += [f"id {identity} stands twice" for identity in page.twice]
    return faults + header_faults(response, private=private)


def header_faults(response: Any, *, private: bool = True) -> list[str]:
    """What is wrong with the headers that every answer carries; `private`: it is of somebody who has signed in."""
    policy = response.headers.get("Content-Security-Policy", "")
    faults = [] if policy else ["no content security policy"]
    faults += [f"policy allows {word}" for word in ("unsafe-", "*", "http:", "https:") if word in policy]
    faults += (
        [] if "default-src 'none'" in policy and "frame-ancestors 'none'" in policy else ["policy is loose"]
    )
    kept = "no-store" not in response.headers.get("Cache-Control", "")
    faults += ["browsers may keep it"] if kept and private else []
    expected = {
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    return faults + [
        f"{name}: {response.headers.get(name)}"
        for name, value in expected.items()
        if response.headers.get(name) != value
    ]


def test_every_page_stands_on_its_own(world):
    faults, pages = [], 0
    for name, way in all_addresses():
        if not way.get:
            continue
        private = way.about is not About.OPEN
        client = signed_in(world, way.who) if private else Client()
        response = client.get(way.url(name, world), follow=True)
        if is_page(response):
            pages += 1
            found = faults_of(response, private=private)
        else:
            body(response)
            found = header_faults(response, private=private)
        faults += [f"{name}: {fault}" for fault in found]
    assert faults == []
    assert pages >= 65, pages


def test_a_form_with_errors_is_such_a_page_too(world):
    """Sent empty, a form comes back with what is wrong, as a page like any other; its title says so first."""
    faults, forms = [], 0
    for name, way in all_addresses():
        if not way.post or name.startswith("api-") or way.about is About.OPEN:
            continue
        response = signed_in(world, way.who).post(way.url(name, world), {"csrfmiddlewaretoken": ""})
        form = response.context.get("form") if is_page(response) and response.context else None
        if form is None or not form.errors:
            continue
        forms += 1
        faults += [f"{name}: {fault}" for fault in faults_of(response)]
        text = body(response).decode()
        faults += (
            [] if "<title>Error: " in text else [f"{name}: the title does not say that there is an error"]
        )
        faults += [] if "There is a problem" in text else [f"{name}: no summary of errors"]
    assert faults == []
    assert forms >= 18, forms


@pytest.mark.parametrize("role", ["manager", "finance", "lead", "analyst", "administrator", "stranger"])
def test_the_first_page_of_each_role(world, role):
    assert faults_of(signed_in(world, role).get("/")) == []


def test_pages_of_refusal_are_pages(world):
    client = signed_in(world, "neighbour")
    refused = {403: reverse("people"), 404: reverse("asset_detail", args=[world.asset.pk])}
    for status, url in refused.items():
        response = client.get(url)
        assert response.status_code == status
        assert faults_of(response) == []
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(world.people["manager"])
    response = careful.post(reverse("acting_switch"), {})
    assert response.status_code == 403
    assert faults_of(response) == []


def test_the_page_of_a_fault_of_ours_is_a_page():
    """It is drawn without database and middleware, so its headers are the middleware's business."""
    response = get_resolver().resolve_error_handler(500)(RequestFactory().get("/"))
    page = Page()
    page.feed(response.content.decode())
    assert (response.status_code, page.headings, page.language, page.own_code) == (500, 1, "en-GB", [])


def test_the_policy_is_strict():
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"]
    assert directives["script-src"] == ["'self'"]
    assert {"form-action", "base-uri", "frame-ancestors"} <= set(directives)


@pytest.mark.parametrize("case", GROWING, ids=lambda case: case.name)
def test_a_list_of_many_asks_the_database_no_more_often_than_one_of_few(world, case):
    url = case.url(world)
    client = signed_in(world, case.who)
    case.grow(world, FEW)
    few = queries(client, url)
    case.grow(world, MANY)
    many = queries(client, url)
    assert len(many) <= len(few), f"{len(few)} with {FEW} rows, {len(many)} with {MANY}: {_more(few, many)}"
    assert len(many) <= case.most, "\n".join(many)


def queries(client: Client, url: str) -> list[str]:
    """The statements that an address asks the database, once it has been asked for before."""
    body(client.get(url))
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
        assert response.status_code == 200
        body(response)
    return [query["sql"][:200] for query in captured.captured_queries]


def _more(few: list[str], many: list[str]) -> list[str]:
    left = list(few)
    return [sql for sql in many if sql not in left or left.remove(sql)][:5]


SORTED = [
    ("asset_list", "lead"),
    ("catalogue_list", "manager"),
    ("organisation_list", "manager"),
    ("people", "administrator"),
    ("price_list", "lead"),
    ("document_list", "lead"),
    ("tender_list", "lead"),
    ("plan_version", "lead"),
]
"""Lists whose headings offer to sort them."""


@pytest.mark.parametrize(("name", "who"), SORTED)
def test_every_heading_that_offers_to_sort_does(world, name, who):
    """One way round and the other, the rows of the page stand in different orders, and they are the same rows."""
    case = next(case for case in GROWING if case.name == name and case.who == who)
    case.grow(world, 20)
    client, url = signed_in(world, who), case.url(world)
    offered = {
        word.lstrip("-")
        for word in re.findall(r'href="\?[^"]*?sort=(-?\w+)', client.get(url).content.decode())
    }
    assert offered
    idle = []
    for word in sorted(offered):
        ways = [
            [row.pk for row in client.get(url, {"sort": f"{sign}{word}"}).context["page"]]
            for sign in ("", "-")
        ]
        if ways[0] == ways[1]:
            idle.append(word)
    # Of these the world holds but one value, or none.
    alike = {
        "organisation_list": {"closed"},
        "catalogue_list": {"machines"},
        "tender_list": {"status"},
        "asset_list": {"condition", "support"},
        "people": {"last_login"},
    }
    assert set(idle) <= alike.get(name, set()), f"sorting by these does nothing: {idle}"
