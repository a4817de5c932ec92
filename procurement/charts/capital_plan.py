"""The capital plan's charts for print: drawings (SVG) without colour alone, the same bytes for the same figures."""

import io
import re
from collections.abc import Callable
from typing import Any

from assets.domain.ageing import Band
from networks.domain.financial_year import label
from procurement.domain.capital_plan import CapitalPlan

_WIDTH, _HEIGHT = 7.0, 2.9
"""Inches: the text width of an A4 page."""
_FONT = "Document Sans"
_AGES = {
    Band.YEARS_0_4: ("#7fb2e5", ""),
    Band.YEARS_5_6: ("#3d85c6", "///"),
    Band.YEARS_7_9: ("#005eb8", ""),
    Band.YEARS_10_14: ("#330072", "..."),
    Band.YEARS_15_PLUS: ("#d5281b", "xx"),
    Band.UNKNOWN: ("#768692", "\\\\\\"),
}


def age_chart(plan: CapitalPlan) -> str:
    """Return the age profile: bars by band with the plan on each 31 March, and a line of those over ten without it."""

    def draw(axes: Any) -> None:
        names = [label(row.year) for row in plan.profile]
        floor = [0] * len(names)
        for band, (colour, hatch) in _AGES.items():
            counts = [row.bands_with_plan.get(band, 0) for row in plan.profile]
            if any(counts):
                axes.bar(
                    names,
                    counts,
                    0.62,
                    bottom=floor,
                    label=band.label,
                    color=colour,
                    hatch=hatch,
                    edgecolor="white",
                )
                floor = [a + b for a, b in zip(floor, counts, strict=True)]
        without = [row.old_without for row in plan.profile]
        axes.plot(names, without, "k--o", label="ten or older without the plan", markersize=4)
        axes.set_ylabel("machines on 31 March")

    last = plan.profile[-1]
    return _svg(
        "age",
        f"Machines by age band on each 31 March with the plan. Ten or older at the end: {last.old_with_plan} with the "
        f"plan, {last.old_without} without.",
        draw,
    )


def spend_chart(plan: CapitalPlan) -> str:
    """Return spend by year beside what the envelopes hold, in £ million inc VAT."""

    def draw(axes: Any) -> None:
        names = [label(year) for year in plan.years]
        equipment, rest = [], []
        for year in plan.years:
            rows = [row.money for row in plan.schedule if row.year == year]
            bought = sum(money.equipment_pence for money in rows)
            equipment.append(bought / 1e8)
            rest.append((sum(money.total_pence for money in rows) - bought) / 1e8)
        axes.bar(names, equipment, 0.62, label="equipment, ex VAT", color="#005eb8", edgecolor="white")
        axes.bar(
            names,
            rest,
            0.62,
            bottom=equipment,
            label="works and VAT",
            color="#7fb2e5",
            hatch="///",
            edgecolor="white",
        )
        known = [plan.envelope_pence(year=year) for year in plan.years]
        if all(amount is not None for amount in known):
            axes.plot(
                names,
                [(amount or 0) / 1e8 for amount in known],
                "k_",
                label="envelopes",
                markersize=22,
                markeredgewidth=2,
            )
        axes.set_ylabel("£ million, inc VAT")

    return _svg("spend", "Spend in each year beside the envelopes, in £ million including VAT.", draw)


def _svg(name: str, title: str, draw: Callable[[Any], None]) -> str:
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    settings: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": name,
        "font.size": 8.5,
        "hatch.linewidth": 0.6,
        "hatch.color": "white",
    }
    with rc_context(settings):
        figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.subplots()
        draw(axes)
        axes.spines[["top", "right"]].set_visible(False)
        axes.yaxis.grid(visible=True, color="#d8dde0", linewidth=0.6)
        axes.set_axisbelow(True)
        figure.legend(loc="outside upper left", ncols=4, frameon=False, fontsize=8)
        target = io.StringIO()
        figure.savefig(
            target, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    return _inline(name, title, target.getvalue())


def _inline(name: str, title: str, drawing: str) -> str:
    """Make a drawing part of a page: no prologue, a title as its words, names of its own, the document's font."""
    drawing = drawing[drawing.index("<svg") :]
    drawing = re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.DOTALL)
    drawing = re.sub(r'\bid="', f'id="{name}-', drawing)
    drawing = re.sub(r'(href="|url\()#', rf"\1#{name}-", drawing)
    drawing = re.sub(r"font-family: [^;\"]*", f"font-family: '{_FONT}'", drawing)
    return re.sub(r"(<svg[^>]*>)", rf"\1<title>{title}</title>", drawing, count=1)
