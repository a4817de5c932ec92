from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assets.domain.vocabulary import Status
from assets.models import Asset, MachineModel, Maker
from assets.queries import asset_choices, score_bands
from assets.queries.score_bands import BANDS
from assets.views import assets as assets_view
from networks.domain.access import Role
from networks.models import Organisation
from tests.factories.assets import AssetFactory
from tests.factories.networks import network_of_trusts, person

pytestmark = pytest.mark.django_db

List = Callable[..., list[Asset]]


@pytest.fixture
def orgs() -> dict[str, Organisation]:
    return network_of_trusts("Ash", "Beech")


@pytest.fixture
def manager(client: Client, orgs) -> Client:
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"]))
    return client


@pytest.fixture
def lead(client: Client, orgs) -> Client:
    client.force_login(person(Role.PROCUREMENT_LEAD, orgs["Northern"]))
    return client


def make(orgs, trust: str = "Ash", **values: Any) -> Asset:
    asset: Asset = AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], **values)
    return asset


def years_ago(years: int, days: int = 0) -> date:
    today = timezone.localdate()
    try:
        return today.replace(year=today.year - years) - timedelta(days=days)
    except ValueError:
        return date(today.year - years, 2, 28) - timedelta(days=days)


def of_age(orgs, years: int | None, **values: Any) -> Asset:
    if years is None:
        return make(orgs, installed_on=None, installed_precision="", **values)
    return make(orgs, installed_on=years_ago(years, days=30), **values)


def listed(client: Client, **query: Any) -> list[Asset]:
    response = client.get(reverse("asset_list"), query)
    assert response.status_code == 200
    return [row.asset for row in response.context["rows"]]


def counts(client: Client, facet: str, **query: Any) -> dict[str, int]:
    form = client.get(reverse("asset_list"), query).context["form"]
    return {value: label.number for value, label in form.fields[facet].choices}


def page(client: Client, **query: Any) -> str:
    return " ".join(client.get(reverse("asset_list"), query).content.decode().split())


@pytest.mark.parametrize(
    ("role", "where", "sees"),
    [
        (Role.EQUIPMENT_MANAGER, "Ash", {"Ash"}),
        (Role.FINANCE, "Beech", {"Beech"}),
        (Role.FINANCE, "Northern", {"Ash", "Beech"}),
        (Role.PROCUREMENT_LEAD, "Northern", {"Ash", "Beech"}),
        (Role.NATIONAL_ANALYST, "England", {"Ash", "Beech", "Elm"}),
        (Role.ADMINISTRATOR, "England", {"Ash", "Beech", "Elm"}),
    ],
)
def test_each_sees_the_machines_of_their_trusts_in_list_counts_and_choices(client, orgs, role, where, sees):
    orgs |= network_of_trusts("Elm", network="Southern", region="South West")
    for trust in ("Ash", "Beech", "Elm"):
        make(orgs, trust)
    client.force_login(person(role, orgs[where]))
    assert {asset.trust.name for asset in listed(client)} == sees
    assert counts(client, "modality")["CT"] == len(sees)
    elsewhere = {asset.trust.name for asset in listed(client, site=orgs["Elm site"].pk)}
    assert elsewhere == sees & {"Elm"}
    assert set(counts(client, "site")) == {str(orgs[f"{trust} site"].pk) for trust in sees}


def test_somebody_without_a_role_is_refused(client, orgs):
    user = person(Role.EQUIPMENT_MANAGER, orgs["Ash"])
    user.appointments.update(ends_on=date(2020, 1, 1))
    client.force_login(user)
    assert client.get(reverse("asset_list")).status_code == 403
    assert client.get(reverse("asset_export")).status_code == 403


def test_the_oldest_stand_first_and_those_of_unknown_age_last_either_way(manager, orgs):
    middle, oldest, unknown, youngest = (of_age(orgs, years) for years in (8, 16, None, 1))
    assert listed(manager) == [oldest, middle, youngest, unknown]
    assert listed(manager, sort="age") == [youngest, middle, oldest, unknown]
    assert listed(manager, sort="installed") == [oldest, middle, youngest, unknown]
    assert listed(manager, sort="no such order") == [oldest, middle, youngest, unknown]


