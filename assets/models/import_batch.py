"""A spreadsheet on its way into the register, and what each of its rows did."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.urls import reverse

from assets.models.asset import Asset
from networks.domain.access import Actor, Permission
from networks.models import Appointment, Organisation


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the imports made for the trusts whose equipment the actor may see."""
        scope = actor.scope(Permission.VIEW_ASSETS)
        return self.all() if scope.everywhere else self.filter(trust_id__in=scope.trust_ids)


class ImportBatch(models.Model):
    """One uploaded file. Nothing is written to the register before COMMITTED; UNDONE puts it back as it was."""

    class Status(models.TextChoices):
        CHECKED = "checked", "Checked, not yet saved"
        COMMITTED = "committed", "Saved to the register"
        UNDONE = "undone", "Undone"
        DISCARDED = "discarded", "Discarded"

    trust = models.ForeignKey(
        Organisation,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Whose register; none where a command imported rows of several trusts",
    )
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.CHECKED)
    headings = models.JSONField(default=dict, help_text="Column of the register to heading found in the file")
    ignored = models.JSONField(default=list, help_text="Headings that were not read, each with the reason")
    read_as = models.CharField(max_length=300, blank=True, help_text="Where in the file the rows were found")
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    faulty = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_as = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    committed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects: ClassVar = ImportBatchQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("import_detail", args=[self.pk])


class ImportRow(models.Model):
    """One row of the file: its cells as they were typed, what is wrong with it, and what it does to which asset."""

    class Outcome(models.TextChoices):
        NEW = "new", "New"
        CHANGED = "changed", "Changed"
        UNCHANGED = "unchanged", "Unchanged"
        PROBLEM = "problem", "Problem"

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(
        help_text="The row's number in the spreadsheet, the heading row included"
    )
    cells = models.JSONField(default=dict, help_text="Column of the register to the text in the cell")
    outcome = models.CharField(max_length=9, choices=Outcome.choices)
    problems = models.JSONField(default=list, help_text="row, column, value, message")
    asset = models.ForeignKey(Asset, null=True, on_delete=models.SET_NULL, related_name="+")
    before = models.JSONField(default=dict, help_text="Field to value before; empty for a new asset")
    after = models.JSONField(default=dict, help_text="Field to value after, only what differs")
    asset_version = models.PositiveIntegerField(
        null=True,
        help_text="The asset's version when checked, then after the commit; what was edited since is left alone",
    )

    class Meta:
        ordering: ClassVar = ["batch", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "number"], name="import_row_once"),
        ]

    def __str__(self) -> str:
        return f"row {self.number} of {self.batch}"
