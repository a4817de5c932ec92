"""The fleet age table as rows of a file: the same rows in the same order as on the page."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from assets.charts.fleet import band_headings
from assets.domain.ageing import Band
from assets.domain.cocir import cocir_lights
from assets.domain.fleet import AgeTally, Share
from assets.domain.fleet_groups import Group, Grouping
from assets.domain.guidance import reference_ages
from networks.exports.tables import Cell


def fleet_headings(grouping: Grouping, *, on: date) -> list[str]:
    """Return the headings of the file, with the rules in force on the day."""
    return [
        grouping.label,
        "Machines",
        *band_headings(),
        "Of known age",
        *(
            heading
            for years in reference_ages()
            for heading in (f"{years} years or older", f"{years} years or older, % of those of known age")
        ),
        *(f"COCIR: {light.rule}" for light in cocir_lights(AgeTally(), on=on).every),
        "Whole fleet ten years or older",
    ]


def fleet_rows(groups: Sequence[Group], whole: AgeTally, *, on: date) -> Iterator[list[Cell]]:
    """Give a row for each group and one for all together. A share of nothing is an empty cell."""
    for group in groups:
        yield _row(group.name, group.ages, group.whole_fleet_words, on)
    yield _row("All", whole, "", on)


def _row(name: str, ages: AgeTally, flag: str, on: date) -> list[Cell]:
    shares: list[Cell] = []
    for years in reference_ages():
        share = ages.at_least(years)
        shares += [share.part, _percent(share)]
    lights = [light.word for light in cocir_lights(ages, on=on).every]
    return [name, ages.total, *(ages.in_band(band) for band in Band), ages.known, *shares, *lights, flag]


def _percent(share: Share) -> Decimal | None:
    if not share.whole:
        return None
    return (Decimal(100 * share.part) / share.whole).quantize(Decimal("0.1"), ROUND_HALF_UP)
