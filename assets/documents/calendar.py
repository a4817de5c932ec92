"""The dates of machines as a calendar (iCalendar, RFC 5545): whole days, with a reminder when it is time to act.

No price and no note ever goes in: a calendar is read by programs and copied to servers that we do not know.
"""

from collections.abc import Iterable
from datetime import UTC, date, timedelta

from icalendar import Alarm, Calendar, Event

from assets.domain.alerts import ENDS, AlertKind, rule
from assets.domain.months import months_after
from assets.models import Asset


def calendar_bytes(
    assets: Iterable[Asset], *, name: str, address: str, on: date, since: date, most: int
) -> bytes:
    """Return the calendar file: the dates from `since` on in their order; of more than so many, those past on `on` go first.

    `address` is the site's own, without a slash at its end. The same state gives the same bytes: an event's stamp is its
    machine's last change. An event keeps its UID when its date changes, so that programs move it.
    """
    dated = sorted(
        (day, asset.pk, kind, asset)
        for asset in assets
        for kind, field in ENDS.items()
        if (day := getattr(asset, field)) is not None and day >= since
    )
    past = sum(day < on for day, *_ in dated)
    # As much of the past as leaves room for what is coming.
    begin = min(past, max(0, len(dated) - most))
    calendar = Calendar()
    calendar.add("prodid", "-//Imaging Capital Planner//Equipment dates//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", _line(name))
    calendar.add("x-wr-calname", _line(name))
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    for day, _, kind, asset in dated[begin : begin + most]:
        calendar.add_component(_event(asset, kind, day, address))
    return bytes(calendar.to_ical())


def _event(asset: Asset, kind: AlertKind, day: date, address: str) -> Event:
    event = Event()
    event.add("uid", f"{kind.value}-{asset.reference}@imaging-capital-planner")
    event.add("dtstamp", asset.updated_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add(
        "summary", _line(f"{kind.label}: {asset.get_modality_display()} {asset.make} ({asset.reference})")
    )
    event.add("location", _line(", ".join(filter(None, (asset.location, asset.site.name)))))
    serial = asset.serial_number or "not known"
    event.add("description", _line(f"{kind.label}. Serial number {serial}. {asset.trust.name}."))
    event.add("url", f"{address}{asset.get_absolute_url()}")
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{kind.label}: {asset.reference}")
    alarm.add("trigger", months_after(day, -rule(kind).lead_months) - day)
    event.add_component(alarm)
    return event


def _line(text: str) -> str:
    """Return a text on one line of visible signs: some programs end a line at signs that the format does not escape."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
