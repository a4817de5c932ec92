"""The activity of machines as rows of a file: the same rows in the same order as on the page."""

from collections.abc import Iterable, Iterator

from assets.domain.activity import MEASURES
from assets.queries.activity import MachineActivity
from networks.exports.tables import Cell

HEADINGS = [
    "Reference",
    "Trust",
    "Site",
    "Modality",
    "Manufacturer",
    "Model",
    "Serial number",
    "Station name",
    "Examinations per year in the register",
    *(
        heading
        for measure in MEASURES
        for heading in (
            f"{measure.label}, a year",
            f"{measure.label}, months known",
            f"{measure.label}, how known",
        )
    ),
    "Uptime, %",
    "Uptime target, %",
    "Uptime, how known",
]


def activity_rows(machines: Iterable[MachineActivity]) -> Iterator[list[Cell]]:
    """Yield a row for each machine. What is not known is an empty cell."""
    for machine in machines:
        asset, uptime = machine.asset, machine.uptime
        cells: list[Cell] = []
        for reading in machine.readings.values():
            cells += [reading.a_year, reading.months, reading.words]
        yield [
            asset.reference,
            asset.trust.name,
            asset.site.name,
            asset.get_modality_display(),
            asset.manufacturer,
            asset.model_name,
            asset.serial_number,
            asset.station_name,
            asset.examinations_per_year,
            *cells,
            uptime.percent if uptime else None,
            asset.uptime_target_percent,
            uptime.words if uptime else "",
        ]
