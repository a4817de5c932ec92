"""What is uncertain behind a plan, read from the register and the prices paid: dates, prices and works as ranges."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Min
from django.utils import timezone

from assets.domain.ageing import last_possible_day
from assets.domain.vocabulary import Modality, Precision
from assets.models import Activity, Asset
from networks.domain.figures import date_gb
from procurement.domain.benchmark import Purchase, Summary, summarise
from procurement.domain.planning.problem import PlanningProblem, Specification
from procurement.domain.planning.ranges import (
    DateRange,
    Evidence,
    Ranges,
    date_range,
    price_range,
    uncertainty_rules,
)
from procurement.models import PriceRecord

_ROOMS_OF_ONE = (Modality.CT, Modality.MRI)
"""Modalities of which a room holds one: what left it left before its successor came."""


def ranges_of(problem: PlanningProblem, *, on: date) -> Ranges:
    """Return the ranges behind a problem as at `on`: the day its register was read.

    Reads prices of all England on purpose, as the benchmark does: they leave it only as quartiles that its rule of
    disclosure allows. Four queries, however many machines and specifications.
    """
    rules = uncertainty_rules()
    return Ranges(
        on=on,
        dates=_dates(problem, on),
        prices=tuple(
            price_range(spec.code, spec.tiers[0].unit_price_pence, paid)
            for spec, paid in _paid(problem, since=date(on.year - rules.window_years, 4, 1), until=on)
        ),
        works_low_basis_points=rules.works_low_basis_points,
        works_high_basis_points=rules.works_high_basis_points,
    )


def _paid(
    problem: PlanningProblem, *, since: date, until: date
) -> Iterable[tuple[Specification, Summary | None]]:
    rows = PriceRecord.objects.filter(
        specification__code__in=[spec.code for spec in problem.specifications],
        priced_on__gte=since,
        priced_on__lte=until,
    ).order_by("pk")
    found: dict[str, list[Purchase]] = defaultdict(list)
    for code, buyer, quantity, price, priced_on in rows.values_list(
        "specification__code", "trust_id", "quantity", "unit_price_pence", "priced_on"
    ):
        found[code].append(Purchase("England", buyer, quantity, price, priced_on))
    for spec in problem.specifications:
        yield spec, summarise(found[spec.code])[-1] if found[spec.code] else None


def _dates(problem: PlanningProblem, on: date) -> tuple[DateRange, ...]:
    kinds: dict[str, list[date]] = defaultdict(list)
    for asset in problem.assets:
        if asset.installed_on is not None:
            kinds[asset.modality].append(asset.installed_on)
    uncertain = _uncertain(problem)
    first_seen, left = _first_seen(uncertain), _left_rooms(uncertain)
    found = []
    for row in uncertain:
        name = Modality(row.modality).label
        one = date_range(
            row.pk,
            installed_on=row.installed_on,
            precision=row.installed_precision,
            modality=name,
            kind=kinds[row.modality],
            not_before=_not_before(row, left),
            not_after=_not_after(row, first_seen, on),
            on=on,
            condition=row.condition,
        )
        if one is not None:
            found.append(one)
    return tuple(found)


def _uncertain(problem: PlanningProblem) -> list[Asset]:
    """The problem's machines whose date is not known to the day, by number. A date that has moved since is left alone."""
    asked = {asset.asset_id: asset.installed_on for asset in problem.assets}
    rows = (
        Asset.objects.filter(pk__in=list(asked))
        .exclude(installed_precision=Precision.DAY.value)
        .select_related("machine_model")
        .order_by("pk")
    )
    return [row for row in rows if row.installed_on == asked[row.pk]]


def _first_seen(rows: Iterable[Asset]) -> Mapping[int, date]:
    """Machine to the end of the first period in which it examined somebody."""
    unknown = [row.pk for row in rows if row.installed_on is None]
    found = Activity.objects.filter(asset_id__in=unknown, examinations__gt=0).order_by().values("asset_id")
    return {row["asset_id"]: row["first"] for row in found.annotate(first=Min("ends_on"))}


def _left_rooms(rows: Iterable[Asset]) -> Mapping[tuple[int, str, str], date]:
    """(site, room, modality) to the day on which the last machine retired from it left."""
    rooms = [row for row in rows if row.installed_on is None and row.location]
    retired = Asset.objects.filter(
        site_id__in={row.site_id for row in rooms},
        retired_on__isnull=False,
        modality__in=[m.value for m in _ROOMS_OF_ONE],
    ).exclude(location="")
    found: dict[tuple[int, str, str], date] = {}
    for site, room, modality, day in retired.order_by("retired_on").values_list(
        "site_id", "location", "modality", "retired_on"
    ):
        if day is not None:
            found[site, room.casefold(), modality] = day
    return found


def _not_before(row: Asset, left: Mapping[tuple[int, str, str], date]) -> list[Evidence]:
    found = []
    if row.year_of_manufacture:
        found.append(
            Evidence(date(row.year_of_manufacture, 1, 1), f"it was made in {row.year_of_manufacture}")
        )
    predecessor = left.get((row.site_id, row.location.casefold(), row.modality))
    if predecessor is not None:
        found.append(Evidence(predecessor, f"the machine before it left the room on {date_gb(predecessor)}"))
    return found


def _not_after(row: Asset, first_seen: Mapping[int, date], on: date) -> list[Evidence]:
    """Days by which it stood there already; what lies after `on` has yet to happen and says nothing."""
    rules = uncertainty_rules()
    registered = timezone.localdate(row.created_at)
    upgraded = row.upgraded_on and _last_day(row.upgraded_on, row.upgraded_precision)
    known: list[tuple[date | None, str]] = [
        (registered, "it has been in the register since {}"),
        (first_seen.get(row.pk), "it examined people in the period that ended on {}"),
        (upgraded, "it was upgraded by {}"),
        (row.qa_on, "its quality was tested on {}"),
        (row.warranty_ends_on, "its warranty ended on {}"),
        (row.maintenance_ends_on, "its maintenance contract ended on {}"),
        (row.support_ends_on, "its maker’s support ended on {}"),
    ]
    if not row.is_refurbished:
        made = row.year_of_manufacture and date(row.year_of_manufacture, 12, 31)
        sold = row.machine_model.sale_ends_on if row.machine_model else None
        known += [
            (_later(made or None, rules.made_before_months), "a machine made then is installed by {}"),
            (_later(sold, rules.sold_before_months), "the last of its model were installed by {}"),
        ]
    return [
        Evidence(day, words.format(date_gb(day))) for day, words in known if day is not None and day <= on
    ]


def _later(day: date | None, months: int) -> date | None:
    """The last day of the month so many months after a day's."""
    if day is None:
        return None
    years, month = divmod(day.month - 1 + months, 12)
    return _last_day(date(day.year + years, month + 1, 1), Precision.MONTH.value)


def _last_day(day: date, precision: str) -> date:
    return last_possible_day(day, Precision(precision))
