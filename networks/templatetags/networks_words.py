"""How recorded changes read on pages."""

from django import template
from django.urls import NoReverseMatch, reverse

from networks.domain.event_words import action_words, change_words
from networks.models import Event

register = template.Library()
register.filter("action_words", action_words)

SHOWN_AT_ONCE = 8
"""How many changes of one event stand in the open; the rest unfolds."""

_PAGES = {
    "asset": "asset_detail",
    "organisation": "organisation_detail",
    "plan": "plan_detail",
    "tender": "tender_detail",
    "user": "person_detail",
}


@register.simple_tag
def event_address(event: Event) -> str:
    """Return the address of what an event is about, "" where that has no page."""
    name = _PAGES.get(event.subject_type)
    if name is None or event.subject_id is None:
        return ""
    try:
        return reverse(name, args=[event.subject_id])
    except NoReverseMatch:
        return ""


@register.inclusion_tag("networks/event_changes.html")
def event_changes(event: Event) -> dict[str, list[str]]:
    """Draw what an event changed, from what to what."""
    words = [change_words(field, *pair) for field, pair in event.changes.items()]
    return {"first": words[:SHOWN_AT_ONCE], "rest": words[SHOWN_AT_ONCE:]}
