"""What machines did in twelve months: figures as recorded, read by the rules of `assets.domain.activity`."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from assets.domain.activity import (
    MEASURES,
    Figure,
    Measure,
    Reading,
    Uptime,
    by_period,
    each_machines,
    read,
    rounded,
    site_average,
    uptime,
    window,
)
from assets.domain.activity_periods import Period, PeriodKind
from assets.models import Activity, Asset
from assets.models.activity import ActivityQuerySet
from assets.queries.activity_register import values_of
from networks.domain.access import Actor

_FIELDS = (
    "asset_id",
    "site_id",
    "modality",
    "starts_on",
    "period_kind",
    "source",
    "recorded_at",
    "machines",
)
FEW = 200
"""So many machines are asked for by name; of more, all figures of the time are read."""


@dataclass(frozen=True, slots=True)
class MachineActivity:
    """One machine's figures over twelve months, each with how it is known; `uptime` is None where it is not known."""

    asset: Asset
    readings: dict[Measure, Reading]
    uptime: Uptime | None

    @property
    def examinations(self) -> Reading:
        return self.readings[Measure.EXAMINATIONS]

    @property
    def hours(self) -> Reading:
        return self.readings[Measure.HOURS_IN_USE]

    @property
    def downtime(self) -> Reading:
        return self.readings[Measure.UNPLANNED]

    @property
    def is_known(self) -> bool:
        """Whether any of them is known."""
        return any(reading.is_known for reading in self.readings.values())


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """A month or year as a table shows it: each measure's figure, None where not known, and what they are of.

    `over` is "" for the machine's own figures, else "site average over 3 machines".
    """

    period: Period
    values: tuple[object, ...]
    over: str
    sources: str


def activity_in(actor: Actor, assets: Sequence[Asset], *, on: date) -> list[MachineActivity]:
    """Return what machines did in the twelve months up to a date, in the order given. One query."""
    figures = _figures(_in_window(actor, on), assets)
    return [machine_activity(asset, figures[asset.pk], on=on) for asset in assets]


def in_order_of(
    actor: Actor, assets: Sequence[Asset], measure: Measure | None, *, on: date, down: bool
) -> list[Asset]:
    """Return machines in the order of what they did in a year, of their uptime where `measure` is None.

    Those of which it is not known stand last either way. Only what they are sorted by is worked out. One query.
    """
    figures = _figures(_in_window(actor, on), assets)
    known: list[tuple[Decimal, Asset]] = []
    unknown: list[Asset] = []
    for asset in assets:
        value = (
            _uptime_percent(asset, figures[asset.pk], on)
            if measure is None
            else read(measure, figures[asset.pk], on=on).a_year
        )
        if value is None:
            unknown.append(asset)
        else:
            known.append((value, asset))
    known.sort(key=lambda each: each[0], reverse=down)
    return [asset for _, asset in known] + unknown


def figures_of(actor: Actor, asset: Asset) -> list[Figure]:
    """Return every figure of a machine and of its site that the actor may see. One query."""
    return _figures(Activity.objects.visible_to(actor), [asset])[asset.pk]


def machine_activity(asset: Asset, figures: Sequence[Figure], *, on: date) -> MachineActivity:
    """Return what a machine's figures say of the twelve months up to a date. No query."""
    return MachineActivity(
        asset,
        {measure: read(measure, figures, on=on) for measure in MEASURES},
        uptime(
            figures, on=on, hours_per_week=asset.hours_per_week, target_percent=asset.uptime_target_percent
        ),
    )


def lines_of(figures: Iterable[Figure], *, on: date) -> list[PeriodLine]:
    """Return the months of the twelve up to a date that anything is known of, then every whole year, the newest last."""
    figures = list(figures)
    years = sorted({figure.period for figure in figures if figure.period.kind is PeriodKind.YEAR})
    return [line for period in (*window(on), *years) if (line := _line(period, figures))]


def _in_window(actor: Actor, on: date) -> ActivityQuerySet:
    """Return the figures that the twelve months up to a date can be read from."""
    months = window(on)
    visible: ActivityQuerySet = Activity.objects.visible_to(actor)
    return visible.filter(ends_on__gte=months[0].starts_on, ends_on__lte=months[-1].ends_on)


def _uptime_percent(asset: Asset, figures: Sequence[Figure], on: date) -> Decimal | None:
    found = uptime(figures, on=on, hours_per_week=asset.hours_per_week, target_percent=None)
    return found.percent if found else None


def _line(period: Period, figures: list[Figure]) -> PeriodLine | None:
    """The machine's own figures of a period where it has any, else its site's averages."""
    of_period = [figure for figure in figures if figure.period == period]
    own = [figure for figure in of_period if not figure.of_site]
    chosen = own or of_period
    if not chosen:
        return None
    values: list[object] = []
    used: list[Figure] = []
    for measure in MEASURES:
        found = by_period([figure for figure in chosen if measure in figure.values], [period]).get(period)
        values.append(rounded(each_machines(found, measure), measure) if found else None)
        used += [found] if found else []
    numbers = [figure.machines for figure in used]
    over = "" if own else site_average(min(numbers), max(numbers))
    return PeriodLine(period, tuple(values), over, ", ".join(sorted({figure.source for figure in used})))


def _figures(visible: ActivityQuerySet, assets: Sequence[Asset]) -> dict[int, list[Figure]]:
    if len(assets) <= FEW:
        places = {asset.site_id for asset in assets}
        visible = visible.filter(
            Q(asset_id__in=[asset.pk for asset in assets]) | Q(site_id__in=sorted(places))
        )
    own: dict[int, list[Figure]] = defaultdict(list)
    of_sites: dict[tuple[int, str], list[Figure]] = defaultdict(list)
    rows = visible.order_by("pk").values_list(*_FIELDS, *MEASURES)
    periods: dict[tuple[date, str], Period] = {}
    for asset_id, site_id, modality, starts_on, kind, source, recorded_at, machines, *values in rows.iterator(
        5_000
    ):
        period = periods.get((starts_on, kind))
        if period is None:
            # One object for a month, not one for each machine's: most of the time would go into making them.
            period = periods[starts_on, kind] = Period(starts_on, PeriodKind(kind))
        figure = Figure(
            period,
            values_of(tuple(values)),
            source,
            recorded_at,
            machines,
            of_site=asset_id is None,
        )
        if asset_id is None:
            of_sites[site_id, modality].append(figure)
        else:
            own[asset_id].append(figure)
    return {
        asset.pk: [*own.get(asset.pk, ()), *of_sites.get((asset.site_id, asset.modality), ())]
        for asset in assets
    }
