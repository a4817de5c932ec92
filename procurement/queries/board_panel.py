"""What stands beside the board for the machine in hand: its reason, its neighbours in time, what binds, and its pin."""

from dataclasses import dataclass

from procurement.models import PlanLine
from procurement.queries.plan_lines import LineRow, line_row
from procurement.queries.plan_versions import VersionReading


@dataclass(frozen=True, slots=True)
class Why:
    """One part of the planner's explanation. `words` None: it was not worked out for this machine."""

    heading: str
    words: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class MachinePanel:
    """A line of the version with its explanation and what it costs, part by part (pence, ex VAT and VAT apart)."""

    row: LineRow
    whys: tuple[Why, ...]
    costs: tuple[tuple[str, int], ...]

    @property
    def line(self) -> PlanLine:
        return self.row.line


_WHYS = {
    "earlier": "A year earlier",
    "later": "A year later",
    "binding": "What binds",
    "would_change": "What would change it",
}
"""The keys of `PlanLine.account`, in the order in which they are read."""


def machine_panel(reading: VersionReading, line_pk: object) -> MachinePanel | None:
    """Return the panel of a line that the reader may see; None for any other. No query."""
    line = next((line for line in reading.lines if str(line.pk) == str(line_pk)), None)
    if line is None:
        return None
    costs = {
        "Equipment, ex VAT": line.equipment_pence,
        "Works and fees, ex VAT": line.works_pence,
        "Upgrade, ex VAT": line.upgrade_pence,
        "Cover while it is out, ex VAT": line.cover_pence,
        "VAT": line.vat_pence,
    }
    return MachinePanel(
        row=line_row(reading, line),
        whys=tuple(Why(heading, _words(line.account, key)) for key, heading in _WHYS.items()),
        costs=tuple((name, pence) for name, pence in costs.items() if pence),
    )


def _words(account: dict[str, object], key: str) -> tuple[str, ...] | None:
    """The list under a key; a single text counts as a list of one, and an empty list as worked out: there is nothing."""
    found = account.get(key)
    if isinstance(found, str):
        return (found,)
    return tuple(str(words) for words in found) if isinstance(found, list) else None
