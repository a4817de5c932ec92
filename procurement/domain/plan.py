"""What a plan may be: its years, guidance and limits, checked before anything is written."""

from dataclasses import dataclass

from networks.domain.figures import pounds
from networks.domain.financial_year import label
from procurement.domain.planning.problem import GUIDANCE_YEARS, HORIZON_YEARS

FIRST_YEARS = range(2020, 2061)
"""The financial years a plan may start in: far enough either way for a real plan, near enough to catch a slip."""
MOST_INSTALLATIONS = 50
FAIRNESS_BASIS_POINTS = range(10_000, 100_001)
"""A trust's share of the network's average: below 100% some trust would always be over it, beyond 1,000% none is."""
MOST_OUT = 20
LARGEST_AMOUNT_PENCE = 100_000_000_000
"""£1bn: no imaging envelope of one trust in one year comes near it, so more is a slip of the keyboard."""


class PlanInvalid(ValueError):
    """What was given breaks a rule. `errors` maps a field's name to what is wrong; "" is the plan as a whole."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanValues:
    """What people decide about a plan, apart from money and pins. Money is pence, shares are basis points."""

    name: str
    first_year: int
    horizon_years: int = 7
    guidance_years: int = 10
    max_installations: int = 4
    tender_cost_pence: int = 2_500_000
    vat_basis_points: int = 2000
    carry_over_basis_points: int = 1000
    network_carry_over_basis_points: int = 500
    joint_discount_basis_points: int = 10_000
    family_price_pence: int = 0
    fairness_basis_points: int | None = None
    most_out_per_site: int | None = None
    most_out_per_network: int | None = None

    def check(self) -> None:
        """Raise PlanInvalid, naming every field that is wrong."""
        errors = {field: words for field, is_wrong, words in self._rules() if is_wrong}
        if errors:
            raise PlanInvalid(errors)

    def _rules(self) -> list[tuple[str, bool, str]]:
        """Field, whether it is wrong, and what to say then."""
        length = len(self.name)
        most = f"Enter a whole number of installations from 1 to {MOST_INSTALLATIONS}."
        return [
            ("name", not self.name.strip(), "Enter a name for the plan."),
            ("name", length > 120, f"A name has at most 120 characters; this one has {length}."),
            (
                "first_year",
                self.first_year not in FIRST_YEARS,
                "Choose the financial year in which the plan starts.",
            ),
            ("horizon_years", self.horizon_years not in HORIZON_YEARS, "A plan runs for 5 to 10 years."),
            ("guidance_years", self.guidance_years not in GUIDANCE_YEARS, "The guidance is 7 or 10 years."),
            ("max_installations", not 1 <= self.max_installations <= MOST_INSTALLATIONS, most),
            (
                "tender_cost_pence",
                not 0 <= self.tender_cost_pence <= LARGEST_AMOUNT_PENCE,
                "Enter what running one tender costs, from £0 to £1bn.",
            ),
            ("vat_basis_points", not 0 <= self.vat_basis_points <= 10_000, "VAT lies between 0% and 100%."),
            (
                "carry_over_basis_points",
                not 0 <= self.carry_over_basis_points <= 10_000,
                "The share that may be carried over lies between 0% and 100%.",
            ),
            (
                "network_carry_over_basis_points",
                not 0 <= self.network_carry_over_basis_points <= 10_000,
                "The share of shared money that may be carried over lies between 0% and 100%.",
            ),
            (
                "joint_discount_basis_points",
                not 0 <= self.joint_discount_basis_points <= 10_000,
                "The share of joint discounts counted on lies between 0% and 100%.",
            ),
            (
                "family_price_pence",
                not 0 <= self.family_price_pence <= LARGEST_AMOUNT_PENCE,
                "Enter what one more family of machines counts as, from £0 to £1bn.",
            ),
            (
                "fairness_basis_points",
                self.fairness_basis_points is not None
                and self.fairness_basis_points not in FAIRNESS_BASIS_POINTS,
                "The fairness limit lies between 100% and 1,000%; leave it empty for none.",
            ),
            *(
                (
                    field,
                    getattr(self, field) is not None and not 1 <= getattr(self, field) <= MOST_OUT,
                    f"Enter a whole number of machines from 1 to {MOST_OUT}, or leave it empty for no limit.",
                )
                for field in ("most_out_per_site", "most_out_per_network")
            ),
        ]


USUAL = PlanValues(name="", first_year=FIRST_YEARS[0])
"""What a new plan begins with, its name and first year apart."""

PLAN_FIELDS = {
    "name": "name",
    "first_year": "first year",
    "horizon_years": "years",
    "guidance_years": "guidance",
    "max_installations": "most installations per trust and year",
    "tender_cost_pence": "cost of one tender",
    "vat_basis_points": "VAT",
    "carry_over_basis_points": "carry-over",
    "network_carry_over_basis_points": "carry-over of shared money",
    "joint_discount_basis_points": "joint discounts counted on",
    "most_out_per_site": "most machines of a modality out at one site in a year",
    "most_out_per_network": "most machines of a modality out in the network in a year",
    "fairness_basis_points": "fairness limit",
    "family_price_pence": "one more family of machines counts as",
}
"""The fields of PlanValues, as people read them."""


def in_words(field: str, value: object) -> str:
    """Return the value of one of PLAN_FIELDS as people read it: "2027/28", "£25,000", "10%"."""
    if field == "first_year" and isinstance(value, int):
        return label(value)
    if value is None:
        return "no limit"
    if field.endswith("_pence") and isinstance(value, int):
        return pounds(value)
    if field == "fairness_basis_points" and isinstance(value, int):
        return f"{value / 100:,g}% of the network's average"
    if field.endswith("_basis_points") and isinstance(value, int):
        return f"{value / 100:g}%"
    return f"{value} years" if field == "guidance_years" else str(value)
