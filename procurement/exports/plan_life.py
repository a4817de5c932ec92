"""What has changed since a version, and its conflicts with the register, as files with the columns of their pages."""

from collections.abc import Iterable, Iterator

from django.utils import timezone

from networks.exports.tables import Cell
from procurement.domain.plan_drift import Moved
from procurement.models import Conflict

CHANGE_HEADINGS = ("Kind", "Name", "What", "As planned", "As it is now", "Trust")
CONFLICT_HEADINGS = (
    "Machine",
    "Trust",
    "As planned",
    "As registered",
    "As planned again",
    "Facts or wishes changed",
    "Decision changed",
    "Acknowledged by",
    "Acknowledged on",
    "Note",
)


def change_cells(rows: Iterable[Moved], trusts: dict[int, str]) -> Iterator[list[Cell]]:
    """Yield each change's cells; `trusts` names those that the reader may see."""
    for row in rows:
        owners = ", ".join(trusts[pk] for pk in row.trusts if pk in trusts)
        yield [row.about.label, row.subject, row.what, row.planned, row.registered, owners or None]


def conflict_cells(rows: Iterable[Conflict]) -> Iterator[list[Cell]]:
    """Yield each conflict's cells; who acknowledged it is empty where nobody has."""
    for row in rows:
        done = row.acknowledged_at
        yield [
            row.label,
            row.trust.name,
            row.planned,
            row.registered,
            row.replanned,
            "yes" if row.facts_changed else "no",
            "yes" if row.decision_changed else "no",
            row.acknowledged_by.name if row.acknowledged_by else None,
            timezone.localdate(done) if done else None,
            row.note or None,
        ]
