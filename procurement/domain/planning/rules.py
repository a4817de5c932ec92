"""The planner's numbers, read once from ``procurement/rules/planning.toml``."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_RULES = Path(__file__).resolve().parents[2] / "rules" / "planning.toml"


@dataclass(frozen=True, slots=True)
class ExposureWeights:
    """How many points one scanner collects for one 31 March; see ``exposure.py`` for the rule itself."""

    past_guidance_points: int
    ten_year_edge_years: int
    past_ten_points: int
    each_further_year_points: int
    oldest_years: int
    support_ended_points: int

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if type(value) is not int or value < 0:
                raise ValueError(
                    f"The exposure weight {name} must be a whole number of at least 0, not {value!r}."
                )
        if self.oldest_years < self.ten_year_edge_years:
            raise ValueError("The age at which exposure stops growing cannot lie below the ten-year edge.")


@dataclass(frozen=True, slots=True)
class PlanningRules:
    """Defaults of a plan. Basis points are hundredths of one per cent; money is pence."""

    weights: ExposureWeights
    minimum_replacement_age_years: int
    upgrade_from_age_years: int
    upgrade_to_age_years: int
    own_carry_over_basis_points: int
    pool_carry_over_basis_points: int
    discount_basis_points: int
    over_limit_price_pence: int
    fairness_price_pence_per_point: int
    exposure_tolerance_basis_points: int
    cost_tolerance_basis_points: int


@cache
def planning_rules() -> PlanningRules:
    """Read the defaults from the rules file; raises KeyError or ValueError when the file is damaged."""
    raw: dict[str, Any] = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    return PlanningRules(
        weights=ExposureWeights(**raw["exposure"]),
        **raw["options"],
        **raw["stages"],
        **raw["money"],
    )
