"""Rules in versions: numbered from 1, each in force from a day until the next one is. A date is judged by that of its time."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar

from networks.domain.figures import date_gb


class Versioned(Protocol):
    """One version of some rules, in force from `valid_from`."""

    @property
    def number(self) -> int: ...

    @property
    def valid_from(self) -> date: ...


Rules = TypeVar("Rules", bound=Versioned)


def in_force(versions: Sequence[Rules], on: date) -> Rules:
    """Return the version in force on a date; before the first, the first. `versions` are in order."""
    return next((rules for rules in reversed(versions) if rules.valid_from <= on), versions[0])


def numbered(versions: Sequence[Rules], name: str) -> tuple[Rules, ...]:
    """Return the versions of a file, at least one. Raises ValueError where their numbers or days make no sense."""
    days = [rules.valid_from for rules in versions]
    numbers = [rules.number for rules in versions]
    if not versions or days != sorted(set(days)) or numbers != [*range(1, len(days) + 1)]:
        raise ValueError(
            f"Versions of the {name} rules are numbered from 1, each in force later than the one before."
        )
    return tuple(versions)


def version_in_words(rules: Versioned, name: str, on: date) -> str:
    """Name a version: "version 1 of the priority rules, in force from 24 November 2026", and say where it is late."""
    words = f"version {rules.number} of the {name} rules, in force from {date_gb(rules.valid_from)}"
    return words if rules.valid_from <= on else f"{words}; no earlier one is on file"
