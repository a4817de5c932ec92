"""What is not known about a machine's date and a specification's price, as ranges with their evidence."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.domain.benchmark import Purchase, summarise
from procurement.domain.planning.exposure import years_in_use
from procurement.domain.planning.ranges import (
    DateBasis,
    DateRange,
    Evidence,
    PriceRange,
    date_range,
    pieces,
    price_range,
    uncertainty_rules,
)

ON = date(2026, 11, 24)
KIND = [date(2010 + number, 5, 1) for number in range(8)]


def of(**values):
    facts = {"installed_on": None, "precision": "", "modality": "CT", "kind": KIND, "on": ON}
    return date_range(1, **{**facts, **values})


def test_a_date_known_to_the_day_has_no_range():
    assert of(installed_on=date(2012, 6, 1), precision="D") is None


def test_a_year_and_a_month_give_the_days_they_allow():
    year = of(installed_on=date(2012, 1, 1), precision="Y")
    assert (year.earliest, year.latest, year.basis) == (date(2012, 1, 1), date(2012, 12, 31), DateBasis.YEAR)
    month = of(installed_on=date(2012, 2, 1), precision="M")
    assert (month.earliest, month.latest, month.basis) == (
        date(2012, 2, 1),
        date(2012, 2, 29),
        DateBasis.MONTH,
    )


def test_without_evidence_a_machine_may_be_anything_its_kind_has_in_the_plan():
    found = of()
    assert (found.earliest, found.latest, found.basis) == (KIND[0], KIND[-1], DateBasis.KIND)
    assert "between the oldest and the newest CT of known date" in found.words


def test_too_few_of_its_kind_say_nothing_and_the_range_is_never_a_point():
    found = of(kind=KIND[:4])
    assert (found.earliest, found.latest, found.basis) == (date(2010, 5, 1), ON, DateBasis.NOTHING)
    assert of(kind=[]).earliest == date(2011, 11, 24)
    assert "from new to 15 years" in found.words


def test_evidence_bounds_the_date_and_is_named():
    found = of(
        not_before=[Evidence(date(2014, 1, 1), "it was made in 2014")],
        not_after=[
            Evidence(date(2016, 12, 31), "it was installed by then"),
            Evidence(date(2020, 1, 1), "late"),
        ],
    )
    assert (found.earliest, found.latest) == (date(2014, 1, 1), date(2016, 12, 31))
    assert found.words == "Not known, but it was made in 2014 and it was installed by then."
    assert found.basis is DateBasis.EVIDENCE


def test_evidence_of_one_side_leaves_the_other_to_its_kind():
    found = of(not_after=[Evidence(date(2012, 3, 1), "it was upgraded by 1 March 2012")])
    assert (found.earliest, found.latest) == (KIND[0], date(2012, 3, 1))
    assert found.words.startswith("Not known, but it was upgraded by 1 March 2012. Taken to lie between")
    before_all = of(not_after=[Evidence(date(2005, 3, 1), "it was tested")])
    assert before_all.earliest == before_all.latest == date(2005, 3, 1)
    newer = of(not_before=[Evidence(date(2019, 1, 1), "it was made in 2019")])
    assert (newer.earliest, newer.latest) == (date(2019, 1, 1), ON)


def test_evidence_that_contradicts_itself_bounds_nothing_and_is_said():
    found = of(
        not_before=[Evidence(date(2019, 1, 1), "it was made in 2019")],
        not_after=[Evidence(date(2015, 1, 1), "it was upgraded by 1 January 2015")],
    )
    assert (found.earliest, found.latest, found.basis) == (KIND[0], KIND[-1], DateBasis.KIND)
    assert found.words.startswith("What is known contradicts itself (it was made in 2019; it was upgraded")


@given(
    st.dates(date(2000, 1, 1), ON),
    st.integers(0, 5000),
    st.sampled_from((ON, date(2026, 3, 31), date(2028, 2, 29), date(2026, 4, 1))),
)
def test_pieces_cover_every_day_once_and_nothing_changes_within_one(first, length, on):
    found = DateRange(1, first, first + timedelta(days=length), DateBasis.KIND, "")
    cut = pieces(found, on=on)
    assert cut[0].first == found.earliest
    assert sum(piece.days for piece in cut) == length + 1
    marches = [date(year, 3, 31) for year in (2028, 2031, 2037)]
    for piece, following in zip(cut, [*cut[1:], None], strict=True):
        last = piece.first + timedelta(days=piece.days - 1)
        assert following is None or following.first == last + timedelta(days=1)
        for day in (*marches, on):
            assert years_in_use(piece.first, day) == years_in_use(last, day) or piece.first > day


def paid(*pounds: int, buyers: int = 3):
    rows = [Purchase("North", n % buyers, 1, price * 100, ON) for n, price in enumerate(pounds)]
    return summarise(rows)[-1]


def test_a_price_lies_between_the_quartiles_of_what_others_paid():
    found = price_range("CT", 57_000_000, paid(500_000, 540_000, 560_000, 600_000, 640_000))
    assert (found.low_pence, found.middle_pence, found.high_pence) == (54_000_000, 56_000_000, 60_000_000)
    assert found.purchases == 5
    assert "a quarter paid less and a quarter more" in found.words


def test_the_planned_price_always_lies_within():
    dear = price_range("CT", 70_000_000, paid(500_000, 540_000, 560_000, 600_000, 640_000))
    assert (dear.low_pence, dear.high_pence) == (54_000_000, 70_000_000)
    cheap = price_range("CT", 40_000_000, paid(500_000, 540_000, 560_000, 600_000, 640_000))
    assert (cheap.low_pence, cheap.high_pence) == (40_000_000, 60_000_000)


@pytest.mark.parametrize(
    "hidden", [paid(500_000, 600_000, 700_000, 800_000), paid(*[600_000] * 9, buyers=2), None]
)
def test_what_the_benchmark_may_not_show_is_a_stated_share_instead(hidden):
    found = price_range("CT", 60_000_000, hidden)
    assert (found.low_pence, found.middle_pence, found.high_pence) == (51_000_000, 60_000_000, 69_000_000)
    assert found.purchases is None
    assert "stated share, 15% below to 15% above" in found.words
    assert ("no purchases" in found.words) is (hidden is None)


def test_a_range_that_is_none_is_refused():
    with pytest.raises(ValueError, match="ends before it begins"):
        DateRange(1, ON, ON - timedelta(days=1), DateBasis.KIND, "")
    with pytest.raises(ValueError, match="low price of CT"):
        PriceRange("CT", 3, 2, 3, 4, None, "")
    with pytest.raises(ValueError, match="high price of CT"):
        PriceRange("CT", 1, 2, 5, 4, None, "")


def test_the_rules_are_those_of_the_file():
    rules = uncertainty_rules()
    assert rules.works_high_basis_points == 2400
    assert 0 < rules.money_draws <= rules.draws
