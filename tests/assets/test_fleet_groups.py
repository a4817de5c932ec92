"""Groups of a fleet: each machine once, under the organisations of the day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.fleet import Machines, Share, tally
from assets.domain.fleet_groups import (
    Group,
    Grouping,
    by_modality_within,
    grouped,
    in_order,
    trusts_with_one_ten_or_older,
    wholly_ten_or_older,
)
from assets.domain.vocabulary import Modality
from networks.domain.organisations import Kind, Link, Organisation, Structure, Tie

MERGER = date(2026, 4, 1)
ORGANISATIONS = [
    Organisation(1, Kind.REGION, "Y62", "North West"),
    Organisation(2, Kind.ICB, "QOP", "Western ICB"),
    Organisation(10, Kind.NETWORK, "N1", "Northern"),
    Organisation(11, Kind.NETWORK, "N2", "Southern"),
    Organisation(20, Kind.TRUST, "RAA", "Ash"),
    Organisation(21, Kind.TRUST, "RBB", "Beech"),
    Organisation(22, Kind.TRUST, "RCC", "Cedar"),
    Organisation(23, Kind.TRUST, "RDD", "Dogwood"),
]
LINKS = [
    Link(2, 1, Tie.PART_OF),
    *(Link(trust, 2, Tie.PART_OF) for trust in (20, 21, 22)),
    Link(20, 10, Tie.MEMBER_OF),
    Link(21, 10, Tie.MEMBER_OF),
    Link(22, 11, Tie.MEMBER_OF),
    Link(22, 10, Tie.MEMBER_OF, is_primary=False),
    Link(20, 21, Tie.SUCCEEDED_BY, starts_on=MERGER),
]
OLD, NEW = date(2010, 1, 1), date(2024, 1, 1)
FLEET = [
    Machines(20, Modality.CT, OLD, 2),
    Machines(21, Modality.MRI, NEW),
    Machines(21, Modality.CT, None),
    Machines(22, Modality.XRAY, OLD, 3),
    Machines(23, Modality.CT, OLD),
]


def england(on: date) -> Structure:
    return Structure(ORGANISATIONS, LINKS, on=on)


def names(grouping: Grouping, on: date) -> dict[str, int]:
    return {g.name: g.ages.total for g in grouped(FLEET, england(on), grouping, on=on)}


def test_rows_come_in_the_vocabularys_order_or_by_name_and_the_homeless_last():
    assert list(names(Grouping.MODALITY, MERGER)) == ["CT", "MRI", "X-ray"]
    assert names(Grouping.NETWORK, MERGER) == {"Northern": 4, "Southern": 3, "Not in a network": 1}
    assert names(Grouping.REGION, MERGER) == {"North West": 7, "Not in a region": 1}


def test_a_merged_trust_is_counted_under_its_heir_from_the_day_and_not_before():
    before = date(2026, 3, 31)
    assert names(Grouping.TRUST, before) == {"Ash": 2, "Beech": 2, "Cedar": 3, "Dogwood": 1}
    assert names(Grouping.TRUST, MERGER) == {"Beech": 4, "Cedar": 3, "Dogwood": 1}
    heir = grouped(FLEET, england(MERGER), Grouping.TRUST, on=MERGER)[0]
    assert heir.trust_ids == {20, 21}


def test_whole_fleets_of_ten_or_more_are_flagged_in_words():
    trusts = grouped(FLEET, england(date(2026, 3, 31)), Grouping.TRUST, on=MERGER)
    assert {t.name: t.whole_fleet_words for t in trusts} == {
        "Ash": "all 2 machines are ten years or older",
        "Beech": "",
        "Cedar": "all 3 machines are ten years or older",
        "Dogwood": "its only machine is ten years or older",
    }
    assert [t.name for t in wholly_ten_or_older(trusts)] == ["Ash", "Cedar", "Dogwood"]
    assert trusts_with_one_ten_or_older(trusts) == Share(3, 4, 0)


def test_a_flag_says_when_some_ages_are_not_known():
    fleet = [Machines(20, Modality.CT, OLD, 2), Machines(20, Modality.CT, None)]
    (ash,) = grouped(fleet, england(date(2026, 3, 31)), Grouping.TRUST, on=MERGER)
    assert ash.whole_fleet_words == "all 2 machines of known age are ten years or older"


@given(
    st.lists(
        st.builds(
            Machines,
            st.sampled_from([20, 21, 22, 23]),
            st.sampled_from(Modality),
            st.none() | st.dates(date(2005, 1, 1), date(2026, 12, 31)),
            st.integers(1, 4),
        ),
        max_size=25,
    ),
    st.dates(date(2020, 1, 1), date(2035, 1, 1)),
)
def test_every_grouping_counts_each_machine_once(fleet, on):
    whole = tally(fleet, on=on)
    for grouping in Grouping:
        groups = grouped(fleet, england(on), grouping, on=on)
        assert sum(g.ages.total for g in groups) == whole.total
        assert sum(g.ages.at_least(10).part for g in groups) == whole.at_least(10).part
        crossed = by_modality_within(fleet, england(on), grouping, on=on)
        assert {key: sum(a.total for a in ages.values()) for key, ages in crossed.items()} == {
            g.key: g.ages.total for g in groups
        }


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["Ash", "Beech", "Cedar", "Empty"]),
        ("name", ["Ash", "Beech", "Cedar", "Empty"]),
        ("-name", ["Empty", "Cedar", "Beech", "Ash"]),
        ("nonsense", ["Ash", "Beech", "Cedar", "Empty"]),
        ("-machines", ["Empty", "Beech", "Cedar", "Ash"]),
        ("-from10", ["Ash", "Cedar", "Beech", "Empty"]),
        ("from10", ["Beech", "Cedar", "Ash", "Empty"]),
    ],
)
def test_orders_and_unknown_shares_last(sort, expected):
    def group(name: str, old: int, new: int, unknown: int) -> Group:
        machines = [
            Machines(1, Modality.CT, day, number)
            for day, number in ((OLD, old), (NEW, new), (None, unknown))
            if number
        ]
        return Group(name, name, tally(machines, on=MERGER), frozenset({1}))

    groups = [
        group("Ash", 1, 0, 0),
        group("Beech", 0, 3, 0),
        group("Cedar", 1, 1, 0),
        group("Empty", 0, 0, 4),
    ]
    assert [g.name for g in in_order(groups, sort)] == expected
