from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from assets.actions import asset_checks
from assets.actions import assets as actions
from assets.actions.assets import (
    CORRECTABLE,
    Conflict,
    Invalid,
    add_asset,
    bring_back_asset,
    correct_asset,
    move_asset,
    retire_asset,
)
from assets.domain.vocabulary import Status
from assets.models import Asset
from assets.queries.asset_history import history_of
from networks.domain.access import Actor, NotAllowed, Role, command
from networks.domain.organisations import Tie
from networks.models import Event, Organisation
from tests.factories.assets import AssetFactory, SpecificationFactory
from tests.factories.networks import LinkFactory, OrganisationFactory, actor, network_of_trusts

pytestmark = pytest.mark.django_db


@pytest.fixture
def orgs() -> dict[str, Organisation]:
    return network_of_trusts("Ash", "Beech")


@pytest.fixture
def manager(orgs) -> Actor:
    return actor(Role.EQUIPMENT_MANAGER, orgs["Ash"])


@pytest.fixture
def scanner(orgs) -> Asset:
    return AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number="SN1")


def facts(orgs, **values: Any) -> dict[str, Any]:
    return {
        "site": orgs["Ash site"],
        "modality": "CT",
        "specification": SpecificationFactory(),
        "serial_number": "SN9",
        "installed_on": date(2012, 6, 1),
        "installed_precision": "M",
        **values,
    }


def correct(scanner, by, *, version=None, reason="The delivery note", **values):
    return correct_asset(
        by=by, asset=scanner, values=values, version=version or scanner.version, reason=reason
    )


def events() -> list[Event]:
    return list(Event.objects.filter(subject_type="asset").order_by("pk"))


def test_adding_puts_it_under_the_trust_of_its_site_and_records_who_and_what(orgs, manager):
    asset = add_asset(by=manager, values=facts(orgs, price_paid_pence=49_000_000), reason="New")
    assert (asset.trust, asset.version) == (orgs["Ash"], 1)
    [event] = events()
    assert (event.action, event.by_name, event.trust) == ("asset.added", manager.name, orgs["Ash"])
    assert event.changes["Installed"] == [None, "June 2012"]
    # An event is read by some who may not see prices; the history has the amount.
    assert event.changes["Price paid (£ ex VAT)"] == [None, "changed: the amounts stand in its history"]
    assert event.changes["Specification"] == [None, "CT-STD General CT"]
    [change] = history_of(asset, with_prices=True)
    assert (change.what, change.who, change.reason) == ("Added", manager.name, "New")


@pytest.mark.parametrize("missing", ["site", "modality", "specification"])
def test_adding_asks_for_what_it_cannot_do_without(orgs, manager, missing):
    with pytest.raises(Invalid) as refused:
        add_asset(by=manager, values=facts(orgs, **{missing: None}))
    assert set(refused.value.errors) == {missing}


def test_correcting_keeps_the_history_in_words_with_the_reason(orgs, manager, scanner):
    corrected = correct(
        scanner, manager, installed_on=date(2012, 6, 1), installed_precision="M", model_name=""
    )
    assert corrected.version == 2
    change, added = history_of(scanner, with_prices=True)
    assert added.what == "Added"
    assert (change.what, change.who, change.reason) == ("Corrected", manager.name, "The delivery note")
    assert [(d.label, d.old, d.new) for d in change.differences] == [
        ("Model", "SOMATOM go.Top", None),
        ("Installed", "1 April 2018", "June 2012"),
    ]
    [event] = events()
    assert event.changes == {"Model": ["SOMATOM go.Top", None], "Installed": ["1 April 2018", "June 2012"]}
    assert event.reason == "The delivery note"


def test_a_correction_that_changes_nothing_writes_nothing(manager, scanner):
    same = correct(scanner, manager, serial_number=" SN1 ", version=77)
    assert same.version == 1
    assert not events()
    assert scanner.history.count() == 1


def test_the_second_of_two_corrections_is_a_conflict_that_carries_both_versions(manager, scanner):
    correct(scanner, manager, model_name="Theirs")
    with pytest.raises(Conflict) as refused:
        correct(scanner, manager, version=1, model_name="Mine")
    assert refused.value.current.model_name == "Theirs"
    assert refused.value.seen.model_name == "SOMATOM go.Top"
    scanner.refresh_from_db()
    assert (scanner.model_name, scanner.version) == ("Theirs", 2)


def test_having_seen_the_newer_version_one_saves_over_it(manager, scanner):
    correct(scanner, manager, model_name="Theirs")
    assert correct(scanner, manager, version=2, model_name="Mine").model_name == "Mine"


