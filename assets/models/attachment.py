"""Files kept with a machine: photographs, certificates, contracts."""

from typing import ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from assets.models.asset import Asset
from networks.domain.access import Actor, Permission


def _stored_as(_attachment: "Attachment", _file_name: str) -> str:
    """A name that says nothing and cannot be guessed; the original name stands in the row."""
    return f"attachments/{uuid4().hex}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the attachments, removed ones too, of the machines the actor may see.

        A contract says what a machine cost, so only those see it who see that.
        """
        seen, costs = actor.scope(Permission.VIEW_ASSETS), actor.scope(Permission.VIEW_EQUIPMENT_PRICES)
        found = self if seen.everywhere else self.filter(asset__trust_id__in=seen.trust_ids)
        if costs.everywhere:
            return found.all()
        return found.exclude(~Q(asset__trust_id__in=costs.trust_ids), kind=Attachment.Kind.CONTRACT)

    def kept(self) -> Self:
        """Leave out the removed."""
        return self.filter(removed_at=None)


class Attachment(models.Model):
    """One file of one machine. Removing it takes the file away and keeps the row: who added it, and who removed it."""

    class Kind(models.TextChoices):
        PHOTO = "photo", "Photograph"
        CERTIFICATE = "certificate", "Certificate or test report"
        CONTRACT = "contract", "Contract or order"
        OTHER = "other", "Other"

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="attachments")
    file = models.FileField(upload_to=_stored_as, blank=True, help_text="Empty once it is removed")
    name = models.CharField("file name", max_length=200, help_text="As it was when it was added")
    content_type = models.CharField(max_length=100, help_text="Found in the file's own first bytes")
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField("SHA-256", max_length=64)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.OTHER)
    description = models.CharField(max_length=300, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = AttachmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-added_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(file=""), name="removed_attachments_have_no_file"
            ),
            models.UniqueConstraint(
                fields=["asset", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="same_file_once_per_machine",
            ),
        ]

    def __str__(self) -> str:
        return self.name
