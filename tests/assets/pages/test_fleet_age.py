"""The fleet age page and its export: any date, every grouping, what stands behind each number, and nobody else's machines."""

import csv
import io
import json
from datetime import date
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import openpyxl
import plotly.graph_objects as go
import pytest
from django.urls import reverse
from django.utils import timezone

from assets.domain.vocabulary import Modality, Status
from networks.domain.access import Role
from tests.factories.assets import AssetFactory
from tests.factories.networks import network_of_trusts, person

pytestmark = pytest.mark.django_db

NOW = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: NOW)


@pytest.fixture
def orgs():
    """Ash, all over ten, and Beech with three ages, in one network; Cedar in another."""
    orgs = network_of_trusts("Ash", "Beech")
    orgs |= network_of_trusts("Cedar", network="Southern", region="South West")
    for trust, modality, installed_on in (
        ("Ash", Modality.CT, date(2010, 1, 1)),
        ("Ash", Modality.MRI, date(2016, 11, 24)),
        ("Beech", Modality.CT, date(2018, 1, 1)),
        ("Beech", Modality.CT, date(2024, 1, 1)),
        ("Beech", Modality.CT, None),
        ("Cedar", Modality.CT, date(2009, 1, 1)),
    ):
        known = {} if installed_on else {"installed_precision": ""}
        AssetFactory(
            trust=orgs[trust],
            site=orgs[f"{trust} site"],
            modality=modality,
            installed_on=installed_on,
            **known,
        )
    return orgs


def signed_in(client, orgs, role, where):
    client.force_login(person(role, orgs[where]))
    return client


@pytest.fixture
def analyst(client, orgs):
    return signed_in(client, orgs, Role.NATIONAL_ANALYST, "England")


def get(client, **query):
    response = client.get(reverse("fleet_age"), query)
    assert response.status_code == 200
    return response


def table(response):
    """Row name to the texts of its figures: machines, six bands, seven or older, ten or older."""
    rows = [*response.context["rows"], response.context["total"]]
    return {row.name: [text for text, _ in row.figures] for row in rows}


def links(response):
    rows = [*response.context["rows"], response.context["total"]]
    return [(row.name, text, url) for row in rows for text, url in row.figures]


def text(response):
    return " ".join(response.content.decode().split())


def test_regions_with_their_counts_and_named_denominators(analyst):
    response = get(analyst)
    assert table(response) == {
        "North West": ["5", "1", "0", "1", "1", "1", "1", "75% (3 of 4)", "50% (2 of 4)"],
        "South West": ["1", "0", "0", "0", "0", "1", "0", "100% (1 of 1)", "100% (1 of 1)"],
        "All": ["6", "1", "0", "1", "1", "2", "1", "80% (4 of 5)", "60% (3 of 5)"],
    }
    assert "3 of 5 machines whose installation date is known; 1 not known" in text(response)
    assert "2 of 3 trusts with a machine of known age" in text(response)


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("modality", ["CT", "MRI", "All"]),
        ("trust", ["Ash", "Beech", "Cedar", "All"]),
        ("network", ["Northern", "Southern", "All"]),
        ("region", ["North West", "South West", "All"]),
    ],
)
def test_every_grouping_adds_up_to_the_same(analyst, by, names):
    found = table(get(analyst, by=by))
    assert list(found) == names
    assert found["All"][0] == "6"
    assert sum(int(row[0]) for name, row in found.items() if name != "All") == 6


def test_trusts_whose_whole_fleet_is_over_ten_are_named(analyst):
    response = get(analyst)
    assert [trust.name for trust, _ in response.context["flagged"]] == ["Ash", "Cedar"]
    assert "all 2 machines are ten years or older" in text(response)
    assert [t.name for t, _ in get(analyst, modality="MRI").context["flagged"]] == ["Ash"]
    assert "None: every trust" in text(get(analyst, as_at="2012-01-01"))


def test_any_day_past_or_ahead(analyst):
    past = get(analyst, as_at="31 March 2017", by="trust")
    assert table(past)["All"][0] == "4"
    assert table(past)["Ash"][-1] == "0% (0 of 2)"
    assert "fleet of a past day as far as records go" in text(past)
    ahead = get(analyst, as_at="2034-03-31", by="trust")
    assert table(ahead)["All"][-1] == "100% (5 of 5)"
    assert "if nothing is replaced" in text(ahead)


