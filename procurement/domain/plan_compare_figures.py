"""The figures of plans side by side, each against the first, with a difference only where there is a true one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from networks.domain.figures import MINUS, NOT_KNOWN, pounds
from networks.domain.financial_year import label
from procurement.domain.plan_ages import OLD_YEARS
from procurement.domain.plan_compare import (
    Judged,
    Side,
    all_years,
    in_all,
    judged,
    other_question,
    same_machines_and_years,
)
from procurement.domain.planning.result import Kind

NOT_COMPARABLE = "not comparable"


class Scale(StrEnum):
    """What a figure counts in, which decides how it and a difference of it read."""

    COUNT = "count"
    PENCE = "pence"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Cell:
    """One plan's figure: its value (None: not known), and how it stands to the first's, in words; "" for the first."""

    value: float | None
    words: str
    against: str = ""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of every plan, in the plans' order. `note` says what it counts."""

    label: str
    cells: tuple[Cell, ...]
    scale: Scale
    note: str = ""


Value = float | None
_Verdict = tuple[str, str]
"""What to say of a figure that is lower than the first's, and of one that is higher."""
LESS_IS_BETTER: _Verdict = ("better", "worse")
MORE_IS_BETTER: _Verdict = ("worse", "better")
PRICE: _Verdict = ("cheaper", "dearer")
NEUTRAL: _Verdict = ("fewer", "more")


def questions(sides: Sequence[Side]) -> list[tuple[str, ...]]:
    """Return for each plan how its question differs from the first's, in words; empty: it does not."""
    return [other_question(sides[0], side) for side in sides]


def figure_rows(sides: Sequence[Side]) -> list[FigureRow]:
    """Return the figures, the exposure first; figures by the first one's question follow where questions differ."""
    asked_alike = [not said for said in questions(sides)]
    alike = [same_machines_and_years(sides[0], side) for side in sides]
    own = [side.by_itself for side in sides]

    def counted(name: str, of: Callable[[Side], Value], verdict: _Verdict, note: str = "") -> FigureRow:
        return _row(name, [of(side) for side in sides], alike, verdict, note=note)

    def money(name: str, of: Callable[[Side], Value], verdict: _Verdict, note: str = "") -> FigureRow:
        return _row(name, [of(side) for side in sides], alike, verdict, Scale.PENCE, note)

    rows = [
        _row(
            "Exposure, in points",
            _of(own, lambda one: one.exposure),
            asked_alike,
            LESS_IS_BETTER,
            note="100 points: one machine one year past guidance. Each plan by its own guidance.",
        ),
        *_by_the_first(sides, asked_alike=all(asked_alike), alike=all(alike)),
        _row(
            f"Years spent at {OLD_YEARS} or over",
            _of(own, lambda one: one.years_over_ten),
            alike,
            LESS_IS_BETTER,
            note="Machines times years.",
        ),
        _row(
            "Years spent at the guidance age or over",
            _of(own, lambda one: one.years_over_guidance),
            [
                one and other.guidance_years == sides[0].guidance_years
                for one, other in zip(alike, sides, strict=True)
            ],
            LESS_IS_BETTER,
            note="Machines times years. Each plan by its own guidance.",
        ),
        money("Spend, inc VAT", spend_of, PRICE),
        money("Trusts’ own envelopes, inc VAT", lambda s: s.envelope_pence, ("less", "more")),
        money(
            "Saved by joint prices, ex VAT",
            lambda s: sum(m.saving_pence for m in s.machines.values()),
            MORE_IS_BETTER,
            "Against buying each machine by itself.",
        ),
        counted("Joint tenders", lambda s: s.tenders, NEUTRAL),
        counted(
            "Machines replaced", lambda s: s.count(lambda m: m.is_bought and not m.is_candidate), NEUTRAL
        ),
        counted("Additional machines", lambda s: s.count(lambda m: m.is_bought and m.is_candidate), NEUTRAL),
        counted("Upgrades", lambda s: s.count(lambda m: m.upgrade_year is not None), NEUTRAL),
        counted(
            "Machines retired",
            lambda s: s.count(lambda m: m.kind is Kind.RETIRE and m.year is not None),
            NEUTRAL,
        ),
    ]
    gaps = [side.gap for side in sides]
    if any(gap is not None for gap in gaps):
        note = "At most so far from the least exposure possible, as the solver proves it."
        rows.append(
            _row("How far from the best", gaps, asked_alike, ("nearer", "farther"), Scale.SHARE, note)
        )
    return rows