@pytest.mark.parametrize(
    ("sort", "first", "second"),
    [
        ("reference", {}, {}),
        ("modality", {"modality": "CT"}, {"modality": "MRI"}),
        ("model", {"manufacturer": "alpha"}, {"manufacturer": "Beta"}),
        ("model", {"model_name": "alpha"}, {"model_name": "Beta"}),
        ("support", {"support_ends_on": date(2026, 1, 1)}, {"support_ends_on": date(2027, 1, 1)}),
        ("condition", {"condition": "poor"}, {"condition": "good"}),
    ],
)
def test_every_column_sorts_both_ways(manager, orgs, sort, first, second):
    a, b = make(orgs, **first), make(orgs, **second)
    assert listed(manager, sort=sort) == [a, b]
    assert listed(manager, sort=f"-{sort}") == [b, a]


@pytest.mark.parametrize("sort", ["model", "support", "condition"])
def test_what_is_not_known_sorts_last_either_way(manager, orgs, sort):
    empty = make(orgs, manufacturer="", model_name="", support_ends_on=None, condition="")
    full = make(orgs, support_ends_on=date(2027, 1, 1), condition="fair")
    assert listed(manager, sort=sort) == listed(manager, sort=f"-{sort}") == [full, empty]


def test_the_heading_says_how_it_is_sorted(manager, orgs):
    make(orgs)
    assert 'aria-sort="descending"' in page(manager)
    assert 'aria-sort="ascending"' in page(manager, sort="support")


def test_filters_narrow_and_several_values_of_one_widen(manager, orgs):
    ct, mri, xray = (
        make(orgs, modality=modality, condition=c)
        for modality, c in (("CT", "good"), ("MRI", ""), ("XR", "poor"))
    )
    assert listed(manager, modality=["CT", "MRI"], sort="reference") == [ct, mri]
    assert listed(manager, modality=["CT", "MRI"], condition="good") == [ct]
    assert listed(manager, condition="not_known") == [mri]
    assert listed(manager, specification=xray.specification_id) == [xray]
    assert listed(manager, trust=orgs["Beech"].pk) == []
    assert listed(manager, site=orgs["Ash site"].pk, modality="XR") == [xray]


def test_the_age_bands_take_exactly_their_machines(manager, orgs):
    ages = {"0-4": 4, "5-6": 5, "7-9": 9, "10-14": 10, "15+": 15, "unknown": None}
    made = {band: of_age(orgs, years) for band, years in ages.items()}
    for band, asset in made.items():
        assert listed(manager, band=band) == [asset]
    assert listed(manager, band=["15+", "10-14"]) == [made["15+"], made["10-14"]]
    assert counts(manager, "band") == dict.fromkeys(ages, 1)


def test_the_band_begins_on_the_anniversary(manager, orgs):
    today_ten = make(orgs, installed_on=years_ago(10))
    not_yet = make(orgs, installed_on=years_ago(10) + timedelta(days=1))
    assert listed(manager, band="10-14") == [today_ten]
    assert listed(manager, band="7-9") == [not_yet]


def test_only_the_fleet_is_listed_unless_more_is_asked_for(manager, orgs):
    used, standby = make(orgs), make(orgs, status=Status.STANDBY)
    retired = make(orgs, status=Status.RETIRED, retired_on=date(2025, 1, 1))
    assert listed(manager, sort="reference") == [used, standby]
    assert listed(manager, status="retired") == [retired]
    assert listed(manager, status="standby") == [standby]
    assert listed(manager, status="all", sort="reference") == [used, standby, retired]
    assert counts(manager, "status") == {"": 2, "in_use": 1, "standby": 1, "retired": 1, "all": 3}


def test_another_day_gives_its_fleet_and_its_ages(manager, orgs):
    later = make(orgs, installed_on=date(2024, 5, 1))
    gone = make(orgs, installed_on=date(2010, 5, 1), status=Status.RETIRED, retired_on=date(2023, 6, 1))
    assert listed(manager, as_at="31 March 2023") == [gone]
    assert counts(manager, "band", as_at="2023-03-31")["10-14"] == 1
    assert listed(manager, as_at="31 March 2036", band="10-14") == [later]
    assert "as at 31 March 2036" in page(manager, as_at="31 March 2036")


