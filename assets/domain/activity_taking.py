"""Which facts of the register a count of a whole year could replace."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP

from assets.domain.activity import Measure, Reading

TAKEN: Mapping[str, Measure] = {
    "examinations_per_year": Measure.EXAMINATIONS,
    "downtime_hours": Measure.UNPLANNED,
}
"""The register's fact to the measure that it states for a year."""


def counted_facts(stated: object, readings: Mapping[Measure, Reading]) -> dict[str, tuple[int, Reading]]:
    """Return the facts that would change, each with the new value and how it is known.

    `stated` has the facts of TAKEN as attributes. Only a machine's own count of a whole year is taken: no estimate, no site
    average.
    """
    found = {}
    for name, measure in TAKEN.items():
        reading = readings[measure]
        if not reading.is_own_count or reading.a_year is None:
            continue
        value = int(reading.a_year.to_integral_value(ROUND_HALF_UP))
        if value != getattr(stated, name):
            found[name] = (value, reading)
    return found
