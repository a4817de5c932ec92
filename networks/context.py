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
_EQUIPMENT = (
    ("All equipment", "asset_list"),
    ("Dashboard", "dashboard"),
    ("What to replace first", "priority_list"),
    ("Ages", "fleet_age"),
    ("Activity", "activity_list"),
    ("Alerts", "alert_list"),
    ("Data quality", "quality"),
    ("Models", "catalogue_list"),
    ("Imports", "import_list"),
    ("IR(ME)R inventory", "inventory_page"),
    ("Labels", "labels_page"),
    ("Calendar", "calendar_page"),
    ("As at a day", "register_past"),
    ("Changes", "register_changes"),
)
"""The pages of the register, shown under the heading of each of them."""
_ADMINISTRATION = ("/organisations/", "/changes/")
"""Pages that belong to Administration beside those below its own address."""


def page(request: HttpRequest) -> dict[str, object]:
    """Return `navigation`, `equipment_pages` (those beside this one), `acting` (the actor, or None) and `acting_choices` for
    the base template."""
    actor: Actor = getattr(request, "actor", NOBODY)
    if not actor.user_id:
        return {"navigation": [], "equipment_pages": [], "acting": None, "acting_choices": []}
    return {
        "navigation": _navigation(actor, request.path),
        "equipment_pages": _equipment(actor, request.path),
        "acting": actor,
        "acting_choices": getattr(request, "appointments", []),
    }


def _navigation(actor: Actor, path: str) -> list[dict[str, object]]:
    entries = [
        _entry(label, name)
        for label, name, permission in _NAVIGATION
        if permission is None or actor.can(permission)
    ]
    if path.startswith(_ADMINISTRATION):
        path = reverse("people")
    return _with_current(entries, path)


def _equipment(actor: Actor, path: str) -> list[dict[str, object]]:
    if not path.startswith(reverse("asset_list")) or not actor.can(Permission.VIEW_ASSETS):
        return []
    return _with_current([_entry(label, name) for label, name in _EQUIPMENT], path)


def _entry(label: str, name: str) -> dict[str, object]:
    return {"label": label, "url": reverse(name), "current": False}


def _with_current(entries: list[dict[str, object]], path: str) -> list[dict[str, object]]:
    """Mark where one is: the longest address that the page's own begins with; Home matches only itself."""
    matching = [
        e for e in entries if path == e["url"] or (e["url"] != "/" and path.startswith(str(e["url"])))
    ]
    if matching:
        max(matching, key=lambda e: len(str(e["url"])))["current"] = True
    return entries
