"""How often somebody is sent what is due, and to which week or month a day belongs."""

from datetime import date
from enum import StrEnum

from networks.domain.access import Role


class Frequency(StrEnum):
    """How often a digest is sent."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    NEVER = "never"

    @property
    def label(self) -> str:
        return {"weekly": "Every week", "monthly": "Every month", "never": "Never"}[self.value]


SENT_UNASKED = frozenset({Role.EQUIPMENT_MANAGER, Role.PROCUREMENT_LEAD})
"""Roles whose holders get a weekly digest until they choose otherwise: those who act on it. Others ask for one."""


def usual_frequency(roles: frozenset[Role]) -> Frequency:
    """Return how often somebody in these roles is sent a digest who has chosen nothing."""
    return Frequency.WEEKLY if roles & SENT_UNASKED else Frequency.NEVER


def period(frequency: Frequency, on: date) -> str:
    """Return the name of the week ("2026-W48", ISO 8601) or month ("2026-11") of a day. Raises ValueError for NEVER."""
    if frequency is Frequency.WEEKLY:
        year, week, _ = on.isocalendar()
        return f"{year}-W{week:02d}"
    if frequency is Frequency.MONTHLY:
        return f"{on:%Y-%m}"
    raise ValueError("A digest that is never sent belongs to no period.")


def first_day(frequency: Frequency, on: date) -> date:
    """Return the first day of the week or month of a day."""
    if frequency is Frequency.MONTHLY:
        return on.replace(day=1)
    return date.fromordinal(on.toordinal() - on.weekday())
