"""Guidance is data: a machine against each rule, and a new rule by the file alone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.ageing import RULES, anniversary, completed_years
from assets.domain.guidance import State, against, all_guidance, guidance, parse_guidance, reference_ages
from assets.domain.vocabulary import Modality, Precision
from networks.domain.financial_year import financial_year_of

ON = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("installed_on", "precision", "words"),
    [
        (date(2012, 6, 1), Precision.DAY, "over by 4 years"),
        (date(2012, 6, 1), Precision.MONTH, "over by about 4 years"),
        (date(2016, 11, 24), Precision.DAY, "over by less than a year"),
        (date(2016, 11, 1), Precision.MONTH, "over by less than a year, or about to be"),
        (date(2016, 11, 25), Precision.DAY, "due this year, on 25 November 2026"),
        (date(2017, 3, 31), Precision.DAY, "due this year, on 31 March 2027"),
        (date(2017, 4, 1), Precision.DAY, "within, until 1 April 2027"),
        (date(2017, 2, 1), Precision.MONTH, "due this year, about February 2027"),
        (date(2019, 1, 1), Precision.YEAR, "within, until about 2029"),
        (date(2026, 11, 25), Precision.DAY, "not yet installed"),
        (None, Precision.NOT_KNOWN, "not known"),
    ],
)
def test_standing_in_words(installed_on, precision, words):
    assert against(guidance("RCR-ESR"), installed_on, ON, precision).words == words


def test_the_rule_that_fired_is_named():
    seven = against(guidance("BEAG"), date(2018, 1, 1), ON)
    ten = against(guidance("NHSE-2021"), date(2018, 1, 1), ON)
    assert (seven.state, seven.guidance.years, seven.years_over) == (State.OVER, 7, 1)
    assert (ten.state, ten.guidance.years, ten.years_over) == (State.WITHIN, 10, None)


@given(
    st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    st.dates(date(2000, 1, 1), date(2040, 1, 1)),
    st.sampled_from(all_guidance()),
)
def test_standing_follows_age_and_financial_year(installed_on, on, rule):
    standing = against(rule, installed_on, on)
    if installed_on > on:
        assert standing.state is State.NOT_YET
        return
    age = completed_years(installed_on, on)
    due_on = anniversary(installed_on, rule.years)
    if age >= rule.years:
        assert (standing.state, standing.years_over) == (State.OVER, age - rule.years)
    elif financial_year_of(due_on) == financial_year_of(on):
        assert (standing.state, standing.due_on) == (State.DUE, due_on)
    else:
        assert (standing.state, standing.due_on) == (State.WITHIN, due_on)


def test_national_guidance_speaks_of_ct_and_mri_only():
    assert {g.key for g in all_guidance(Modality.CT)} == {"BEAG", "RCR-ESR", "NHSE-2021"}
    assert {g.key for g in all_guidance(Modality.MAMMOGRAPHY)} == {"BEAG", "RCR-ESR"}
    assert reference_ages() == (7, 10)


def test_every_entry_says_where_it_comes_from_and_when_to_look_again():
    for entry in all_guidance():
        assert entry.source, entry.key
        assert entry.seen, entry.key
        assert entry.wording, entry.key
        assert entry.published, entry.key
        assert entry.review_due_on > date(2026, 11, 24), entry.key


NEW = """
[[guidance]]
key = "XR-12"
body = "General X-ray"
years = 12
modalities = ["XR"]
source = "A source"
published = "2013"
wording = "Words."
seen = "Seen in full"
not_verified = ""
review_due_on = 2028-01-01
"""


def test_a_new_guidance_needs_only_the_file():
    entries = parse_guidance(RULES.read_text(encoding="utf-8") + NEW)
    new = entries[-1]
    assert (new.key, new.years, new.covers(Modality.XRAY), new.covers(Modality.CT)) == (
        "XR-12",
        12,
        True,
        False,
    )
    assert against(new, date(2014, 11, 24), ON).state is State.OVER


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('key = "XR-12"', 'key = "BEAG"'),
        ("years = 12", "years = 0"),
        ("years = 12", "years = 12.5"),
        ('["XR"]', '["PET"]'),
    ],
)
def test_guidance_that_makes_no_sense_is_refused(old, new):
    assert old in NEW
    with pytest.raises(ValueError, match=r"one key|whole number|not a valid"):
        parse_guidance(RULES.read_text(encoding="utf-8") + NEW.replace(old, new))


def test_an_unknown_key_is_an_error():
    with pytest.raises(KeyError, match="NOBODY"):
        guidance("NOBODY")
