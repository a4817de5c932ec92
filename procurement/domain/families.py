"""How many families of the same or similar models a network uses: few families let staff rotate.

What a family is, is said in `assets/domain/model_family.py`. Source of the wish: the 2019 strategy for imaging networks, on
procuring the same or similar equipment.

At the end of a plan at most so many families are in use: those of the machines that are kept, and one more for every
tender, since each may bring another maker. A machine whose model is not known is counted as such, never as a family.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from assets.domain.vocabulary import Modality


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine in use. `family` None: its model is not known. `is_kept`: at the plan's end it is still there."""

    modality: Modality
    family: str | None
    trust_id: int
    site_id: int
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """One family of a modality: machines, and at how many sites and trusts. None as family: not known."""

    modality: Modality
    family: str | None
    machines: int
    sites: int
    trusts: int
    kept: int

    @property
    def name(self) -> str:
        return self.family or "Family not known"


@dataclass(frozen=True, slots=True)
class ModalityCount:
    """How many families there are: now, which is also the end of doing nothing, and at most at the plan's end.

    `kept` families are those of kept machines; each of `tenders` may bring another one. The unknown are machines.
    """

    modality: Modality
    machines: int
    families: int
    unknown: int
    kept: int
    kept_unknown: int
    tenders: int

    @property
    def most_at_end(self) -> int:
        return self.kept + self.tenders


def family_rows(machines: Iterable[Machine]) -> list[FamilyRow]:
    """Return each family of each modality, the one with most machines first, the unknown last."""
    groups: dict[tuple[Modality, str | None], list[Machine]] = {}
    for machine in machines:
        groups.setdefault((machine.modality, machine.family), []).append(machine)
    rows = [
        FamilyRow(
            modality,
            family,
            len(group),
            len({m.site_id for m in group}),
            len({m.trust_id for m in group}),
            sum(m.is_kept for m in group),
        )
        for (modality, family), group in groups.items()
    ]
    order = list(Modality)
    return sorted(
        rows,
        key=lambda row: (order.index(row.modality), row.family is None, -row.machines, row.name),
    )


def modality_counts(
    machines: Iterable[Machine], tenders: Iterable[tuple[Modality, object]]
) -> list[ModalityCount]:
    """Return the counts of each modality that has machines or tenders. `tenders` names each tender with its modality."""
    machines = list(machines)
    by_modality = Counter(modality for modality, _ in set(tenders))
    found = []
    for modality in Modality:
        ours = [m for m in machines if m.modality is modality]
        if not ours and not by_modality[modality]:
            continue
        found.append(
            ModalityCount(
                modality=modality,
                machines=len(ours),
                families=len({m.family for m in ours if m.family is not None}),
                unknown=sum(m.family is None for m in ours),
                kept=len({m.family for m in ours if m.family is not None and m.is_kept}),
                kept_unknown=sum(m.family is None and m.is_kept for m in ours),
                tenders=by_modality[modality],
            )
        )
    return found
