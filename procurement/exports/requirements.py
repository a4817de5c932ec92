"""A specification's requirements as a table."""

from collections.abc import Iterable, Iterator

from networks.exports.tables import Cell
from procurement.domain.specification import Requirement

HEADINGS = (
    "number",
    "group",
    "requirement",
    "type",
    "unit",
    "minimum",
    "maximum",
    "answers",
    "asked_for",
    "level",
    "evidence",
)


def requirement_rows(requirements: Iterable[Requirement]) -> Iterator[tuple[Cell, ...]]:
    """Yield one row for each requirement, in the order given; None where a type has no such part."""
    for requirement in requirements:
        yield (
            requirement.number,
            requirement.group,
            requirement.name,
            requirement.type.label,
            requirement.unit or None,
            requirement.minimum,
            requirement.maximum,
            requirement.expected or None,
            requirement.asks,
            requirement.level,
            requirement.evidence,
        )
