"""The priority list: what it shows, files that say the same, filters, and COCIR's lights on the page of the fleet's age."""

import csv
import io
import re
from datetime import date

import openpyxl
import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from assets.queries.asset_priority import clocks_of, priority_of
from networks.domain.access import Role, command
from tests.factories.assets import AssetFactory
from tests.factories.networks import network_of_trusts, person

pytestmark = pytest.mark.django_db

NOW = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: NOW)


@pytest.fixture
def orgs():
    return network_of_trusts("Ash", "Beech") | network_of_trusts(
        "Cedar", network="Southern", region="South East"
    )


@pytest.fixture
def fleet(orgs):
    """One with a gate, one old, one of which nothing is known; and Cedar's."""
    facts = {
        "notice": ("Ash", {"installed_on": date(2024, 1, 1), "has_safety_notice": True}),
        "old": ("Beech", {"installed_on": date(2010, 1, 1), "maintenance_cost_pence": 7_654_300}),
        "unknown": ("Beech", {"installed_on": None, "installed_precision": ""}),
        "elsewhere": ("Cedar", {"installed_on": date(2009, 1, 1)}),
    }
    return {
        name: AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], **given)
        for name, (trust, given) in facts.items()
    }


def signed_in(client, orgs, role, where):
    client.force_login(person(role, orgs[where], name="Pat Person"))
    return client


@pytest.fixture
def lead(client, orgs):
    return signed_in(client, orgs, Role.PROCUREMENT_LEAD, "Northern")


def listed(client, **query):
    response = client.get(reverse("priority_list"), query)
    assert response.status_code == 200
    return [row.asset.pk for row in response.context["rows"]]


def words(client, name="priority_list", **query):
    return " ".join(client.get(reverse(name), query).content.decode().split())


def test_the_list_begins_with_the_open_gate_and_gives_reasons(lead, fleet):
    assert listed(lead) == [fleet[name].pk for name in ("notice", "old", "unknown")]
    text = words(lead)
    assert (
        "Ranks are among 3 machines. 1 has an open gate (a reason that outranks any score, named under “Why”) and stands before all others."
        in text
    )
    assert "A safety notice without a fix is open." in text
    assert "16 years old; expected to last 10 (RCR/ESR, 10 years)." in text
    assert "Age against expected life (weight 25): not known; missing: installation date." in text
    assert "could be 25 to 100" in text
    assert "the weights proposed with the rules, which nobody has changed" in text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"gate": "open"}, ["notice"]),
        ({"gate": "none"}, ["old", "unknown"]),
        ({"known": "50"}, []),
        ({"known": "under50", "sort": "-score"}, ["old", "notice", "unknown"]),
        ({"modality": "MRI"}, []),
        ({"modality": ["CT", "MRI"]}, ["notice", "old", "unknown"]),
        ({"sort": "-rank"}, ["unknown", "old", "notice"]),
        ({"as_at": "31 March 2012"}, ["old", "unknown"]),
    ],
)
def test_filters_and_orders(lead, fleet, query, names):
    assert listed(lead, **query) == [fleet[name].pk for name in names]


def test_every_heading_that_offers_to_sort_does(lead, fleet):
    """But where all are alike: none of these ranks moves."""
    offered = {
        word.lstrip("-")
        for word in re.findall(r"sort=(-?\w+)", lead.get(reverse("priority_list")).content.decode())
    }
    assert offered == {"rank", "reference", "modality", "trust", "score", "known", "spread"}
    idle = {word for word in offered if listed(lead, sort=word) == listed(lead, sort=f"-{word}")}
    assert idle == {"modality", "spread"}


def test_trusts_and_networks_narrow_the_ranking(client, orgs, fleet):
    analyst = signed_in(client, orgs, Role.NATIONAL_ANALYST, "England")
    assert len(listed(analyst)) == 4
    assert listed(analyst, network=orgs["Southern"].pk) == [fleet["elsewhere"].pk]
    assert listed(analyst, trust=orgs["Ash"].pk) == [fleet["notice"].pk]
    assert "among 1 machine of the modalities, networks and trusts chosen" in words(
        analyst, trust=orgs["Ash"].pk
    )


