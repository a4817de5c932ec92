"""The files kept with a machine."""

from assets.models import Asset, Attachment
from networks.domain.access import Actor


def attachments_of(actor: Actor, asset: Asset, *, removed: bool = False) -> list[Attachment]:
    """Return the files of a machine that an actor may see, the newest first; with `removed`, the removed ones too. One query."""
    found = Attachment.objects.visible_to(actor).filter(asset=asset)
    if not removed:
        found = found.kept()
    return list(found.select_related("added_by", "removed_by"))
