"""What a plan is asked: assets, prices, envelopes, limits and wishes, all immutable and checked on entry.

Money is whole pence. Years are financial years named by the calendar year they start in: 2027 is 2027/28.
Every class raises ValueError, in words a planner can act on, for data that makes no sense.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from procurement.domain.planning.checks import once, share, whole, whole_or_none
from procurement.domain.planning.choice import KEPT, Choice, Kind
from procurement.domain.planning.problem_money import Envelope, Pool, PoolEnvelope, RingFence
from procurement.domain.planning.problem_parts import (
    Pin,
    PlanAsset,
    PlanTrust,
    Specification,
    Tier,
    UpgradeOffer,
)
from procurement.domain.planning.rules import ExposureWeights, planning_rules

__all__ = [
    "GUIDANCE_YEARS",
    "HORIZON_YEARS",
    "KEPT",
    "Choice",
    "Envelope",
    "Kind",
    "Pin",
    "PlanAsset",
    "PlanTrust",
    "PlanningProblem",
    "Pool",
    "PoolEnvelope",
    "RingFence",
    "Specification",
    "Tier",
    "UpgradeOffer",
    "canonical_json",
]

HORIZON_YEARS = range(5, 11)
GUIDANCE_YEARS = (7, 10)
_FORMAT = 2  # part of the inputs' hash: raise it when the meaning of a field changes


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningProblem:
    """Everything a plan depends on. Equal problems give equal hashes and, with one seed, equal plans.

    A limit of None is no limit: ``max_installations_per_trust_year`` counts replacements and additions; ``most_out_per_…``
    how many scanners of one modality may be out of use for works (replaced or upgraded) in one year. A trust-year with no
    envelope has no money of its own. ``over_limit_price_pence`` is what one installation, machine or year beyond a limit
    counts as in breaches.

    ``fairness_basis_points``: no trust's exposure left, per pound of its estate at single prices, may be more than this
    share of its network's; each point beyond counts ``fairness_price_pence_per_point``. ``family_price_pence`` is what
    stage 3 counts for each model family of a modality still in use in a network at the end, and for each tender.
    ``previous`` is the last agreed plan, changed as little as possible in stage 4, at ``cost_tolerance_basis_points`` more
    cost at most.
    """

    first_year: int
    horizon_years: int
    guidance_years: int
    assets: tuple[PlanAsset, ...]
    specifications: tuple[Specification, ...]
    trusts: tuple[PlanTrust, ...]
    envelopes: tuple[Envelope, ...]
    tender_cost_pence: int
    pools: tuple[Pool, ...] = ()
    pool_envelopes: tuple[PoolEnvelope, ...] = ()
    ring_fences: tuple[RingFence, ...] = ()
    pins: tuple[Pin, ...] = ()
    previous: tuple[tuple[int, Choice], ...] = ()
    max_installations_per_trust_year: int | None = None
    most_out_per_site: int | None = None
    most_out_per_trust: int | None = None
    most_out_per_network: int | None = None
    fairness_basis_points: int | None = None
    family_price_pence: int = 0
    own_carry_over_basis_points: int = field(
        default_factory=lambda: planning_rules().own_carry_over_basis_points
    )
    discount_basis_points: int = field(default_factory=lambda: planning_rules().discount_basis_points)
    exposure_tolerance_basis_points: int = field(
        default_factory=lambda: planning_rules().exposure_tolerance_basis_points
    )
    cost_tolerance_basis_points: int = field(
        default_factory=lambda: planning_rules().cost_tolerance_basis_points
    )
    minimum_replacement_age_years: int = field(
        default_factory=lambda: planning_rules().minimum_replacement_age_years
    )
    upgrade_from_age_years: int = field(default_factory=lambda: planning_rules().upgrade_from_age_years)
    upgrade_to_age_years: int = field(default_factory=lambda: planning_rules().upgrade_to_age_years)
    over_limit_price_pence: int = field(default_factory=lambda: planning_rules().over_limit_price_pence)
    fairness_price_pence_per_point: int = field(
        default_factory=lambda: planning_rules().fairness_price_pence_per_point
    )
    weights: ExposureWeights = field(default_factory=lambda: planning_rules().weights)

    def __post_init__(self) -> None:
        self._check_numbers()
        self._check_references()
        self._check_money()
        self._check_wishes()

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
        whole(self.tender_cost_pence, "The cost of one tender in pence")
        whole(self.minimum_replacement_age_years, "The youngest age at replacement in years")
        whole(self.upgrade_from_age_years, "The youngest age at an upgrade in years")
        whole(self.upgrade_to_age_years, "The oldest age at an upgrade in years")
        whole(self.over_limit_price_pence, "The price of an installation beyond the limit in pence", least=1)
        whole(self.fairness_price_pence_per_point, "The price of a point beyond the fair share", least=1)
        whole(self.family_price_pence, "The price of a model family in pence")
        whole_or_none(self.max_installations_per_trust_year, "The limit on installations per trust and year")
        for name in ("site", "trust", "network"):
            whole_or_none(
                getattr(self, f"most_out_per_{name}"), f"The limit on machines out at once in a {name}"
            )
        whole_or_none(self.fairness_basis_points, "The fair share in basis points", least=1)
        for name in ("own_carry_over", "discount", "exposure_tolerance", "cost_tolerance"):
            share(getattr(self, f"{name}_basis_points"), name.replace("_", " ").capitalize())

    def _check_references(self) -> None:
        once((asset.asset_id for asset in self.assets), "Asset")
        once((trust.trust_id for trust in self.trusts), "Trust")
        once((spec.code for spec in self.specifications), "Specification")
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

    def _check_money(self) -> None:
        once((pool.pool_id for pool in self.pools), "Pool")
        once(((e.trust_id, e.year) for e in self.envelopes), "The envelope of trust and year")
        once(((e.pool_id, e.year) for e in self.pool_envelopes), "The envelope of pool and year")
        once(
            ((r.modality, r.year, r.trust_ids) for r in self.ring_fences),
            "The ring-fence of modality, year and trusts",
        )
        trusts, pools = {trust.trust_id for trust in self.trusts}, {pool.pool_id for pool in self.pools}
        for envelope in self.envelopes:
            if envelope.trust_id not in trusts:
                raise ValueError(f"An envelope names trust {envelope.trust_id}, which is not in the plan.")
        for pooled in self.pool_envelopes:
            if pooled.pool_id not in pools:
                raise ValueError(f"An envelope names pool {pooled.pool_id}, which is not in the plan.")
        for what, named in (
            *((f"The pool {pool.name}", pool.trust_ids) for pool in self.pools),
            *((f"A ring-fence for {ring.modality}", ring.trust_ids or ()) for ring in self.ring_fences),
        ):
            for trust in named:
                if trust not in trusts:
                    raise ValueError(f"{what} names trust {trust}, which is not in the plan.")
        money: list[Envelope | PoolEnvelope | RingFence] = [
            *self.envelopes,
            *self.pool_envelopes,
            *self.ring_fences,
        ]
        for sum_ in money:
            if sum_.year not in self.years:
                raise ValueError(f"An envelope is given for {sum_.year}, outside the plan's years.")

    def _check_wishes(self) -> None:
        once((pin.asset_id for pin in self.pins), "The pin of asset")
        once((asset_id for asset_id, _ in self.previous), "The earlier decision of asset")
        assets = {asset.asset_id: asset for asset in self.assets}
        for pin in self.pins:
            if pin.asset_id not in assets:
                raise ValueError(f"A pin names asset {pin.asset_id}, which is not in the plan.")
            if any(year not in self.years for year in pin.choice.years):
                years = " and ".join(str(year) for year in pin.choice.years)
                raise ValueError(f"Asset {pin.asset_id} is pinned to {years}, outside the plan's years.")
            check_fits(assets[pin.asset_id], pin.choice)
        for asset_id, _ in self.previous:
            if asset_id not in assets:
                raise ValueError(f"An earlier decision names asset {asset_id}, which is not in the plan.")


def check_fits(asset: PlanAsset, choice: Choice) -> None:
    """Raise ValueError where a choice is none that this machine or candidate can have: an option without a price."""
    fits = {
        Kind.KEEP: True,
        Kind.ADD: asset.is_candidate,
        Kind.REPLACE: not asset.is_candidate,
        Kind.RETIRE: asset.retire_pence is not None,
        Kind.UPGRADE: asset.upgrade is not None,
    }
    if not fits[choice.kind]:
        words = {
            Kind.ADD: "is in use already and cannot be added",
            Kind.REPLACE: "is a candidate and cannot be replaced",
            Kind.RETIRE: "has no price of removal, so it cannot be retired",
            Kind.UPGRADE: "has no offer of an upgrade",
        }
        raise ValueError(f"{asset.label} {words[choice.kind]}.")


def canonical_json(problem: PlanningProblem) -> str:
    """Return the problem as JSON that does not depend on the order in which its parts were listed."""
    content: dict[str, Any] = asdict(problem)
    for name, value in content.items():
        if isinstance(value, tuple):
            content[name] = sorted(value, key=lambda part: json.dumps(part, sort_keys=True, default=str))
    return json.dumps(
        {"format": _FORMAT, **content}, sort_keys=True, separators=(",", ":"), default=date.isoformat
    )
