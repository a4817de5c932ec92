"""Claiming a digest before it is sent, so that two runs never send the same one."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from assets.models import Digest
from networks.domain.access import Actor, NotAllowed
from networks.models import User

CLAIM_HOURS = 1
"""A digest claimed and not sent within this time was lost with its process, and may be sent by another."""


def claim_digest(
    *, by: Actor, user: User, period: str, on: date, keys: Sequence[str], at: datetime
) -> Digest | None:
    """Return the digest to send to a person for a period; None where it was sent, or is being sent, already.

    Raises NotAllowed for anybody but a command on the server.
    """
    if by.user_id is not None or not by.where.everywhere:
        raise NotAllowed("Digests are sent by the server's own command.")
    try:
        with transaction.atomic():
            return Digest.objects.create(user=user, period=period, on=on, keys=list(keys), claimed_at=at)
    except IntegrityError:
        lost = Digest.objects.filter(
            user=user, period=period, sent_at=None, claimed_at__lt=at - timedelta(hours=CLAIM_HOURS)
        )
        if not lost.update(claimed_at=at, on=on, keys=list(keys)):
            return None
        return Digest.objects.get(user=user, period=period)


def mark_sent(*, digest: Digest, at: datetime) -> None:
    """Note that the mail server has taken a digest."""
    Digest.objects.filter(pk=digest.pk).update(sent_at=at)


def let_go(*, digest: Digest) -> None:
    """Give back a digest that could not be sent, so that the next run tries again."""
    Digest.objects.filter(pk=digest.pk, sent_at=None).delete()
