"""The dates of a machine's life in their order: made, installed, the ages of guidance, end of support, retired."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from assets.domain.ageing import anniversary
from assets.domain.guidance import Guidance, all_guidance
from assets.domain.vocabulary import Modality, Precision
from networks.domain.figures import date_gb, partial_date


@dataclass(frozen=True, slots=True)
class Milestone:
    """One date: `on` is the first day it can mean, `words` says it as far as it is known, `what` says what happens."""

    on: date
    words: str
    what: str
    is_past: bool
    is_today: bool = False


def milestones(
    *,
    modality: Modality,
    on: date,
    installed_on: date | None,
    precision: Precision = Precision.DAY,
    support_ends_on: date | None = None,
    retired_on: date | None = None,
) -> tuple[Milestone, ...]:
    """Return what is known of a machine's dates in their order, with `on` ("today") among them.

    Each age of published guidance stands once, with the names of all the guidance that gives it.
    """
    found = [Milestone(on, date_gb(on), "Today", is_past=False, is_today=True)]
    if installed_on is not None:
        found.append(
            Milestone(installed_on, partial_date(installed_on, precision), "Installed", installed_on < on)
        )
        found += _ages(modality, installed_on, precision, on)
    if support_ends_on is not None:
        ends = "Vendor support ended" if support_ends_on < on else "Vendor support ends"
        found.append(_milestone(support_ends_on, Precision.DAY, ends, on))
    if retired_on is not None:
        found.append(_milestone(retired_on, Precision.DAY, "Retired", on))
    return tuple(sorted(found, key=lambda milestone: (milestone.on, milestone.is_today)))


def _ages(modality: Modality, installed_on: date, precision: Precision, on: date) -> Iterator[Milestone]:
    by_years: dict[int, list[Guidance]] = {}
    for guidance in all_guidance(modality):
        by_years.setdefault(guidance.years, []).append(guidance)
    for years, named in sorted(by_years.items()):
        names = " and ".join(guidance.body for guidance in named)
        yield _milestone(
            anniversary(installed_on, years),
            precision,
            f"{years} years old, replacement due under {names}",
            on,
        )


def _milestone(day: date, precision: Precision, what: str, on: date) -> Milestone:
    about = "" if precision is Precision.DAY else "about "
    return Milestone(day, f"{about}{partial_date(day, precision)}", what, is_past=day < on)
