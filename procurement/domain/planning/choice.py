"""What may be decided for a machine or a candidate, in one plain value."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import total_ordering
from typing import TypeAlias


class Kind(StrEnum):
    """What is decided for a machine, or for a candidate (``ADD`` it, or leave it out, which is ``KEEP``).

    ``UPGRADE``: a funded mid-life upgrade in ``upgrade_year``, replaced later in ``year`` or (None) not within the plan.
    """

    KEEP = "keep"
    REPLACE = "replace"
    UPGRADE = "upgrade"
    RETIRE = "retire"
    ADD = "add"


_ORDER = {kind: position for position, kind in enumerate(Kind)}


@total_ordering
@dataclass(frozen=True, slots=True)
class Choice:
    """One decision: its kind, the year a machine comes (or, retired, goes), and the year of an upgrade.

    Raises ValueError for years that do not belong to the kind. Choices have an order, by kind and then by years.
    """

    kind: Kind
    year: int | None = None
    upgrade_year: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", Kind(self.kind))
        if self.kind is Kind.UPGRADE:
            if type(self.upgrade_year) is not int:
                raise ValueError("An upgrade needs the year in which it is done.")
            if self.year is not None and (type(self.year) is not int or self.year <= self.upgrade_year):
                raise ValueError("A machine that is upgraded can only be replaced in a later year.")
            return
        if self.upgrade_year is not None:
            raise ValueError(f"Only an upgrade has a year of upgrade, not the choice to {self.kind.value}.")
        if self.kind is Kind.KEEP:
            if self.year is not None:
                raise ValueError("What is kept has no year.")
        elif type(self.year) is not int:
            raise ValueError(f"The choice to {self.kind.value} needs a year.")

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Choice):
            return NotImplemented
        return self._key < other._key

    @property
    def _key(self) -> tuple[int, int, int]:
        return (_ORDER[self.kind], self.upgrade_year or 0, self.year or 0)

    @property
    def bought_in(self) -> int | None:
        """The year in which a new machine is bought, None where none is."""
        return None if self.kind is Kind.RETIRE else self.year

    @property
    def out_in(self) -> tuple[int, ...]:
        """The years in which the machine is out of use for works: its upgrade's and its replacement's."""
        if self.kind is Kind.REPLACE and self.year is not None:
            return (self.year,)
        if self.kind is Kind.UPGRADE and self.upgrade_year is not None:
            return (self.upgrade_year,) if self.year is None else (self.upgrade_year, self.year)
        return ()

    @property
    def years(self) -> tuple[int, ...]:
        """Every year in which something happens and is paid for, ascending."""
        return tuple(year for year in (self.upgrade_year, self.year) if year is not None)


KEPT = Choice(Kind.KEEP)
"""Nothing happens: a machine is kept as it is, a candidate is not sited."""

Schedule: TypeAlias = Mapping[int, Choice]
"""The plain decision: asset id to what is chosen for it."""


def replaced(year: int) -> Choice:
    """Return the choice to replace a machine in ``year``."""
    return Choice(Kind.REPLACE, year)
