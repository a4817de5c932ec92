"""The life of a plan version: submitted, agreed by each member trust, approved by the board, superseded with a reason.

A version itself never changes; what people said of it stands here, one row for each time they said it.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from networks.models import Organisation
from procurement.models.plan import PlanLine, PlanVersion


class Step(models.TextChoices):
    """What the network did with a version. A version with no step is a draft."""

    SUBMITTED = "submitted", "submitted to the trusts"
    WITHDRAWN = "withdrawn", "taken back to draft"
    APPROVED = "approved", "approved by the board"
    SUPERSEDED = "superseded", "superseded"


class VersionStep(models.Model):
    """One step in a version's life; the last one says where it stands."""

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=10, choices=Step.choices)
    superseded_by = models.ForeignKey(PlanVersion, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["version", "pk"]

    def __str__(self) -> str:
        return f"{self.version} {self.step}"


class TrustAnswer(models.Model):
    """What a member trust said of a submitted version: agreed or not, by whom and when. The last answer counts."""

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="answers")
    trust = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    agreed = models.BooleanField()
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["version", "trust", "pk"]

    def __str__(self) -> str:
        return f"{self.trust} {'agrees' if self.agreed else 'does not agree'}"


class Conflict(models.Model):
    """Where the register moved under a plan: one machine as planned, as registered now, and as planned again.

    `line` is the earlier version's (None for a machine that was not in it); `version` the one made again.
    """

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="conflicts")
    line = models.ForeignKey(PlanLine, null=True, on_delete=models.PROTECT, related_name="+")
    new_line = models.ForeignKey(PlanLine, null=True, on_delete=models.PROTECT, related_name="+")
    trust = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=200)
    planned = models.CharField(max_length=300)
    registered = models.CharField(max_length=300)
    replanned = models.CharField(max_length=300)
    facts_changed = models.BooleanField(
        help_text="Whether the register, or what the plan is asked of this machine, moved"
    )
    decision_changed = models.BooleanField(
        help_text="Whether both versions decide about the machine, and differ"
    )
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["version", "label", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(acknowledged_by__isnull=True, acknowledged_at__isnull=True)
                | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False),
                name="conflict_acknowledged_by_somebody_sometime",
            )
        ]

    def __str__(self) -> str:
        return self.label
