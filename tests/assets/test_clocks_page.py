"""The worked examples of docs/algorithms/clocks.md are what the code says."""

from collections import Counter
from datetime import date

import pytest

from assets.domain.clocks import MachineLife, clocks
from assets.domain.cocir import cocir_lights
from assets.domain.fleet import AgeTally
from assets.domain.lifetime import Use, rules_on
from assets.domain.vocabulary import Modality, Subtype
from tests.assets.test_ageing_page import day, on_day
from tests.builders.doc_tables import DOCS, tables_of

PAGE = DOCS / "algorithms" / "clocks.md"
rows = tables_of(PAGE)
NOW = date(2026, 11, 24)


def kind_of(text):
    modality, _, kind = text.partition(", ")
    (found,) = [m for m in Modality if m.label == modality]
    return found, next((s for s in Subtype if s.value == kind), Subtype.NOT_KNOWN)


@pytest.mark.parametrize(
    ("kind", "installed", "examinations", "support", "on", "name", "words"),
    rows("kind", "installed", "examinations a year", "support ends", "on", "clock", "standing"),
)
def test_standings(kind, installed, examinations, support, on, name, words):
    modality, subtype = kind_of(kind)
    installed_on, precision = day(installed)
    machine = MachineLife(
        modality,
        subtype,
        installed_on,
        precision,
        support_ends_on=day(support)[0],
        examinations_per_year=None if examinations == "not known" else int(examinations.replace(",", "")),
    )
    (clock,) = [c for c in clocks(machine, on=on_day(on)).every if c.name == name]
    assert clock.words == words


def test_the_clocks_are_those_of_the_page():
    named = [row[0] for row in rows("clock", "runs out", "without it, not known")]
    assert [clock.name for clock in clocks(MachineLife(Modality.CT), on=NOW).every] == named


def test_the_table_of_lives_is_the_file():
    def line(bands):
        kind = bands.modality.label + (f", {bands.subtype}" if bands.subtype else "")
        years = ", ".join(str(bands.years[use]) for use in (Use.HIGH, Use.MIDDLE, Use.LOW))
        seen = "none: from memory" if bands.from_memory else bands.seen
        return [kind, f"{bands.high_above:,}", f"{bands.low_below:,}", years, seen]

    heads = (
        "kind",
        "high use, more than",
        "low use, fewer than",
        "years at high, middle, low use",
        "source seen",
    )
    assert rows(*heads) == [line(bands) for bands in rules_on(NOW).bands.values()]


@pytest.mark.parametrize(
    ("ages", "not_known", "young", "middle", "old", "between", "met"),
    rows("ages", "not known", "under 5 years", "6 to 10 years", "over 10 years", "from 5 up to 6", "met"),
)
def test_lights(ages, not_known, young, middle, old, between, met):
    counted = Counter(int(age) for age in ages.split(", ") if age)
    lights = cocir_lights(AgeTally(counted, int(not_known)), on=NOW)
    said = [", ".join(filter(None, (light.word, light.share.counts, light.doubt))) for light in lights.every]
    assert [*said, lights.between.counts, lights.words] == [young, middle, old, between, met]
