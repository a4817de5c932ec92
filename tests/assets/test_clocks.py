"""The clocks and lights against their slow second implementation, the versions of the rules, and what is missing."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.domain import guidance
from assets.domain.clocks import MachineLife, clocks, expected_life
from assets.domain.cocir import cocir_lights
from assets.domain.fleet import AgeTally
from assets.domain.guidance import State
from assets.domain.lifetime import RULES, parse_lifetime, rules_on
from assets.domain.vocabulary import Modality, Precision, Subtype
from tests.oracles.clocks import day_it_is_due, life_by_use, lights_of, state_on

NOW = date(2026, 11, 24)
DAYS = st.dates(min_value=date(2004, 1, 1), max_value=date(2026, 11, 24))
KINDS = st.sampled_from(
    [
        (Modality.CT, Subtype.NOT_KNOWN),
        (Modality.MRI, Subtype.NOT_KNOWN),
        (Modality.MAMMOGRAPHY, Subtype.NOT_KNOWN),
        (Modality.XRAY, Subtype.GENERAL),
        (Modality.XRAY, Subtype.MOBILE),
        (Modality.XRAY, Subtype.FLUOROSCOPY),
    ]
)
EDGES = st.sampled_from(
    [n + d for n in (2000, 3000, 3500, 4000, 6000, 7000, 7500, 8000, 10000, 15000, 20000) for d in (-1, 0, 1)]
)


def clock(machine, key, on=NOW):
    return next(c for c in clocks(machine, on=on).every if c.key == key)


@settings(max_examples=80, deadline=None)
@given(KINDS, DAYS, st.integers(0, 30_000) | EDGES, st.integers(0, 3000))
def test_life_by_use_agrees_with_the_cases_one_by_one(kind, installed_on, examinations, days):
    modality, subtype = kind
    machine = MachineLife(modality, subtype, installed_on, examinations_per_year=examinations)
    on = installed_on + timedelta(days=days)
    years = life_by_use(f"{modality} {subtype}".strip(), examinations)
    due = day_it_is_due(installed_on, years)
    found = clock(machine, "utilisation", on)
    assert (found.life_years, found.due_on, found.state.value) == (years, due, state_on(due, on))
    assert expected_life(machine, on=on).years == years


@given(KINDS, st.integers(0, 30_000), st.integers(0, 30_000))
def test_what_is_used_more_never_lasts_longer(kind, one, other):
    lives = [
        expected_life(MachineLife(*kind, examinations_per_year=number), on=NOW).years
        for number in sorted((one, other))
    ]
    assert lives[0] >= lives[1]


@given(
    KINDS,
    st.none() | DAYS,
    st.none() | DAYS,
    st.none() | st.integers(0, 30_000),
    st.dates(date(2004, 1, 1), date(2045, 1, 1)),
)
def test_the_earliest_clock_is_the_first_to_run_out_and_what_fired_has(kind, installed, support, number, on):
    machine = MachineLife(*kind, installed, support_ends_on=support, examinations_per_year=number)
    found = clocks(machine, on=on)
    ends = [c.due_on for c in found.every if c.due_on]
    assert (found.earliest.due_on if found.earliest else None) == (min(ends) if ends else None)
    assert all(c.due_on <= on for c in found.fired)
    for c in found.every:
        assert (c.due_on is None) == (c.state is State.UNKNOWN) == bool(c.missing)


def test_examinations_not_known_are_never_assumed():
    found = clock(MachineLife(Modality.CT, installed_on=date(2010, 1, 1)), "utilisation")
    assert (found.state, found.missing, found.life_years) == (State.UNKNOWN, ("examinations a year",), None)
    # The score then goes by the guidance, and says so.
    life = expected_life(MachineLife(Modality.CT), on=NOW)
    assert (life.years, life.rule) == (10, "RCR/ESR, 10 years")


def test_an_x_ray_of_no_known_kind_has_no_life_by_use():
    machine = MachineLife(Modality.XRAY, installed_on=date(2010, 1, 1), examinations_per_year=25_000)
    assert clock(machine, "utilisation").missing == ("kind of X-ray",)


def test_lines_from_memory_say_so():
    seen = {
        (modality, subtype): clock(
            MachineLife(modality, subtype, date(2015, 1, 1), examinations_per_year=5000), "utilisation"
        )
        for modality, subtype in rules_on(NOW).bands
    }
    assert {kind for kind, found in seen.items() if found.from_memory} == {
        (Modality.CT, ""),
        (Modality.MRI, ""),
        (Modality.MAMMOGRAPHY, ""),
    }
    assert all(found.not_verified for found in seen.values())


def test_support_lasts_through_its_last_day():
    machine = MachineLife(Modality.CT, support_ends_on=NOW)
    assert clock(machine, "support").state is State.DUE
    assert clock(machine, "support", NOW + timedelta(days=1)).state is State.OVER


UPGRADED = MachineLife(
    Modality.CT,
    installed_on=date(2012, 1, 1),
    upgraded_on=date(2020, 1, 1),
    upgraded_precision=Precision.YEAR,
)


def resetting():
    text = RULES.read_text(encoding="utf-8")
    assert "upgrade_resets = false" in text
    return parse_lifetime(text.replace("upgrade_resets = false", "upgrade_resets = true"))[0]


def test_an_upgrade_does_not_make_a_machine_younger_unless_the_rules_say_so():
    found = clocks(UPGRADED, on=NOW)
    assert found.every[1].due_on == date(2022, 1, 1)
    assert "does not make it younger" in found.upgrade
    reset = clocks(UPGRADED, on=NOW, rules=resetting())
    assert (reset.every[1].due_on, reset.every[1].precision) == (date(2030, 1, 1), Precision.YEAR)
    assert "counts from then" in reset.upgrade
    # Before the upgrade nobody knew of it.
    before = clocks(UPGRADED, on=date(2019, 1, 1), rules=resetting())
    assert (before.every[1].due_on, before.upgrade) == (date(2022, 1, 1), "")


def test_a_date_is_judged_by_the_version_in_force_on_it(monkeypatch):
    text = RULES.read_text(encoding="utf-8")
    second = text[text.index("\n[[version]]") :].replace("number = 1", "number = 2")
    second = second.replace("valid_from = 2026-11-24", "valid_from = 2028-04-01").replace(
        "years = 15", "years = 13"
    )
    versions = parse_lifetime(text + "\n" + second)
    monkeypatch.setattr("assets.domain.lifetime._on_file", lambda: versions)
    machine = MachineLife(Modality.CT, installed_on=date(2010, 1, 1))
    said = {
        on: (clock(machine, "maximum", on).life_years, clock(machine, "maximum", on).version)
        for on in (date(2020, 3, 31), date(2028, 3, 31), date(2028, 4, 1))
    }
    first = "version 1 of the lifetime rules, in force from 24 November 2026"
    assert said == {
        date(2020, 3, 31): (15, f"{first}; no earlier one is on file"),
        date(2028, 3, 31): (15, first),
        date(2028, 4, 1): (13, "version 2 of the lifetime rules, in force from 1 April 2028"),
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("number = 1", "number = 2"),
        ("low_below = 7500", "low_below = 17500"),
        ("high_years = 8\nmid_years = 9", "high_years = 12\nmid_years = 9"),
        ('key = "CAR-MRI"\nmodality = "MRI"', 'key = "CAR-MRI"\nmodality = "CT"'),
        ('modality = "MG"', 'modality = "US"'),
    ],
)
def test_rules_that_make_no_sense_are_refused(old, new):
    text = RULES.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(ValueError, match=r"numbered|low_below|cannot last|one kind|not a valid"):
        parse_lifetime(text.replace(old, new))


@given(st.lists(st.integers(0, 20), max_size=30), st.integers(0, 3))
def test_lights_agree_with_counting_machines_one_by_one(ages, not_known):
    lights = cocir_lights(AgeTally(Counter(ages), not_known), on=NOW)
    assert [light.is_met for light in lights.every] == lights_of(ages)
    assert {light.share.whole for light in lights.every} == {len(ages)}
    assert sum(light.share.part for light in lights.every) + lights.between.part == len(ages)
    if not ages:
        return
    # Certain is what stays the same whatever the unknown turn out to be: all of one age are the extremes.
    possible = [lights_of([*ages, *[age] * not_known]) for age in (0, 5, 7, 12)]
    for number, light in enumerate(lights.every):
        assert light.is_certain == (len({found[number] for found in possible}) == 1)
        assert bool(light.doubt) != light.is_certain


def test_a_guidance_that_has_ended_no_longer_judges(monkeypatch):
    ended = tuple(
        replace(entry, valid_until=date(2026, 1, 1)) if entry.key == "BEAG" else entry
        for entry in guidance.all_guidance()
    )
    monkeypatch.setattr(guidance, "_on_file", lambda: ended)
    machine = MachineLife(Modality.CT, installed_on=date(2010, 1, 1))
    assert "age-7" in {c.key for c in clocks(machine, on=date(2025, 12, 31)).every}
    assert "age-7" not in {c.key for c in clocks(machine, on=date(2026, 1, 1)).every}


@pytest.mark.parametrize(
    ("middle", "whole", "words"),
    [(43, 145, "just under 30%"), (44, 145, "just over 30%"), (3, 10, "30%"), (50, 145, "34%")],
)
def test_a_share_that_rounds_to_its_limit_says_on_which_side_it_is(middle, whole, words):
    light = cocir_lights(AgeTally({7: middle, 2: whole - middle}), on=NOW).every[1]
    assert (light.percent, light.is_met) == (words, 100 * middle <= 30 * whole)
