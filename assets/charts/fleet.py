"""The fleet's ages as charts: bands by group, and the years ahead if nothing is replaced."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from assets.domain.ageing import Band
from assets.domain.fleet import TEN, AgeTally
from assets.domain.fleet_groups import Group, Grouping
from assets.domain.guidance import reference_ages
from networks.charts.chart import Chart, ChartTable
from networks.templatetags.format import date_gb

MOST_BARS = 30
"""More bars than this are a wall: the chart shows the groups with most to replace, the table all."""

_LEAST_HEIGHT = 400
"""What the page keeps free for a chart: a lower drawing would leave a gap."""
_SINGLE_STEPS = 12
_PALETTE = {"palette": "ages"}


def machines_noun(modality_label: str = "") -> str:
    """Return what is counted: "CT machines", or "machines" of all modalities."""
    return f"{modality_label} machines".strip()


def band_headings() -> list[str]:
    """Return the bands in words, as headings of a table."""
    return [label[0].upper() + label[1:] for label in (band.label for band in Band)]


def share_headings() -> list[str]:
    """Return the headings of the shares, one for each age that guidance names."""
    return [f"{years} years or older, of those of known age" for years in reference_ages()]


def ages_row(name: str, ages: AgeTally) -> list[str]:
    """Return a row of the tables, as text: name, machines, bands, then each share with its counts."""
    shares = [ages.at_least(years) for years in reference_ages()]
    return [
        name,
        f"{ages.total:,}",
        *(f"{ages.in_band(band):,}" for band in Band),
        *(f"{share.percent} ({share.counts})" if share.whole else "not known" for share in shares),
    ]


def bands_chart(groups: Sequence[Group], *, noun: str, by: Grouping, source: str) -> Chart:
    """Return the bands of each group as stacked bars: their length is machines, every band named and counted.

    `by` is what the groups are, `noun` what is counted ("CT machines").
    """
    shown = list(groups)
    if len(shown) > MOST_BARS:
        worst = sorted(shown, key=lambda g: (-g.ages.at_least(TEN).part, g.name))[:MOST_BARS]
        shown = [group for group in shown if group in worst]
    names = [group.name for group in shown]
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": label,
            "y": names,
            "x": [group.ages.in_band(band) for group in shown],
            "hovertemplate": f"%{{y}}: %{{x}} of {label.lower()}<extra></extra>",
        }
        for band, label in zip(Band, band_headings(), strict=True)
    ]
    layout = {
        "barmode": "stack",
        "height": max(_LEAST_HEIGHT, 140 + 36 * len(shown)),
        "meta": _PALETTE,
        "xaxis": _counts(noun, max((group.ages.total for group in shown), default=0)),
        "yaxis": {"autorange": "reversed", "type": "category"},
    }
    return Chart(
        heading=f"Ages of {noun} by {by.value}",
        caption=_finding(groups, len(shown), noun, by.plural),
        figure={"data": data, "layout": layout},
        table=ChartTable(
            [by.label, "Machines", *band_headings(), *share_headings()],
            [ages_row(group.name, group.ages) for group in groups],
        ),
        source=source,
    )


def forward_chart(ahead: Mapping[date, AgeTally], *, noun: str, source: str) -> Chart:
    """Return the bands at each date of the forward profile, if nothing is replaced."""
    dates = sorted(ahead)
    names = [date_gb(on) for on in dates]
    data = [
        {
            "type": "bar",
            # Lying down: dates below upright bars would run into each other on a narrow screen.
            "orientation": "h",
            "name": label,
            "y": names,
            "x": [ahead[on].in_band(band) for on in dates],
            "hovertemplate": f"%{{y}}: %{{x}} of {label.lower()}<extra></extra>",
        }
        for band, label in zip(Band, band_headings(), strict=True)
    ]
    layout: dict[str, Any] = {
        "barmode": "stack",
        "height": max(_LEAST_HEIGHT, 140 + 32 * len(dates)),
        "meta": _PALETTE,
        "xaxis": _counts(noun, max(ahead[on].total for on in dates)),
        "yaxis": {"autorange": "reversed", "type": "category"},
    }
    return Chart(
        heading=f"Ages of these {noun} in the years ahead, if nothing is replaced",
        caption=_forward_finding(dates, ahead),
        figure={"data": data, "layout": layout},
        table=ChartTable(
            ["On", "Machines", *band_headings(), *share_headings()],
            [ages_row(date_gb(on), ahead[on]) for on in dates],
        ),
        source=source,
    )


def _counts(noun: str, most: int) -> dict[str, Any]:
    """An axis of whole machines: without a step of its own a short one would repeat its numbers."""
    whole = {"dtick": 1} if most <= _SINGLE_STEPS else {}
    return {"title": {"text": f"Number of {noun}"}, "tickformat": ",d", "rangemode": "tozero", **whole}


def _finding(groups: Sequence[Group], shown: int, noun: str, by: str) -> str:
    known = [group for group in groups if group.ages.known]
    if not known:
        return f"Of none of the {noun} is the installation date known."
    part = sum(group.ages.at_least(TEN).part for group in known)
    whole = sum(group.ages.known for group in known)
    words = f"{part:,} of {whole:,} {noun} of known age are ten years or older."
    highest = max(known, key=lambda g: (g.ages.at_least(TEN).fraction or 0, g.ages.known))
    if len(known) > 1 and part:
        share = highest.ages.at_least(TEN)
        words += f" The largest share is in {highest.name}: {share.percent} ({share.counts})."
    if shown < len(groups):
        words += f" Drawn are the {shown} of {len(groups)} {by} with most of them; the table has all."
    return words


def _forward_finding(dates: Sequence[date], ahead: Mapping[date, AgeTally]) -> str:
    first, last = ahead[dates[0]].at_least(TEN), ahead[dates[-1]].at_least(TEN)
    return (
        f"If nothing is replaced, the share of ten years or older goes from {first.percent} ({first.counts}) on "
        f"{date_gb(dates[0])} to {last.percent} ({last.counts}) on {date_gb(dates[-1])}."
    )
