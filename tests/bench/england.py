"""England with so many machines, written before anything is timed; see `tests.builders.england`."""

from tests.bench.figures import Figure
from tests.builders.england import make_england


def measure(*, machines: int) -> list[Figure]:
    """Fill the database. Nothing is timed."""
    make_england(machines)
    return []
