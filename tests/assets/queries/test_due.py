"""What is due and why, what loses support, what is not recorded."""

from datetime import date

import pytest

from assets.domain.due import Reason, reasons
from assets.domain.vocabulary import Modality, Precision, Status
from assets.queries.due import Gaps, due_by_age, gaps, losing_support, support_until
from networks.domain.access import Role, command
from tests.factories.assets import AssetFactory
from tests.factories.networks import actor, network_of_trusts

ON = date(2026, 11, 24)
UNTIL = date(2028, 11, 24)
EVERYBODY = command("tests")


def why(installed_on, support_ends_on=None, modality=Modality.CT, precision=Precision.DAY):
    return reasons(modality, installed_on, precision, support_ends_on, on=ON, support_until=UNTIL)


@pytest.mark.parametrize(
    ("installed_on", "expected"),
    [
        (date(2020, 4, 1), ()),
        (None, ()),
        (date(2030, 4, 1), ()),
        (date(2020, 3, 31), ("replacement at 7 years: due this year, on 31 March 2027",)),
        (date(2018, 1, 1), ("replacement at 7 years: over by 1 year",)),
        (
            date(2017, 1, 1),
            (
                "replacement at 10 years: due this year, on 1 January 2027",
                "replacement at 7 years: over by 2 years",
            ),
        ),
        (date(2012, 6, 1), ("replacement at 10 years: over by 4 years",)),
    ],
)
def test_reasons_by_age(installed_on, expected):
    assert tuple(reason.words for reason in why(installed_on)) == expected


def test_reasons_name_the_guidance_of_the_modality():
    assert why(date(2012, 6, 1))[0].guidance == ("RCR/ESR", "NHS England")
    assert why(date(2012, 6, 1), modality=Modality.XRAY)[0].guidance == ("RCR/ESR",)


def test_the_end_of_support_is_a_reason_at_any_age():
    assert why(date(2024, 1, 1), date(2026, 11, 23)) == (Reason("vendor support ended on 23 November 2026"),)
    assert why(date(2024, 1, 1), date(2026, 11, 24)) == (Reason("vendor support ends on 24 November 2026"),)
    assert why(None, date(2028, 11, 23)) == (Reason("vendor support ends on 23 November 2028"),)
    assert why(None, UNTIL) == ()


def test_two_years_ahead():
    assert support_until(ON) == UNTIL
    assert support_until(date(2024, 2, 29)) == date(2026, 2, 28)


@pytest.fixture
def orgs(db):
    return network_of_trusts("Ash", "Beech")


def machine(orgs, trust="Ash", **fields):
    return AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], **fields)


def test_the_oldest_come_first_and_all_are_counted(orgs):
    machine(orgs, installed_on=date(2020, 3, 31))
    machine(orgs, installed_on=date(2020, 4, 1))
    oldest = machine(orgs, installed_on=date(2009, 1, 1))
    machine(orgs, installed_on=date(2015, 1, 1))
    machine(orgs, installed_on=date(2001, 1, 1), status=Status.RETIRED)
    machine(orgs, installed_on=None, installed_precision="")
    found = due_by_age(EVERYBODY, on=ON, limit=2)
    assert (found.total, found.fleet, len(found.machines)) == (3, 5, 2)
    assert found.machines[0].asset == oldest
    assert found.machines[0].age.years == 17
    assert all(m.reasons for m in due_by_age(EVERYBODY, on=ON, limit=50).machines)


def test_support_soonest_first(orgs):
    machine(orgs, support_ends_on=date(2028, 11, 24))
    machine(orgs, support_ends_on=None)
    soon = machine(orgs, support_ends_on=date(2027, 1, 1))
    gone = machine(orgs, support_ends_on=date(2020, 1, 1))
    found = losing_support(EVERYBODY, on=ON, limit=5)
    assert (found.total, found.fleet) == (2, 4)
    assert [m.asset for m in found.machines] == [gone, soon]


def test_gaps(orgs):
    machine(orgs, serial_number="", model_name="")
    machine(orgs, installed_on=None, installed_precision="", support_ends_on=date(2030, 1, 1))
    machine(orgs, serial_number="", status=Status.RETIRED)
    assert gaps(EVERYBODY, on=ON) == Gaps(
        fleet=2, installation_date=1, serial_number=1, model_name=1, support_end=1
    )


def test_all_three_keep_to_what_one_may_see(orgs, django_assert_num_queries):
    machine(orgs, "Beech", installed_on=date(2005, 1, 1), support_ends_on=date(2020, 1, 1), serial_number="")
    ash = actor(Role.EQUIPMENT_MANAGER, orgs["Ash"])
    with django_assert_num_queries(5):
        assert due_by_age(ash, on=ON, limit=5).fleet == 0
        assert losing_support(ash, on=ON, limit=5).total == 0
        assert gaps(ash, on=ON).fleet == 0


def test_queries_do_not_grow_with_machines(orgs, django_assert_num_queries):
    for _ in range(6):
        machine(orgs, installed_on=date(2005, 1, 1), support_ends_on=date(2020, 1, 1))
    with django_assert_num_queries(4):
        for found in (due_by_age(EVERYBODY, on=ON, limit=5), losing_support(EVERYBODY, on=ON, limit=5)):
            assert [m.asset.site.name for m in found.machines] == ["Ash site"] * 5
