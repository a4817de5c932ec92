import random
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from assets.actions.assets import add_asset, bring_back_asset, correct_asset, move_asset, retire_asset
from assets.actions.bulk_writing import Because, change_assets, create_assets, remove_assets
from assets.domain.facts import PRICE_KEYS
from assets.domain.register import FIELDS
from assets.models import Asset
from assets.queries.asset_words import in_words, names_in
from assets.queries.register_changes import (
    asset_as_at,
    changes_visible_to,
    register_as_at,
    told,
    told_in_chunks,
)
from networks.domain.access import Role, command
from tests.factories.assets import AssetFactory, SpecificationFactory
from tests.factories.networks import actor, network_of_trusts

pytestmark = pytest.mark.django_db

BEGIN = date(2024, 1, 1)
BY = command("test")


@pytest.fixture
def orgs():
    return network_of_trusts("Ash", "Beech")


def stands(asset) -> dict[str, object]:
    return {name: getattr(asset, name) for name in ("trust_id", *FIELDS)}


def dated(day: date) -> None:
    """Say of the history rows written since the last call that they were written on a day."""
    at = timezone.make_aware(datetime.combine(day, datetime.min.time())) + timedelta(hours=9)
    Asset.history.model.objects.filter(history_date__gte=timezone.now() - timedelta(hours=1)).update(
        history_date=at
    )


def something(chance: random.Random, orgs, number: int) -> None:
    """Change the register in some way, through the actions that people and imports use."""
    there = list(Asset.objects.order_by("pk"))
    asset = chance.choice(there) if there else None
    specification = SpecificationFactory()
    ways = (
        ["add", "import"]
        if asset is None
        else ["add", "correct", "correct", "move", "retire", "import", "bulk", "undo"]
    )
    way = chance.choice(ways)
    because = Because(BY, "Import of kit.csv", timezone.now())
    new = {"modality": "CT", "specification": specification, "serial_number": f"SN{number}"}
    if way == "add":
        add_asset(by=BY, values=new | {"site": orgs[chance.choice(["Ash site", "Beech site"])]})
    elif way == "import":
        create_assets(
            [
                Asset(trust=orgs["Ash"], site=orgs["Ash site"], **new),
                Asset(trust=orgs["Ash"], site=orgs["Ash site"], **new | {"serial_number": f"T{number}"}),
            ],
            because,
        )
    elif way == "bulk":
        change_assets({each.pk: {"condition": "poor", "is_emergency": True} for each in there}, because)
    elif way == "undo":
        remove_assets([asset.pk], because)
    elif asset.status == "retired":
        bring_back_asset(by=BY, asset=asset, version=asset.version, reason="Needed")
    elif way == "retire":
        retire_asset(by=BY, asset=asset, on=BEGIN, version=asset.version, reason="Worn")
    elif way == "move":
        site = orgs[chance.choice(["Ash site", "Beech site"])]
        move_asset(
            by=BY, asset=asset, site=site, location=f"Room {number}", version=asset.version, reason="Moved"
        )
    else:
        values = {
            "notes": f"Note {number}",
            "price_paid_pence": 50_000_000 + number,
            "qa_result": chance.choice(["pass", "fail"]),
        }
        correct_asset(by=BY, asset=asset, values=values, version=asset.version, reason="Seen")


@pytest.mark.parametrize("seed", range(6))
def test_the_register_as_at_a_day_is_what_replaying_its_changes_gives(orgs, seed):
    chance = random.Random(seed)
    kept: dict[date, dict[int, dict[str, object]]] = {}
    day = BEGIN
    for number in range(14):
        day += timedelta(days=chance.choice([0, 0, 1, 40]))
        something(chance, orgs, number)
        dated(day)
        kept[day] = {asset.pk: stands(asset) for asset in Asset.objects.all()}
    days = sorted(kept)
    for asked in [BEGIN - timedelta(days=1), *days, *(each + timedelta(days=1) for each in days)]:
        known = [each for each in days if each <= asked]
        expected = kept[known[-1]] if known else {}
        assert {row.id: stands(row) for row in register_as_at(BY, asked)} == expected, asked
        for asset in Asset.objects.all():
            row = asset_as_at(asset, asked)
            assert (stands(row) if row else None) == expected.get(asset.pk)


def test_every_change_is_told_with_names_and_adds_up_to_what_stands(orgs):
    chance = random.Random(3)
    for number in range(12):
        something(chance, orgs, number)
    changes = list(told_in_chunks(changes_visible_to(BY), with_prices=True))
    assert len(changes) == Asset.history.model.objects.count()
    assert [each.change.at for each in changes] == sorted((each.change.at for each in changes), reverse=True)
    for asset in Asset.objects.all():
        replayed: dict[str, object] = {}
        for each in reversed([each for each in changes if each.asset_id == asset.pk]):
            for difference in each.change.differences:
                assert replayed.get(difference.label) == difference.old
                replayed[difference.label] = difference.new
        words = in_words(asset, names_in([asset]))
        assert {label: value for label, value in replayed.items() if value} == {
            label: value for label, value in words.items() if value
        }


def test_the_trust_that_had_it_then_is_told_and_no_other(orgs):
    asset = add_asset(
        by=BY, values={"site": orgs["Ash site"], "modality": "CT", "specification": SpecificationFactory()}
    )
    dated(BEGIN)
    ash, beech = (actor(Role.EQUIPMENT_MANAGER, orgs[name]) for name in ("Ash", "Beech"))
    move_asset(by=BY, asset=asset, site=orgs["Beech site"], location="", version=1, reason="Lent")
    assert [row.version for row in changes_visible_to(ash)] == [1]
    assert [row.version for row in changes_visible_to(beech)] == [2]
    assert register_as_at(ash, BEGIN).count() == 1
    assert register_as_at(beech, BEGIN).count() == 0
    assert register_as_at(ash, timezone.localdate()).count() == 0


def test_who_may_not_see_prices_is_told_that_they_changed(orgs):
    asset = AssetFactory(trust=orgs["Ash"], site=orgs["Ash site"])
    correct_asset(
        by=BY, asset=asset, values={"price_paid_pence": 49_000_000}, version=1, reason="The invoice"
    )
    [change, _] = told(changes_visible_to(BY), with_prices=False)
    assert [(each.label, each.new) for each in change.change.differences] == [("What it cost", "changed")]
    [change, _] = told(changes_visible_to(BY), with_prices=True)
    assert [(each.label, each.new) for each in change.change.differences] == [
        ("Price paid (£ ex VAT)", "£490,000")
    ]
    assert {"price_paid_pence", "maintenance_cost_pence"} <= PRICE_KEYS


def test_the_number_of_queries_does_not_grow(orgs, django_assert_max_num_queries):
    def add(count: int) -> None:
        create_assets(
            [
                Asset(
                    trust=orgs["Ash"],
                    site=orgs["Ash site"],
                    modality="CT",
                    specification=SpecificationFactory(),
                )
                for _ in range(count)
            ],
            Because(BY, "Import", timezone.now()),
        )

    for count in (2, 40):
        add(count)
        with django_assert_max_num_queries(7):
            told(changes_visible_to(BY), with_prices=True)
