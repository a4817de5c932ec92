"""Who else is buying the same."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from networks.http import Request
from procurement.queries.demand import demand as demand_of


def demand(request: Request) -> HttpResponse:
    """Show machines planned by specification and year: one's own by trust, other networks as counts."""
    return render(
        request, "procurement/demand.html", {"demand": demand_of(request.actor, on=timezone.localdate())}
    )
