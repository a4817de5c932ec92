from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.domain.pricing import apportion, discounted_pence, price_list, total_if_known, vat_pence

money = st.integers(min_value=0, max_value=10**10)
tiers = st.lists(
    st.tuples(st.integers(2, 20), st.integers(0, 3000)), max_size=4, unique_by=lambda pair: pair[0]
).map(
    # Discounts grow with quantity, as a price list demands.
    lambda pairs: list(
        zip(sorted(minimum for minimum, _ in pairs), sorted(discount for _, discount in pairs), strict=True)
    )
)


@given(total=money, weights=st.lists(st.integers(0, 50), min_size=1, max_size=12))
def test_shares_add_up_to_the_penny_and_are_fair_to_a_penny(total, weights):
    if not sum(weights):
        with pytest.raises(ValueError, match="among nobody"):
            apportion(total or 1, weights)
        return
    shares = apportion(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(total * weight, sum(weights))) < 1
    assert all(share == 0 for share, weight in zip(shares, weights, strict=True) if weight == 0)


@given(total=money, weights=st.lists(st.integers(1, 9), min_size=2, max_size=6))
def test_more_weight_never_gets_less(total, weights):
    by_weight = sorted(zip(weights, apportion(total, weights), strict=True))
    assert all(
        low <= high or light == heavy
        for (light, low), (heavy, high) in zip(by_weight, by_weight[1:], strict=False)
    )


def test_the_pennies_left_over_go_to_those_who_lost_most_by_rounding():
    assert apportion(100, [1, 1, 1]) == (34, 33, 33)
    assert apportion(100, [1, 2, 3]) == (17, 33, 50)
    assert apportion(0, []) == ()
    with pytest.raises(ValueError, match="negative"):
        apportion(1, [-1, 2])


@pytest.mark.parametrize(
    ("price", "discount", "pence"),
    [
        (57_000_000, 500, 54_150_000),
        (101, 500, 96),
        (110, 500, 105),
        (57_000_000, 0, 57_000_000),
        (10, 9_999, 0),
    ],
)
def test_a_discount_is_rounded_to_the_penny_halves_up(price, discount, pence):
    assert discounted_pence(price, discount) == pence


def test_vat_is_rounded_to_the_penny_halves_up():
    assert [vat_pence(amount, 2_000) for amount in (0, 1, 2, 3, 12)] == [0, 0, 0, 1, 2]
    assert vat_pence(5, 1_000) == 1  # exactly half a penny


@given(amount=money, rate=st.integers(0, 3000))
def test_vat_is_never_more_than_half_a_penny_off(amount, rate):
    assert abs(vat_pence(amount, rate) - Fraction(amount * rate, 10_000)) <= Fraction(1, 2)


@given(price=st.integers(1, 10**9), tiers=tiers, units=st.integers(1, 30))
def test_the_break_reached_is_the_last_whose_quantity_is_met(price, tiers, units):
    prices = price_list(price, tiers)
    reached = prices.reached(units)
    assert reached.minimum_units <= units
    following = prices.next_after(units)
    if following:
        assert following.minimum_units > units
        assert following.unit_price_pence < reached.unit_price_pence
        assert prices.reached(following.minimum_units) == following
        assert prices.reached(following.minimum_units - 1).unit_price_pence == reached.unit_price_pence
    else:
        assert prices.breaks[-1].unit_price_pence == reached.unit_price_pence
    assert prices.cost_pence(units) == units * reached.unit_price_pence


@pytest.mark.parametrize(
    ("tiers", "complaint"),
    [([(3, 800), (6, 500)], "larger quantity"), ([(0, 100)], "begins at one")],
)
def test_a_price_list_that_makes_no_sense_is_refused(tiers, complaint):
    with pytest.raises(ValueError, match=complaint):
        price_list(100_000, tiers)


def test_nothing_costs_nothing_and_has_no_price():
    prices = price_list(100_000, [])
    assert prices.cost_pence(0) == 0
    with pytest.raises(ValueError, match="at least one"):
        prices.reached(0)


@given(amounts=st.lists(st.one_of(money, st.none()), max_size=6))
def test_a_sum_with_an_amount_not_known_is_not_known(amounts):
    known = [amount for amount in amounts if amount is not None]
    assert total_if_known(iter(amounts)) == (sum(known) if len(known) == len(amounts) else None)
