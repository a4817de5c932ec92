"""What a plan answers: decisions, tenders, who pays from what, what could not be met, and how good it is proven.

Money is whole pence, undiscounted unless the name says otherwise. Exposure is in whole points (see ``exposure``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Schedule: TypeAlias = Mapping[int, int | None]
"""The plain decision: asset id to the year of its replacement, or None where it is kept throughout."""


class Kind(StrEnum):
    """What is decided for a machine, or for a candidate (``ADD`` it, or leave it out, which is ``KEEP``).

    ``UPGRADE``: a funded mid-life upgrade in ``upgrade_year``, replaced later in ``year`` or (None) not within the plan.
    """

    KEEP = "keep"
    REPLACE = "replace"
    UPGRADE = "upgrade"
    RETIRE = "retire"
    ADD = "add"


class Source(StrEnum):
    """Whose money pays."""

    RING_FENCE = "ring-fence"
    OWN = "own"
    NETWORK = "network"


class Flag(StrEnum):
    """What a reader of a decision should know beside its reason."""

    PINNED = "pinned"
    AGE_ASSUMED = "age assumed"
    SUPPORT_ENDED = "support ended"
    NOT_PAID_FOR = "not paid for"


class BreachKind(StrEnum):
    """Which limit a pinned wish breaks."""

    ENVELOPE = "envelope"
    INSTALLATIONS = "installations"


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens to one asset. The price parts are 0 where it is kept; full price is their sum, inc VAT."""

    asset_id: int
    year: int | None
    equipment_pence: int = 0
    works_pence: int = 0
    vat_pence: int = 0
    reason: str = ""
    flags: tuple[Flag, ...] = ()

    @property
    def full_price_pence(self) -> int:
        """Equipment, works and VAT together, undiscounted."""
        return self.equipment_pence + self.works_pence + self.vat_pence


@dataclass(frozen=True, slots=True)
class TenderGroup:
    """All units of one specification bought in one year: one joint tender.

    ``tier`` is the position of the price break reached, ``trust_units`` the units of each trust (trust id,
    units), ``saving_pence`` ex VAT what the price break saves against each unit bought alone.
    """

    specification: str
    year: int
    units: int
    tier: int
    unit_price_pence: int
    trust_units: tuple[tuple[int, int], ...]
    asset_ids: tuple[int, ...]
    saving_pence: int


@dataclass(frozen=True, slots=True)
class SpendLine:
    """What one trust spends on one modality in one year, inc VAT."""

    trust_id: int
    modality: str
    year: int
    amount_pence: int


@dataclass(frozen=True, slots=True)
class FundingLine:
    """Which money pays for a trust's modality in a year; own and network money may include carried sums."""

    trust_id: int
    modality: str
    year: int
    source: Source
    amount_pence: int


@dataclass(frozen=True, slots=True)
class CarryLine:
    """Money carried from ``year`` into the next. ``trust_id`` is None for the network's."""

    source: Source
    trust_id: int | None
    year: int
    amount_pence: int


@dataclass(frozen=True, slots=True)
class Breach:
    """A pinned wish that the limits do not allow.

    ``amount_pence`` is the shortfall of money, or the price set on the installations beyond the limit;
    ``units`` the installations beyond it (0 for money).
    """

    kind: BreachKind
    trust_id: int
    year: int
    amount_pence: int
    units: int
    words: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One lexicographic stage as the solver left it.

    ``value`` and ``bound`` are pence, or points for exposure; ``gap`` is (value - bound) / value, as a
    fraction; ``tolerance`` how much of the previous stage this one was allowed to give up, as a fraction.
    ``status`` is HiGHS's own word, or says why the solver was not needed.
    """

    name: str
    value: float
    bound: float | None
    gap: float | None
    status: str
    tolerance: float
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Metrics:
    """How a schedule does, on figures that can be compared between schedules of one problem."""

    breaches_pence: int
    exposure: int
    cost_present_value_pence: int
    asset_years_over_10: int
    asset_years_over_guidance: int
    spend_pence: int
    tender_count: int
    saving_pence: int
    replaced: int

    @property
    def rank(self) -> tuple[int, int, int]:
        """The lexicographic order of stages 1 to 3: smaller is better."""
        return (self.breaches_pence, self.exposure, self.cost_present_value_pence)


@dataclass(frozen=True, slots=True)
class Settlement:
    """A schedule worked out to the penny: prices, tenders, spend, who pays, and what is not paid for."""

    decisions: tuple[Decision, ...]
    tenders: tuple[TenderGroup, ...]
    spend: tuple[SpendLine, ...]
    funding: tuple[FundingLine, ...]
    carry_over: tuple[CarryLine, ...]
    breaches: tuple[Breach, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A plan with its proof. ``status`` is in words, such as "optimal within 0.5%".

    ``baseline`` is oldest-first under the same pins; ``do_nothing`` keeps every asset, pins or not.
    """

    settlement: Settlement
    metrics: Metrics
    baseline: Metrics
    do_nothing: Metrics
    stages: tuple[Stage, ...]
    status: str
    notes: tuple[str, ...]
    cancelled: bool
    seed: int
    solver: str
    solver_version: str
    inputs_hash: str
    runtime_seconds: float

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """One decision per asset, in the order of the problem's assets."""
        return self.settlement.decisions

    @property
    def tenders(self) -> tuple[TenderGroup, ...]:
        """The joint tenders, by year and specification."""
        return self.settlement.tenders

    @property
    def breaches(self) -> tuple[Breach, ...]:
        """What could not be met, with its price."""
        return self.settlement.breaches

    @property
    def schedule(self) -> dict[int, int | None]:
        """Asset id to year of replacement, None where kept."""
        return {decision.asset_id: decision.year for decision in self.decisions}
