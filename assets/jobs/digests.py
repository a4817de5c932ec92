"""Sending everybody who wants one their digest of what is due, once a week or month."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from assets.actions.digests import claim_digest, let_go, mark_sent
from assets.documents.digest import MOST_LINES, Line, Mail, digest_mail
from assets.domain.alerts import Alert
from assets.domain.digest import Frequency, period
from assets.models import Asset
from assets.queries.digests import ever_sent, open_alerts_of, receivers, sent_in_period
from networks.address import site_address
from networks.domain.access import Actor
from networks.models import User

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Sent:
    """What a run did: people sent a digest, people for whom nothing was due or who had theirs, people whose mail failed."""

    sent: int = 0
    nothing: int = 0
    failed: int = 0


def send_digests(*, by: Actor, on: date) -> Sent:
    """Send the digests of the week or month of a day. Running it again in the same period sends nothing twice.

    A mail server that fails for one person does not keep the others from theirs; the next run tries that one again.
    """
    done = Sent()
    for user, frequency in receivers(on=on):
        outcome = _send(by, user, frequency, on)
        done.sent += outcome == "sent"
        done.nothing += outcome == "nothing"
        done.failed += outcome == "failed"
    return done


def _send(by: Actor, user: User, frequency: Frequency, on: date) -> str:
    before = sent_in_period(user, frequency, on=on)
    alerts = [alert for alert in open_alerts_of(user, on=on) if alert.key not in before]
    if not alerts:
        return "nothing"
    mail = _mail(user, alerts, on)
    digest = claim_digest(
        by=by,
        user=user,
        period=period(frequency, on),
        on=on,
        keys=[alert.key for alert in alerts],
        at=timezone.now(),
    )
    if digest is None:
        return "nothing"
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[user.email])
    message.attach_alternative(mail.html, "text/html")
    try:
        message.send()
    except OSError as error:  # smtplib's errors are of this kind too
        let_go(digest=digest)
        _LOG.error("The digest for user %s could not be sent: %s", user.pk, error)
        return "failed"
    mark_sent(digest=digest, at=timezone.now())
    return "sent"


def _mail(user: User, alerts: Sequence[Alert], on: date) -> Mail:
    new = _new(user, alerts)
    # What is new first, then what is coming, then what is over, the latest first.
    ordered = sorted(
        alerts,
        key=lambda alert: (alert not in new, alert.due_on < on, abs((alert.due_on - on).days), alert.key),
    )
    shown = ordered[:MOST_LINES]
    assets = Asset.objects.select_related("site").in_bulk({alert.asset_id for alert in shown})
    lines = [
        Line(assets[alert.asset_id], alert.words(on), alert.due_on, alert.key, alert in new)
        for alert in shown
    ]
    return digest_mail(lines, name=user.name, total=len(alerts), new=len(new), address=site_address())


def _new(user: User, alerts: Sequence[Alert]) -> set[Alert]:
    """Return what the last digest did not have; nothing where there was none, as all would be."""
    known = ever_sent(user)
    return {alert for alert in alerts if known and alert.key not in known}
