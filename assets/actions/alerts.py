"""Answering alerts for an organisation, and choosing how often one is told of them."""

from datetime import date, datetime

from django.db import transaction

from assets.domain.alerts import AlertKind
from assets.domain.digest import Frequency
from assets.models import AlertAnswer, Asset, DigestChoice
from assets.queries.alerts import may_answer, stands
from networks.actions.events import record
from networks.domain.access import Actor, NotAllowed, Permission
from networks.templatetags.format import date_gb


class NoSuchAlert(ValueError):
    """The register no longer says what the alert was about. The message is fit to be shown."""


@transaction.atomic
def acknowledge(
    *, by: Actor, asset: Asset, kind: AlertKind, due_on: date, at: datetime, reason: str = ""
) -> AlertAnswer:
    """Say, for the organisation one acts for, that an alert is seen to: it is told of no more, unless its date changes.

    Raises NotAllowed for whoever neither keeps the trust's register nor plans for it, NoSuchAlert where it no longer stands.
    """
    _check(by, asset, kind, due_on, at.date())
    return _answer(by, asset, kind, due_on, at, reason, acknowledged_at=at, snoozed_until=None)


@transaction.atomic
def snooze(
    *, by: Actor, asset: Asset, kind: AlertKind, due_on: date, until: date, at: datetime, reason: str = ""
) -> AlertAnswer:
    """Put an alert off until a day, for the organisation one acts for. Raises as `acknowledge`, ValueError for a day not ahead."""
    _check(by, asset, kind, due_on, at.date())
    if until <= at.date():
        raise ValueError("An alert is put off to a day ahead.")
    return _answer(by, asset, kind, due_on, at, reason, acknowledged_at=None, snoozed_until=until)


@transaction.atomic
def reopen(*, by: Actor, asset: Asset, kind: AlertKind, due_on: date, at: datetime, reason: str = "") -> None:
    """Take an answer back, so that the alert is told of again. Raises as `acknowledge`; without an answer nothing is done."""
    _check(by, asset, kind, due_on, at.date())
    gone, _ = AlertAnswer.objects.filter(
        organisation_id=by.organisation_id or 0, asset=asset, kind=kind.value, due_on=due_on
    ).delete()
    if gone:
        _record(by, asset, kind, due_on, "alert.reopened", reason)


@transaction.atomic
def choose_digest(*, by: Actor, frequency: Frequency, at: datetime) -> None:
    """Choose how often one is sent a digest oneself. Raises NotAllowed without VIEW_ASSETS, and for a command."""
    by.require(Permission.VIEW_ASSETS)
    if by.user_id is None:
        raise NotAllowed("A command is sent no digest.")
    DigestChoice.objects.update_or_create(
        user_id=by.user_id, defaults={"frequency": frequency.value, "chosen_at": at}
    )


def _check(by: Actor, asset: Asset, kind: AlertKind, due_on: date, on: date) -> None:
    by.require(Permission.VIEW_ASSETS, trust_id=asset.trust_id)
    if not may_answer(by, trust_id=asset.trust_id):
        role = by.role.label if by.role else by.name
        raise NotAllowed(f"{role} for {by.acting_for or 'no organisation'} cannot answer alerts here.")
    current = Asset.objects.select_for_update().get(pk=asset.pk)
    if not stands(current, kind, due_on, on=on):
        raise NoSuchAlert(
            f"{current} no longer has this alert: {kind.label} on {date_gb(due_on)}. Look at the list of alerts again."
        )


def _answer(
    by: Actor,
    asset: Asset,
    kind: AlertKind,
    due_on: date,
    at: datetime,
    reason: str,
    *,
    acknowledged_at: datetime | None,
    snoozed_until: date | None,
) -> AlertAnswer:
    answer, _ = AlertAnswer.objects.update_or_create(
        organisation_id=by.organisation_id or 0,
        asset=asset,
        kind=kind.value,
        due_on=due_on,
        defaults={
            "acknowledged_at": acknowledged_at,
            "snoozed_until": snoozed_until,
            "reason": reason[:500],
            "answered_by_id": by.user_id,
            "answered_at": at,
        },
    )
    done = "alert.acknowledged" if acknowledged_at else "alert.snoozed"
    _record(by, asset, kind, due_on, done, reason, until=snoozed_until)
    return answer


def _record(
    by: Actor,
    asset: Asset,
    kind: AlertKind,
    due_on: date,
    action: str,
    reason: str,
    *,
    until: date | None = None,
) -> None:
    changes = {"alert": (None, f"{kind.label}, {date_gb(due_on)}")}
    if until is not None:
        changes["put off until"] = (None, date_gb(until))
    record(
        by=by,
        action=action,
        subject_type="asset",
        subject_id=asset.pk,
        subject_label=str(asset),
        changes=changes,
        reason=reason,
        trust_id=asset.trust_id,
    )