def test_support_that_ends_before_a_day(manager, orgs):
    soon = make(orgs, support_ends_on=date(2027, 3, 31))
    make(orgs, support_ends_on=date(2028, 4, 1))
    make(orgs, support_ends_on=None)
    assert listed(manager, support_before="1 April 2028") == [soon]
    assert listed(manager, support_before="2027-03-31") == []


def test_support_by_how_long_it_lasts(manager, orgs):
    today = timezone.localdate()
    ends = {"ended": today - timedelta(days=1), "ending": today, "later": years_ago(-3), "not_known": None}
    made = {value: make(orgs, support_ends_on=day) for value, day in ends.items()}
    for value, asset in made.items():
        assert listed(manager, support=value) == [asset]
    assert counts(manager, "support") == dict.fromkeys(ends, 1)
    both = [made["ended"], made["not_known"]]
    assert listed(manager, support=["ended", "not_known"], sort="support") == both


def test_ownership_and_whether_the_model_is_in_the_catalogue(manager, orgs):
    maker = Maker.objects.create(name="Acme")
    model = MachineModel.objects.create(maker=maker, name="Turbo", modality="CT")
    leased, known = make(orgs, ownership="leased"), make(orgs, machine_model=model)
    assert listed(manager, ownership="leased") == [leased]
    assert listed(manager, ownership="not_known") == [known]
    assert listed(manager, catalogue="yes") == [known]
    assert listed(manager, catalogue="no") == [leased]


def test_how_complete_the_record_is(manager, orgs):
    poor = make(
        orgs, manufacturer="", model_name="", serial_number="", installed_on=None, installed_precision=""
    )
    fair = make(orgs)
    assert listed(manager, completeness="100") == []
    assert listed(manager, completeness="0-49", sort="reference")[0] == poor
    everything = ["100", "75-99", "50-74", "0-49"]
    assert listed(manager, completeness=everything, sort="reference") == [poor, fair]


def test_the_priority_score_is_that_of_its_own_page(manager, orgs):
    old = of_age(orgs, 25, condition="poor", support_ends_on=date(2015, 1, 1))
    new = of_age(orgs, 1, condition="good", support_ends_on=date(2045, 1, 1))
    ranking = manager.get(reverse("priority_list")).context["rows"]
    for row in ranking:
        tenths = row.priority.score_tenths
        band = next(band for band, (least, below) in BANDS.items() if least <= tenths < below)
        assert row.asset in listed(manager, score=band)
    assert listed(manager, score=list(BANDS), sort="reference") == [old, new]
    assert listed(manager, score="not_known") == []
    assert counts(manager, "modality", score=list(BANDS))["CT"] == 2


def test_scores_are_not_worked_out_of_more_than_one_waits_for(manager, orgs, monkeypatch):
    monkeypatch.setattr(score_bands, "MOST", 1)
    of_age(orgs, 25)
    make(orgs, modality="MRI")
    text = page(manager, score="75-100")
    assert "more than 1 machines to score" in text
    assert "more than" not in page(manager, score="75-100", modality="CT")


def test_an_imaging_network_takes_in_its_trusts(client, orgs):
    orgs |= network_of_trusts("Elm", network="Southern", region="South West")
    ash, elm = make(orgs), make(orgs, "Elm")
    client.force_login(person(Role.NATIONAL_ANALYST, orgs["England"]))
    assert listed(client, network=orgs["Southern"].pk) == [elm]
    both = [orgs["Southern"].pk, orgs["Northern"].pk]
    assert listed(client, network=both, sort="reference") == [ash, elm]
    assert listed(client, network=orgs["Ash"].pk) == []
    assert counts(client, "network") == {str(orgs["Northern"].pk): 1, str(orgs["Southern"].pk): 1}


@pytest.mark.parametrize("text", ["sn-ABC", "tag 7", "acme", "turbo", "acme turbo", "room nine", "ASH"])
def test_search_finds_words_in_numbers_makers_models_rooms_and_sites(manager, orgs, text):
    wanted = make(
        orgs,
        serial_number="SN-ABC-1",
        asset_tag="TAG 7",
        manufacturer="Acme",
        model_name="Turbo 3000",
        location="Room nine",
    )
    if text != "ASH":
        make(orgs)
    assert listed(manager, q=text) == [wanted]
    assert listed(manager, q=f"{text} nowhere") == []


