"""What it would mean if machines left a tender or rejoined it: everybody's figures before and after."""

from collections.abc import Collection
from dataclasses import dataclass

from procurement.domain.tender import Consequence, Gathering, consequences
from procurement.models import Tender, TenderLine
from procurement.queries.tenders import gathered, state_of, tender_lines


@dataclass(frozen=True, slots=True)
class ChangeAccount:
    """What it would mean if machines left a tender or rejoined it: everybody before and after, with names."""

    lines: tuple[TenderLine, ...]
    before: Gathering | None
    after: Gathering | None
    changes: tuple[tuple[str, Consequence], ...]
    """(trust name, before and after), by name."""
    state: str
    """Of the tender before; see `state_of`."""

    @property
    def trust_names(self) -> tuple[str, ...]:
        """The trusts whose machines leave or rejoin, by name."""
        return tuple(sorted({line.trust.name for line in self.lines}))

    @property
    def moves_break(self) -> bool:
        """Whether the price of everybody else changes."""
        return bool(self.before and self.after and self.after.reached != self.before.reached)


def withdrawal(tender: Tender, line_ids: Collection[int]) -> ChangeAccount | None:
    """Return what withdrawing these lines would mean; None where one of them is not in the tender. Three queries.

    For those who may edit the tender: it shows everybody's money.
    """
    return _change(tender, line_ids, leaving=True)


def reinstatement(tender: Tender, line_ids: Collection[int]) -> ChangeAccount | None:
    """Return what reinstating these lines would mean; None where one of them is not withdrawn. As `withdrawal`."""
    return _change(tender, line_ids, leaving=False)


def _change(tender: Tender, line_ids: Collection[int], *, leaving: bool) -> ChangeAccount | None:
    lines = tender_lines(tender)
    live = [line for line in lines if line.withdrawn_at is None]
    moving = [line for line in lines if line.pk in line_ids and (line.withdrawn_at is None) is leaving]
    if not moving or len(moving) != len(set(line_ids)):
        return None
    left = [line for line in live if line not in moving] if leaving else [*live, *moving]
    before, after = gathered(tender, live), gathered(tender, left)
    names = {line.trust_id: line.trust.name for line in lines}
    changes = ((names[change.trust_id], change) for change in consequences(before, after))
    return ChangeAccount(
        lines=tuple(moving),
        before=before,
        after=after,
        changes=tuple(sorted(changes, key=lambda pair: pair[0])),
        state=state_of(tender, lines),
    )
