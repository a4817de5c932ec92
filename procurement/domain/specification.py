"""Standard specifications as data: what is in one, how a requirement reads, and what changed between two versions."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from assets.domain.vocabulary import Modality
from networks.domain.figures import pounds

CHOICE_SEPARATOR = "; "
"""Between the answers that a choice allows, in `Requirement.expected`."""


class RequirementType(StrEnum):
    """How a requirement is answered, and so how the answer can be checked."""

    NUMBER = "number"
    CHOICE = "choice"
    YES = "yes"
    TEXT = "text"

    @property
    def label(self) -> str:
        return {"number": "Number", "choice": "One of", "yes": "Yes or no", "text": "Statement"}[self.value]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One typed requirement. `number` ("2.3") names it through all versions; `expected` holds a choice's answers.

    Raises ValueError, in words, where its parts do not fit its type.
    """

    number: str
    group: str
    name: str
    type: RequirementType
    evidence: str
    is_mandatory: bool
    unit: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    expected: str = ""

    def __post_init__(self) -> None:
        where = f"Requirement {self.number} ({self.name})"
        has_range = self.minimum is not None or self.maximum is not None
        if self.type is RequirementType.NUMBER and not has_range:
            raise ValueError(f"{where} is a number and needs a minimum or a maximum.")
        if self.type is not RequirementType.NUMBER and (has_range or self.unit):
            raise ValueError(f"{where} is not a number, so it cannot have a unit, a minimum or a maximum.")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"{where} has a minimum above its maximum.")
        if self.type is RequirementType.CHOICE and len(self.choices) < 2:
            raise ValueError(f"{where} is a choice and needs at least two answers to choose from.")
        if self.type is not RequirementType.CHOICE and self.expected:
            raise ValueError(f"{where} is not a choice, so it cannot list answers.")
        if not self.evidence:
            raise ValueError(f"{where} must say what evidence proves it.")

    @property
    def choices(self) -> tuple[str, ...]:
        """The answers a choice allows; empty for the other types."""
        return tuple(answer for answer in self.expected.split(CHOICE_SEPARATOR) if answer)

    @property
    def asks(self) -> str:
        """What is asked for, in words: "at least 70 cm", "between 70 and 140 kV", "yes", "one of: A; B"."""
        if self.type is RequirementType.NUMBER:
            return _range_in_words(self.minimum, self.maximum, self.unit)
        if self.type is RequirementType.CHOICE:
            return f"one of: {CHOICE_SEPARATOR.join(self.choices)}"
        return "yes" if self.type is RequirementType.YES else "a statement"

    @property
    def level(self) -> str:
        return "Mandatory" if self.is_mandatory else "Desirable"


def plain(number: Decimal) -> str:
    """Return a number without needless zeros: 70.000 becomes "70", 0.500 "0.5", 20000 "20,000"."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _range_in_words(minimum: Decimal | None, maximum: Decimal | None, unit: str) -> str:
    after = unit if unit == "%" else f" {unit}" if unit else ""
    if minimum is None and maximum is not None:
        return f"at most {plain(maximum)}{after}"
    if maximum is None and minimum is not None:
        return f"at least {plain(minimum)}{after}"
    if minimum is not None and maximum is not None and minimum != maximum:
        return f"between {plain(minimum)} and {plain(maximum)}{after}"
    return f"exactly {plain(minimum if minimum is not None else Decimal(0))}{after}"


@dataclass(frozen=True, slots=True)
class Content:
    """All that one version says. Two versions with equal content are the same version.

    `tiers` are (minimum units, discount in basis points); money is pence ex VAT, for one machine.
    """

    summary: str
    cpv_code: str
    unit_price_pence: int
    works_pence: int
    price_base_on: date
    price_source: str
    lead_time_months: int
    tiers: tuple[tuple[int, int], ...]
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class StandardSpecification:
    """One standard specification as its rules file states it."""

    code: str
    name: str
    modality: Modality
    is_default: bool
    published_on: date
    content: Content


class ChangeKind(StrEnum):
    """What happened to a part of a specification."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions. `before` and `after` are in words; "" on the side where it is absent."""

    kind: ChangeKind
    what: str
    before: str
    after: str


_LABELS = {
    "summary": "Summary",
    "cpv_code": "CPV code",
    "unit_price_pence": "Indicative price of one, ex VAT",
    "works_pence": "Enabling works for one, ex VAT",
    "price_base_on": "Date of the prices",
    "price_source": "Source of the prices",
    "lead_time_months": "Lead time",
    "tiers": "Quantity discounts",
}


def changes(before: Content, after: Content) -> tuple[Change, ...]:
    """Return what changed from one version to the next: its facts first, then requirements in the order of `after`.

    Requirements are matched by their number; those left out come last.
    """
    found = [
        Change(ChangeKind.CHANGED, label, _in_words(name, before), _in_words(name, after))
        for name, label in _LABELS.items()
        if getattr(before, name) != getattr(after, name)
    ]
    old = {requirement.number: requirement for requirement in before.requirements}
    new = {requirement.number: requirement for requirement in after.requirements}
    for number, requirement in new.items():
        if number not in old:
            found.append(Change(ChangeKind.ADDED, _title(requirement), "", _words(requirement)))
        elif old[number] != requirement:
            found.append(_requirement_change(old[number], requirement))
    found += [
        Change(ChangeKind.REMOVED, _title(requirement), _words(requirement), "")
        for number, requirement in old.items()
        if number not in new
    ]
    return tuple(found)


def _requirement_change(before: Requirement, after: Requirement) -> Change:
    """Name only the parts that differ, so that a reader need not compare two long lines."""
    parts = [
        (label, show(before), show(after))
        for label, show in (
            ("", lambda r: f"{r.asks}, {r.level.lower()}"),
            ("name: ", lambda r: r.name),
            ("group: ", lambda r: r.group),
            ("evidence: ", lambda r: r.evidence),
        )
        if show(before) != show(after)
    ]
    return Change(
        ChangeKind.CHANGED,
        _title(after),
        "; ".join(f"{label}{old}" for label, old, _ in parts),
        "; ".join(f"{label}{new}" for label, _, new in parts),
    )


def _title(requirement: Requirement) -> str:
    return f"{requirement.number} {requirement.name}"


def _words(requirement: Requirement) -> str:
    return f"{requirement.asks}, {requirement.level.lower()}; evidence: {requirement.evidence}"


def _in_words(name: str, content: Content) -> str:
    value = getattr(content, name)
    if name.endswith("_pence"):
        return pounds(value)
    if name == "tiers":
        return tiers_in_words(value)
    if name == "lead_time_months":
        return f"{value} months"
    return f"{value:%-d %B %Y}" if isinstance(value, date) else str(value)


def tiers_in_words(tiers: tuple[tuple[int, int], ...]) -> str:
    """Return quantity discounts as people say them: "5% off from 3, 8% off from 6"; "none" without any."""
    return ", ".join(f"{discount / 100:g}% off from {minimum}" for minimum, discount in tiers) or "none"
