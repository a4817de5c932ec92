"""What a plan is asked: assets, prices, envelopes, limits and wishes, all immutable and checked on entry.

Money is whole pence. Years are financial years named by the calendar year they start in: 2027 is 2027/28.
Every class raises ValueError, in words a planner can act on, for data that makes no sense.
"""

import hashlib
import json
from collections.abc import Hashable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from procurement.domain.planning.rules import ExposureWeights, planning_rules

HORIZON_YEARS = range(5, 11)
GUIDANCE_YEARS = (7, 10)
_FORMAT = 1  # part of the inputs' hash: raise it when the meaning of a field changes


def _whole(value: object, what: str, *, least: int = 0) -> None:
    if type(value) is not int or value < least:
        raise ValueError(f"{what} must be a whole number of at least {least}, not {value!r}.")


def _once(keys: Iterable[Hashable], what: str) -> None:
    seen: set[Hashable] = set()
    for key in keys:
        if key in seen:
            raise ValueError(f"{what} {key!r} is given twice.")
        seen.add(key)


@dataclass(frozen=True, slots=True)
class PlanTrust:
    """A trust taking part, with the name used in explanations."""

    trust_id: int
    name: str


@dataclass(frozen=True, slots=True)
class PlanAsset:
    """A scanner that may be replaced once within the plan.

    ``risk`` runs from 0 (none known) to 1 and multiplies exposure; ``works_pence`` is works, fees and
    contingency ex VAT. ``installed_on`` None means not known: see ``exposure.assumed_ages``.
    """

    asset_id: int
    label: str
    trust_id: int
    site_id: int
    specification: str
    modality: str
    installed_on: date | None
    support_ends_on: date | None = None
    risk: float = 0.0
    risk_reasons: tuple[str, ...] = ()
    works_pence: int = 0

    def __post_init__(self) -> None:
        if not 0.0 <= self.risk <= 1.0:  # also refuses "not a number"
            raise ValueError(f"The risk of {self.label} must lie between 0 and 1, not {self.risk!r}.")
        object.__setattr__(self, "risk", float(self.risk))  # 1 and 1.0 are one input and hash alike
        _whole(self.works_pence, f"The works cost of {self.label} in pence")


@dataclass(frozen=True, slots=True)
class Tier:
    """One price break of a joint tender: ``unit_price_pence`` ex VAT for this many units in all."""

    minimum_units: int
    maximum_units: int | None
    unit_price_pence: int

    def __post_init__(self) -> None:
        _whole(self.minimum_units, "The smallest quantity of a price break", least=1)
        if self.maximum_units is not None:
            _whole(self.maximum_units, "The largest quantity of a price break", least=self.minimum_units)
        _whole(self.unit_price_pence, "A unit price in pence")


@dataclass(frozen=True, slots=True)
class Specification:
    """A standard specification: what is bought, at which price for how many, and its rate of VAT."""

    code: str
    modality: str
    tiers: tuple[Tier, ...]
    vat_basis_points: int = 2000

    def __post_init__(self) -> None:
        _whole(self.vat_basis_points, f"The VAT rate of {self.code} in basis points")
        if not self.tiers or self.tiers[0].minimum_units != 1:
            raise ValueError(f"The price breaks of {self.code} must begin at one unit.")
        if self.tiers[-1].maximum_units is not None:
            raise ValueError(f"The last price break of {self.code} must have no largest quantity.")
        for below, above in pairwise(self.tiers):
            if below.maximum_units is None or above.minimum_units != below.maximum_units + 1:
                raise ValueError(f"The price breaks of {self.code} must follow on without gap or overlap.")
            if above.unit_price_pence > below.unit_price_pence:
                raise ValueError(f"The unit price of {self.code} may not rise with the quantity.")

    def tier_index(self, units: int) -> int:
        """Return the position of the price break that ``units`` (1 or more) bought together reach."""
        for index, tier in enumerate(self.tiers):
            if units >= tier.minimum_units and (tier.maximum_units is None or units <= tier.maximum_units):
                return index
        raise ValueError(f"{self.code} cannot be bought in a quantity of {units}.")


@dataclass(frozen=True, slots=True)
class Envelope:
    """A trust's own capital for imaging in one year, inc VAT since VAT is mostly not recovered."""

    trust_id: int
    year: int
    amount_pence: int

    def __post_init__(self) -> None:
        _whole(self.amount_pence, "An envelope in pence")


@dataclass(frozen=True, slots=True)
class NetworkEnvelope:
    """Capital of the ICB or network that any trust in the plan may use."""

    year: int
    amount_pence: int

    def __post_init__(self) -> None:
        _whole(self.amount_pence, "A network envelope in pence")


@dataclass(frozen=True, slots=True)
class RingFence:
    """National money for one modality in one year; unspent, it is lost."""

    year: int
    modality: str
    amount_pence: int

    def __post_init__(self) -> None:
        _whole(self.amount_pence, "A ring-fenced sum in pence")