def test_a_trusts_own_people_are_offered_no_choice_of_one(client, orgs, fleet):
    manager = signed_in(client, orgs, Role.EQUIPMENT_MANAGER, "Ash")
    form = manager.get(reverse("priority_list")).context["form"]
    assert {"trust", "network"}.isdisjoint(form.fields)
    # And somebody else's trust, asked for all the same, shows nothing of it.
    assert listed(manager, trust=orgs["Cedar"].pk) == [fleet["notice"].pk]


@pytest.mark.parametrize("query", [{"as_at": "never"}, {"modality": "US"}, {"trust": "x"}, {"known": "7"}])
def test_what_makes_no_sense_is_said_and_the_list_shown(lead, fleet, query):
    text = words(lead, **query)
    assert "There is a problem" in text
    assert "<title>Error: " in text
    assert "Ranks are among 3 machines" in text


def test_costs_are_not_shown_to_who_may_not_see_them(client, orgs, fleet):
    text = words(signed_in(client, orgs, Role.MODALITY_LEAD, "Beech"))
    assert "Costs are not shown to you, so scores leave them out." in text
    assert "76,543" not in text
    exported = b"".join(client.get(reverse("priority_export")).streaming_content).decode()
    assert "76,543" not in exported
    assert "Not shown to you" in exported


def test_the_files_say_what_the_page_says(lead, fleet):
    query = {"gate": "none", "sort": "-rank"}
    response = lead.get(reverse("priority_export"), query)
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [row["Reference"] for row in rows] == [fleet["unknown"].reference, fleet["old"].reference]
    assert [row["Rank"] for row in rows] == ["3", "2"]
    assert [row["Score"] and float(row["Score"]) for row in rows] == ["", 100.0]
    assert rows[1]["Age against expected life, reason"].startswith("16 years old")
    assert rows[0]["Missing"].startswith("installation date; end of vendor support")
    assert rows[0]["Rules"].startswith("version 1 of the priority rules")
    book = openpyxl.load_workbook(
        io.BytesIO(lead.get(reverse("priority_export"), query | {"format": "xlsx"}).content), read_only=True
    )
    headings, *found = book.worksheets[0].iter_rows(values_only=True)
    assert [row[headings.index("Reference")] for row in found] == [row["Reference"] for row in rows]


def test_a_stranger_is_refused(client, orgs):
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"]))
    assert listed(client) == []
    assert "No machines to rank" in words(client)


def test_one_machines_priority_and_clocks_stand_in_its_part_of_the_page(orgs, fleet):
    asset = fleet["old"]
    text = " ".join(
        render_to_string(
            "assets/asset_priority.html",
            {
                "machine_priority": priority_of(asset, command("test"), NOW),
                "machine_clocks": clocks_of(asset, NOW),
            },
        ).split()
    )
    assert "as 25% of it is known" in text
    assert "The earliest is “7 years”: over by 9 years. Run out by this day: 7 years, 10 years" in text
    assert "Not verified: The guidance itself." in text
    assert "not known; missing: examinations a year" in text
    assert text.count("<tr") == 6


# COCIR's lights on the page of the fleet's age


def test_the_lights_and_clocks_of_the_fleet_on_any_day(lead, fleet):
    text = words(lead, "fleet_age")
    assert "COCIR’s three lights: 1 of 3 met" in text
    assert "At least 60% under 5 years: 50%, 1 of 2; could change once the age of 1 is known" in text
    assert "At most 10% over 10 years: 50%, 1 of 2" in text
    assert "1 of unknown age are left out" in text
    assert "Source: COCIR, Golden Rules" in text
    past = words(lead, "fleet_age", as_at="31 March 2012")
    assert "COCIR’s three lights: 3 of 3 met" in past
    assert "no earlier one is on file" in past


def test_the_file_of_the_fleets_age_has_the_lights(lead, fleet):
    response = lead.get(reverse("fleet_age_export"), {"by": "modality"})
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    last = list(csv.DictReader(io.StringIO(content)))[-1]
    assert last["COCIR: at least 60% under 5 years"] == "not met"
    assert last["COCIR: at most 30% 6 to 10 years"] == "met"
