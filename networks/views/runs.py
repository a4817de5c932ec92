"""Watching long work and stopping it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from networks.http import Request
from networks.jobs.runs import request_cancel, sweep_lost
from networks.models import Run


def run_detail(request: Request, pk: int) -> HttpResponse:
    """Show how far a run is; go on to its result once it has one. htmx asks for the middle of the page only."""
    sweep_lost(now=timezone.now())
    run = get_object_or_404(Run.objects.visible_to(request.actor), pk=pk)
    asked_by_htmx = request.headers.get("HX-Request") == "true"
    if run.status == Run.Status.SUCCEEDED and run.result_url:
        if not asked_by_htmx:
            return redirect(run.result_url)
        return HttpResponse(headers={"HX-Redirect": run.result_url})
    template = "partials/run_progress.html" if asked_by_htmx else "networks/run_detail.html"
    return render(request, template, {"run": run})


@require_POST
def run_cancel(request: Request, pk: int) -> HttpResponse:
    """Ask a run to stop."""
    run = get_object_or_404(Run.objects.visible_to(request.actor), pk=pk)
    request_cancel(run)
    return redirect("run_detail", pk=run.pk)
