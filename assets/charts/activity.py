"""A machine's months of activity as a chart and a table, and all that its page shows of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assets.domain.activity import MEASURES, Measure, Reading
from assets.domain.activity_periods import PeriodKind
from assets.domain.activity_taking import counted_facts
from assets.domain.facts import BY_KEY
from assets.models import Asset
from assets.queries.activity import MachineActivity, PeriodLine, figures_of, lines_of, machine_activity
from networks.charts.chart import Chart, ChartTable
from networks.domain.access import Actor, Permission
from networks.domain.figures import date_gb
from networks.templatetags.format import NOT_KNOWN

TABLE_HEADINGS = ("Period", *(measure.label for measure in MEASURES), "Of", "Source")
_OWN = "this machine"


@dataclass(frozen=True, slots=True)
class ActivityOfAsset:
    """What `templates/assets/asset_activity.html` shows: readings in words, uptime, months as a table, a chart of them.

    `takes` are the facts of the register that a count could replace, as (label, stated, counted, how it is known);
    `stated` are the register's own examinations a year, None where it states none.
    """

    activity: MachineActivity
    readings: Sequence[Reading]
    stated: int | None
    takes: Sequence[tuple[str, str, str, str]]
    table: ChartTable
    chart: Chart | None
    may_take: bool
    on: date


def activity_of(asset: Asset, actor: Actor, on: date) -> ActivityOfAsset:
    """Return a machine's activity as its page shows it, up to a date. One query."""
    figures = figures_of(actor, asset)
    activity = machine_activity(asset, figures, on=on)
    lines = lines_of(figures, on=on)
    return ActivityOfAsset(
        activity=activity,
        readings=[reading for reading in activity.readings.values() if reading.is_known],
        stated=asset.examinations_per_year,
        takes=[
            (BY_KEY[name].heading, _said(getattr(asset, name)), _said(value), reading.words)
            for name, (value, reading) in counted_facts(asset, activity.readings).items()
        ],
        table=_table(lines),
        chart=_chart(activity, lines),
        may_take=actor.can(Permission.EDIT_ASSETS, trust_id=asset.trust_id),
        on=on,
    )


def _table(lines: Sequence[PeriodLine]) -> ChartTable:
    return ChartTable(
        TABLE_HEADINGS,
        [[line.period.label, *map(_said, line.values), line.over or _OWN, line.sources] for line in lines],
    )


def _chart(activity: MachineActivity, lines: Sequence[PeriodLine]) -> Chart | None:
    """Examinations by month, the machine's own and its site's averages told apart; None where no month is known."""
    place = MEASURES.index(Measure.EXAMINATIONS)
    months = [
        line for line in lines if line.period.kind is PeriodKind.MONTH and line.values[place] is not None
    ]
    if not months:
        return None
    data = [
        {
            "type": "bar",
            # Lying down: names of months below upright bars run into each other on a narrow screen.
            "orientation": "h",
            "name": name,
            "y": [line.period.label for line in chosen],
            "x": [int(str(line.values[place])) for line in chosen],
            "hovertemplate": "%{y}: %{x:,d}<extra></extra>",
        }
        for name, chosen in (
            ("Own count", [line for line in months if not line.over]),
            ("Site average", [line for line in months if line.over]),
        )
        if chosen
    ]
    reading = activity.examinations
    end = date_gb(reading.ends_on)
    return Chart(
        heading=f"Examinations by month, up to {end}",
        caption=f"{_said(reading.a_year)} a year: {reading.words}.",
        figure={
            "data": data,
            "layout": {
                "height": 440,
                "barmode": "stack",
                "xaxis": {"title": {"text": "Examinations"}, "tickformat": ",d", "rangemode": "tozero"},
                "yaxis": {
                    "autorange": "reversed",
                    "type": "category",
                    "categoryorder": "array",
                    "categoryarray": [line.period.label for line in months],
                },
            },
        },
        table=ChartTable(
            ["Month", "Examinations", "Of"],
            [[line.period.label, _said(line.values[place]), line.over or _OWN] for line in months],
        ),
    )


def _said(value: object) -> str:
    return NOT_KNOWN if value is None else f"{value:,}"
