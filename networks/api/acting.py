"""Who asks the API."""

from typing import cast

from rest_framework.request import Request

from networks.domain.access import Actor
from networks.http import Request as OurRequest


def actor_of(request: Request) -> Actor:
    """Return the actor that our middleware has put on the request."""
    return cast(OurRequest, request._request).actor
