"""Adding files to a machine and removing them."""

import hashlib
from datetime import datetime

from django.core.files.base import File
from django.db import IntegrityError, transaction

from assets.imports.attachment_file import NotTaken, clean_name, content_type_of
from assets.models import Asset, Attachment
from networks.actions.events import record
from networks.domain.access import Actor, Permission


def add_attachment(
    *, by: Actor, asset: Asset, file: File[bytes], kind: Attachment.Kind, description: str, at: datetime
) -> Attachment:
    """Keep a file with a machine, under a name of our own. Its type is found in its bytes.

    Raises NotAllowed without EDIT_ASSETS for the trust (and, for a contract, without leave to see what equipment cost);
    NotTaken where the file is too large, of a kind not kept, not what its name says, or with this machine already.
    """
    _require(by, asset, kind)
    size = file.size or 0
    name = clean_name(file.name or "")
    content_type = content_type_of(file, name, size)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    _refuse_twice(by, asset, digest.hexdigest())
    attachment = Attachment(
        asset=asset,
        name=name,
        content_type=content_type,
        size_bytes=size,
        sha256=digest.hexdigest(),
        kind=kind,
        description=description[:300],
        added_by_id=by.user_id,
        added_at=at,
    )
    attachment.file.save(name, file, save=False)
    try:
        with transaction.atomic():
            attachment.save()
            _record(by, attachment, "attachment.added", "")
    except IntegrityError:
        attachment.file.delete(save=False)
        _refuse_twice(by, asset, digest.hexdigest())
        raise
    except BaseException:
        attachment.file.delete(save=False)
        raise
    return attachment


@transaction.atomic
def remove_attachment(*, by: Actor, attachment: Attachment, at: datetime, reason: str = "") -> Attachment:
    """Take a file away for good; its row stays and says who added and who removed it. One removed already stays so.

    Raises NotAllowed as `add_attachment`.
    """
    standing = Attachment.objects.select_for_update().select_related("asset").get(pk=attachment.pk)
    _require(by, standing.asset, Attachment.Kind(standing.kind))
    if standing.removed_at is not None:
        return standing
    storage, place = standing.file.storage, standing.file.name
    standing.file = ""
    standing.removed_by_id = by.user_id
    standing.removed_at = at
    standing.save(update_fields=["file", "removed_by", "removed_at"])
    _record(by, standing, "attachment.removed", reason)
    # Only once it is certain that nobody is shown it any more.
    transaction.on_commit(lambda: storage.delete(place or ""))
    return standing


def _require(by: Actor, asset: Asset, kind: Attachment.Kind) -> None:
    by.require(Permission.EDIT_ASSETS, trust_id=asset.trust_id)
    if kind == Attachment.Kind.CONTRACT:
        by.require(Permission.VIEW_EQUIPMENT_PRICES, trust_id=asset.trust_id)


def _refuse_twice(by: Actor, asset: Asset, sha256: str) -> None:
    """A file that one may not see is not named."""
    same = Attachment.objects.kept().filter(asset=asset, sha256=sha256).first()
    if same is None:
        return
    seen = Attachment.objects.visible_to(by).filter(pk=same.pk).exists()
    named = f" as “{same.name}”" if seen else ""
    raise NotTaken(f"This machine has the same file already{named}. Nothing was added.")


def _record(by: Actor, attachment: Attachment, action: str, reason: str) -> None:
    # Everybody who sees the machine reads its events; what a contract is called may say too much.
    is_contract = attachment.kind == Attachment.Kind.CONTRACT
    told = "a contract" if is_contract else attachment.name
    added = action == "attachment.added"
    record(
        by=by,
        action=action,
        subject_type="asset",
        subject_id=attachment.asset_id,
        subject_label=str(attachment.asset),
        changes={"file": (None, told) if added else (told, None)},
        reason=reason,
        trust_id=attachment.asset.trust_id,
    )
