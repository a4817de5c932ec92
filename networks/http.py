"""The request as our middleware leaves it; views annotate their first argument with it."""

from django.http import HttpRequest

from networks.domain.access import Actor
from networks.models import Appointment


class Request(HttpRequest):
    """A signed-in request: `actor` is who acts, `appointments` are the ones they could act in."""

    actor: Actor
    appointments: list[Appointment]
