"""Dashboards: every figure leads to exactly the machines it counts; who sees which; files; questions asked."""

import html
import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assets.domain.months import months_after
from assets.domain.vocabulary import Modality
from assets.forms.filters import AssetFilter
from assets.models import Asset
from networks.domain.access import Role, command
from networks.domain.financial_year import ends_on, financial_year_of
from networks.domain.organisations import Kind, Tie
from networks.models import Organisation, Population
from tests.builders.england import make_england
from tests.factories.assets import AssetFactory
from tests.factories.networks import LinkFactory, OrganisationFactory, network_of_trusts, person

pytestmark = pytest.mark.django_db
Orgs = dict[str, Organisation]

_LINK = re.compile(
    r'<a href="(/equipment/\?[^"]*)">(.*?)</a>(?:</dt>\s*<dd class="app-figure__value">(.*?)</dd>)?(?:\s*<dd class="app-figure__detail">(.*?)</dd>)?',
    re.S,
)


@pytest.fixture
def orgs() -> Orgs:
    """Two regions with a network each, and a network that lies in both; a trust in no region; a taken-over trust."""
    made = network_of_trusts("Ash", "Beech")
    made |= network_of_trusts("Cedar", network="Southern", region="South West")
    LinkFactory(source=(both := OrganisationFactory(name="Dogwood")), target=made["South West ICB"])
    LinkFactory(source=both, target=made["Northern"], tie=Tie.MEMBER_OF)
    lost, old = OrganisationFactory(name="Elm"), OrganisationFactory(name="Old Ash")
    LinkFactory(source=old, target=made["Ash"], tie=Tie.SUCCEEDED_BY, starts_on=date(2020, 4, 1))
    made |= {"Dogwood": both, "Elm": lost, "Old Ash": old}
    Population.objects.create(icb=made["North West ICB"], year=2023, persons=2_000_000, source="ONS")
    return made


