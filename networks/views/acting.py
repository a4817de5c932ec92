"""Choosing the organisation in whose name one acts."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from networks.http import Request
from networks.middleware import ACTING_AS


@require_http_methods(["GET", "HEAD", "POST"])
def acting_switch(request: Request) -> HttpResponse:
    """Offer the appointments one holds; put the chosen one in force for the rest of the session."""
    if request.method == "POST":
        held = {str(appointment.pk): appointment.pk for appointment in request.appointments}
        chosen = held.get(request.POST.get("appointment", ""))
        if chosen is not None:
            request.session[ACTING_AS] = chosen
            return redirect("home")
    return render(request, "networks/acting_switch.html", {"appointments": request.appointments})
