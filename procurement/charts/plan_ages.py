"""How old the machines are at each 31 March: with the plan, oldest first, and with nothing replaced, in one chart."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from assets.domain.vocabulary import Modality
from networks.charts.chart import Chart, ChartTable
from procurement.charts.plans import SOURCE, ends
from procurement.domain.plan_ages import (
    DUE_YEARS,
    OLD_YEARS,
    Choice,
    Machine,
    counted,
    middle,
    old,
    oldest_first,
    with_plan,
    without,
)

_SCHEDULES: Mapping[str, Choice] = {
    "With this plan": with_plan,
    "Oldest first, same envelopes": oldest_first,
    "Nothing replaced": without,
}


def age_curves(machines: Sequence[Machine], years: Sequence[int], *, day: str) -> Chart:
    """Return machines of ten and of seven years or older, and the median age, at each 31 March by each schedule.

    `day`: the day the register was read, in words.
    """
    tens = {name: old(machines, choice, years) for name, choice in _SCHEDULES.items()}
    sevens = {name: old(machines, choice, years, at_least=DUE_YEARS) for name, choice in _SCHEDULES.items()}
    medians = {name: middle(machines, choice, years) for name, choice in _SCHEDULES.items()}
    in_use = {name: counted(machines, choice, years) for name, choice in _SCHEDULES.items()}
    rows = [
        [
            f"31 March {year + 1}, {name[0].lower()}{name[1:]}",
            _share(tens[name][year], in_use[name][year]),
            _share(sevens[name][year], in_use[name][year]),
            _years(medians[name][year]),
        ]
        for year in years
        for name in _SCHEDULES
    ]
    return Chart(
        heading="Ages at each 31 March: this plan, oldest first, and nothing replaced",
        caption=f"{_old_finding(tens, machines, years)} {_unknown_words(machines)}".strip(),
        figure={"data": _lines([tens, sevens, medians], years), "layout": _layout()},
        table=ChartTable(["At", f"{OLD_YEARS} or older", f"{DUE_YEARS} or older", "Median age"], rows),
        source=SOURCE.format(day=day),
    )


def _lines(panels: Sequence[Mapping[str, Mapping[int, Any]]], years: Sequence[int]) -> list[dict[str, Any]]:
    """The three schedules in each of the panels, from the top; a schedule is one series throughout."""
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": name,
            "legendgroup": name,
            "showlegend": number == 0,
            "x": ends(years),
            "y": [found[year] for year in years],
            "xaxis": f"x{number + 1 if number else ''}",
            "yaxis": f"y{number + 1 if number else ''}",
        }
        for number, panel in enumerate(panels)
        for name, found in panel.items()
    ]


def _layout() -> dict[str, Any]:
    titles = (f"{OLD_YEARS} or older", f"{DUE_YEARS} or older", "Median age, years")
    layout: dict[str, Any] = {"height": 760}
    for number, title in enumerate(titles):
        suffix = str(number + 1) if number else ""
        top = 1 - number * 0.345
        layout[f"xaxis{suffix}"] = {
            "type": "category",
            "anchor": f"y{suffix}",
            "showticklabels": number == len(titles) - 1,
        }
        layout[f"yaxis{suffix}"] = {
            "domain": [max(0, top - 0.31), top],
            "anchor": f"x{suffix}",
            "title": {"text": title},
            "rangemode": "tozero",
            "tickformat": ",~g",
        }
    return layout


def _share(count: int, of: int) -> str:
    return f"{count} of {of} ({round(100 * count / of)}%)" if of else "no machine"


def _years(age: float | None) -> str:
    return "not known" if age is None else f"{age:g} years"


def _old_finding(
    counts: Mapping[str, Mapping[int, int]], machines: Sequence[Machine], years: Sequence[int]
) -> str:
    last = years[-1]
    plan, oldest, nothing = (found[last] for found in counts.values())
    said = (
        f"On 31 March {last + 1}, {plan} of {len(machines)} machines {_are(plan)} {OLD_YEARS} years or older with this "
        f"plan, {oldest} if the oldest are replaced first within the same envelopes, and {nothing} if nothing is replaced."
    )
    fewer: Counter[str] = Counter()
    for machine in machines:
        was, will = (_is_old(machine, choice, last) for choice in (without, with_plan))
        fewer[machine.modality] += was - will
    modality, most = max(fewer.items(), key=lambda item: item[1], default=("", 0))
    if most > 0 and len(fewer) > 1:
        said += f" {Modality(modality).label} accounts for {most} of the {nothing - plan} fewer."
    return said


def _is_old(machine: Machine, choice: Choice, year: int) -> int:
    return old([machine], choice, [year])[year]


def _unknown_words(machines: Sequence[Machine]) -> str:
    unknown = sum(machine.installed_on is None for machine in machines)
    if not unknown:
        return ""
    if unknown == 1:
        return "One machine has no installation date and is not counted as old until it is known."
    return f"{unknown} machines have no installation date and are not counted as old until it is known."


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