def fill(orgs: Orgs) -> None:
    """Machines of every age, modality and end of support in every trust."""
    today = timezone.localdate()
    year_end = ends_on(financial_year_of(today))
    installed = [None, *(months_after(today, -months) for months in (6, 59, 60, 75, 84, 100, 120, 130, 200))]
    installed += [year_end.replace(year=year_end.year - 7), year_end.replace(year=year_end.year - 10)]
    supported = [None, today, *(months_after(today, months) for months in (-5, 5, 23, 24, 60))]
    trusts = [orgs[name] for name in ("Ash", "Beech", "Cedar", "Dogwood", "Elm", "Old Ash")]
    site = orgs["Ash site"]
    for n in range(90):
        day = installed[n % len(installed)]
        AssetFactory(
            trust=trusts[n % len(trusts)] if n % 5 else trusts[0],
            site=site,
            modality=list(Modality)[n // 2 % 4].value,
            installed_on=day,
            installed_precision="D" if day else "",
            support_ends_on=supported[n % len(supported)],
            status="retired" if n % 11 == 0 else "standby" if n % 7 == 0 else "in_use",
            retired_on=months_after(today, -2) if n % 11 == 0 and n % 2 else None,
        )


def client_of(role: Role, organisation: Organisation) -> Client:
    client = Client()
    client.force_login(person(role, organisation))
    return client


def numbers(page: str) -> Iterator[tuple[str, int]]:
    """Each address of the equipment list on a page with the number that stands before it."""
    for found in _LINK.finditer(page):
        address, text, value, detail = (html.unescape(part or "") for part in found.groups())
        after = html.unescape(page[found.end() : found.end() + 200])
        shown = value or text
        if counted := re.search(r"\(([\d,]+) of [\d,]+\)", shown):
            number = counted[1]
        elif re.fullmatch(r"[\d,]+", shown):
            number = shown
        else:
            words = detail or re.match(r'\s*(?:<span class="app-under">)?([^<]*)', after)[1]  # type: ignore[index]
            number = re.match(r"([\d,]+)", words)[1]  # type: ignore[index]
        yield address, int(number.replace(",", ""))


def machines_behind(address: str) -> int:
    """How many machines the list's own filter finds; who asks does not matter, for every address names its area."""
    query = QueryDict(address.partition("?")[2])
    found: int = AssetFilter(query, queryset=Asset.objects.visible_to(command("test"))).qs.count()
    return found


def check(client: Client, query: dict[str, str], *, on_the_page: bool = False) -> int:
    """Follow every figure of a dashboard through the list's filter, and return how many there were.

    `on_the_page`: every sixth address is asked of the list's page itself as well, by the same person.
    """
    response = client.get(reverse("dashboard"), query)
    assert response.status_code == 200
    pairs = list(numbers(response.content.decode()))
    totals: dict[str, int] = {}
    for address, number in pairs:
        if address not in totals:
            totals[address] = machines_behind(address)
            if on_the_page and len(totals) % 6 == 1:
                assert client.get(address).context["total"] == totals[address]
        assert totals[address] == number, address
    return len(pairs)


@pytest.mark.parametrize(
    "of", ["England", "North West", "South West", "Northern", "Southern", "Ash", "Cedar"]
)
def test_each_figure_leads_to_exactly_as_many_machines(orgs: Orgs, of: str) -> None:
    fill(orgs)
    client = client_of(Role.NATIONAL_ANALYST, orgs["England"])
    assert check(client, {"of": str(orgs[of].pk)}) > 40


@pytest.mark.parametrize("as_at", ["2019-06-30", "2029-03-31"])
def test_on_another_day_too(orgs: Orgs, as_at: str) -> None:
    fill(orgs)
    client = client_of(Role.NATIONAL_ANALYST, orgs["England"])
    assert check(client, {"of": str(orgs["England"].pk), "as_at": as_at}) > 20
    assert check(client, {"of": str(orgs["Northern"].pk), "as_at": as_at}) > 15


def test_a_lead_sees_the_network_whole_and_a_manager_the_trust(orgs: Orgs) -> None:
    fill(orgs)
    lead = client_of(Role.PROCUREMENT_LEAD, orgs["Northern"])
    assert check(lead, {}) > 40
    page = lead.get(reverse("dashboard"))
    assert page.context["board"].area.name == "Northern"
    assert {row.name for row in page.context["tables"][-1].rows} == {"Ash", "Beech", "Dogwood", "All"}
    manager = client_of(Role.EQUIPMENT_MANAGER, orgs["Ash"])
    assert check(manager, {}, on_the_page=True) > 30
    for hidden in ("England", "Northern", "Beech", "North West"):
        response = manager.get(reverse("dashboard"), {"of": orgs[hidden].pk})
        assert response.status_code == 400
        assert response.context.get("board") is None


def test_the_children_add_up_to_the_whole(orgs: Orgs) -> None:
    fill(orgs)
    client = client_of(Role.NATIONAL_ANALYST, orgs["England"])
    for of in ("England", "South West", "Northern"):
        board = client.get(reverse("dashboard"), {"of": orgs[of].pk}).context["board"]
        for parts in (board.children, board.by_modality):
            assert sum(part.ages.total for part in parts) == board.whole.ages.total
            assert sum(part.overdue for part in parts) == board.whole.overdue
            assert sum(part.due_this_year for part in parts) == board.whole.due_this_year
            for name in ("ended", "ending", "not_known"):
                assert sum(getattr(p.support, name) for p in parts) == getattr(board.whole.support, name)


def test_density_has_numerator_denominator_and_year_or_says_why_not(orgs: Orgs) -> None:
    for _ in range(3):
        AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"])
    client = client_of(Role.NATIONAL_ANALYST, orgs["England"])
    region = client.get(reverse("dashboard"), {"of": orgs["North West"].pk}).content.decode()
    assert "3 machines, 2,000,000 persons in 2023" in region
    assert ">1.5<" in region
    england = client.get(reverse("dashboard")).content.decode()
    assert "not known: no figure of 2023 for South West ICB" in england
    shares = "not known: it shares its integrated care boards with 1 other trust"
    trust = client.get(reverse("dashboard"), {"of": orgs["Ash"].pk}).content.decode()
    assert f"3 machines, population {shares}" in trust
    assert "United Kingdom 2021: 10.0 CT per million" in trust


def test_columns_that_would_say_only_not_known_are_left_out_with_the_reason(orgs: Orgs) -> None:
    fill(orgs)
    client = client_of(Role.NATIONAL_ANALYST, orgs["England"])
    table = client.get(reverse("dashboard"), {"of": orgs["Northern"].pk}).context["tables"][-1]
    assert not any("per million" in heading for heading in table.headings)
    assert "it shares its integrated care boards with 1 other trust" in table.note
    table = client.get(reverse("dashboard")).context["tables"][-1]
    assert table.headings[-1] == "MRI per million people"
    assert table.note == ""


def test_files_hold_each_table(orgs: Orgs) -> None:
    fill(orgs)
    client = client_of(Role.NATIONAL_ANALYST, orgs["England"])
    tables = client.get(reverse("dashboard")).context["tables"]
    assert [table.key for table in tables] == ["ages", "due", "lights", "children"]
    for table in tables:
        lines = client.get(reverse("dashboard_export"), {"table": table.key}).getvalue().decode().splitlines()
        assert len(lines) == 1 + len(table.rows)
        book = client.get(reverse("dashboard_export"), {"table": table.key, "format": "xlsx"})
        assert book.content[:2] == b"PK"
    assert client.get(reverse("dashboard_export"), {"as_at": "never"}).status_code == 400


def test_a_day_that_is_none_is_said_at_its_box(orgs: Orgs) -> None:
    client = client_of(Role.NATIONAL_ANALYST, orgs["England"])
    for as_at in ("never", "1900-01-01"):
        response = client.get(reverse("dashboard"), {"as_at": as_at})
        assert response.status_code == 400
        assert "Enter a date" in response.content.decode()


def test_no_machines_and_no_organisation_of_that_day_are_said(orgs: Orgs) -> None:
    client = client_of(Role.EQUIPMENT_MANAGER, orgs["Beech"])
    assert "No machines" in client.get(reverse("dashboard")).content.decode()
    orgs["Beech"].opened_on = date(2019, 1, 1)
    orgs["Beech"].save()
    response = client.get(reverse("dashboard"), {"as_at": "2018-01-01"})
    assert "Nothing to show on this day" in response.content.decode()


def test_twelve_questions_at_most_however_many_machines() -> None:
    user = make_england(600)
    client = Client()
    client.force_login(user)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("dashboard")).status_code == 200
        return len(queries)

    few = asked()
    assert few <= 12
    Asset.objects.filter(pk__in=list(Asset.objects.values_list("pk", flat=True)[:300])).delete()
    assert asked() == few
    assert Organisation.objects.filter(kind=Kind.TRUST).count() == 120


def test_a_network_names_the_trusts_that_another_counts(orgs: Orgs, client: Client) -> None:
    """The list shows the machines of every member, the dashboard those of primary members: it says so."""
    LinkFactory(source=orgs["Cedar"], target=orgs["Northern"], tie=Tie.MEMBER_OF, is_primary=False)
    fill(orgs)
    client.force_login(person(Role.NATIONAL_ANALYST, orgs["England"]))
    said = "Not counted here: Cedar. It is in Northern too, but its primary network is Southern, which counts it."
    assert said in client.get(reverse("dashboard"), {"of": orgs["Northern"].pk}).content.decode()
    assert (
        "Not counted here"
        not in client.get(reverse("dashboard"), {"of": orgs["Southern"].pk}).content.decode()
    )
