"""What is due, the slow way: every day of a machine's window is walked, and asked whether it is the date's."""

from datetime import date, timedelta

from assets.domain.alerts import AGE_YEARS, AlertKind, Dates, rules


def _later(day: date, months: int) -> date:
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    return max(
        candidate for number in range(1, day.day + 1) if (candidate := _real(year, month, number)) is not None
    )


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def due(dates: Dates, on: date) -> set[tuple[AlertKind, date]]:
    """Return the kinds and dates that a machine is told of on a day."""
    facts = {
        AlertKind.SUPPORT: dates.support_ends_on,
        AlertKind.WARRANTY: dates.warranty_ends_on,
        AlertKind.MAINTENANCE: dates.maintenance_ends_on,
        AlertKind.OWNERSHIP: dates.ownership_ends_on,
        AlertKind.OPERATING_SYSTEM: dates.operating_system_ends_on,
    }
    if dates.installed_on:
        tenth = dates.installed_on.year + AGE_YEARS
        same_day = _real(tenth, dates.installed_on.month, dates.installed_on.day)
        facts[AlertKind.AGE] = same_day or date(tenth, 3, 1)
    found = set()
    for kind, day in facts.items():
        if day is None:
            continue
        rule = rules()[kind]
        walked = on
        while walked <= _later(on, rule.lead_months):
            if walked == day:
                found.add((kind, day))
            walked += timedelta(days=1)
        kept = date.min if rule.kept_months is None else _later(on, -rule.kept_months)
        if kept <= day < on:
            found.add((kind, day))
    return found