def test_search_finds_our_reference(manager, orgs):
    make(orgs)
    wanted = make(orgs)
    assert listed(manager, q=wanted.reference.lower()) == [wanted]
    assert listed(manager, q="A" + "9" * 40) == []
    assert listed(manager, q="%") == []


@pytest.mark.parametrize(
    "query",
    [
        {"support_before": "soon"},
        {"as_at": "0005-01-01"},
        {"as_at": "9999-01-01"},
        {"modality": "PET"},
        {"band": "ten"},
        {"trust": "Ash"},
        {"site": "1 OR 1"},
        {"status": "sold"},
    ],
)
def test_a_filter_that_cannot_be_read_is_said_and_the_rest_stands(manager, orgs, query):
    make(orgs)
    text = page(manager, **query)
    assert "There is a problem" in text
    assert "Error: Equipment" in text
    assert len(listed(manager, **query)) == 1


def test_filters_in_force_stand_as_chips_that_take_them_off(manager, orgs):
    make(orgs)
    text = page(manager, modality=["CT", "MRI"], q="somatom")
    assert "Modality: CT" in text
    assert "?modality=MRI&amp;q=somatom" in text


def test_one_trust_alone_shows_neither_trust_column_nor_trust_filter(manager, orgs):
    make(orgs)
    assert "trust" not in manager.get(reverse("asset_list")).context["form"].fields
    assert "sort=trust" not in page(manager)


def test_several_trusts_show_both(lead, orgs):
    beech, ash = make(orgs, "Beech"), make(orgs)
    assert counts(lead, "trust") == {str(orgs["Ash"].pk): 1, str(orgs["Beech"].pk): 1}
    assert listed(lead, sort="trust") == [ash, beech]
    assert listed(lead, trust=orgs["Beech"].pk) == [beech]


def test_only_who_may_change_is_offered_to(manager, orgs):
    assert reverse("asset_add") in page(manager)
    manager.force_login(person(Role.FINANCE, orgs["Ash"]))
    assert reverse("asset_add") not in page(manager)


def test_an_empty_register_says_how_to_begin_and_an_empty_search_how_to_go_back(manager, orgs):
    assert "No machines yet" in page(manager)
    make(orgs)
    assert "No machine fits these filters" in page(manager, q="nothing like it")


def test_fifty_on_a_page(manager, orgs):
    for _ in range(51):
        make(orgs)
    first = manager.get(reverse("asset_list"))
    assert len(first.context["rows"]) == 50
    assert len(listed(manager, page=first.context["page"].next)) == 1
    assert len(listed(manager, page="last")) == 50
    assert "Export 51 machines" in page(manager)
    assert "50 of 51 machines on this page" in page(manager)


@pytest.mark.parametrize("address", ["2", "x", "\x00"])
def test_an_address_of_a_page_that_is_none_gives_the_first_with_a_word(manager, orgs, address):
    asset = make(orgs)
    assert listed(manager, page=address) == [asset]
    assert "Here is the first page" in page(manager, page=address)


def test_a_page_of_another_order_is_none_of_this(manager, orgs):
    for _ in range(51):
        make(orgs)
    address = manager.get(reverse("asset_list")).context["page"].next
    assert "Here is the first page" not in page(manager, page=address)
    assert "Here is the first page" in page(manager, page=address, sort="support")


@pytest.mark.parametrize("who", ["manager", "lead", "analyst"])
@pytest.mark.parametrize("few", [2_000, 0])
def test_the_number_of_questions_does_not_grow_with_the_register(
    client, orgs, monkeypatch, django_assert_max_num_queries, who, few
):
    monkeypatch.setattr(assets_view, "FEW", few)
    place, role = {
        "manager": ("Ash", Role.EQUIPMENT_MANAGER),
        "lead": ("Northern", Role.PROCUREMENT_LEAD),
        "analyst": ("England", Role.NATIONAL_ANALYST),
    }[who]
    client.force_login(person(role, orgs[place]))
    for _ in range(10):
        make(orgs)
        of_age(orgs, None)
    with django_assert_max_num_queries(12) as few_rows:
        listed(client)
    for number in range(190):
        make(orgs, modality=("CT", "MRI", "XR", "MG")[number % 4])
    with django_assert_max_num_queries(min(12, len(few_rows))):
        listed(client)
    with django_assert_max_num_queries(12):
        listed(client, page="last", sort="-support", trust=orgs["Ash"].pk, site=orgs["Ash site"].pk)