@dataclass(frozen=True, slots=True)
class Pin:
    """A user's wish that outranks the planner: replace in ``year``, or with None keep throughout."""

    asset_id: int
    year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningProblem:
    """Everything a plan depends on. Equal problems give equal hashes and, with one seed, equal plans.

    ``max_installations_per_trust_year`` None means no limit. A trust-year with no envelope has no money of
    its own. ``over_limit_price_pence`` is what one installation beyond the limit counts as in breaches.
    """

    first_year: int
    horizon_years: int
    guidance_years: int
    assets: tuple[PlanAsset, ...]
    specifications: tuple[Specification, ...]
    trusts: tuple[PlanTrust, ...]
    envelopes: tuple[Envelope, ...]
    tender_cost_pence: int
    network_envelopes: tuple[NetworkEnvelope, ...] = ()
    ring_fences: tuple[RingFence, ...] = ()
    pins: tuple[Pin, ...] = ()
    max_installations_per_trust_year: int | None = None
    own_carry_over_basis_points: int = field(
        default_factory=lambda: planning_rules().own_carry_over_basis_points
    )
    network_carry_over_basis_points: int = field(
        default_factory=lambda: planning_rules().network_carry_over_basis_points
    )
    discount_basis_points: int = field(default_factory=lambda: planning_rules().discount_basis_points)
    exposure_tolerance_basis_points: int = field(
        default_factory=lambda: planning_rules().exposure_tolerance_basis_points
    )
    minimum_replacement_age_years: int = field(
        default_factory=lambda: planning_rules().minimum_replacement_age_years
    )
    over_limit_price_pence: int = field(default_factory=lambda: planning_rules().over_limit_price_pence)
    weights: ExposureWeights = field(default_factory=lambda: planning_rules().weights)

    def __post_init__(self) -> None:
        self._check_numbers()
        self._check_references()
        self._check_years()

    @property
    def years(self) -> range:
        """The plan's financial years, first to last."""
        return range(self.first_year, self.first_year + self.horizon_years)

    def inputs_hash(self) -> str:
        """Return the SHA-256, in hexadecimal, of every input in one canonical form."""
        return hashlib.sha256(canonical_json(self).encode()).hexdigest()

    def _check_numbers(self) -> None:
        if type(self.first_year) is not int or not 2000 <= self.first_year <= 2200:
            raise ValueError(f"The first year must be a calendar year such as 2027, not {self.first_year!r}.")
        if self.horizon_years not in HORIZON_YEARS:
            raise ValueError(f"A plan runs for 5 to 10 years, not {self.horizon_years!r}.")
        if self.guidance_years not in GUIDANCE_YEARS:
            raise ValueError(f"The guidance is 7 or 10 years, not {self.guidance_years!r}.")
        _whole(self.tender_cost_pence, "The cost of one tender in pence")
        _whole(self.minimum_replacement_age_years, "The youngest age at replacement in years")
        _whole(self.over_limit_price_pence, "The price of an installation beyond the limit in pence", least=1)
        if self.max_installations_per_trust_year is not None:
            _whole(self.max_installations_per_trust_year, "The limit on installations per trust and year")
        for name in ("own_carry_over", "network_carry_over", "discount", "exposure_tolerance"):
            value = getattr(self, f"{name}_basis_points")
            _whole(value, f"{name.replace('_', ' ').capitalize()} in basis points")
            if value > 10_000:
                raise ValueError(f"{name.replace('_', ' ').capitalize()} cannot be more than 100%.")

    def _check_references(self) -> None:
        _once((asset.asset_id for asset in self.assets), "Asset")
        _once((trust.trust_id for trust in self.trusts), "Trust")
        _once((spec.code for spec in self.specifications), "Specification")
        _once((pin.asset_id for pin in self.pins), "The pin of asset")
        _once(((e.trust_id, e.year) for e in self.envelopes), "The envelope of trust and year")
        _once((e.year for e in self.network_envelopes), "The network envelope of year")
        _once(((r.modality, r.year) for r in self.ring_fences), "The ring-fence of modality and year")
        trusts = {trust.trust_id for trust in self.trusts}
        specs = {spec.code: spec for spec in self.specifications}
        for asset in self.assets:
            if asset.trust_id not in trusts:
                raise ValueError(
                    f"{asset.label} belongs to trust {asset.trust_id}, which is not in the plan."
                )
            if asset.specification not in specs:
                raise ValueError(f"{asset.label} names the unknown specification {asset.specification!r}.")
            if specs[asset.specification].modality != asset.modality:
                raise ValueError(f"{asset.label} is {asset.modality}, but {asset.specification} is not.")
        for envelope in self.envelopes:
            if envelope.trust_id not in trusts:
                raise ValueError(f"An envelope names trust {envelope.trust_id}, which is not in the plan.")
        known = {asset.asset_id for asset in self.assets}
        for pin in self.pins:
            if pin.asset_id not in known:
                raise ValueError(f"A pin names asset {pin.asset_id}, which is not in the plan.")

    def _check_years(self) -> None:
        money: list[Envelope | NetworkEnvelope | RingFence] = [
            *self.envelopes,
            *self.network_envelopes,
            *self.ring_fences,
        ]
        for sum_ in money:
            if sum_.year not in self.years:
                raise ValueError(f"An envelope is given for {sum_.year}, outside the plan's years.")
        for pin in self.pins:
            if pin.year is not None and pin.year not in self.years:
                raise ValueError(f"Asset {pin.asset_id} is pinned to {pin.year}, outside the plan's years.")


def canonical_json(problem: PlanningProblem) -> str:
    """Return the problem as JSON that does not depend on the order in which its parts were listed."""
    content: dict[str, Any] = asdict(problem)
    for name, value in content.items():
        if isinstance(value, tuple):
            content[name] = sorted(value, key=lambda part: json.dumps(part, sort_keys=True, default=str))
    return json.dumps(
        {"format": _FORMAT, **content}, sort_keys=True, separators=(",", ":"), default=date.isoformat
    )
