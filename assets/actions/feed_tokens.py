"""Making, replacing and revoking the secret address of one's calendar."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from assets.models import FeedToken
from networks.actions.events import record
from networks.domain.access import Actor, NotAllowed, Permission
from networks.domain.organisations import Kind
from networks.models import Organisation

SECRET_BYTES = 32


def hashed(secret: str) -> str:
    """Return what is kept of a secret. It has 256 bits of chance, so a plain hash cannot be tried through."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_feed(*, by: Actor, at: datetime) -> str:
    """Make the calendar of the appointment in force, ending the one there is; return its secret, told this once.

    Raises NotAllowed without VIEW_ASSETS, and for a command, which has no calendar.
    """
    by.require(Permission.VIEW_ASSETS)
    if by.user_id is None or by.appointment_id is None:
        raise NotAllowed("Only people with a role have a calendar.")
    replaced = _standing(by).update(revoked_at=at)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    token = FeedToken.objects.create(
        user_id=by.user_id, appointment_id=by.appointment_id, secret_sha256=hashed(secret), created_at=at
    )
    _record(by, "calendar.replaced" if replaced else "calendar.made", token.pk)
    return secret


@transaction.atomic
def revoke_feed(*, by: Actor, at: datetime) -> bool:
    """End the calendar of the appointment in force; say whether there was one. Raises NotAllowed without VIEW_ASSETS."""
    by.require(Permission.VIEW_ASSETS)
    token = _standing(by).first()
    if token is None:
        return False
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    _record(by, "calendar.revoked", token.pk)
    return True


def _standing(by: Actor) -> QuerySet[FeedToken]:
    # 0 is nobody's number.
    return FeedToken.objects.filter(
        user_id=by.user_id or 0, appointment_id=by.appointment_id or 0, revoked_at=None
    )


def _record(by: Actor, action: str, token_id: int) -> None:
    kind = Organisation.objects.filter(pk=by.organisation_id or 0).values_list("kind", flat=True).first()
    record(
        by=by,
        action=action,
        subject_type="calendar",
        subject_id=token_id,
        subject_label=f"Calendar of {by.name}",
        trust_id=by.organisation_id if kind == Kind.TRUST else None,
        network_id=by.organisation_id if kind == Kind.NETWORK else None,
    )
