"""The worked examples of docs/algorithms/activity.md are what the code says."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from assets.domain.activity import Figure, Measure, read, uptime, window
from assets.domain.activity_periods import read_period
from tests.builders.doc_tables import DOCS, tables_of

PAGE = DOCS / "algorithms" / "activity.md"
rows = tables_of(PAGE)
ON = date(2026, 11, 24)
AT = datetime(2026, 11, 1, tzinfo=UTC)
MACHINES_AT_THE_SITE = 3


def number(text):
    return None if text == "not known" else Decimal(text.replace(",", ""))


def figures(known):
    """What a cell says is known, as figures: the newest months of the twelve."""
    found, of_site = [], False
    for said in re.split(r", (?=own|site|year)", known):
        owner, _, rest = said.rpartition(": ") if ": " in said else ("", "", said)
        of_site = {"own": False, "site": True}.get(owner, of_site)
        more = {"machines": MACHINES_AT_THE_SITE, "of_site": True} if of_site else {}
        if months := re.fullmatch(r"(\d+) months of ([\d,]+)", rest):
            chosen = window(ON)[12 - int(months[1]) :]
            found += [Figure(p, {Measure.EXAMINATIONS: number(months[2])}, "RIS", AT, **more) for p in chosen]
        elif year := re.fullmatch(r"year (\d{4}/\d\d) of ([\d,]+)", rest):
            period = read_period(year[1], on=ON)
            found.append(Figure(period, {Measure.EXAMINATIONS: number(year[2])}, "RIS", AT, **more))
        else:
            assert rest == "nothing", rest
    return found


@pytest.mark.parametrize(("known", "how", "a_year"), rows("known", "how", "a year"))
def test_the_year_of_the_worked_example(known, how, a_year):
    reading = read(Measure.EXAMINATIONS, figures(known), on=ON)
    assert reading.words.removesuffix(" (RIS)") == how
    assert reading.a_year == number(a_year)


@pytest.mark.parametrize(
    ("months", "hours", "planned", "unplanned", "target", "percent", "against"),
    rows(
        "months known",
        "hours a week",
        "planned, hours",
        "unplanned, hours",
        "target, %",
        "uptime, %",
        "against the target",
    ),
)
def test_the_uptimes_of_the_page(months, hours, planned, unplanned, target, percent, against):
    """The hours are spread over the months; a hundredth that does not divide falls into the last one."""
    chosen = window(ON)[12 - int(months) :]
    held = []
    for measure, total in ((Measure.PLANNED, number(planned)), (Measure.UNPLANNED, number(unplanned))):
        each = (total / len(chosen)).quantize(Decimal("0.01"))
        parts = [each] * (len(chosen) - 1)
        held += [
            Figure(period, {measure: value}, "Engineer's log", AT)
            for period, value in zip(chosen, [*parts, total - sum(parts)], strict=True)
        ]
    week = number(hours)
    found = uptime(held, on=ON, hours_per_week=int(week) if week else None, target_percent=number(target))
    assert f"{found.percent}" == percent
    assert {True: "meets it", False: "below it", None: "no target"}[found.meets] == against
