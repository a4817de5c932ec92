"""What people have answered to alerts, how often they want to be told, and what they were sent."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from assets.domain.alerts import AlertKind
from assets.domain.digest import Frequency
from assets.models.asset import Asset
from networks.domain.access import Actor
from networks.models import Appointment, Organisation


class AlertAnswerQuerySet(models.QuerySet["AlertAnswer"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the answers of the organisation the actor acts for."""
        return self.filter(organisation_id=actor.organisation_id) if actor.organisation_id else self.none()


class AlertAnswer(models.Model):
    """What one organisation has made of an alert about a machine: acknowledged, or put off until a day.

    Alerts themselves are worked out (`assets.domain.alerts`); `asset`, `kind` and `due_on` name the one that is meant.
    """

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Whose answer it is: a trust's own, or its network's",
    )
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.label) for kind in AlertKind])
    due_on = models.DateField(
        help_text="The date it is about; when the register's date changes, it is another alert"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateField(null=True, blank=True, help_text="The day on which it is told of again")
    reason = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField()

    objects: ClassVar = AlertAnswerQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "asset", "kind", "due_on"], name="alert_answered_once"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, snoozed_until__isnull=False)
                | Q(acknowledged_at__isnull=False, snoozed_until__isnull=True),
                name="alert_is_acknowledged_or_snoozed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.asset_id}, {self.due_on}: {self.organisation}"


class DigestChoice(models.Model):
    """How often somebody wants to be sent what is due. Who has chosen nothing gets what is usual for their role."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    frequency = models.CharField(max_length=8, choices=[(f.value, f.label) for f in Frequency])
    chosen_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_frequency_display()}"


class Digest(models.Model):
    """One e-mail with what is due, to one person for one week or month. `sent_at` is empty while it is being sent."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=8, help_text='"2026-W48" or "2026-11"')
    on = models.DateField(help_text="The day as at which it was worked out")
    keys = models.JSONField(default=list, help_text="The keys of the alerts in it")
    claimed_at = models.DateTimeField(help_text="When its sending began")
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-on", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "period"], name="one_digest_a_period")
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.period}"


class FeedToken(models.Model):
    """A secret address at which one appointment's calendar can be read without signing in.

    The secret itself is not kept, only its SHA-256: who reads the database cannot read calendars.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    secret_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the hour")

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(revoked_at__isnull=True),
                name="one_calendar_an_appointment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.appointment}, from {self.created_at:%Y-%m-%d}"
