"""The gates: what makes a machine urgent whatever its score. A machine with an open gate stands before all without one.

A gate of which too little is recorded is neither open nor shut: it is not known, and says what is missing.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache

from assets.domain.months import months_after
from assets.domain.priority_marks import MachineFacts
from assets.domain.priority_rules import PriorityRules
from assets.domain.vocabulary import QualityResult
from networks.domain.figures import date_gb


class GateKind(StrEnum):
    """The four gates, the gravest first."""

    QA_FAILED = "qa"
    SAFETY_NOTICE = "notice"
    SUPPORT_ENDS = "support"
    OPERATING_SYSTEM = "system"

    @property
    def label(self) -> str:
        return {
            "qa": "Failed quality assurance",
            "notice": "Safety notice",
            "support": "End of support",
            "system": "Operating system",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate of a machine: open (True), shut (False) or not known (None), with the reason in words."""

    kind: GateKind
    is_open: bool | None
    words: str


_KEPT = 4096
"""How many answers each gate keeps: of the thousands of machines of a fleet, many share the days they hang on."""


def gates(machine: MachineFacts, *, on: date, rules: PriorityRules) -> tuple[Gate, ...]:
    """Return all four gates of a machine on a date."""
    return (
        _quality(machine.qa_result, machine.qa_on, on),
        _notice(machine.has_safety_notice),
        _support(machine.life.support_ends_on, on, rules.lead_time_months),
        _system(machine.is_networked, machine.operating_system_ends_on, on),
    )


@lru_cache(_KEPT)
def _quality(result: QualityResult, tested_on: date | None, on: date) -> Gate:
    kind = GateKind.QA_FAILED
    if result == QualityResult.NOT_KNOWN or (tested_on is not None and tested_on > on):
        return Gate(kind, None, "The result of quality assurance is not known.")
    tested = f" on {date_gb(tested_on)}" if tested_on else ""
    if result == QualityResult.FAILED:
        return Gate(kind, True, f"It failed quality assurance, or is at suspension level{tested}.")
    word = "passed" if result == QualityResult.PASSED else "was at remedial level in"
    return Gate(kind, False, f"It {word} quality assurance{tested}.")


@cache
def _notice(has_notice: bool | None) -> Gate:
    words = {
        None: "Whether a safety notice without a fix is open is not known.",
        True: "A safety notice without a fix is open.",
        False: "No safety notice without a fix is open.",
    }
    return Gate(GateKind.SAFETY_NOTICE, has_notice, words[has_notice])


@lru_cache(_KEPT)
def _support(ends_on: date | None, on: date, months: int) -> Gate:
    kind = GateKind.SUPPORT_ENDS
    if ends_on is None:
        return Gate(kind, None, "The end of vendor support is not known.")
    day = date_gb(ends_on)
    if ends_on < on:
        return Gate(kind, True, f"Vendor support ended on {day}.")
    if ends_on < months_after(on, months):
        return Gate(
            kind, True, f"Vendor support ends on {day}, within the {months} months that a new one takes."
        )
    return Gate(kind, False, f"Vendor support lasts until {day}.")


@lru_cache(_KEPT)
def _system(is_networked: bool | None, ends_on: date | None, on: date) -> Gate:
    kind = GateKind.OPERATING_SYSTEM
    if is_networked is False:
        return Gate(kind, False, "It is not on the hospital network.")
    if ends_on is None:
        return Gate(kind, None, "The end of support of its operating system is not known.")
    day = date_gb(ends_on)
    if ends_on >= on:
        return Gate(kind, False, f"Its operating system is supported until {day}.")
    ended = f"Support of its operating system ended on {day}"
    if is_networked is None:
        return Gate(kind, None, f"{ended}; whether it is on the hospital network is not known.")
    return Gate(kind, True, f"{ended}, and it is on the hospital network.")
