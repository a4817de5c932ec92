"""What a plan answers: decisions, tenders, who pays from what, what could not be met, and how good it is proven.

Money is whole pence, undiscounted unless the name says otherwise. Exposure is in whole points (see ``exposure``).
"""

from dataclasses import dataclass
from enum import StrEnum

from procurement.domain.planning.choice import KEPT, Choice, Kind, Schedule, replaced

__all__ = [
    "KEPT",
    "Breach",
    "BreachKind",
    "CarryLine",
    "Choice",
    "Decision",
    "Flag",
    "FundingLine",
    "Kind",
    "Metrics",
    "Result",
    "Schedule",
    "Settlement",
    "Source",
    "SpendLine",
    "Stage",
    "TenderGroup",
    "replaced",
]


class Source(StrEnum):
    """Whose money pays."""

    RING_FENCE = "ring-fence"
    OWN = "own"
    POOL = "pool"


class Flag(StrEnum):
    """What a reader of a decision should know beside its reason."""

    PINNED = "pinned"
    AGE_ASSUMED = "age assumed"
    SUPPORT_ENDED = "support ended"
    NOT_PAID_FOR = "not paid for"


class BreachKind(StrEnum):
    """Which limit is not kept: by a pinned wish, or (fairness alone) by the plan as a whole."""

    ENVELOPE = "envelope"
    INSTALLATIONS = "installations"
    CONTINUITY = "continuity"
    LEAD_TIME = "lead time"
    FAIRNESS = "fairness"


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens to one asset or candidate. The price parts are 0 where it is kept; full price is their sum, inc VAT.

    ``works_pence`` is a retired machine's removal; ``upgrade_pence`` and ``cover_pence`` are ex VAT; ``vat_pence`` is on
    everything. ``upgrade_year_pence`` says how much of the full price is spent in ``upgrade_year``, inc VAT.
    """

    asset_id: int
    kind: Kind
    year: int | None = None
    equipment_pence: int = 0
    works_pence: int = 0
    vat_pence: int = 0
    reason: str = ""
    flags: tuple[Flag, ...] = ()
    upgrade_year: int | None = None
    upgrade_pence: int = 0
    cover_pence: int = 0
    upgrade_year_pence: int = 0

    @property
    def full_price_pence(self) -> int:
        """Equipment, works, upgrade, cover and VAT together, undiscounted."""
        return (
            self.equipment_pence + self.works_pence + self.upgrade_pence + self.cover_pence + self.vat_pence
        )

    @property
    def choice(self) -> Choice:
        """The decision without its money."""
        return Choice(self.kind, self.year, self.upgrade_year)

    @property
    def spend_by_year(self) -> dict[int, int]:
        """Year to pence inc VAT, only the years in which something is paid for."""
        spend = {} if self.upgrade_year is None else {self.upgrade_year: self.upgrade_year_pence}
        if self.year is not None:
            spend[self.year] = self.full_price_pence - self.upgrade_year_pence
        return spend


@dataclass(frozen=True, slots=True)
class TenderGroup:
    """All units of one specification bought in one year in one joint tender.

    ``network_id`` is the network whose tender it is, None for a national one. ``tier`` is the position of the price break
    reached, ``trust_units`` the units of each trust (trust id, units), ``saving_pence`` ex VAT what the price break
    saves against each unit bought alone.
    """

    specification: str
    network_id: int | None
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
    """Which money pays for a trust's modality in a year; own and pooled money may include carried sums.

    ``pool_id`` names the pool (``Source.POOL``); ``ring_trust_ids`` the trusts that a ring-fence is for, None every trust.
    """

    trust_id: int
    modality: str
    year: int
    source: Source
    amount_pence: int
    pool_id: int | None = None
    ring_trust_ids: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class CarryLine:
    """Money carried from ``year`` into the next. ``trust_id`` is None for a pool's, ``pool_id`` for a trust's own."""

    source: Source
    trust_id: int | None
    year: int
    amount_pence: int
    pool_id: int | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """A pinned wish that the limits do not allow, or exposure left beyond what is fair.

    ``amount_pence`` is the shortfall of money, or the price set on ``units``: installations or machines out beyond the
    limit, years too early, points beyond the fair share (0 for money). ``trust_id`` is None where a whole network's limit
    is meant, ``year`` None for fairness, which is judged over the whole plan. The rest says what is meant more closely.
    """

    kind: BreachKind
    trust_id: int | None
    year: int | None
    amount_pence: int
    units: int
    words: str
    network_id: int | None = None
    site_id: int | None = None
    modality: str | None = None
    asset_id: int | None = None


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
    """How a schedule does, on figures that can be compared between schedules of one problem.

    ``replaced`` counts new machines in place of old ones, upgraded before or not. ``family_count`` is the model families
    in use at the plan's end and the tenders that may each bring another; ``family_price_pence`` what they count as beside
    the cost. ``churn`` is how many of the last agreed decisions are changed.
    """

    breaches_pence: int
    exposure: int
    cost_present_value_pence: int
    asset_years_over_10: int
    asset_years_over_guidance: int
    spend_pence: int
    tender_count: int
    saving_pence: int
    replaced: int
    added: int = 0
    upgraded: int = 0
    retired: int = 0
    family_count: int = 0
    family_price_pence: int = 0
    churn: int = 0

    @property
    def cost_stage_pence(self) -> int:
        """What stage 3 makes small: the cost in present value and the price set on model families."""
        return self.cost_present_value_pence + self.family_price_pence

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """The lexicographic order of the stages: smaller is better."""
        return (self.breaches_pence, self.exposure, self.cost_stage_pence, self.churn)


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

    ``baseline`` is oldest-first under the same pins, ``risk_first`` the same walk by risk; ``do_nothing`` keeps every
    asset, pins or not.
    """

    settlement: Settlement
    metrics: Metrics
    baseline: Metrics
    risk_first: Metrics
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
        """One decision per asset and candidate, in the order of the problem's assets."""
        return self.settlement.decisions

    @property
    def tenders(self) -> tuple[TenderGroup, ...]:
        """The joint tenders, by year, specification and network."""
        return self.settlement.tenders

    @property
    def breaches(self) -> tuple[Breach, ...]:
        """What could not be met, with its price."""
        return self.settlement.breaches

    @property
    def schedule(self) -> dict[int, Choice]:
        """Asset id to what is chosen for it."""
        return {decision.asset_id: decision.choice for decision in self.decisions}


def gap_of(value: float, bound: float | None) -> float | None:
    """Return (value - bound) / value, 0 for a value of 0, None without a bound."""
    if bound is None:
        return None
    return max(0.0, (value - bound) / value) if value else 0.0