def test_retirements_without_a_date_are_owned_up_to(analyst, orgs):
    AssetFactory(
        trust=orgs["Ash"], site=orgs["Ash site"], status=Status.RETIRED, installed_on=date(2001, 1, 1)
    )
    assert "1 retired machine whose retirement date is not known is left out" in text(
        get(analyst, as_at="2015-03-31")
    )


def test_the_years_ahead(analyst):
    chart = get(analyst, until="2028", modality="CT").context["ahead_chart"]
    assert [row[0] for row in chart.table.rows] == ["24 November 2026", "31 March 2027", "31 March 2028"]
    assert [row[-1] for row in chart.table.rows] == ["50% (2 of 4)", "50% (2 of 4)", "75% (3 of 4)"]
    assert "from 50% (2 of 4) on 24 November 2026 to 75% (3 of 4) on 31 March 2028" in chart.caption
    past_the_end = get(analyst, until="2028", as_at="2028-03-31")
    assert past_the_end.context["ahead_chart"] is None
    assert "look ahead to a 31 March after 31 March 2028" in text(past_the_end)


def test_charts_have_every_band_and_the_tables_figures(analyst):
    response = get(analyst, by="trust")
    for name in ("chart", "ahead_chart"):
        chart = response.context[name]
        figure = go.Figure(json.loads(json.dumps(chart.figure)))
        assert [trace.name for trace in figure.data] == [
            "Under 5 years",
            "5 to 6 years",
            "7 to 9 years",
            "10 to 14 years",
            "15 years or older",
            "Age not known",
        ]
        drawn = [trace.x if trace.orientation == "h" else trace.y for trace in figure.data]
        in_table = [[int(row[2 + band]) for row in chart.table.rows] for band in range(6)]
        assert [list(numbers) for numbers in drawn] == in_table


def test_a_wall_of_bars_shows_the_trusts_with_most_and_says_so(analyst):
    many = network_of_trusts(*(f"Trust {n:02d}" for n in range(40)), network="Large", region="London")
    for number in range(40):
        name = f"Trust {number:02d}"
        AssetFactory(
            trust=many[name],
            site=many[f"{name} site"],
            installed_on=date(2010, 1, 1) if number < 5 else date(2024, 1, 1),
        )
    chart = get(analyst, by="trust").context["chart"]
    assert len(chart.figure["data"][0]["y"]) == 30
    assert {f"Trust {n:02d}" for n in range(5)} <= set(chart.figure["data"][0]["y"])
    assert "Drawn are the 30 of 43 trusts" in chart.caption
    assert len(chart.table.rows) == 43


@pytest.mark.parametrize(
    ("as_at", "by", "modality"),
    [
        ("", "modality", ""),
        ("", "region", "CT"),
        ("2020-03-31", "trust", ""),
        ("2031-03-31", "network", "CT"),
        ("2031-03-31", "modality", "CT"),
    ],
)
def test_every_number_leads_to_just_its_machines(analyst, as_at, by, modality):
    checked = 0
    for name, shown, url in links(get(analyst, by=by, as_at=as_at, modality=modality)):
        if not url:
            assert shown.split(" ")[0] in {"0", "0%", "not"}, name
            continue
        parts = urlsplit(url)
        assert parts.path == reverse("asset_list")
        number = int(shown.split("(")[1].split(" ")[0]) if "(" in shown else int(shown)
        listed = analyst.get(parts.path, parse_qs(parts.query)).context["total"]
        assert listed == number, (name, shown, url)
        checked += 1
    assert checked >= 4


def test_order_by_share(analyst):
    assert list(table(get(analyst, by="trust", sort="-from10"))) == ["Ash", "Cedar", "Beech", "All"]
    assert list(table(get(analyst, by="trust", sort="from7"))) == ["Beech", "Ash", "Cedar", "All"]


@pytest.mark.parametrize(
    ("role", "where", "seen"),
    [
        (Role.EQUIPMENT_MANAGER, "Ash", {"Ash"}),
        (Role.FINANCE, "Beech", {"Beech"}),
        (Role.PROCUREMENT_LEAD, "Northern", {"Ash", "Beech"}),
        (Role.NATIONAL_ANALYST, "England", {"Ash", "Beech", "Cedar"}),
    ],
)
def test_each_sees_their_own_on_the_page_and_in_the_export(client, orgs, role, where, seen):
    signed_in(client, orgs, role, where)
    assert set(table(get(client, by="trust"))) == seen | {"All"}
    assert {row[0] for row in exported(client, by="trust")[1:]} == seen | {"All"}
    page = text(get(client, by="trust"))
    assert [name for name in ("Ash", "Beech", "Cedar") if name in page] == sorted(seen)