@pytest.mark.parametrize(
    ("role", "where"),
    [
        (Role.EQUIPMENT_MANAGER, "Beech"),
        (Role.FINANCE, "Ash"),
        (Role.FINANCE, "Northern"),
        (Role.PROCUREMENT_LEAD, "Northern"),
        (Role.NATIONAL_ANALYST, "England"),
        (Role.ADMINISTRATOR, "England"),
    ],
)
def test_only_the_trust_s_own_manager_changes_its_machines(orgs, scanner, role, where):
    by = actor(role, orgs[where])
    version = {"asset": scanner, "version": 1, "reason": "x", "by": by}
    for attempt in (
        lambda: add_asset(by=by, values=facts(orgs)),
        lambda: correct_asset(values={"model_name": "X"}, **version),
        lambda: move_asset(site=orgs["Ash site"], location="2", **version),
        lambda: retire_asset(on=date(2025, 1, 1), **version),
        lambda: bring_back_asset(**version),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert not events()
    assert Asset.objects.get().version == 1


def test_moving_to_another_room_or_site_of_the_trust(orgs, manager, scanner):
    annexe = OrganisationFactory(kind="site", name="Annexe")
    LinkFactory(source=annexe, target=orgs["Ash"])
    moved = move_asset(
        by=manager, asset=scanner, site=annexe, location="CT 2", version=1, reason="Ward closed"
    )
    assert (moved.trust, moved.site, moved.location) == (orgs["Ash"], annexe, "CT 2")
    [event] = events()
    assert (event.action, event.changes["Site"]) == ("asset.moved", ["Ash site", "Annexe"])
    assert history_of(scanner, with_prices=True)[0].what == "Moved"


def test_moving_between_trusts_needs_both_and_tells_both(orgs, scanner, manager):
    with pytest.raises(NotAllowed):
        move_asset(by=manager, asset=scanner, site=orgs["Beech site"], location="", version=1, reason="Sold")
    moved = move_asset(
        by=command("test"), asset=scanner, site=orgs["Beech site"], location="", version=1, reason="Sold"
    )
    assert moved.trust == orgs["Beech"]
    assert {event.trust for event in events()} == {orgs["Ash"], orgs["Beech"]}
    assert events()[0].changes["Trust"] == ["Ash", "Beech"]


def test_moving_where_the_number_is_taken_says_which_machine_has_it(orgs, scanner):
    other = AssetFactory(trust=orgs["Beech"], site=orgs["Beech site"], serial_number="sn1")
    with pytest.raises(Invalid, match=other.reference):
        move_asset(
            by=command("test"), asset=scanner, site=orgs["Beech site"], location="", version=1, reason="Sold"
        )


def test_a_site_of_a_trust_taken_over_leaves_the_machine_with_its_trust(orgs, scanner):
    """After Ash is taken over by Beech, Beech's manager moves it between Ash's old sites; its trust stays Ash."""
    LinkFactory(source=orgs["Ash"], target=orgs["Beech"], tie=Tie.SUCCEEDED_BY, starts_on=date(2026, 4, 1))
    annexe = OrganisationFactory(kind="site", name="Annexe")
    LinkFactory(source=annexe, target=orgs["Ash"])
    heir = actor(Role.EQUIPMENT_MANAGER, orgs["Beech"], on=timezone.localdate())
    moved = move_asset(by=heir, asset=scanner, site=annexe, location="", version=1, reason="Merged")
    assert moved.trust == orgs["Ash"]
    added = add_asset(by=heir, values=facts(orgs, site=annexe, serial_number="SN7"))
    assert added.trust == orgs["Beech"]


def test_a_site_that_belongs_to_no_trust_is_refused(orgs, manager, scanner):
    nowhere = OrganisationFactory(kind="site", name="Sold site")
    with pytest.raises(Invalid, match="Sold site belongs to no trust today"):
        move_asset(by=manager, asset=scanner, site=nowhere, location="", version=1, reason="x")


def test_retiring_and_bringing_back(manager, scanner):
    correct(scanner, manager, status="standby")
    retired = retire_asset(by=manager, asset=scanner, on=date(2025, 9, 30), version=2, reason="Sold")
    assert (retired.status, retired.retired_on) == (Status.RETIRED, date(2025, 9, 30))
    back = bring_back_asset(by=manager, asset=scanner, version=3, reason="Sale fell through")
    assert (back.status, back.retired_on) == (Status.STANDBY, None)
    assert [change.what for change in history_of(scanner, with_prices=True)] == [
        "Brought back",
        "Retired",
        "Corrected",
        "Added",
    ]
    assert [event.action for event in events()] == ["asset.corrected", "asset.retired", "asset.brought_back"]


def test_a_retired_machine_s_facts_can_be_corrected_and_its_status_only_by_its_action(manager, scanner):
    with pytest.raises(Invalid) as refused:
        correct(scanner, manager, status="retired")
    assert set(refused.value.errors) == {"status"}
    retire_asset(by=manager, asset=scanner, on=date(2025, 9, 30), version=1, reason="Sold")
    assert correct(scanner, manager, version=2, notes="Sold to a vet").status == Status.RETIRED
    with pytest.raises(Invalid):
        correct(scanner, manager, version=3, status="in_use")


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"installed_on": lambda: in_days(1), "installed_precision": "D"}, "installed_on"),
        ({"installed_on": lambda: date(1949, 1, 1), "installed_precision": "Y"}, "installed_on"),
        ({"year_of_manufacture": 2019}, "year_of_manufacture"),
        ({"year_of_manufacture": lambda: timezone.localdate().year + 1}, "year_of_manufacture"),
        ({"price_paid_pence": 0}, "price_paid_pence"),
        ({"price_paid_pence": 49_000}, "price_paid_pence"),
        ({"examinations_per_year": 2_000_000}, "examinations_per_year"),
        ({"modality": "MRI"}, "specification"),
        ({"modality": "PET"}, "modality"),
        ({"serial_number": "S" * 81}, "serial_number"),
        ({"serial_number": "sn2"}, "serial_number"),
        ({"asset_tag": "tag 2"}, "asset_tag"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(orgs, manager, scanner, values, field):
    AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number="SN2", asset_tag="TAG 2")
    given = {name: value() if callable(value) else value for name, value in values.items()}
    with pytest.raises(Invalid) as refused:
        correct(scanner, manager, **given)
    assert field in refused.value.errors
    assert Asset.objects.get(pk=scanner.pk).version == 1


