"""The rule of joint tenders, held against a slow second implementation."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.domain.pricing import price_list
from procurement.domain.tender import Need, consequences, gather, gather_one
from tests.oracles import tender_shares

PRICE = 57_000_000
TIERS = ((3, 500), (6, 800))
PRICES = price_list(PRICE, TIERS)


def need(line_id: int, trust_id: int, *, year: int = 2028, version: int = 1, works: int = 15_000_000) -> Need:
    return Need(line_id, trust_id, version, year, works, 2000)


def needs_of(*units: int, **parts: int) -> list[Need]:
    """So many machines for trust 1, so many for trust 2, and so on."""
    trusts = [trust for trust, count in enumerate(units, start=1) for _ in range(count)]
    return [need(line, trust, **parts) for line, trust in enumerate(trusts, start=1)]


needs = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.integers(2027, 2030),
        st.integers(0, 30_000_001),
        st.sampled_from([0, 500, 2000]),
    ),
    min_size=1,
    max_size=25,
).map(
    lambda rows: [Need(i, trust, 1, year, works, vat) for i, (trust, year, works, vat) in enumerate(rows, 1)]
)
some_prices = st.tuples(
    st.integers(1, 200_000_001),
    st.lists(st.integers(1, 2000), min_size=2, max_size=2).map(sorted),
).map(lambda pair: (pair[0], tuple(zip((3, 6), pair[1], strict=True))))


def test_three_trusts_reach_a_price_that_none_reaches_alone():
    (group,) = gather(needs_of(1, 2, 1), {1: PRICES}, tender_cost_pence=2_500_000)
    assert (group.units, group.reached.discount, group.reached.unit_price_pence) == (4, "5%", 54_150_000)
    assert [(s.trust_id, s.units, s.saving_pence) for s in group.shares] == [
        (1, 1, 2_850_000),
        (2, 2, 5_700_000),
        (3, 1, 2_850_000),
    ]
    assert [s.tender_cost_pence for s in group.shares] == [625_000, 1_250_000, 625_000]
    assert group.shares[0].vat_pence == 10_830_000 + 3_000_000
    assert group.shares[0].total_pence == 54_150_000 + 15_000_000 + 13_830_000


def test_a_trust_that_reaches_the_break_by_itself_saves_only_what_the_others_add():
    (group,) = gather(needs_of(3, 1), {1: PRICES}, tender_cost_pence=0)
    assert [s.saving_pence for s in group.shares] == [0, 2_850_000]


def test_the_next_break_says_how_many_more_and_from_where():
    wanted = [
        *needs_of(2, 2),
        *[need(10 + i, 1, year=2029) for i in range(3)],
        *[need(20 + i, 2, year=2027) for i in range(1)],
        *[need(30 + i, 2, year=2030) for i in range(9)],
        *[need(50 + i, 2, year=2029, version=2) for i in range(9)],
    ]
    group = next(
        g
        for g in gather(wanted, {1: PRICES, 2: PRICES}, tender_cost_pence=0)
        if (g.year, g.units) == (2028, 4)
    )
    step = group.next_break
    assert (step.more_units, step.step.discount) == (2, "8%")
    assert step.could_move == ((2027, 1), (2029, 3))
    assert step.within_reach


def test_the_last_break_has_no_next():
    (group,) = gather(needs_of(6), {1: PRICES}, tender_cost_pence=0)
    assert group.next_break is None


def test_groups_are_by_year_and_specification():
    wanted = [*needs_of(1, 1), need(8, 1, year=2029), need(9, 1, version=2)]
    groups = gather(wanted, {1: PRICES, 2: PRICES}, tender_cost_pence=0)
    assert [(g.year, g.specification_version_id, g.line_ids) for g in groups] == [
        (2028, 1, (1, 2)),
        (2028, 2, (9,)),
        (2029, 1, (8,)),
    ]
    assert gather([], {}, tender_cost_pence=1) == ()


def test_one_tender_is_of_one_kind():
    with pytest.raises(ValueError, match="one specification version in one year"):
        gather_one([need(1, 1), need(2, 1, year=2029)], PRICES, tender_cost_pence=0)
    assert gather_one([], PRICES, tender_cost_pence=0) is None


@given(needs=needs, prices=some_prices, cost=st.integers(0, 10_000_000))
def test_every_share_is_what_counting_machine_by_machine_gives(needs, prices, cost):
    price, tiers = prices
    for group in gather(needs, {1: price_list(price, tiers)}, tender_cost_pence=cost):
        of_group = [n for n in needs if n.year == group.year]
        expected = tender_shares.shares(of_group, price, tiers)
        assert {
            s.trust_id: {
                "equipment": s.equipment_pence,
                "alone": s.alone_pence,
                "works": s.works_pence,
                "vat": s.vat_pence,
            }
            for s in group.shares
        } == expected
        assert sum(s.tender_cost_pence for s in group.shares) == cost
        assert group.equipment_pence == group.units * group.reached.unit_price_pence
        assert group.units == len(of_group)
        assert all(s.saving_pence >= 0 for s in group.shares)
        assert group.saving_pence == sum(s["alone"] - s["equipment"] for s in expected.values())


@given(needs=needs, prices=some_prices, leaver=st.integers(1, 5))
def test_when_a_trust_drops_out_nobodys_figures_are_stale(needs, prices, leaver):
    price, tiers = prices
    joint = [replace(n, year=2028) for n in needs]
    left = [n for n in joint if n.trust_id != leaver]
    before = gather_one(joint, price_list(price, tiers), tender_cost_pence=2_500_001)
    after = gather_one(left, price_list(price, tiers), tender_cost_pence=2_500_001)
    fresh = tender_shares.shares(left, price, tiers)
    stood = {n.trust_id for n in joint}
    found = consequences(before, after)
    assert {c.trust_id for c in found} == stood
    for change in found:
        if change.trust_id == leaver:
            assert change.after is None
            assert change.each_change_pence is None
            continue
        assert change.after.equipment_pence == fresh[change.trust_id]["equipment"]
        assert change.after.vat_pence == fresh[change.trust_id]["vat"]
        assert change.each_change_pence >= 0, "a smaller tender is never cheaper"
        more = change.after.equipment_pence - change.before.equipment_pence
        assert more == change.each_change_pence * change.after.units
        assert change.after.alone_pence == change.before.alone_pence, (
            "what it costs alone does not depend on others"
        )
    if after:
        assert sum(s.tender_cost_pence for s in after.shares) == 2_500_001


@given(needs=needs, prices=some_prices)
def test_the_order_in_which_needs_are_listed_does_not_matter(needs, prices):
    price, tiers = prices
    one = gather(needs, {1: price_list(price, tiers)}, tender_cost_pence=100)
    other = gather(list(reversed(needs)), {1: price_list(price, tiers)}, tender_cost_pence=100)
    assert one == other
