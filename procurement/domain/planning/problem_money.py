"""Whose money there is: a trust's own, pools that several trusts may use, and ring-fenced national money."""

from dataclasses import dataclass, field

from procurement.domain.planning.checks import once, share, whole
from procurement.domain.planning.rules import planning_rules


@dataclass(frozen=True, slots=True)
class Envelope:
    """A trust's own capital for imaging in one year, inc VAT since VAT is mostly not recovered."""

    trust_id: int
    year: int
    amount_pence: int

    def __post_init__(self) -> None:
        whole(self.amount_pence, "An envelope in pence")


@dataclass(frozen=True, slots=True)
class Pool:
    """Money that any trust in ``trust_ids`` may use: an ICB's, a network's, or national money for anything.

    ``carry_over_basis_points`` is how much of a year's sum may be used in the next year. The order of the trusts does not
    matter: they are kept sorted.
    """

    pool_id: int
    name: str
    trust_ids: tuple[int, ...]
    carry_over_basis_points: int = field(
        default_factory=lambda: planning_rules().pool_carry_over_basis_points
    )

    def __post_init__(self) -> None:
        once(self.trust_ids, f"In the pool {self.name}, trust")
        object.__setattr__(self, "trust_ids", tuple(sorted(self.trust_ids)))
        share(self.carry_over_basis_points, f"Carry-over of {self.name}")


@dataclass(frozen=True, slots=True)
class PoolEnvelope:
    """A pool's sum in one year, inc VAT."""

    pool_id: int
    year: int
    amount_pence: int

    def __post_init__(self) -> None:
        whole(self.amount_pence, "The envelope of a pool in pence")


@dataclass(frozen=True, slots=True)
class RingFence:
    """National money for one modality in one year, for ``trust_ids`` or (None) every trust; unspent, it is lost."""

    year: int
    modality: str
    amount_pence: int
    trust_ids: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        whole(self.amount_pence, "A ring-fenced sum in pence")
        if self.trust_ids is not None:
            once(self.trust_ids, f"In the ring-fence for {self.modality}, trust")
            object.__setattr__(self, "trust_ids", tuple(sorted(self.trust_ids)))

    def is_open_to(self, trust_id: int) -> bool:
        """Whether a trust may use it."""
        return self.trust_ids is None or trust_id in self.trust_ids
