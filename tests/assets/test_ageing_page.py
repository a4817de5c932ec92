"""The worked examples of docs/algorithms/ageing.md are what the code says."""

import re
from datetime import datetime

import pytest

from assets.domain.ageing import Band, age_on, band_of_age
from assets.domain.fleet import Machines, tally
from assets.domain.guidance import against, all_guidance
from assets.domain.vocabulary import Modality, Precision
from tests.builders.doc_tables import DOCS, tables_of

PAGE = DOCS / "algorithms" / "ageing.md"
rows = tables_of(PAGE)


def day(text):
    """A date written out, with how much of it is known."""
    if text == "not known":
        return None, Precision.NOT_KNOWN
    for form, precision in (("%d %B %Y", Precision.DAY), ("%B %Y", Precision.MONTH), ("%Y", Precision.YEAR)):
        try:
            return datetime.strptime(text, form).date(), precision  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise AssertionError(f"{text} is no date")


def on_day(text):
    found, precision = day(text)
    assert precision is Precision.DAY
    return found


@pytest.mark.parametrize(("installed", "on", "words"), rows("installed on", "on", "age"))
def test_ages(installed, on, words):
    installed_on, precision = day(installed)
    age = age_on(installed_on, on_day(on), precision)
    if age is None:
        assert words == ("not known" if installed_on is None else "not yet installed")
    else:
        assert age.words == words


@pytest.mark.parametrize(("installed", "on", "words", "may_be"), rows("installed", "on", "age", "may be"))
def test_ages_of_uncertain_dates(installed, on, words, may_be):
    installed_on, precision = day(installed)
    age = age_on(installed_on, on_day(on), precision)
    assert age is not None
    assert (age.words, age.range_words) == (words, may_be)


def test_bands():
    table = rows("completed years", "band", "key")
    for years, label, key in table:
        band = Band.UNKNOWN if years == "not known" else band_of_age(int(years))
        assert (band.label, band.value) == (label, key)
    assert {key for _, _, key in table} == {band.value for band in Band}


def test_guidance_table_is_the_file():
    def spoken_of(entry):
        if entry.modalities is None:
            return "all equipment"
        return ", ".join(m.label for m in Modality if m in entry.modalities)

    assert rows("guidance", "years", "speaks of", "published") == [
        [entry.name, str(entry.years), spoken_of(entry), entry.published] for entry in all_guidance()
    ]


@pytest.mark.parametrize(
    ("installed", "name", "on", "words"), rows("installed", "guidance", "on", "standing")
)
def test_standings(installed, name, on, words):
    (entry,) = [entry for entry in all_guidance() if entry.name == name]
    installed_on, precision = day(installed)
    assert against(entry, installed_on, on_day(on), precision).words == words


def test_the_worked_fleet():
    text = PAGE.read_text(encoding="utf-8")
    (on,) = re.findall(r"A trust with five CT machines on (\d+ \w+ \d+):", text)
    fleet = [Machines(1, Modality.CT, day(when)[0]) for _, when in rows("machine", "installed on")]
    ages = tally(fleet, on=on_day(on))
    ten, seven = ages.at_least(10), ages.at_least(7)
    assert rows("question", "answer") == [
        ["machines", str(ages.total)],
        ["ten years or older", ten.words("CT machines")],
        ["as a share", ten.percent],
        ["seven years or older", seven.words("CT machines")],
        ["as a share", seven.percent],
    ]
