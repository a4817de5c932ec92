"""The same facts set on many machines at once: what was asked for, of which machines, and what became of each."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.urls import reverse

from assets.domain.facts import PRICE_KEYS
from networks.domain.access import Actor, Permission
from networks.models import Organisation


class BulkEditQuerySet(models.QuerySet["BulkEdit"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the bulk edits that the actor made while acting for the organisation they act for now.

        Those of what equipment cost only while the actor may see that: their reports say the amounts, and whoever made one
        may have another role by now.
        """
        if actor.user_id is None or actor.organisation_id is None:
            return self.none()
        mine = self.filter(made_by_id=actor.user_id, organisation_id=actor.organisation_id)
        if actor.can(Permission.VIEW_EQUIPMENT_PRICES):
            return mine
        return mine.exclude(values__has_any_keys=sorted(PRICE_KEYS))


class BulkEdit(models.Model):
    """Some facts and what they shall be on some machines. Nothing is changed before it is applied."""

    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    values = models.JSONField(help_text="Field to what it shall hold; null or an empty text clears it")
    reason = models.CharField(max_length=500)
    made_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)

    objects: ClassVar = BulkEditQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"Bulk edit {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("bulk_edit_detail", args=[self.pk])


class BulkEditRow(models.Model):
    """One machine of a bulk edit. Its number is kept as such, so that a list of what was asked for keeps no machine."""

    class Outcome(models.TextChoices):
        CHANGED = "changed", "Changed"
        UNCHANGED = "unchanged", "Unchanged"
        REFUSED = "refused", "Refused"

    edit = models.ForeignKey(BulkEdit, on_delete=models.CASCADE, related_name="rows")
    machine = models.BigIntegerField(help_text="The number of the machine")
    version = models.PositiveIntegerField(help_text="The machine's version when it was chosen")
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True)
    words = models.TextField(
        blank=True, help_text="What was changed from what to what, or why it was refused"
    )

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edit", "machine"], name="machine_once_per_bulk_edit")
        ]

    def __str__(self) -> str:
        return f"A{self.machine:06d} in {self.edit}"
