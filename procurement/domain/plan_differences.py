"""Every machine for which plans side by side decide differently, with each plan's reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from procurement.domain.plan_compare import Machine, Side
from procurement.domain.planning.words import modality_name

NOT_IN_PLAN = "Not in this plan"


class Differs(StrEnum):
    """How a machine's decision in another plan differs from the first one's. The values are read by people."""

    EARLIER = "earlier than in the first"
    LATER = "later than in the first"
    ONLY_OTHER = "done in another, not in the first"
    ONLY_FIRST = "done in the first, not in another"
    OTHERWISE = "another kind of decision"
    ABSENT = "not in all of the plans"


@dataclass(frozen=True, slots=True)
class MachineRow:
    """A machine and what each plan decides for it, in the plans' order; None where a plan does not hold it."""

    key: int
    label: str
    trust_id: int
    trust: str
    site: str
    modality: str
    decisions: tuple[Machine | None, ...]
    differs: frozenset[Differs]
    rank: int
    moved_years: int

    @property
    def modality_name(self) -> str:
        """ "X-ray" for "XR"."""
        return modality_name(self.modality)

    @property
    def differs_in_words(self) -> str:
        return "; ".join(kind.value for kind in Differs if kind in self.differs)


def machine_rows(sides: Sequence[Side]) -> list[MachineRow]:
    """Return the machines that are not decided alike in all plans, by their rank in the first plan that holds them."""
    keys = {key for side in sides for key in side.machines}
    rows = (_row(key, [side.machines.get(key) for side in sides]) for key in keys)
    return sorted((row for row in rows if row.differs), key=lambda row: (row.rank, row.label, row.key))


def differs_from(base: Machine | None, other: Machine | None) -> Differs | None:
    """Return how `other` is decided differently from `base`; None: alike."""
    if base is None or other is None:
        return None if base is other else Differs.ABSENT
    if base.choice == other.choice:
        return None
    if base.acts_in is None:
        return Differs.ONLY_OTHER
    if other.acts_in is None:
        return Differs.ONLY_FIRST
    if base.choice.kind is not other.choice.kind:
        return Differs.OTHERWISE
    first, then = (machine.acts_in or 0 for machine in (base, other))
    if first != then:
        return Differs.EARLIER if then < first else Differs.LATER
    if base.year is None or other.year is None:
        return Differs.OTHERWISE
    return Differs.EARLIER if other.year < base.year else Differs.LATER


def _row(key: int, decisions: Sequence[Machine | None]) -> MachineRow:
    base, *others = decisions
    known = next(machine for machine in decisions if machine is not None)
    return MachineRow(
        key=key,
        label=known.label,
        trust_id=known.trust_id,
        trust=known.trust,
        site=known.site,
        modality=known.modality,
        decisions=tuple(decisions),
        differs=frozenset(kind for other in others if (kind := differs_from(base, other))),
        rank=known.rank,
        moved_years=_moved(base, others),
    )


def _moved(base: Machine | None, others: Iterable[Machine | None]) -> int:
    """The most years by which another plan moves what the first does; 0 where one of the two does nothing."""
    if base is None or base.acts_in is None:
        return 0
    years = [other.acts_in for other in others if other is not None and other.acts_in is not None]
    return max((abs(year - base.acts_in) for year in years), default=0)
