"""The record of changes, as far as one may see it."""

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from networks.domain.access import Permission
from networks.domain.event_words import action_words, change_words
from networks.exports.tables import Cell, csv_response
from networks.forms.events import EventFilter
from networks.http import Request
from networks.models import Event

ROWS_PER_PAGE = 50


@require_safe
def event_list(request: Request) -> HttpResponse:
    """List who did what, when, from what to what, and why."""
    request.actor.require(Permission.VIEW_ASSETS)
    found = EventFilter(request.GET, actor=request.actor)
    page = Paginator(found.qs, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    may_administer = request.actor.can(Permission.ADMINISTER)
    context = {"filter": found, "page": page, "may_administer": may_administer}
    return render(request, "networks/event_list.html", context)


@require_safe
def event_export(request: Request) -> HttpResponseBase:
    """Download the changes the list shows."""
    request.actor.require(Permission.VIEW_ASSETS)
    found = EventFilter(request.GET, actor=request.actor)
    headings = ["When", "Who", "As", "What was done", "About", "Trust", "From what to what", "Why"]
    return csv_response("changes.csv", headings, _export_rows(found.qs))


def _export_rows(found: QuerySet[Event]) -> Iterator[list[Cell]]:
    for event in found.iterator(chunk_size=1000):
        yield [
            f"{timezone.localtime(event.at):%d/%m/%Y %H:%M:%S}",
            event.by_name,
            event.by_role or None,
            action_words(event.action),
            event.subject_label,
            event.trust.name if event.trust else None,
            "; ".join(change_words(field, *pair) for field, pair in event.changes.items()) or None,
            event.reason or None,
        ]
