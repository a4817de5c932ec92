from datetime import date

import pytest

from networks.domain.organisations import Kind, Link, Organisation, Structure, Tie

MERGER = date(2026, 4, 1)
ENGLAND = [
    Organisation(1, Kind.REGION, "Y62", "North West"),
    Organisation(2, Kind.ICB, "QOP", "Greater Manchester ICB"),
    Organisation(10, Kind.NETWORK, "N1", "Northern"),
    Organisation(11, Kind.NETWORK, "N2", "Southern"),
    Organisation(20, Kind.TRUST, "RAA", "Old"),
    Organisation(21, Kind.TRUST, "RBB", "Heir"),
    Organisation(22, Kind.TRUST, "RCC", "Both"),
]
LINKS = [
    Link(2, 1, Tie.PART_OF),
    Link(20, 2, Tie.PART_OF),
    Link(21, 2, Tie.PART_OF),
    Link(20, 10, Tie.MEMBER_OF),
    Link(21, 10, Tie.MEMBER_OF),
    Link(22, 11, Tie.MEMBER_OF),
    Link(22, 10, Tie.MEMBER_OF, is_primary=False),
    Link(20, 21, Tie.SUCCEEDED_BY, starts_on=MERGER),
    Link(11, 10, Tie.SUCCEEDED_BY, starts_on=date(2028, 4, 1)),
]


def england(on: date) -> Structure:
    return Structure(ENGLAND, LINKS, on=on)


def test_a_trust_answers_for_itself_until_the_day_its_successor_takes_over():
    assert england(date(2026, 3, 31)).current(20) == 20
    assert england(MERGER).current(20) == 21
    assert england(MERGER).with_predecessors(21) == {20, 21}
    assert england(date(2026, 3, 31)).with_predecessors(21) == {21}


def test_members_count_a_trust_once_in_its_primary_network():
    before = england(date(2026, 3, 31))
    assert before.members(10) == {20, 21}
    assert before.members(10, primary_only=False) == {20, 21, 22}
    assert before.members(11) == {22}


def test_a_merged_trust_is_no_longer_a_member():
    assert england(MERGER).members(10) == {21}


def test_an_absorbed_networks_members_belong_to_its_successor():
    after = england(date(2028, 4, 1))
    assert after.members(10) == {21, 22}
    assert after.network_of(22) == 10
    assert [o.name for o in after.of_kind(Kind.NETWORK)] == ["Northern"]


def test_region_is_reached_through_the_icb_and_unknown_where_there_is_none():
    assert england(MERGER).region_of(20) == 1
    assert england(MERGER).region_of(22) is None
    assert england(MERGER).name(None) == "not known"


def test_successions_in_a_circle_are_refused():
    circle = [Link(20, 21, Tie.SUCCEEDED_BY), Link(21, 20, Tie.SUCCEEDED_BY)]
    with pytest.raises(ValueError, match="own successor"):
        Structure(ENGLAND, circle, on=MERGER).current(20)
