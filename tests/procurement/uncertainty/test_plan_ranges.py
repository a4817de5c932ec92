"""What the register and the prices paid say of what is not known behind a plan."""

from datetime import date

import pytest

from assets.domain.vocabulary import Status
from assets.models import MachineModel, Maker
from procurement.domain.planning.ranges import DateBasis
from procurement.models import PriceRecord
from procurement.queries.plan_ranges import ranges_of
from procurement.queries.planning_problem import planning_problem
from tests.factories.activity import ActivityFactory
from tests.factories.assets import AssetFactory
from tests.factories.plans import TODAY, ready_plan
from tests.procurement.uncertainty.conftest import change

pytestmark = pytest.mark.django_db
UNKNOWN = {"installed_on": None, "installed_precision": ""}


@pytest.fixture
def made():
    return ready_plan(assets_each=8)


def ranges(made):
    return ranges_of(planning_problem(made.plan, on=TODAY), on=TODAY)


def range_of(made, asset):
    return next((one for one in ranges(made).dates if one.asset_id == asset.pk), None)


def test_machines_of_exact_date_have_no_range(made):
    assert ranges(made).dates == ()


def test_the_precision_of_the_register_gives_the_days(made):
    year, month = made.assets[:2]
    change(year, installed_on=date(2016, 1, 1), installed_precision="Y")
    change(month, installed_on=date(2016, 6, 1), installed_precision="M", condition="poor")
    found = {one.asset_id: one for one in ranges(made).dates}
    assert (found[year.pk].earliest, found[year.pk].latest) == (date(2016, 1, 1), date(2016, 12, 31))
    assert (found[month.pk].earliest, found[month.pk].latest) == (date(2016, 6, 1), date(2016, 6, 30))
    assert found[month.pk].condition == "poor"


def test_without_any_evidence_it_may_be_what_its_kind_is(made):
    change(made.assets[0], **UNKNOWN)
    known = [asset.installed_on for asset in made.assets[1:]]
    found = range_of(made, made.assets[0])
    assert (found.earliest, found.latest, found.basis) == (min(known), max(known), DateBasis.KIND)


def test_its_year_of_manufacture_bounds_it_on_both_sides_unless_it_was_bought_used(made):
    asset = made.assets[0]
    change(asset, **UNKNOWN, year_of_manufacture=2015)
    found = range_of(made, asset)
    assert (found.earliest, found.latest, found.basis) == (
        date(2015, 1, 1),
        date(2017, 12, 31),
        DateBasis.EVIDENCE,
    )
    assert "it was made in 2015" in found.words
    change(asset, is_refurbished=True)
    used = range_of(made, asset)
    assert (used.earliest, used.latest) == (date(2015, 1, 1), date(2026, 1, 5))
    assert "in the register since 5 January 2026" in used.words


@pytest.mark.parametrize(
    ("facts", "until", "said"),
    [
        ({"upgraded_on": date(2015, 3, 1), "upgraded_precision": "M"}, date(2015, 3, 31), "upgraded by 31 March 2015"),
        ({"qa_on": date(2015, 3, 4)}, date(2015, 3, 4), "quality was tested on 4 March 2015"),
        ({"warranty_ends_on": date(2015, 3, 4)}, date(2015, 3, 4), "warranty ended on 4 March 2015"),
        ({"maintenance_ends_on": date(2015, 3, 4)}, date(2015, 3, 4), "maintenance contract ended"),
        ({"support_ends_on": date(2015, 3, 4)}, date(2015, 3, 4), "maker’s support ended on 4 March 2015"),
    ],
)  # fmt: skip
def test_what_happened_to_it_says_by_when_it_stood_there(made, facts, until, said):
    asset = made.assets[0]
    change(asset, **UNKNOWN, **facts)
    found = range_of(made, asset)
    assert found.latest == until
    assert said in found.words


def test_what_has_yet_to_happen_says_nothing(made):
    asset = made.assets[0]
    change(asset, **UNKNOWN, warranty_ends_on=date(2029, 1, 1), support_ends_on=date(2031, 1, 1))
    assert range_of(made, asset).basis is DateBasis.KIND


def test_the_first_period_in_which_it_examined_somebody_counts(made):
    asset = made.assets[0]
    change(asset, **UNKNOWN)
    ActivityFactory(asset=asset, starts_on=date(2016, 4, 1), ends_on=date(2016, 4, 30), examinations=40)
    ActivityFactory(asset=asset, starts_on=date(2015, 4, 1), ends_on=date(2015, 4, 30), examinations=0)
    found = range_of(made, asset)
    assert found.latest == date(2016, 4, 30)
    assert "examined people in the period that ended on 30 April 2016" in found.words


def test_the_last_sale_of_its_model_counts_unless_it_was_bought_used(made):
    asset = made.assets[0]
    maker = Maker.objects.create(name="Nova")
    model = MachineModel.objects.create(
        maker=maker, name="One", modality="CT", sale_ends_on=date(2013, 2, 15)
    )
    change(asset, **UNKNOWN, machine_model=model)
    found = range_of(made, asset)
    assert found.latest == date(2015, 2, 28)
    assert "the last of its model were installed by 28 February 2015" in found.words
    change(asset, is_refurbished=True)
    assert range_of(made, asset).basis is DateBasis.KIND


def test_the_machine_before_it_in_the_same_room_counts(made):
    asset = made.assets[0]
    change(asset, **UNKNOWN, location="CT 1")
    gone = {"trust": asset.trust, "site": asset.site, "specification": asset.specification, "modality": "CT"}
    for day, room in ((date(2016, 5, 3), "ct 1"), (date(2012, 1, 1), "CT 1"), (date(2020, 1, 1), "CT 2")):
        AssetFactory(**gone, location=room, status=Status.RETIRED.value, retired_on=day)
    found = range_of(made, asset)
    assert found.earliest == date(2016, 5, 3)
    assert "the machine before it left the room on 3 May 2016" in found.words


def paid(made, *pounds):
    for number, price in enumerate(pounds):
        trust = made.orgs[("Ash", "Beech", "Northern")[number % 3]]
        PriceRecord.objects.create(
            trust=trust,
            region=made.orgs["Northern"],
            specification=made.assets[0].specification,
            unit_price_pence=price * 100,
            priced_on=date(2024, 5, 1),
            source="Order",
        )


def test_prices_come_from_what_was_paid_only_where_enough_bought(made):
    paid(made, 500_000, 520_000, 540_000, 560_000)
    (few,) = ranges(made).prices
    assert few.purchases is None
    paid(made, 580_000)
    (enough,) = ranges(made).prices
    assert (enough.purchases, enough.low_pence, enough.middle_pence) == (5, 52_000_000, 54_000_000)
    assert enough.high_pence == enough.planned_pence == 57_000_000
    PriceRecord.objects.update(priced_on=date(2020, 5, 1))
    (old,) = ranges(made).prices
    assert old.purchases is None


def test_the_number_of_questions_does_not_grow(made, django_assert_num_queries):
    problem = planning_problem(made.plan, on=TODAY)
    with django_assert_num_queries(2):
        ranges_of(problem, on=TODAY)
    for asset in made.assets[:2]:
        change(asset, **UNKNOWN, location="Room")
    few = planning_problem(made.plan, on=TODAY)
    with django_assert_num_queries(4):
        ranges_of(few, on=TODAY)
    for asset in made.assets:
        change(asset, **UNKNOWN, location="Room")
    many = planning_problem(made.plan, on=TODAY)
    with django_assert_num_queries(4):
        ranges_of(many, on=TODAY)
