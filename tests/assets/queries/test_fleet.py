"""The fleet from the database: who may see what, past and future days, mergers, and a number of queries that does not grow."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.domain.ageing import Band
from assets.domain.fleet import Share, tally
from assets.domain.fleet_groups import Grouping
from assets.domain.vocabulary import Modality, Precision, Status
from assets.models import Asset
from assets.queries.fleet import fleet_age, fleet_as_at, retired_without_a_date
from networks.domain.access import NOBODY, Role, command
from networks.domain.organisations import Tie
from networks.models import Link
from tests.factories.assets import AssetFactory
from tests.factories.networks import LinkFactory, OrganisationFactory, actor, network_of_trusts
from tests.oracles.ageing import fleet_one_by_one

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 24)
EVERYBODY = command("tests")


@pytest.fixture
def orgs():
    return network_of_trusts("Ash", "Beech")


def machine(orgs, trust="Ash", installed_on=date(2018, 4, 1), **fields):
    if installed_on is None:
        fields.setdefault("installed_precision", Precision.NOT_KNOWN)
    return AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], installed_on=installed_on, **fields)


def retired(orgs, installed_on, retired_on, **fields):
    return machine(orgs, installed_on=installed_on, retired_on=retired_on, status=Status.RETIRED, **fields)


def total(on, who=EVERYBODY, **filters):
    return tally(fleet_as_at(who, on=on, **filters), on=on).total


def test_a_past_fleet_has_what_was_there_and_not_yet_retired(orgs):
    retired(orgs, date(2008, 1, 1), date(2020, 6, 1))
    machine(orgs, installed_on=date(2020, 6, 1))
    assert total(date(2020, 5, 31)) == 1
    assert total(date(2020, 6, 1)) == 1
    assert total(date(2019, 1, 1)) == 1
    assert total(date(2007, 12, 31)) == 0
    assert total(ON) == 1


def test_a_retirement_without_a_date_is_left_out_and_counted(orgs):
    retired(orgs, date(2008, 1, 1), None)
    assert total(date(2015, 1, 1)) == 0
    assert retired_without_a_date(EVERYBODY) == 1
    assert retired_without_a_date(EVERYBODY, modality=Modality.MRI) == 0


def test_standby_counts_and_modality_narrows(orgs):
    machine(orgs, status=Status.STANDBY)
    machine(orgs, modality=Modality.MRI)
    assert total(ON) == 2
    assert total(ON, modality=Modality.MRI) == 1


FLEET_ROW = st.tuples(
    st.none() | st.dates(date(2005, 1, 1), date(2028, 12, 31)) | st.just(date(2016, 2, 29)),
    st.none() | st.integers(min_value=1, max_value=6000),
)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FLEET_ROW, max_size=6), st.dates(date(2014, 1, 1), date(2034, 12, 31)))
def test_counts_agree_with_looking_at_each_machine(orgs, rows, on):
    Asset.objects.all().delete()
    machines = []
    for installed_on, lasted_days in rows:
        retired_on = (
            None if lasted_days is None else (installed_on or date(2015, 1, 1)) + timedelta(days=lasted_days)
        )
        machines.append((installed_on, retired_on))
        if retired_on is None:
            machine(orgs, installed_on=installed_on)
        else:
            retired(orgs, installed_on, retired_on)
    expected = fleet_one_by_one(machines, on)
    found = fleet_age(EVERYBODY, on=on, grouping=Grouping.TRUST)
    assert {band.value: found.whole.in_band(band) for band in Band} == {b: expected[b] for b in Band}
    assert found.whole.at_least(7).part == expected["at least 7"]
    assert found.whole.at_least(10).part == expected["at least 10"]


def test_each_sees_their_own(orgs):
    machine(orgs, "Ash")
    machine(orgs, "Beech")
    far = network_of_trusts("Cedar", network="Southern", region="South West")
    machine(far, "Cedar")
    assert total(ON, actor(Role.EQUIPMENT_MANAGER, orgs["Ash"])) == 1
    assert total(ON, actor(Role.PROCUREMENT_LEAD, orgs["Northern"])) == 2
    assert total(ON, actor(Role.NATIONAL_ANALYST, orgs["England"])) == 3
    assert total(ON, NOBODY) == 0
    own = fleet_age(actor(Role.EQUIPMENT_MANAGER, orgs["Ash"]), on=ON, grouping=Grouping.TRUST)
    assert [group.name for group in own.groups] == ["Ash"]


def test_a_trust_is_counted_in_the_network_and_under_the_heir_of_the_day(orgs):
    southern = network_of_trusts("Cedar", network="Southern", region="South West")
    machine(orgs, "Ash")
    machine(orgs, "Beech")
    moved = date(2026, 4, 1)
    Link.objects.filter(source=orgs["Beech"], tie=Tie.MEMBER_OF).update(ends_on=moved)
    LinkFactory(source=orgs["Beech"], target=southern["Southern"], tie=Tie.MEMBER_OF, starts_on=moved)
    LinkFactory(
        source=orgs["Ash"], target=southern["Cedar"], tie=Tie.SUCCEEDED_BY, starts_on=date(2027, 4, 1)
    )

    def groups(on, grouping):
        return {g.name: g.ages.total for g in fleet_age(EVERYBODY, on=on, grouping=grouping).groups}

    assert groups(date(2026, 3, 31), Grouping.NETWORK) == {"Northern": 2}
    assert groups(moved, Grouping.NETWORK) == {"Northern": 1, "Southern": 1}
    assert groups(date(2027, 4, 1), Grouping.NETWORK) == {"Southern": 2}
    assert groups(date(2027, 4, 1), Grouping.TRUST) == {"Beech": 1, "Cedar": 1}
    assert groups(date(2027, 4, 1), Grouping.REGION) == {"North West": 1, "South West": 1}


def test_trusts_without_a_network_are_not_lost(orgs):
    lonely = OrganisationFactory(name="Lonely")
    AssetFactory(trust=lonely)
    machine(orgs)
    found = fleet_age(EVERYBODY, on=ON, grouping=Grouping.NETWORK)
    assert [(g.name, g.ages.total) for g in found.groups] == [("Northern", 1), ("Not in a network", 1)]


def test_flags_and_years_ahead(orgs):
    machine(orgs, "Ash", installed_on=date(2014, 1, 1))
    machine(orgs, "Ash", installed_on=date(2016, 1, 1))
    machine(orgs, "Beech", installed_on=date(2017, 4, 1))
    found = fleet_age(EVERYBODY, on=ON, grouping=Grouping.MODALITY, last_year=2028)
    assert [trust.whole_fleet_words for trust in found.flagged] == ["all 2 machines are ten years or older"]
    assert found.trusts_with_one_ten_or_older == Share(1, 2)
    assert {on: ages.at_least(10).part for on, ages in found.ahead.items()} == {
        ON: 2,
        date(2027, 3, 31): 2,
        date(2028, 3, 31): 3,
    }


def test_the_number_of_queries_does_not_grow(orgs, django_assert_num_queries):
    for rounds in range(2):
        for number in range(1 + 8 * rounds):
            machine(orgs, "Ash" if number % 2 else "Beech", installed_on=date(2010 + number, 1, 1))
        with django_assert_num_queries(4):
            fleet_age(EVERYBODY, on=ON, grouping=Grouping.REGION, last_year=2036)
