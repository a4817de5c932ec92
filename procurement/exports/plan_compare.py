"""The machines that plans decide differently as a file: the rows, columns and order of the page."""

from collections.abc import Iterable, Iterator, Sequence

from networks.exports.tables import Cell
from procurement.domain.plan_compare import Side
from procurement.domain.plan_differences import NOT_IN_PLAN, MachineRow


def headings(sides: Sequence[Side]) -> list[str]:
    """Return the column headings, three for each plan."""
    of_plans = [f"{side.name}: {what}" for side in sides for what in ("decision", "reason", "pinned")]
    return ["Machine", "Modality", "Trust", "Site", "How it differs", *of_plans]


def cells(rows: Iterable[MachineRow]) -> Iterator[list[Cell]]:
    """Yield each row's cells; a plan that does not hold the machine has no reason."""
    for row in rows:
        decisions: list[Cell] = []
        for decision in row.decisions:
            if decision is None:
                decisions += [NOT_IN_PLAN, None, None]
            else:
                decisions += [decision.words, decision.reason, "yes" if decision.is_pinned else "no"]
        yield [
            row.label,
            row.modality_name,
            row.trust,
            row.site,
            row.differs_in_words,
            *decisions,
        ]
