"""How recorded changes read on pages."""

from django import template
from django.urls import NoReverseMatch, reverse

from networks.domain.event_words import action_words
from networks.models import Event

register = template.Library()
register.filter("action_words", action_words)

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
