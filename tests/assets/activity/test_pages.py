"""The pages: from a file to the list and a machine's page, taking counts into the register, and how often the database is
asked."""

import csv
import html
import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assets.charts.activity import activity_of
from assets.domain.activity import window
from assets.models import Activity, ActivityBatch
from networks.domain.access import Role
from networks.domain.figures import date_gb
from networks.models import Event
from tests.factories.activity import ActivityFactory
from tests.factories.networks import actor, person

TODAY = timezone.localdate()


def text(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return " ".join(html.unescape(content.decode("utf-8-sig")).split())


@pytest.fixture
def browser(client: Client, orgs) -> Client:
    """Ash's equipment manager, signed in."""
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"], name="Mo Manager"))
    return client


def upload(client: Client, *lines: str, source: str = "RIS"):
    file = SimpleUploadedFile("ris.csv", "\n".join(lines).encode())
    return client.post(reverse("activity_new"), {"file": file, "source": source})


def months_of(asset, count: int = 12, **more) -> None:
    for period in window(TODAY)[12 - count :]:
        ActivityFactory(asset=asset, starts_on=period.starts_on, **more)


def of_site(orgs, count: int = 12, **more) -> None:
    months_of(
        None,
        count,
        **{
            "trust": orgs["Ash"],
            "site": orgs["Ash site"],
            "modality": "CT",
            "machines": 3,
            "examinations": 2_500,
        }
        | more,
    )


def test_from_the_file_to_the_register_and_back(browser, machine):
    asset = machine(station_name="CT01", examinations_per_year=9_000)
    lines = [f"CT01,{period.label},1000,5" for period in window(TODAY)]
    response = upload(browser, "Station name,Month,Exams,Downtime", *lines, "CT02,April 2020,5,")
    batch = ActivityBatch.objects.get()
    assert response.url == batch.get_absolute_url()
    checked = text(browser.get(response.url))
    assert "Save the 12 good figures only" in checked
    assert "No machine in the register has this DICOM station name." in checked
    assert not Activity.objects.exists()
    browser.post(reverse("activity_save", args=[batch.pk]), {"rows": "good"})
    assert Activity.objects.count() == 12
    saved = text(browser.get(response.url, {"show": "new"}))
    assert "Examinations: 1,000" in saved
    listed = text(browser.get(reverse("activity_list")))
    assert "12,000" in listed
    # The register still states what somebody stated.
    asset.refresh_from_db()
    assert asset.examinations_per_year == 9_000
    assert "Take what was counted into the register?" in text(
        browser.get(reverse("activity_take_all", args=[batch.pk]))
    )
    browser.post(reverse("activity_take_all", args=[batch.pk]))
    asset.refresh_from_db()
    assert (asset.examinations_per_year, asset.downtime_hours, asset.version) == (12_000, 60, 2)
    assert "counted in 12 of 12 months" in asset.history.first().history_change_reason
    assert "12 figures added by this file will be taken out." in text(
        browser.get(reverse("activity_undo", args=[batch.pk]))
    )
    browser.post(reverse("activity_undo", args=[batch.pk]))
    assert not Activity.objects.exists()
    actions = Event.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["activity.saved", "asset.corrected", "activity.undone"]


def test_a_file_with_nothing_in_it_keeps_what_was_typed(browser, machine):
    response = upload(browser, "what,ever", source="PACS of Ash")
    assert "No row among the first 20" in text(response)
    assert 'value="PACS of Ash"' in text(response)
    assert "Say where the figures come from" in text(upload(browser, "a,b", source=""))


def test_every_figure_says_how_it_is_known(browser, orgs, machine):
    own = machine(uptime_target_percent=Decimal(98), hours_per_week=70)
    months_of(own, 8, downtime_hours_unplanned=5)
    shared, unknown = machine(), machine(modality="MRI")
    of_site(orgs)
    page = text(browser.get(reverse("activity_list")))
    assert '12,000<span class="app-under">estimated from 8 of 12 months' in page
    assert '10,000<span class="app-under">site average over 3 machines' in page
    assert "the contract’s 98" in page
    rows = {
        row["Reference"]: row
        for row in csv.DictReader(io.StringIO(text_lines(browser.get(reverse("activity_export")))))
    }
    assert rows[own.reference]["Examinations, how known"].startswith("estimated: 8,000 counted in 8 of 12")
    assert rows[shared.reference]["Examinations, how known"].startswith("site average over 3 machines")
    assert rows[shared.reference]["Uptime, %"] == ""
    assert rows[unknown.reference]["Examinations, a year"] == ""


def text_lines(response) -> str:
    return b"".join(response.streaming_content).decode("utf-8-sig")


def test_the_list_is_filtered_and_sorted(browser, orgs, machine):
    few, many, none = machine(), machine(), machine(modality="MRI")
    months_of(few, examinations=10)
    months_of(many, examinations=20)

    def shown(**query) -> list[int]:
        return [row.asset.pk for row in browser.get(reverse("activity_list"), query).context["rows"]]

    assert shown() == [few.pk, many.pk, none.pk]
    assert shown(sort="-examinations") == [many.pk, few.pk, none.pk]
    assert shown(sort="examinations") == [few.pk, many.pk, none.pk]
    assert shown(modality="MRI") == [none.pk]
    assert shown(known="own") == [few.pk, many.pk]
    assert shown(known="none") == [none.pk]
    assert shown(as_at="31 March 2010", sort="-examinations") == [few.pk, many.pk, none.pk]
    ahead = browser.get(reverse("activity_list"), {"as_at": "31 March 2060"})
    assert "Enter a date from 2000 to today" in text(ahead)
    assert browser.get(reverse("activity_export"), {"as_at": "x"}).status_code == 400


def test_a_machines_own_part_of_its_page(orgs, machine, manager):
    asset = machine(examinations_per_year=9_000)
    months_of(asset, 12, downtime_hours_unplanned=5)
    of_site(orgs)
    shown = activity_of(asset, manager, TODAY)
    drawn = render_to_string("assets/asset_activity.html", {"asset": asset, "activity": shown})
    said = " ".join(html.unescape(drawn).split())
    assert "9,000, as stated by whoever keeps the register" in said
    end = date_gb(window(TODAY)[-1].ends_on)
    assert f"12,000: counted in 12 of 12 months to {end} (RIS)" in said
    assert "the register states 9,000, counted were 12,000" in said
    assert shown.chart is not None
    assert [trace["name"] for trace in shown.chart.figure["data"]] == ["Own count"]
    reader = actor(Role.FINANCE, orgs["Ash"], on=TODAY)
    assert "Take the count" not in render_to_string(
        "assets/asset_activity.html", {"asset": asset, "activity": activity_of(asset, reader, TODAY)}
    )


def test_a_machine_known_by_its_site_only_says_so_everywhere(orgs, machine, manager):
    asset = machine()
    of_site(orgs)
    shown = activity_of(asset, manager, TODAY)
    assert shown.takes == []
    assert {row[-2] for row in shown.table.rows} == {"site average over 3 machines"}
    assert [trace["name"] for trace in shown.chart.figure["data"]] == ["Site average"]
    assert "site average over 3 machines" in shown.chart.caption


def test_a_machines_part_asks_the_database_once(
    orgs, machine, manager, django_assert_num_queries, django_assert_max_num_queries
):
    asset = machine()
    with django_assert_num_queries(1):
        activity_of(asset, manager, TODAY)
    months_of(asset)
    of_site(orgs)
    with django_assert_num_queries(1):
        activity_of(asset, manager, TODAY)


def test_nothing_of_another_trust_is_shown(orgs, machine):
    asset = machine()
    months_of(asset)
    of_site(orgs)
    stranger = actor(Role.EQUIPMENT_MANAGER, orgs["Beech"], on=TODAY)
    assert not activity_of(asset, stranger, TODAY).table.rows
    assert not Activity.objects.visible_to(stranger).exists()


def test_one_machines_count_is_taken_with_its_history(browser, machine):
    asset = machine(examinations_per_year=9_000)
    url = reverse("activity_take", args=[asset.pk])
    browser.post(url, {"version": "1"})
    asset.refresh_from_db()
    assert asset.examinations_per_year == 9_000
    months_of(asset)
    for version in ("", "7", "x" * 50):
        browser.post(url, {"version": version})
        asset.refresh_from_db()
        assert asset.examinations_per_year == 9_000
    assert browser.post(url, {"version": "1"}).url == asset.get_absolute_url()
    asset.refresh_from_db()
    assert (asset.examinations_per_year, asset.history.first().version) == (12_000, 2)


def test_estimates_and_site_averages_are_not_taken(browser, orgs, machine):
    part, shared = machine(), machine()
    months_of(part, 11)
    of_site(orgs)
    for asset in (part, shared):
        browser.post(reverse("activity_take", args=[asset.pk]), {"version": "1"})
        asset.refresh_from_db()
        assert asset.examinations_per_year is None


def test_what_the_database_refuses(orgs, machine):
    asset, site = machine(), {"trust": orgs["Ash"], "site": orgs["Ash site"], "modality": "CT"}
    ActivityFactory(asset=asset)
    ActivityFactory(asset=None, **site, machines=2)
    for wrong in (
        {"asset": asset},
        {"asset": None, **site, "machines": 2},
        {"asset": None},
        {"asset": asset, **site, "source": "x"},
        {"asset": asset, "source": "x", "examinations": None},
        {"asset": asset, "source": "x", "hours_in_use": -1},
        {"asset": asset, "source": "x", "hours_in_use": 721},
        {"asset": None, **site, "source": "x", "machines": 2, "hours_in_use": 1_441},
        {"asset": asset, "source": "x", "machines": 0},
        {"asset": asset, "source": ""},
        {"asset": asset, "source": "x", "ends_on": date(2026, 3, 1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ActivityFactory(**wrong)
    ActivityFactory(asset=None, **site, source="x", machines=2, hours_in_use=1_440)
