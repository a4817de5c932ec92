"""Eighteen months of use of the first trusts' machines, as a RIS would report it; one site cannot tell its machines apart."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from random import Random

from django.utils import timezone

from assets.domain.activity_periods import PeriodKind
from assets.domain.vocabulary import Modality
from assets.models import Activity, Asset

TRUSTS = ("ZA1", "ZA2", "ZA3")
MONTHS = 18
_TOGETHER = Modality.XRAY
"""At each trust's first site the RIS counts this modality for the whole site."""


def make_activity(*, random: Random, assets: Sequence[Asset], as_at: date) -> None:
    """Write the use of each machine of TRUSTS, month by month, up to the last whole month."""
    rows: list[Activity] = []
    together: dict[int, list[Asset]] = {}
    first_sites: dict[int, int] = {}
    for asset in assets:
        if asset.trust.code not in TRUSTS or asset.examinations_per_year is None:
            continue
        first = first_sites.setdefault(asset.trust_id, asset.site_id)
        if asset.modality == _TOGETHER and asset.site_id == first:
            together.setdefault(asset.site_id, []).append(asset)
        else:
            rows += _of_machine(random, asset, as_at)
    for alike in together.values():
        rows += _of_site(random, alike, as_at)
    Activity.objects.bulk_create(rows, batch_size=500)


def _months(as_at: date) -> list[date]:
    number = as_at.year * 12 + as_at.month - 1
    return [date(each // 12, each % 12 + 1, 1) for each in range(number - MONTHS, number)]


def _of_machine(random: Random, asset: Asset, as_at: date) -> list[Activity]:
    yearly = asset.examinations_per_year or 0
    found = []
    for month in _months(as_at):
        if asset.installed_on is not None and month < asset.installed_on:
            continue
        hours = monthrange(month.year, month.month)[1] * 24
        down = random.randrange(0, 60) / 4 if random.randrange(3) == 0 else 0
        found.append(
            Activity(
                asset=asset,
                examinations=yearly * random.randrange(85, 116) // 1200,
                hours_in_use=round(hours * random.uniform(0.2, 0.5), 1),
                downtime_hours_unplanned=down,
                downtime_hours_planned=random.choice((0, 0, 4, 8)),
                **_period(month, hours),
            )
        )
    return found


def _of_site(random: Random, alike: Sequence[Asset], as_at: date) -> list[Activity]:
    yearly = sum(asset.examinations_per_year or 0 for asset in alike)
    return [
        Activity(
            trust=alike[0].trust,
            site=alike[0].site,
            modality=_TOGETHER.value,
            machines=len(alike),
            examinations=yearly * random.randrange(90, 111) // 1200,
            **_period(month, monthrange(month.year, month.month)[1] * 24 * len(alike)),
        )
        for month in _months(as_at)
    ]


def _period(month: date, hours: int) -> dict[str, object]:
    return {
        "period_kind": PeriodKind.MONTH.value,
        "starts_on": month,
        "ends_on": month.replace(day=monthrange(month.year, month.month)[1]),
        "period_hours": hours,
        "source": "RIS",
        "file_name": "ris-activity.csv",
        "recorded_at": timezone.now(),
    }
