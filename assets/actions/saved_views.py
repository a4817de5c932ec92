"""Keeping, changing, sharing and deleting views of the equipment list, and choosing the one that it opens with."""

from django.db import transaction

from assets.models import DefaultView, SavedView
from networks.actions.events import record
from networks.domain.access import Actor, NotAllowed, Permission

MOST = 50
"""More views than these nobody finds their way among."""


class CannotKeep(ValueError):
    """A view that cannot be kept as asked. The message says why and what to do."""


@transaction.atomic
def keep_view(*, by: Actor, name: str, query: str, is_shared: bool) -> SavedView:
    """Keep an address of the list under a name. One's own view of that name is replaced.

    Raises NotAllowed for somebody who sees no equipment, CannotKeep where there are too many.
    """
    by.require(Permission.VIEW_ASSETS)
    if by.user_id is None or by.organisation_id is None:
        raise NotAllowed("Only a person acting for an organisation can keep views.")
    mine = SavedView.objects.filter(owner_id=by.user_id, organisation_id=by.organisation_id)
    if mine.exclude(name=name).count() >= MOST:
        raise CannotKeep(f"You have {MOST} views already. Delete one first.")
    view, made = mine.update_or_create(
        name=name,
        defaults={"query": query, "is_shared": is_shared},
        create_defaults={
            "owner_id": by.user_id,
            "organisation_id": by.organisation_id,
            "query": query,
            "is_shared": is_shared,
        },
    )
    _record(by, view, "saved_view.kept" if made else "saved_view.replaced")
    return view


@transaction.atomic
def change_view(*, by: Actor, view: SavedView, name: str, is_shared: bool) -> SavedView:
    """Rename a view of one's own, share it, or share it no longer.

    Raises NotAllowed for the view of somebody else, CannotKeep where another of one's views has that name.
    """
    _require_own(by, view)
    others = SavedView.objects.filter(owner_id=view.owner_id, organisation_id=view.organisation_id)
    if others.filter(name=name).exclude(pk=view.pk).exists():
        raise CannotKeep("You have another view of that name. Choose another name.")
    if not is_shared:
        # Nobody's list may open with what they can no longer see.
        DefaultView.objects.filter(view=view).exclude(user_id=view.owner_id).delete()
    view.name, view.is_shared = name, is_shared
    view.save(update_fields=["name", "is_shared"])
    _record(by, view, "saved_view.changed")
    return view


@transaction.atomic
def delete_view(*, by: Actor, view: SavedView) -> None:
    """Delete a view of one's own; for those whose list opened with it, it opens as usual again. Raises NotAllowed."""
    _require_own(by, view)
    _record(by, view, "saved_view.deleted")
    view.delete()


@transaction.atomic
def open_with(*, by: Actor, view: SavedView | None) -> None:
    """Let one's list open with a view that one sees, or with None as usual. Raises NotAllowed for any other view."""
    by.require(Permission.VIEW_ASSETS)
    if by.user_id is None or by.organisation_id is None:
        raise NotAllowed("Only a person acting for an organisation can choose how their list opens.")
    if view is None:
        DefaultView.objects.filter(user_id=by.user_id, organisation_id=by.organisation_id).delete()
        return
    if not SavedView.objects.visible_to(by).filter(pk=view.pk).exists():
        raise NotAllowed("This view is not yours and is not shared with you.")
    DefaultView.objects.update_or_create(
        user_id=by.user_id, organisation_id=by.organisation_id, defaults={"view": view}
    )
    _record(by, view, "saved_view.opened_with")


def _require_own(by: Actor, view: SavedView) -> None:
    if (view.owner_id, view.organisation_id) != (by.user_id, by.organisation_id):
        raise NotAllowed("Only its owner can change a view. Keep a view of your own.")


def _record(by: Actor, view: SavedView, action: str) -> None:
    record(
        by=by,
        action=action,
        subject_type="saved_view",
        subject_id=view.pk,
        subject_label=view.name,
        changes={
            "Filters": (None, view.query or "none"),
            "Shared": (None, "yes" if view.is_shared else "no"),
        },
    )