def test_a_trusts_people_cannot_group_by_what_they_do_not_see(client, orgs):
    signed_in(client, orgs, Role.EQUIPMENT_MANAGER, "Ash")
    assert list(table(get(client))) == ["CT", "MRI", "All"]
    refused = get(client, by="region")
    assert "fleet" not in refused.context
    assert refused.context["form"].errors["by"]


def test_without_a_role_it_is_refused(client, orgs):
    user = person(Role.EQUIPMENT_MANAGER, orgs["Ash"])
    user.appointments.update(ends_on=date(2020, 1, 1))
    client.force_login(user)
    assert client.get(reverse("fleet_age")).status_code == 403
    assert client.get(reverse("fleet_age_export")).status_code == 403


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"as_at": "never"}, "Enter a date, like 31 March 2028"),
        ({"as_at": "1 January 1700"}, "Enter a date from 1990 to 2060"),
        ({"by": "colour"}, "colour is not one of the available choices"),
        ({"until": "1999"}, "1999 is not one of the available choices"),
        ({"modality": "PET"}, "PET is not one of the available choices"),
    ],
)
def test_what_makes_no_sense_is_said_and_kept(analyst, query, words):
    response = get(analyst, **query)
    assert words in text(response)
    assert "<title>Error: " in text(response)
    assert next(iter(query.values())) in text(response)
    assert analyst.get(reverse("fleet_age_export"), query).status_code == 400


def test_an_empty_register_says_what_will_be_here(client):
    orgs = network_of_trusts("Elm")
    signed_in(client, orgs, Role.EQUIPMENT_MANAGER, "Elm")
    assert "No machines" in text(get(client))


def exported(client, **query):
    response = client.get(reverse("fleet_age_export"), query)
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def test_the_export_is_the_table_shown(analyst):
    query = {"by": "trust", "modality": "CT", "as_at": "2026-03-31", "sort": "-from10"}
    headings, *rows = exported(analyst, **query)
    shown = table(get(analyst, **query))
    assert [row[0] for row in rows] == list(shown)
    assert [row[1:8] for row in rows] == [figures[:7] for figures in shown.values()]
    ten = headings.index("10 years or older")
    assert [f"({row[ten]} of {row[8]})" for row in rows] == [
        figures[-1].split(" ", 1)[1] for figures in shown.values()
    ]
    assert rows[0][-1] == "its only machine is ten years or older"


def test_the_workbook_is_the_same_with_numbers_as_numbers(analyst):
    query = {"by": "trust", "as_at": "2026-11-24"}
    response = analyst.get(reverse("fleet_age_export"), {**query, "format": "xlsx"})
    assert "fleet-age-by-trust-2026-11-24.xlsx" in response["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    as_text = exported(analyst, **query)
    assert [row[:9] for row in rows] == [row[:9] for row in as_text]
    assert sheet.cell(2, 2).value == 2


def test_the_pages_export_links_ask_the_same(analyst):
    response = get(analyst, by="trust", modality="CT", as_at="31 March 2027", sort="-from10")
    asked = parse_qs(response.context["query"])
    assert asked == {
        "as_at": ["2027-03-31"],
        "by": ["trust"],
        "modality": ["CT"],
        "until": ["2037"],
        "sort": ["-from10"],
    }


class Headings(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag in {"h1", "h2", "h3", "h4"}:
            self.found.append(int(tag[1]))


def test_one_h1_and_no_level_skipped(analyst):
    parser = Headings()
    parser.feed(get(analyst).content.decode())
    assert parser.found.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(parser.found, parser.found[1:], strict=False))


def test_queries_do_not_grow_with_the_register(analyst, orgs, django_assert_max_num_queries):
    get(analyst, by="trust")
    for number in range(30):
        AssetFactory(
            trust=orgs["Beech"], site=orgs["Beech site"], installed_on=date(2000 + number % 25, 1, 1)
        )
    with django_assert_max_num_queries(12):
        get(analyst, by="trust")
