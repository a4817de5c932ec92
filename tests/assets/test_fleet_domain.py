"""Fleet counts: every machine once, shares over those of known age, agreement with a count one by one."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.domain.ageing import Band
from assets.domain.fleet import AgeTally, Machines, Share, following_year_ends, forward, tally, tally_by
from assets.domain.vocabulary import Modality
from tests.oracles.ageing import fleet_one_by_one

ON = date(2026, 11, 24)
INSTALLED = st.none() | st.dates(date(2004, 1, 1), date(2030, 12, 31)) | st.sampled_from([date(2016, 2, 29)])


def machines(*installed_on, trust_id=1, modality=Modality.CT):
    return [Machines(trust_id, modality, day) for day in installed_on]


@settings(deadline=None, max_examples=30)
@given(st.lists(INSTALLED, max_size=8), st.dates(date(2018, 1, 1), date(2032, 12, 31)))
def test_counts_agree_with_looking_at_each_machine(installed, on):
    expected = fleet_one_by_one([(day, None) for day in installed], on)
    found = tally(machines(*installed), on=on)
    assert {band.value: found.in_band(band) for band in Band} == {b.value: expected[b.value] for b in Band}
    assert found.at_least(7).part == expected["at least 7"]
    assert found.at_least(10).part == expected["at least 10"]
    assert found.total == sum(found.in_band(band) for band in Band)


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(Modality), INSTALLED), max_size=30))
def test_groups_add_up_to_the_whole(rows):
    fleet = [Machines(*row) for row in rows]
    whole = tally(fleet, on=ON)
    for key in (lambda m: m.trust_id, lambda m: m.modality, lambda m: (m.trust_id, m.modality)):
        groups = tally_by(fleet, key, on=ON)
        assert sum(g.total for g in groups.values()) == whole.total
        assert sum(g.not_known for g in groups.values()) == whole.not_known
        assert sum(g.at_least(10).part for g in groups.values()) == whole.at_least(10).part


def test_unknown_ages_are_beside_the_share_not_in_it():
    found = tally(machines(date(2010, 1, 1), date(2020, 1, 1), None, None, None), on=ON)
    assert found.at_least(10) == Share(1, 2, 3)
    assert found.at_least(10).percent == "50%"
    assert found.at_least(10).words("CT scanners") == (
        "1 of 2 CT scanners whose installation date is known; 3 not known"
    )


@pytest.mark.parametrize(
    ("share", "percent"),
    [
        (Share(14, 102), "14%"),
        (Share(1, 8), "13%"),  # 12.5 rounds up, as people do it
        (Share(1, 400), "under 1%"),
        (Share(399, 400), "over 99%"),
        (Share(0, 5), "0%"),
        (Share(5, 5), "100%"),
        (Share(0, 0, 4), "not known"),
    ],
)
def test_shares_never_round_some_to_none_or_all(share, percent):
    assert share.percent == percent


def test_a_share_of_nothing_is_not_zero():
    assert AgeTally().at_least(10).fraction is None


@pytest.mark.parametrize(
    ("installed", "wholly"),
    [
        ([date(2016, 11, 24), date(2009, 1, 1)], True),
        ([date(2016, 11, 24), None], True),
        ([date(2016, 11, 25), date(2009, 1, 1)], False),
        ([None], False),
        ([], False),
    ],
)
def test_a_fleet_is_wholly_ten_or_older_by_its_known_ages(installed, wholly):
    assert tally(machines(*installed), on=ON).is_wholly_ten_or_older is wholly


def test_the_next_year_ends():
    assert following_year_ends(date(2026, 11, 24), 2029) == (
        date(2027, 3, 31),
        date(2028, 3, 31),
        date(2029, 3, 31),
    )
    assert following_year_ends(date(2026, 3, 31), 2027) == (date(2027, 3, 31),)
    assert following_year_ends(date(2026, 4, 1), 2027) == (date(2027, 3, 31),)
    assert following_year_ends(date(2026, 4, 1), 2026) == ()


def test_forward_ages_the_same_machines():
    fleet = machines(date(2017, 4, 1), date(2016, 6, 1), None)
    ahead = forward(fleet, following_year_ends(ON, 2028))
    assert [ahead[on].at_least(10) for on in sorted(ahead)] == [Share(1, 2, 1), Share(2, 2, 1)]
