"""The views of the equipment list that somebody sees."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from assets.models import DefaultView, SavedView
from networks.domain.access import Actor


@dataclass(frozen=True, slots=True)
class SeenView:
    """A view, whether it is the reader's own, and whether their list opens with it."""

    view: SavedView
    is_own: bool
    is_default: bool


def views_of(actor: Actor) -> list[SeenView]:
    """Return the views that an actor sees, by name. One query."""
    if actor.user_id is None or actor.organisation_id is None:
        return []
    default = DefaultView.objects.filter(
        user_id=actor.user_id, organisation_id=actor.organisation_id, view=OuterRef("pk")
    )
    seen = SavedView.objects.visible_to(actor).select_related("owner").annotate(is_default=Exists(default))
    return [SeenView(view, view.owner_id == actor.user_id, view.is_default) for view in seen]
