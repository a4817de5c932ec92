"""What a plan is about: trusts, machines and candidates with their options, and what can be bought at which price."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from procurement.domain.planning.checks import whole, whole_or_none
from procurement.domain.planning.choice import Choice


@dataclass(frozen=True, slots=True)
class PlanTrust:
    """A trust taking part, with the name used in explanations and the imaging network it belongs to."""

    trust_id: int
    name: str
    network_id: int = 0


@dataclass(frozen=True, slots=True)
class UpgradeOffer:
    """A mid-life upgrade: ``cost_pence`` ex VAT, and support until ``support_years`` years after the year it is done in."""

    cost_pence: int
    support_years: int

    def __post_init__(self) -> None:
        whole(self.cost_pence, "The cost of an upgrade in pence")
        whole(self.support_years, "The years of support after an upgrade")


@dataclass(frozen=True, slots=True)
class PlanAsset:
    """A scanner that may be replaced once within the plan; or, with ``need_points``, a candidate for an additional one.

    ``risk`` runs from 0 (none known) to 1 and multiplies exposure; ``works_pence`` is works, fees and contingency ex VAT.
    ``installed_on`` None means not known: see ``exposure.assumed_ages``. What is offered beside replacement: ``upgrade``,
    and ``retire_pence``, the price ex VAT of removing it without a successor. ``is_only_one``: the only scanner of its
    modality on a site with an emergency department day and night; then ``cover_pence`` ex VAT is spent for each time it is
    out, and without a stated cover it is not taken out at all. ``family``: its model family, None not known.

    A candidate collects ``need_points`` each 31 March from ``wanted_from`` (None: from the start) until it is sited, and is
    not sited before. It has no age and none of the options above.
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
    need_points: int | None = None
    wanted_from: int | None = None
    upgrade: UpgradeOffer | None = None
    retire_pence: int | None = None
    is_only_one: bool = False
    cover_pence: int | None = None
    family: str | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.risk <= 1.0:  # also refuses "not a number"
            raise ValueError(f"The risk of {self.label} must lie between 0 and 1, not {self.risk!r}.")
        object.__setattr__(self, "risk", float(self.risk))  # 1 and 1.0 are one input and hash alike
        whole(self.works_pence, f"The works cost of {self.label} in pence")
        whole_or_none(self.retire_pence, f"The price of removing {self.label} in pence")
        whole_or_none(self.cover_pence, f"The cover for {self.label} in pence")
        whole_or_none(self.need_points, f"The need for {self.label} in points")
        whole_or_none(self.wanted_from, f"The year from which {self.label} is wanted")
        if self.is_candidate:
            self._check_candidate()
        elif self.wanted_from is not None:
            raise ValueError(f"{self.label} is in use already: only a candidate is wanted from a year on.")

    @property
    def is_candidate(self) -> bool:
        """Whether it is a place for an additional scanner, not a scanner."""
        return self.need_points is not None

    @property
    def may_not_be_taken_out(self) -> bool:
        """Whether only a pin may take it out: nothing stands in for it."""
        return self.is_only_one and self.cover_pence is None

    @property
    def cover_each_time_pence(self) -> int:
        """What is spent ex VAT each time it is out of use for works."""
        return (self.cover_pence or 0) if self.is_only_one else 0

    def _check_candidate(self) -> None:
        facts = (
            self.installed_on,
            self.support_ends_on,
            self.upgrade,
            self.retire_pence,
            self.cover_pence,
            self.family,
        )
        if any(fact is not None for fact in facts) or self.is_only_one:
            raise ValueError(
                f"{self.label} is a candidate: it has no age, support, upgrade, removal, cover or model family yet."
            )


@dataclass(frozen=True, slots=True)
class Tier:
    """One price break of a joint tender: ``unit_price_pence`` ex VAT for this many units in all."""

    minimum_units: int
    maximum_units: int | None
    unit_price_pence: int

    def __post_init__(self) -> None:
        whole(self.minimum_units, "The smallest quantity of a price break", least=1)
        if self.maximum_units is not None:
            whole(self.maximum_units, "The largest quantity of a price break", least=self.minimum_units)
        whole(self.unit_price_pence, "A unit price in pence")


@dataclass(frozen=True, slots=True)
class Specification:
    """A standard specification: what is bought, at which price for how many, and its rate of VAT.

    Nothing of it arrives before ``earliest_year``. ``national``: one tender gathers every network of the plan; otherwise
    each network runs its own. ``bought_elsewhere`` is what others add to the tenders of it, as years and units: they count
    towards the price break, and nothing else.
    """

    code: str
    modality: str
    tiers: tuple[Tier, ...]
    vat_basis_points: int = 2000
    earliest_year: int | None = None
    national: bool = False
    bought_elsewhere: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        whole(self.vat_basis_points, f"The VAT rate of {self.code} in basis points")
        for _, units in self.bought_elsewhere:
            whole(units, f"The units of {self.code} bought elsewhere")
        whole_or_none(self.earliest_year, f"The first year in which {self.code} can arrive")
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

    def units_elsewhere(self, year: int) -> int:
        """Return how many units others add to the tender of ``year``."""
        return dict(self.bought_elsewhere).get(year, 0)

    def can_arrive_in(self, year: int) -> bool:
        """Whether the lead time allows a delivery in ``year``."""
        return self.earliest_year is None or year >= self.earliest_year


@dataclass(frozen=True, slots=True)
class Pin:
    """A user's wish that outranks the planner: this choice, whatever the limits say."""

    asset_id: int
    choice: Choice
