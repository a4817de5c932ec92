from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from procurement.domain.benchmark import Purchase, Summary, compare, summarise
from tests.oracles.benchmark import quartiles


def purchase(price: int, *, place: str = "London", buyer: int = 1, quantity: int = 1) -> Purchase:
    return Purchase(place, buyer, quantity, price, date(2026, 4, 1))


def five(*prices: int, place: str = "London") -> list[Purchase]:
    return [purchase(price, place=place, buyer=number) for number, price in enumerate(prices)]


def test_four_purchases_are_hidden_and_five_are_shown():
    four, all_of_four = summarise(five(1, 2, 3, 4))
    assert four.hidden
    assert (four.purchases, four.lower_quartile_pence, four.upper_quartile_pence) == (4, None, None)
    assert all_of_four.hidden
    shown = summarise(five(10, 20, 30, 40, 50))[0]
    assert (shown.lower_quartile_pence, shown.median_pence, shown.upper_quartile_pence) == (20, 30, 40)


def test_many_purchases_by_two_buyers_are_hidden():
    assert summarise([purchase(p, buyer=p % 2) for p in range(1, 9)])[0].hidden


def test_an_order_counts_once_whatever_its_quantity():
    rows = [*five(10, 20, 30, 40), purchase(100, buyer=9, quantity=20)]
    shown = summarise(rows)[0]
    assert (shown.purchases, shown.units, shown.median_pence) == (5, 24, 30)


def test_places_are_apart_and_england_is_last():
    summaries = summarise([*five(10, 20, 30, 40, 50), *five(60, 70, 80, 90, 100, place="Midlands")])
    assert [s.place for s in summaries] == ["London", "Midlands", "England"]
    assert summaries[-1].purchases == 10


def test_no_purchases_is_an_empty_england_not_a_failure():
    assert summarise([]) == [Summary("England", 0, 0, None, None, None)]


def test_nobody_at_or_below_the_median_is_promised_a_saving():
    benchmark = Summary("England", 9, 9, 20, 30, 40)
    assert compare(15, 2, benchmark).over_pence == 0
    assert compare(30, 2, benchmark).over_pence == 0
    assert "No saving" in compare(30, 2, benchmark).words
    assert compare(35, 2, benchmark).over_pence == 10
    assert compare(35, 2, Summary("England", 4, 4, None, None, None)).over_pence is None


@given(st.lists(st.integers(min_value=1, max_value=200_000_000), min_size=5, max_size=40))
def test_quartiles_agree_with_the_slow_and_obvious_way(prices):
    shown = summarise(five(*prices))[0]
    found = (shown.lower_quartile_pence, shown.median_pence, shown.upper_quartile_pence)
    for ours, exact in zip(found, quartiles(prices), strict=True):
        assert abs(ours - exact) <= 0.5
