"""One's calendar of the dates of machines: its secret address, and what programs read there."""

import hashlib
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_POST, require_safe

from assets.actions.feed_tokens import hashed, make_feed, revoke_feed
from assets.documents.calendar import calendar_bytes
from assets.domain.alerts import ENDS, rule
from assets.domain.months import months_after
from assets.models import FeedToken
from assets.queries.calendar import (
    MOST_DATES,
    PAST_MONTHS,
    actor_of,
    feed_of,
    machines_with_dates,
    standing_feed,
)
from networks.address import site_address
from networks.domain.access import Permission
from networks.http import Request

MOST_READS, READS_SECONDS = 60, 3600
"""A calendar program asks a few times a day; one that asks more often than this in an hour is asked to wait."""


@require_safe
def calendar_page(request: Request) -> HttpResponse:
    """Say whether one has a calendar for the role in force, and make, replace or revoke it."""
    return _page(request)


@require_POST
def calendar_make(request: Request) -> HttpResponse:
    """Make or replace one's calendar, and show its address, this once."""
    secret = make_feed(by=request.actor, at=timezone.now())
    return _page(request, address=f"{site_address(request)}{reverse('calendar_feed', args=[secret])}")


@require_POST
def calendar_revoke(request: Request) -> HttpResponse:
    """End one's calendar."""
    if revoke_feed(by=request.actor, at=timezone.now()):
        messages.success(request, "The calendar was revoked. Its address opens nothing any more.")
    return redirect("calendar_page")


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Send the calendar that a secret opens, to whoever holds it: of the machines its person may see at this moment.

    404 for a secret unknown or revoked, a person who may not sign in, or an appointment that has ended.
    """
    today = timezone.localdate()
    token = feed_of(hashed(secret))
    actor = actor_of(token, on=today) if token else None
    if token is None or actor is None or not actor.can(Permission.VIEW_ASSETS):
        return _plain("There is no calendar here, or it has been revoked.", 404)
    if _too_often(token):
        refusal = _plain("This calendar is read too often. Try again in an hour.", 429)
        refusal["Retry-After"] = str(READS_SECONDS)
        return refusal
    _mark_used(token)
    content = calendar_bytes(
        machines_with_dates(actor, on=today),
        name=f"Imaging equipment, {actor.acting_for}",
        address=site_address(request),
        on=today,
        since=months_after(today, -PAST_MONTHS),
        most=MOST_DATES,
    )
    etag = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    response = get_conditional_response(request, etag=etag)
    if response is None or not isinstance(response, HttpResponseNotModified):
        response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="imaging-equipment.ics"'
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


def _page(request: Request, *, address: str = "") -> HttpResponse:
    request.actor.require(Permission.VIEW_ASSETS)
    context = {
        "token": standing_feed(request.actor),
        "address": address,
        "kinds": [(kind.label, rule(kind).lead_months) for kind in ENDS],
        "past_months": PAST_MONTHS,
    }
    return render(request, "assets/calendar.html", context)


def _too_often(token: FeedToken) -> bool:
    key = f"calendar-{token.secret_sha256[:32]}"
    if cache.add(key, 1, READS_SECONDS):
        return False
    try:
        return bool(cache.incr(key) > MOST_READS)
    except ValueError:  # it ran out between the two
        return False


def _mark_used(token: FeedToken) -> None:
    """To the hour, so that reading writes seldom."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= timedelta(hours=1):
        FeedToken.objects.filter(pk=token.pk).update(last_used_at=now)


def _plain(words: str, status: int) -> HttpResponse:
    response = HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response
