"""Long work as people see it: what it does, how far it is, how it ended."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from networks.domain.access import Actor
from networks.models.appointment import Appointment
from networks.models.organisation import Organisation


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the runs the actor started, as long as they still act for the organisation they started them for."""
        if actor.user_id is None:
            return self.all() if actor.permissions else self.none()
        runs = self.filter(started_by_id=actor.user_id)
        if actor.where.everywhere:
            return runs
        return runs.filter(
            Q(trust_id__in=actor.where.trust_ids)
            | Q(trust=None, network_id__in=actor.where.network_ids)
            | Q(trust=None, network=None)
        )


class Run(models.Model):
    """One piece of long work. `result_url` is where to go when it succeeded, `back_url` where it was asked for."""

    class Status(models.TextChoices):
        QUEUED = "queued", "Waiting to start"
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Finished"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    message = models.CharField(max_length=300, blank=True)
    error = models.TextField(blank=True)
    result_url = models.CharField(max_length=300, blank=True)
    back_url = models.CharField(max_length=300, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_as = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    trust = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    network = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)

    objects: ClassVar = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        """Whether it has ended, well or badly."""
        return self.status in {self.Status.SUCCEEDED, self.Status.FAILED, self.Status.CANCELLED}