def test_numbers_of_a_long_list_come_after_it(client, orgs, monkeypatch):
    monkeypatch.setattr(assets_view, "FEW", 0)
    client.force_login(person(Role.NATIONAL_ANALYST, orgs["England"]))
    make(orgs)
    make(orgs, "Beech", modality="MRI")
    assert counts(client, "modality") == {"CT": None, "MRI": None, "XR": None, "MG": None}
    text = page(client, condition="not_known")
    assert f'hx-get="{reverse("asset_numbers")}?condition=not_known"' in text
    assert 'href="?condition=not_known&amp;numbers=shown"' in text
    assert 'id="count-modality-CT"></span>' in text
    answer = client.get(reverse("asset_numbers"), headers={"HX-Request": "true"}).content.decode()
    assert '<span class="app-count" id="count-modality-CT" hx-swap-oob="true">(1)</span>' in answer
    assert f'id="count-trust-{orgs["Beech"].pk}" hx-swap-oob="true">(1)' in answer
    assert counts(client, "modality", numbers="shown")["MRI"] == 1


def test_without_javascript_the_address_of_the_numbers_is_the_list_with_them(client, orgs, monkeypatch):
    monkeypatch.setattr(assets_view, "FEW", 0)
    client.force_login(person(Role.NATIONAL_ANALYST, orgs["England"]))
    asset = make(orgs)
    answer = client.get(reverse("asset_numbers"), {"modality": "CT"})
    assert [row.asset for row in answer.context["rows"]] == [asset]
    assert 'id="count-modality-CT">(1)</span>' in answer.content.decode()


@pytest.fixture
def _kept(settings):
    settings.CACHES = settings.CACHES | {
        "counts": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "kept"}
    }
    yield
    caches["counts"].clear()


@pytest.mark.usefixtures("_kept")
def test_numbers_once_counted_are_kept_until_the_register_changes(client, orgs, monkeypatch):
    monkeypatch.setattr(assets_view, "FEW", 0)
    client.force_login(person(Role.NATIONAL_ANALYST, orgs["England"]))
    make(orgs)
    ask = lambda: client.get(reverse("asset_numbers"), headers={"HX-Request": "true"})  # noqa: E731
    assert counts(client, "modality")["CT"] is None
    ask()
    assert counts(client, "modality")["CT"] == 1
    assert counts(client, "modality", condition="good")["CT"] is None
    make(orgs)
    assert counts(client, "modality")["CT"] is None
    ask()
    assert counts(client, "modality")["CT"] == 2


@pytest.mark.usefixtures("_kept")
def test_numbers_are_kept_apart_for_those_who_see_different_machines(client, orgs, monkeypatch):
    monkeypatch.setattr(assets_view, "FEW", 0)
    make(orgs)
    make(orgs, "Beech")
    client.force_login(person(Role.NATIONAL_ANALYST, orgs["England"]))
    client.get(reverse("asset_numbers"), headers={"HX-Request": "true"})
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"]))
    assert counts(client, "modality")["CT"] == 1


def test_more_sites_than_a_person_looks_through_wait_for_a_trust(client, orgs, monkeypatch):
    monkeypatch.setattr(asset_choices, "MANY_SITES", 1)
    make(orgs)
    make(orgs, "Beech")
    client.force_login(person(Role.PROCUREMENT_LEAD, orgs["Northern"]))
    assert counts(client, "site") == {}
    assert "Choose trusts first" in page(client)
    assert counts(client, "site", trust=orgs["Ash"].pk) == {str(orgs["Ash site"].pk): 1}
    assert counts(client, "site", site=orgs["Beech site"].pk) == {str(orgs["Beech site"].pk): 1}
