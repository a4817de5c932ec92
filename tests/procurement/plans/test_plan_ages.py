from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from assets.domain.ageing import Band
from procurement.domain.plan_ages import Machine, age_at, bands, old, oldest_first, with_plan, without

YEARS = range(2027, 2034)
choices = st.none() | st.sampled_from(YEARS)
machines = st.lists(
    st.builds(
        Machine,
        modality=st.sampled_from(["CT", "MRI"]),
        installed_on=st.none() | st.dates(date(2005, 1, 1), date(2027, 3, 31)),
        planned=choices,
        oldest_first=choices,
    ),
    max_size=20,
)


def test_a_replaced_machine_is_new_on_the_31_march_of_its_year():
    assert [age_at(date(2015, 4, 1), 2029, year) for year in YEARS] == [12, 13, 0, 1, 2, 3, 4]


def test_the_anniversary_on_the_31_march_counts():
    assert age_at(date(2018, 3, 31), None, 2027) == 10
    assert age_at(date(2018, 4, 1), None, 2027) == 9


def test_not_known_stays_not_known_until_it_is_replaced():
    unknown = [Machine("CT", None, 2029, None)]
    assert [bands(unknown, with_plan, YEARS)[year].most_common(1)[0][0] for year in (2028, 2029)] == [
        Band.UNKNOWN,
        Band.YEARS_0_4,
    ]
    assert old(unknown, without, YEARS) == dict.fromkeys(YEARS, 0)


@given(machines)
def test_every_machine_is_in_one_band_each_year(fleet):
    for choice in (with_plan, without, oldest_first):
        assert {sum(counts.values()) for counts in bands(fleet, choice, YEARS).values()} == {len(fleet)}


@given(machines)
def test_ten_or_older_is_the_two_oldest_bands(fleet):
    for choice in (with_plan, without):
        in_bands = bands(fleet, choice, YEARS)
        tens = {y: c[Band.YEARS_10_14] + c[Band.YEARS_15_PLUS] for y, c in in_bands.items()}
        assert tens == old(fleet, choice, YEARS)


@given(machines)
def test_a_plan_never_leaves_more_old_machines_than_doing_nothing(fleet):
    planned, nothing = old(fleet, with_plan, YEARS), old(fleet, without, YEARS)
    assert all(planned[year] <= nothing[year] for year in YEARS)


def test_a_machine_of_each_kind():
    fleet = [Machine("CT", date(2020, 4, 1), None, None), Machine("MRI", date(2008, 4, 1), 2027, None)]
    assert bands(fleet, with_plan, YEARS)[2027] == Counter({Band.YEARS_7_9: 1, Band.YEARS_0_4: 1})
    assert bands(fleet, without, YEARS)[2027] == Counter({Band.YEARS_7_9: 1, Band.YEARS_15_PLUS: 1})
