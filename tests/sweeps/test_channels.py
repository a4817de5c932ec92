"""The register and a plan through every channel: whoever reads, all channels show them the same machines, and no others.

Channels: the page with its count, its search and its filters, the CSV and the workbook, the list and the single row of
the API, files made and downloaded. What each may see is said here by hand, in the names of trusts.
"""

import csv
import io
from collections.abc import Sequence

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from assets.models import Asset
from networks.documents.pdf import why_unavailable
from networks.domain.access import Role
from procurement.documents.capital_plan import capital_plan_pdf
from procurement.documents.capital_plan_workbook import capital_plan_workbook
from procurement.models import PlanLine
from procurement.queries.capital_plan import capital_plan
from tests.factories.networks import person
from tests.sweeps.reading import amounts_in, body, read, text_of
from tests.sweeps.world import WORDS_OF_ASH, World

pytestmark = pytest.mark.django_db

EVERYWHERE = ("Ash", "Beech", "Cedar")
REGISTER = {
    "manager": ("Ash",),
    "modality lead": ("Ash",),
    "finance": ("Ash",),
    "lead": ("Ash", "Beech"),
    "network finance": ("Ash", "Beech"),
    "neighbour": ("Beech",),
    "neighbour finance": ("Beech",),
    "southern lead": ("Cedar",),
    "analyst": EVERYWHERE,
    "administrator": EVERYWHERE,
}
"""Whose machines each of the cast may see; the stranger none, who is refused."""

PLAN = {
    "finance": ("Ash",),
    "neighbour finance": ("Beech",),
    "lead": ("Ash", "Beech"),
    "network finance": ("Ash", "Beech"),
    "analyst": ("Ash", "Beech"),
    "administrator": ("Ash", "Beech"),
}
"""Whose lines of Northern's plan each may see; all others find no plan."""
OUTSIDE_THE_PLAN = ("manager", "neighbour", "southern lead", "stranger")


def signed_in(world: World, who: str) -> Client:
    client = Client()
    if who == "network finance":
        client.force_login(person(Role.FINANCE, world.orgs["Northern"]))
    else:
        client.force_login(world.people[who])
    return client


def serials(world: World, trusts: Sequence[str], **more: object) -> set[str]:
    """The serial numbers of the machines of some trusts, found the slow way."""
    wanted = {world.orgs[trust].pk for trust in trusts}
    return {a.serial_number for a in Asset.objects.filter(**more) if a.trust_id in wanted}


def rows_of_csv(response: object) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(response).decode("utf-8-sig"))))


def rows_of_workbook(response: object) -> list[dict[str, object]]:
    sheet = openpyxl.load_workbook(io.BytesIO(body(response)), read_only=True).worksheets[0]
    headings, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def results(client: Client, url: str, **query: object) -> list[dict[str, object]]:
    """Every row of an API list, page after page."""
    found, following = [], None
    while True:
        answer = client.get(following or url, None if following else query).json()
        found += answer["results"]
        following = answer["next"]
        if not following:
            return found


@pytest.mark.parametrize("who", REGISTER)
def test_the_register_is_the_same_through_every_channel(world, who):
    client, trusts = signed_in(world, who), REGISTER[who]
    everything = {"status": "all"}
    expected = serials(world, trusts)
    page = client.get(reverse("asset_list"), everything)
    assert page.context["total"] == len(expected)
    assert {row.asset.serial_number for row in page.context["rows"]} == expected
    export = {**everything, "format": "xlsx"}
    by_csv = rows_of_csv(client.get(reverse("asset_export"), everything))
    assert {row["Serial number"] for row in by_csv} == expected
    by_workbook = rows_of_workbook(client.get(reverse("asset_export"), export))
    assert {row["Serial number"] for row in by_workbook} == expected
    by_api = results(client, reverse("api-asset-list"), **everything, page_size=2)
    assert {row["serial_number"] for row in by_api} == expected
    assert len(by_csv) == len(by_workbook) == len(by_api) == len(expected)
    # Without a status asked for: the fleet.
    fleet = serials(world, trusts, status__in=("in_use", "standby"))
    assert client.get(reverse("asset_list")).context["total"] == len(fleet)
    whole = client.get(reverse("fleet_age_export"), {"by": "modality"})
    assert rows_of_csv(whole)[-1]["Machines"] == str(len(fleet))


@pytest.mark.parametrize("who", REGISTER)
def test_one_machine_is_there_or_not_through_every_channel(world, who):
    client = signed_in(world, who)
    for asset, trust in ((world.asset, "Ash"), (world.neighbours, "Beech"), (world.elsewhere, "Cedar")):
        status = 200 if trust in REGISTER[who] else 404
        for name in ("asset_detail", "asset_history", "api-asset-detail"):
            assert client.get(reverse(name, args=[asset.pk])).status_code == status, (name, trust)


