"""Looking up, in a template, what a page's query has gathered by number."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def at(found: Mapping[int, Any] | None, key: int) -> Any:
    """Return what stands under a key, None where nothing does: `{{ standings|at:version.pk }}`."""
    return found.get(key) if found else None