def spend_rows(sides: Sequence[Side]) -> list[FigureRow]:
    """Return each year's spend, inc VAT; a year that is not a plan's is not known there, never nought."""
    years = all_years(sides)
    same = [sides[0].machines.keys() == side.machines.keys() for side in sides]
    return [
        _row(label(year), [side.spend_in(year) for side in sides], same, PRICE, Scale.PENCE) for year in years
    ]


def spend_of(side: Side) -> int:
    """Return what a plan spends over all its years, in pence inc VAT."""
    return sum(machine.spend_pence for machine in side.machines.values())


def _by_the_first(sides: Sequence[Side], *, asked_alike: bool, alike: bool) -> list[FigureRow]:
    """Figures of the machines that are in all plans, judged as the first asks; none where all ask alike.

    Where all hold the same machines over the same years, `alike`, only exposure hangs on how it is judged.
    """
    keys = in_all(sides)
    if asked_alike or not keys:
        return []
    first = sides[0]
    found = [judged(side, first, keys) for side in sides]
    known = [one is not None for one in found]
    if not known[0]:
        return []
    machines = "the one machine" if len(keys) == 1 else f"the {len(keys):,} machines"
    note = (
        f"Only {machines} in all of the plans, over {label(first.years[0])} to {label(first.years[-1])}, by the "
        f"{first.guidance_years}-year guidance and the register of {first.name}."
    )
    spends = [
        sum(side.machines[key].spend.get(year, 0) for key in keys for year in first.years)
        if known[place]
        else None
        for place, side in enumerate(sides)
    ]
    exposure = _row(
        "Exposure as the first asks, in points",
        _of(found, lambda one: one.exposure),
        known,
        LESS_IS_BETTER,
        note=note,
    )
    if alike:
        return [exposure]
    return [
        exposure,
        _row(
            f"Years at {OLD_YEARS} or over as the first asks",
            _of(found, lambda one: one.years_over_ten),
            known,
            LESS_IS_BETTER,
            note=note,
        ),
        _row("Spend on these machines, inc VAT", spends, known, PRICE, Scale.PENCE, note),
    ]


def _of(judged_all: Sequence[Judged | None], figure: Callable[[Judged], int]) -> list[Value]:
    return [None if one is None else figure(one) for one in judged_all]


def _row(
    name: str,
    values: Sequence[Value],
    comparable: Sequence[bool],
    verdict: _Verdict,
    scale: Scale = Scale.COUNT,
    note: str = "",
) -> FigureRow:
    base = values[0]
    cells = [
        Cell(
            value,
            _words(value, scale),
            "" if place == 0 else _against(base, value, scale, verdict, comparable[place]),
        )
        for place, value in enumerate(values)
    ]
    return FigureRow(name, tuple(cells), scale, note)


def _words(value: Value, scale: Scale) -> str:
    if value is None:
        return NOT_KNOWN
    if scale is Scale.PENCE:
        return pounds(int(value))
    return f"{100 * value:.1f}%" if scale is Scale.SHARE else f"{int(value):,}"


def _against(base: Value, value: Value, scale: Scale, verdict: _Verdict, comparable: bool) -> str:
    """ "−1,200: better": the difference with its sign, and what it means."""
    if base is None or value is None:
        return ""
    if not comparable:
        return NOT_COMPARABLE
    difference = value - base
    amount = _words(abs(difference), scale)
    if not difference:
        return "the same"
    if scale is Scale.SHARE:
        amount = f"{100 * abs(difference):.1f} points"
    sign, meaning = (MINUS, verdict[0]) if difference < 0 else ("+", verdict[1])
    return f"{sign}{amount}: {meaning}"