@pytest.mark.parametrize("who", ["neighbour", "southern lead"])
@pytest.mark.parametrize("channel", ["asset_list", "asset_export", "api-asset-list"])
def test_no_search_filter_or_order_tells_of_machines_one_may_not_see(world, who, channel):
    """What is asked is Ash's; whatever comes back is the same as if Ash did not exist."""
    client, ash, site = signed_in(world, who), world.orgs["Ash"].pk, world.orgs["Ash site"].pk

    def count(**query: object) -> int:
        response = client.get(reverse(channel), {"status": "all", **query})
        assert response.status_code in (200, 400)
        if channel == "api-asset-list":
            return len(response.json().get("results", ()))
        if channel == "asset_export":
            return len(rows_of_csv(response))
        return int(response.context["total"])

    everything = count()
    asked = [
        {"q": word} for word in ("ASH-SN-7731", "ASHMODEL", "ASH-TAG-55", "ASH-ROOM-9", world.asset.reference)
    ]
    asked += [
        {"trust": ash},
        {"site": site},
        {"trust": [ash, 10**16]},
        {"condition": "poor"},
        {"q": "Ash site"},
    ]
    assert [query for query in asked if count(**query)] == []
    # What is no filter changes nothing: no field can be asked for that is not offered.
    tricks = (
        "serial_number",
        "serial_number__startswith",
        "trust__name",
        "notes__contains",
        "price_paid_pence__gt",
    )
    assert {count(**{trick: "ASH"}) for trick in tricks} == {everything}
    orders = ("trust__name", "-price_paid_pence", "notes", "history", "?", "-", "age,trust")
    assert {count(sort=order) for order in orders} == {everything}


@pytest.mark.parametrize("who", ["neighbour", "southern lead", "neighbour finance"])
def test_no_number_beside_a_choice_counts_what_one_may_not_see(world, who):
    page = signed_in(world, who).get(reverse("asset_list"), {"status": "all", "trust": world.orgs["Ash"].pk})
    counted = [
        choice.number
        for field in page.context["form"].fields.values()
        for _, choice in getattr(field, "choices", ())
        if hasattr(choice, "number")
    ]
    mine = len(serials(world, REGISTER[who]))
    assert counted
    assert max(counted) <= mine


@pytest.mark.parametrize("who", PLAN)
def test_a_plan_is_the_same_through_every_channel(world, who):
    client, trusts = signed_in(world, who), PLAN[who]
    expected = set(
        PlanLine.objects.filter(version=world.version, trust__name__in=trusts).values_list("rank", flat=True)
    )
    args = [world.plan.pk, world.version.number]
    page = client.get(reverse("plan_version", args=args))
    assert page.context["page"].paginator.count == len(expected)
    by_csv = rows_of_csv(client.get(reverse("plan_version_export", args=args)))
    assert {int(row["Rank"]) for row in by_csv} == expected
    by_workbook = rows_of_workbook(client.get(reverse("plan_version_export", args=args), {"format": "xlsx"}))
    assert {row["Rank"] for row in by_workbook} == expected
    by_api = results(client, reverse("api-plan-line-list", args=args), page_size=1)
    assert {row["rank"] for row in by_api} == expected
    spent = sum(row["total_pence"] for row in by_api)
    assert page.context["reading"].spend_pence == spent
    listed = client.get(reverse("plan_detail", args=args[:1])).context["versions"]
    assert [row.spend_pence for row in listed if row.version == world.version] == [spent]
    assert [row["id"] for row in results(client, reverse("api-plan-list"))].count(world.plan.pk) == 1
    assert "NORTHERN-PLAN" in read(client.get(reverse("plan_list")))
    others = {line.asset_label for line in PlanLine.objects.exclude(trust__name__in=trusts)}
    assert others or len(trusts) == 2
    assert [label for label in others if label in read(page)] == []


@pytest.mark.parametrize("who", OUTSIDE_THE_PLAN)
def test_others_find_no_plan_through_any_channel(world, who):
    client, args = signed_in(world, who), [world.plan.pk, world.version.number]
    for name in ("plan_version", "plan_version_export", "api-plan-version-detail"):
        assert client.get(reverse(name, args=args)).status_code in (403, 404), name
    for name in ("api-plan-list", "api-plan-version-list", "api-plan-line-list"):
        url = reverse(name, args={"api-plan-list": [], "api-plan-version-list": args[:1]}.get(name, args))
        response = client.get(url)
        assert response.status_code == 403 or world.plan.pk not in [
            row["id"] for row in response.json()["results"]
        ]
        assert "NORTHERN" not in read(response)
    assert "NORTHERN-PLAN" not in read(client.get(reverse("plan_list")))


FILES = {
    "whole": ("lead", "network finance", "analyst", "administrator"),
    "part": ("finance", "lead", "network finance", "analyst", "administrator"),
    "bundle": ("lead", "network finance", "analyst", "administrator"),
}


@pytest.mark.parametrize("who", [*REGISTER, "stranger"])
def test_a_file_goes_to_those_who_may_see_all_that_is_in_it(world, who):
    client = signed_in(world, who)
    listed = read(client.get(reverse("document_list")))
    for name, readers in FILES.items():
        document = world.documents[name]
        url = reverse("document_download", args=[document.pk])
        response = client.get(url)
        assert (response.status_code == 200) is (who in readers), name
        read(response)
        assert (url in listed) is (who in readers), name


def test_the_capital_plan_of_one_trust_tells_nothing_of_another(world):
    """The workbook, and where this machine can make it the PDF, for Beech's finance: none of Ash's words and amounts."""
    reader = world.actor("neighbour finance")
    plan = capital_plan(reader, world.version, trust=world.orgs["Beech"])
    files = [capital_plan_workbook(plan)]
    if why_unavailable() is None:
        files.append(capital_plan_pdf(plan))
    for file in files:
        text = text_of(file)
        assert "BEECHMODEL" in text
        assert [word for word in WORDS_OF_ASH if word in text] + amounts_in(text, world.money_of_ash) == []


def test_the_capital_plan_of_the_network_tells_of_both(world):
    text = text_of(capital_plan_workbook(capital_plan(world.actor("lead"), world.version)))
    assert "BEECHMODEL" in text
    assert "ASHMODEL" in text
