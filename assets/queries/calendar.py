"""Whose calendar a secret opens, and what stands in it."""

from datetime import date

from django.db.models import Q

from assets.domain.alerts import ENDS
from assets.domain.months import months_after
from assets.models import Asset, FeedToken
from assets.models.asset import AssetQuerySet
from assets.queries.assets import in_fleet_on
from networks.domain.access import Actor
from networks.models import Appointment
from networks.queries.actors import actor_for

PAST_MONTHS = 12
"""How far back a calendar goes: what ended earlier is no date to keep."""
MOST_DATES = 2000
"""Those of a network fit; of all England only those that come soonest are given: what calendar programs bear."""


def feed_of(secret_sha256: str) -> FeedToken | None:
    """Return the calendar that a secret opens; None for a secret unknown or revoked. One query."""
    return (
        FeedToken.objects.filter(secret_sha256=secret_sha256, revoked_at=None)
        .select_related("user", "appointment__organisation")
        .first()
    )


def actor_of(token: FeedToken, *, on: date) -> Actor | None:
    """Return who reads a calendar: its person in its appointment, as both stand on a date; None where either has ended."""
    appointment: Appointment = token.appointment
    ended = appointment.ends_on is not None and appointment.ends_on <= on
    if not token.user.is_active or ended or appointment.starts_on > on:
        return None
    return actor_for(token.user, appointment, on=on)


def standing_feed(actor: Actor) -> FeedToken | None:
    """Return the calendar of the appointment in force. One query."""
    return FeedToken.objects.filter(
        user_id=actor.user_id or 0, appointment_id=actor.appointment_id or 0, revoked_at=None
    ).first()


def machines_with_dates(actor: Actor, *, on: date) -> AssetQuerySet:
    """Return the machines in the fleet that an actor may see and that have a date for the calendar, without their prices and notes."""
    since = months_after(on, -PAST_MONTHS)
    dated = Q()
    for field in ENDS.values():
        dated |= Q(**{f"{field}__gte": since})
    assets: AssetQuerySet = (
        Asset.objects.visible_to(actor)
        .filter(in_fleet_on(on) & dated)
        .select_related("site", "trust")
        .only(
            *("modality", "manufacturer", "model_name", "serial_number", "location", "updated_at"),
            *ENDS.values(),
            *("site__name", "trust__name"),
        )
        .order_by("pk")
    )
    return assets
