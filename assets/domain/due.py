"""Why a machine is due for replacement: the guidance it has reached or reaches this year, and the end of its support."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assets.domain.guidance import Standing, State, against, all_guidance
from assets.domain.vocabulary import Modality, Precision
from networks.domain.figures import date_gb


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason in words, with the bodies whose guidance it stands on (none for support)."""

    words: str
    guidance: tuple[str, ...] = ()


def reasons(
    modality: Modality,
    installed_on: date | None,
    precision: Precision,
    support_ends_on: date | None,
    *,
    on: date,
    support_until: date,
) -> tuple[Reason, ...]:
    """Return why a machine is due on a date, the weightiest first; nothing where it is not.

    Of the ages that guidance names it gives the highest reached, and any reached later in this financial year.
    Support counts when it has ended, or ends before `support_until`.
    """
    support = _support(support_ends_on, on=on, until=support_until)
    standings = [against(entry, installed_on, on, precision) for entry in all_guidance(modality, on=on)]
    return (*support, *_by_age(standings))


def _support(ends_on: date | None, *, on: date, until: date) -> tuple[Reason, ...]:
    if ends_on is None or ends_on >= until:
        return ()
    return (Reason(f"vendor support {'ended' if ends_on < on else 'ends'} on {date_gb(ends_on)}"),)


def _by_age(standings: Iterable[Standing]) -> tuple[Reason, ...]:
    """The same age of several guidances is one reason with several names."""
    named: dict[int, list[Standing]] = {}
    for standing in standings:
        named.setdefault(standing.guidance.years, []).append(standing)
    found: list[Reason] = []
    for years in sorted(named, reverse=True):
        first = named[years][0]
        if first.state not in (State.OVER, State.DUE):
            continue
        bodies = tuple(standing.guidance.body for standing in named[years])
        found.append(Reason(_words(first), bodies))
        if first.state is State.OVER:
            break
    return tuple(found)


def _words(standing: Standing) -> str:
    return f"replacement at {standing.guidance.years} years: {standing.words}"
