"""What in a machine's life people should be told of, and from when to when.

Alerts are worked out from the register whenever they are looked at, and never stored: a date that is corrected moves its
alert. What is stored is what somebody answered (`assets.models.AlertAnswer`), under the alert's key. The numbers stand in
`assets/rules/alerts.toml`.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from assets.domain.ageing import anniversary
from assets.domain.months import months_after

RULES = Path(__file__).resolve().parents[1] / "rules" / "alerts.toml"

AGE_YEARS = 10
"""The age that is told of: that of RCR/ESR and CAR (see `replacement_age.toml`), which trusts' own plans go by."""


class AlertKind(StrEnum):
    """What ends or is reached. The value is stored and stands in addresses."""

    SUPPORT = "support"
    WARRANTY = "warranty"
    MAINTENANCE = "maintenance"
    OWNERSHIP = "ownership"
    OPERATING_SYSTEM = "operating_system"
    AGE = "age"

    @property
    def label(self) -> str:
        return {
            "support": "End of vendor support",
            "warranty": "End of warranty",
            "maintenance": "End of maintenance contract",
            "ownership": "End of lease, hire or contract",
            "operating_system": "End of operating system support",
            "age": f"{AGE_YEARS} years old",
        }[self.value]


ENDS = {
    AlertKind.SUPPORT: "support_ends_on",
    AlertKind.WARRANTY: "warranty_ends_on",
    AlertKind.MAINTENANCE: "maintenance_ends_on",
    AlertKind.OWNERSHIP: "ownership_ends_on",
    AlertKind.OPERATING_SYSTEM: "operating_system_ends_on",
}
"""The fact of the register that each kind is about; AGE is worked out from the installation date."""


@dataclass(frozen=True, slots=True)
class AlertRule:
    """Months before and after a date in which people are told of it; `kept_months` None: for as long as it is there."""

    lead_months: int
    kept_months: int | None
    source: str
    review_due_on: date

    def window(self, on: date) -> tuple[date | None, date]:
        """Return the first (None: any) and last due date that is told of on a date."""
        first = None if self.kept_months is None else months_after(on, -self.kept_months)
        return first, months_after(on, self.lead_months)


@cache
def rules() -> Mapping[AlertKind, AlertRule]:
    """Return the rule of each kind. Raises KeyError where the file lacks one."""
    given = tomllib.loads(RULES.read_text())
    return {
        kind: AlertRule(
            lead_months=given[kind]["lead_months"],
            kept_months=given[kind].get("kept_months"),
            source=given[kind]["source"],
            review_due_on=given[kind]["review_due_on"],
        )
        for kind in AlertKind
    }


def rule(kind: AlertKind) -> AlertRule:
    """Return the rule of one kind."""
    return rules()[kind]


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of one machine in the fleet that alerts hang on; None is not known."""

    asset_id: int
    trust_id: int
    installed_on: date | None = None
    support_ends_on: date | None = None
    warranty_ends_on: date | None = None
    maintenance_ends_on: date | None = None
    ownership_ends_on: date | None = None
    operating_system_ends_on: date | None = None

    def due_on(self, kind: AlertKind) -> date | None:
        """Return the date of one kind; of AGE the day on which the machine reaches it."""
        if kind is not AlertKind.AGE:
            found: date | None = getattr(self, ENDS[kind])
            return found
        return anniversary(self.installed_on, AGE_YEARS) if self.installed_on else None


@dataclass(frozen=True, slots=True, order=True)
class Alert:
    """One thing to be told of. Sorted by date. The same machine, kind and date is the same alert, whenever it is asked."""

    due_on: date
    asset_id: int
    kind: AlertKind
    trust_id: int

    @property
    def key(self) -> str:
        """A short text that stays the same while the date does: "support-123-2027-03-31"."""
        return f"{self.kind}-{self.asset_id}-{self.due_on.isoformat()}"

    def words(self, on: date) -> str:
        """What happens or has happened by a date, in words: "End of warranty, in 3 months"."""
        return f"{self.kind.label}, {distance_words(self.due_on, on)}"


def distance_words(due_on: date, on: date) -> str:
    """How far off a date is: "today", "in 12 days", "5 months ago". Whole months from 60 days on, whole years from two years on, rounded down."""
    days = (due_on - on).days
    if not days:
        return "today"
    number = abs(days)
    unit = "day"
    if number >= 2 * 366:
        number, unit = max(2, int(number / 365.2425)), "year"
    elif number >= 60:
        number, unit = max(2, int(number / 30.4369)), "month"
    told = f"{number:,} {unit}{'' if number == 1 else 's'}"
    return f"in {told}" if days > 0 else f"{told} ago"


def alerts_of(dates: Dates, *, on: date) -> Iterator[Alert]:
    """Yield what is to be told of one machine on a date."""
    for kind in AlertKind:
        due_on = dates.due_on(kind)
        first, last = rule(kind).window(on)
        if due_on is not None and due_on <= last and (first is None or first <= due_on):
            yield Alert(due_on, dates.asset_id, kind, dates.trust_id)


def alerts_on(machines: Iterable[Dates], *, on: date) -> tuple[Alert, ...]:
    """Return what is to be told of many machines on a date, the soonest first."""
    return tuple(sorted(alert for dates in machines for alert in alerts_of(dates, on=on)))


class Answer(StrEnum):
    """What an organisation has made of an alert."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"

    @property
    def label(self) -> str:
        return {"open": "Open", "acknowledged": "Acknowledged", "snoozed": "Snoozed"}[self.value]


def state_of(*, acknowledged: bool, snoozed_until: date | None, on: date) -> Answer:
    """Return how an answer stands on a date: a snooze is over on the day it names."""
    if acknowledged:
        return Answer.ACKNOWLEDGED
    return Answer.SNOOZED if snoozed_until is not None and on < snoozed_until else Answer.OPEN
