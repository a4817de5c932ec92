"""Puts the actor on every request, and turns a refusal into the 403 page."""

from collections.abc import Callable
from contextlib import nullcontext

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject

from networks.domain.access import NOBODY, Actor, NotAllowed
from networks.models import Appointment, User
from networks.queries.actors import actor_for, appointments_of
from networks.queries.organisations import read_once

_READING = ("GET", "HEAD", "OPTIONS")
ACTING_AS = "acting_as"
"""Session key: the id of the appointment in force."""


class ActorMiddleware:
    """Sets `request.appointments` and `request.actor`, both read from the database only when first used; what somebody
    who has signed in is shown is kept by no browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.appointments = SimpleLazyObject(lambda: _appointments(request))  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        with read_once() if request.method in _READING else nullcontext():
            response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            # On a shared computer the next person must not find by "Back" what the last one read.
            patch_cache_control(response, private=True, no_store=True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, NotAllowed):
            raise PermissionDenied(str(exception)) from exception


def _appointments(request: HttpRequest) -> list[Appointment]:
    if not isinstance(request.user, User):
        return []
    return list(appointments_of(request.user, on=timezone.localdate()))


def _actor(request: HttpRequest) -> Actor:
    if not isinstance(request.user, User):
        return NOBODY
    held: list[Appointment] = request.appointments  # type: ignore[attr-defined]
    chosen = request.session.get(ACTING_AS)
    in_force = next((a for a in held if a.pk == chosen), held[0] if held else None)
    return actor_for(request.user, in_force, on=timezone.localdate(), held=held)
