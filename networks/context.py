"""What every page shows around its content: navigation, and in whose name one acts."""

from django.http import HttpRequest
from django.urls import reverse

from networks.domain.access import NOBODY, Actor, Permission

_NAVIGATION = (
    ("Home", "home", None),
    ("Equipment", "asset_list", Permission.VIEW_ASSETS),
    ("Fleet age", "fleet_age", Permission.VIEW_ASSETS),
    ("Plans", "plan_list", Permission.VIEW_PLANS),
    ("Tenders", "tender_list", Permission.VIEW_TENDERS),
    ("Benchmarks", "benchmark", Permission.VIEW_BENCHMARKS),
    ("Documents", "document_list", Permission.VIEW_PLANS),
    ("Administration", "people", Permission.ADMINISTER),
)
_ADMINISTRATION = ("/organisations/", "/changes/")
"""Pages that belong to Administration beside those below its own address."""


def page(request: HttpRequest) -> dict[str, object]:
    """Return `navigation`, `acting` (the actor, or None) and `acting_choices` for the base template."""
    actor: Actor = getattr(request, "actor", NOBODY)
    if not actor.user_id:
        return {"navigation": [], "acting": None, "acting_choices": []}
    return {
        "navigation": _navigation(actor, request.path),
        "acting": actor,
        "acting_choices": getattr(request, "appointments", []),
    }


def _navigation(actor: Actor, path: str) -> list[dict[str, object]]:
    entries = [
        {"label": label, "url": reverse(name), "current": False}
        for label, name, permission in _NAVIGATION
        if permission is None or actor.can(permission)
    ]
    if path.startswith(_ADMINISTRATION):
        path = reverse("people")
    # The longest address that the page's own begins with is where one is; Home matches only itself.
    matching = [
        e for e in entries if path == e["url"] or (e["url"] != "/" and path.startswith(str(e["url"])))
    ]
    if matching:
        max(matching, key=lambda e: len(str(e["url"])))["current"] = True
    return entries
