"""What else than replacement is open to a plan for one machine, and which machines may not be out without cover."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from networks.domain.figures import pounds
from procurement.domain.plan import LARGEST_AMOUNT_PENCE, PlanInvalid

SUPPORT_YEARS = range(1, 16)
"""How long a maker may support a machine after a mid-life upgrade; more is a slip of the keyboard."""
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A mid-life upgrade: pence ex VAT, and for how many years the maker supports the machine after it."""

    cost_pence: int
    support_years: int
    reason: str

    @property
    def words(self) -> str:
        """What is offered, for pages and events: "£180,000, supported for 5 years"."""
        return (
            f"{pounds(self.cost_pence)}, supported for {self.support_years} "
            f"year{'s' if self.support_years > 1 else ''}"
        )


@dataclass(frozen=True, slots=True)
class Retirement:
    """Going without a machine: what its removal costs, pence ex VAT."""

    cost_pence: int
    reason: str

    @property
    def words(self) -> str:
        """What is offered, for pages and events."""
        return f"{pounds(self.cost_pence)} for its removal"


@dataclass(frozen=True, slots=True)
class Covered:
    """How a site does without its only machine for a while, pence ex VAT each time."""

    cost_pence: int
    how: str

    @property
    def words(self) -> str:
        """What is stated, for pages and events."""
        return f"{pounds(self.cost_pence)}: {self.how}"


@dataclass(frozen=True, slots=True)
class Options:
    """What is open to a plan for one machine beside keeping and replacing it; None: not offered, or not stated."""

    upgrade: Upgrade | None = None
    retirement: Retirement | None = None
    cover: Covered | None = None

    def check(self) -> None:
        """Raise PlanInvalid, naming every value that is wrong by the field of the form."""
        errors: dict[str, str] = {}
        if self.upgrade is not None:
            if self.upgrade.support_years not in SUPPORT_YEARS:
                errors["upgrade_years"] = (
                    f"Enter whole years of support from {SUPPORT_YEARS[0]} to {SUPPORT_YEARS[-1]}."
                )
            errors |= _checked("upgrade", self.upgrade.cost_pence, self.upgrade.reason, "reason")
        if self.retirement is not None:
            errors |= _checked("retire", self.retirement.cost_pence, self.retirement.reason, "reason")
        if self.cover is not None:
            errors |= _checked("cover", self.cover.cost_pence, self.cover.how, "how")
        if errors:
            raise PlanInvalid(errors)


def _checked(option: str, cost_pence: int, words: str, field: str) -> dict[str, str]:
    errors = {}
    if not 0 <= cost_pence <= LARGEST_AMOUNT_PENCE:
        errors[f"{option}_cost"] = "Enter an amount from £0 to £1bn."
    if not words.strip():
        errors[f"{option}_{field}"] = (
            "Say how." if field == "how" else "Say why, for those who read the plan later."
        )
    elif len(words) > LONGEST_REASON:
        errors[f"{option}_{field}"] = f"Write at most {LONGEST_REASON} characters; this has {len(words)}."
    return errors


@dataclass(frozen=True, slots=True)
class Standing:
    """A machine in the fleet where it stands. `is_emergency`, `is_only_one`: as registered, None not known."""

    asset_id: int
    site_id: int
    modality: str
    is_emergency: bool | None
    is_only_one: bool | None


def need_cover(fleet: Iterable[Standing]) -> frozenset[int]:
    """Return the machines that may not be out without cover: those that serve emergencies day and night, alone of a kind.

    The register says of a machine, not of a site, whether it serves emergencies day and night; not known counts as no. A
    machine is the only one of its modality on its site where the register says so, or where it says nothing and holds no
    second one there. `fleet` must hold every machine of the sites that it names.
    """
    machines = list(fleet)
    alike = Counter((machine.site_id, machine.modality) for machine in machines)

    def is_alone(machine: Standing) -> bool:
        if machine.is_only_one is not None:
            return machine.is_only_one
        return alike[machine.site_id, machine.modality] == 1

    return frozenset(machine.asset_id for machine in machines if machine.is_emergency and is_alone(machine))