def test_every_fault_is_told_at_once(manager, scanner):
    with pytest.raises(Invalid) as refused:
        correct(scanner, manager, year_of_manufacture=2019, price_paid_pence=1, serial_number="S" * 81)
    assert set(refused.value.errors) == {"year_of_manufacture", "price_paid_pence", "serial_number"}


def test_another_trust_may_have_the_same_number(orgs, manager, scanner):
    AssetFactory(trust=orgs["Beech"], site=orgs["Beech site"], serial_number="SN5", asset_tag="A5")
    assert correct(scanner, manager, serial_number="SN5", asset_tag="A5").version == 2


def test_an_odd_fact_that_is_there_already_does_not_stop_other_corrections(orgs, manager):
    odd = AssetFactory(
        trust=orgs["Ash"], site=orgs["Ash site"], year_of_manufacture=2020, price_paid_pence=100
    )
    assert correct(odd, manager, notes="Seen", year_of_manufacture=2020, price_paid_pence=100).version == 2


def test_a_number_taken_between_check_and_save_is_told_in_words_too(orgs, manager, scanner, monkeypatch):
    AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"], serial_number="SN2")
    found = actions.duplicates
    answers = iter([{}])
    told = lambda asset: found_first if (found_first := next(answers, None)) is not None else found(asset)  # noqa: E731
    monkeypatch.setattr(asset_checks, "duplicates", told)
    monkeypatch.setattr(actions, "duplicates", told)
    with pytest.raises(Invalid, match="already has the serial number SN2"):
        correct(scanner, manager, serial_number="SN2")


def test_any_other_broken_rule_of_the_database_is_not_hidden(manager, scanner):
    with pytest.raises(IntegrityError):
        correct(scanner, manager, installed_on=None)


def test_a_fact_that_does_not_exist_is_a_mistake_of_the_caller(manager, scanner):
    with pytest.raises(ValueError, match="trust"):
        correct(scanner, manager, trust=None)
    assert "trust" not in CORRECTABLE


def test_a_command_is_named_in_the_history(scanner):
    correct(scanner, command("tidy_register"), notes="x")
    assert history_of(scanner, with_prices=True)[0].who == "a command run on the server"
    assert events()[0].by_name == "tidy_register"


def test_a_long_reason_is_kept(manager, scanner):
    correct(scanner, manager, notes="x", reason="r" * 500)
    assert len(history_of(scanner, with_prices=True)[0].reason) == 500


def test_history_costs_the_same_however_long(manager, scanner, django_assert_num_queries):
    for version in range(1, 30):
        correct(scanner, manager, version=version, notes=f"Note {version}")
    with django_assert_num_queries(3):
        assert len(history_of(scanner, with_prices=True)) == 30
