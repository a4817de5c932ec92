"""Files of activity as pages show them: what is wrong, what changes from what to what, which figures are new."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from assets.domain.activity import MEASURES, site_average
from assets.domain.activity_periods import Period, PeriodKind
from assets.domain.problems import Problem
from assets.domain.vocabulary import Modality
from assets.models import ActivityBatch, ActivityRow
from networks.domain.access import Actor
from networks.templatetags.format import NOT_KNOWN

_LABELS = {measure.value: measure.label for measure in MEASURES} | {"machines": "Machines"}


@dataclass(frozen=True, slots=True)
class RowInWords:
    """One figure of a file. `over` is "" for a machine's own; `changes` are (measure, old, new) in words."""

    row: ActivityRow
    whose: str
    url: str
    over: str
    period: str
    changes: list[tuple[str, str, str]]
    problems: list[Problem]


def activity_batches(actor: Actor) -> QuerySet[ActivityBatch]:
    """Return the files one may see, newest first, with their trust and who sent them. One query."""
    return ActivityBatch.objects.visible_to(actor).select_related("trust", "uploaded_by")


def row_counts(batch: ActivityBatch) -> dict[str, int]:
    """Return how many figures do what. No query."""
    return {
        "problem": batch.faulty,
        "changed": batch.changed,
        "new": batch.created,
        "unchanged": batch.unchanged,
    }


def rows_of(batch: ActivityBatch, outcome: str) -> QuerySet[ActivityRow]:
    """Return a file's figures of one outcome, in its order, with their machines and sites."""
    rows = ActivityRow.objects.filter(batch=batch, outcome=outcome)
    return rows.select_related("asset", "site").order_by("number", "pk")


def rows_in_words(rows: Iterable[ActivityRow]) -> list[RowInWords]:
    """Return figures as people read them. No query beyond that of the rows."""
    return [_in_words(row) for row in rows]


def _in_words(row: ActivityRow) -> RowInWords:
    whose, url, over = "", "", ""
    if row.asset is not None:
        whose, url = str(row.asset), row.asset.get_absolute_url()
    elif row.site is not None:
        whose, over = (
            f"{Modality(row.modality).label} at {row.site}",
            site_average(row.machines, row.machines),
        )
    period = Period(row.starts_on, PeriodKind(row.period_kind)).label if row.starts_on else ""
    changes = [
        (label, _said(row.before.get(name)), _said(row.after.get(name)))
        for name, label in _LABELS.items()
        if name in row.after
    ]
    return RowInWords(
        row, whose, url, over, period, changes, [Problem(**problem) for problem in row.problems]
    )


def _said(stored: str | int | None) -> str:
    """A stored number as people read it; 412.50 is "412.5"."""
    if stored is None:
        return NOT_KNOWN
    number = Decimal(stored)
    return f"{int(number):,}" if number == number.to_integral_value() else f"{number.normalize():,}"
