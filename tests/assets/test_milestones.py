from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from assets.domain.ageing import completed_years
from assets.domain.milestones import milestones
from assets.domain.plausibility import faults
from assets.domain.vocabulary import Modality, Precision

ON = date(2026, 11, 24)
DAYS = st.dates(date(1950, 1, 1), date(2060, 12, 31))


def told(**known):
    return [
        (m.words, m.what)
        for m in milestones(**{"modality": Modality.CT, "on": ON, "installed_on": None, **known})
    ]


def test_the_life_of_a_machine_is_told_in_order():
    assert told(installed_on=date(2018, 5, 10), support_ends_on=date(2028, 3, 31)) == [
        ("10 May 2018", "Installed"),
        ("10 May 2025", "7 years old, replacement due under BEAG"),
        ("24 November 2026", "Today"),
        ("31 March 2028", "Vendor support ends"),
        ("10 May 2028", "10 years old, replacement due under RCR/ESR and NHS England"),
    ]


def test_guidance_that_does_not_speak_of_the_modality_is_left_out():
    words = told(modality=Modality.XRAY, installed_on=date(2018, 5, 10))
    assert ("10 May 2028", "10 years old, replacement due under RCR/ESR") in words


def test_a_vague_date_stays_vague():
    words = told(installed_on=date(2018, 1, 1), precision=Precision.YEAR)
    assert words[:2] == [("2018", "Installed"), ("about 2025", "7 years old, replacement due under BEAG")]


def test_nothing_known_leaves_today():
    assert told() == [("24 November 2026", "Today")]


@given(
    on=DAYS,
    installed_on=st.none() | DAYS,
    support_ends_on=st.none() | DAYS,
    retired_on=st.none() | DAYS,
    modality=st.sampled_from(Modality),
)
def test_they_are_in_order_with_today_once_and_past_before_it(
    on, installed_on, support_ends_on, retired_on, modality
):
    found = milestones(
        modality=modality,
        on=on,
        installed_on=installed_on,
        support_ends_on=support_ends_on,
        retired_on=retired_on,
    )
    assert [m.on for m in found] == sorted(m.on for m in found)
    [today] = [m for m in found if m.is_today]
    assert today.on == on
    assert all(m.is_past == (m.on < on) for m in found)
    for milestone in found:
        if "years old" in milestone.what:
            years = int(milestone.what.split()[0])
            assert completed_years(installed_on, milestone.on) == years


@given(
    on=st.dates(date(2000, 1, 1), date(2060, 1, 1)),
    installed_on=st.none() | DAYS,
    year=st.none() | st.integers(1900, 2100),
    retired_on=st.none() | DAYS,
)
def test_what_cannot_be_true_is_found_and_nothing_else(on, installed_on, year, retired_on):
    """Against the rules said one by one."""
    stands = {"installed_on": installed_on, "year_of_manufacture": year, "retired_on": retired_on}
    found = {fault.field for fault in faults(stands, on=on)}
    expected = set()
    if installed_on and installed_on > on:
        expected.add("installed_on")
    if year and (year < 1950 or year > on.year or (installed_on and year > installed_on.year)):
        expected.add("year_of_manufacture")
    if retired_on and (retired_on > on or (installed_on and retired_on < installed_on)):
        expected.add("retired_on")
    assert found == expected


def test_an_old_machine_is_never_refused():
    assert not list(faults({"installed_on": date(1989, 5, 1), "year_of_manufacture": 1988}, on=ON))
