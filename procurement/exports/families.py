"""Families of models as a file: the rows, columns and order that the list shows."""

from collections.abc import Iterable, Iterator

from networks.exports.tables import Cell
from procurement.domain.families import FamilyRow

HEADINGS = ["Modality", "Family", "Machines", "Sites", "Trusts", "Kept at the plan’s end"]


def family_cells(rows: Iterable[FamilyRow], *, has_plan: bool) -> Iterator[list[Cell]]:
    """Yield each family's cells; without a solved plan it is not known how many are kept."""
    for row in rows:
        yield [
            row.modality.label,
            row.name,
            row.machines,
            row.sites,
            row.trusts,
            row.kept if has_plan else None,
        ]
