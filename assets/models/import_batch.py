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
    """One uploaded file. Nothing is written to the register before COMMITTED; UNDONE puts it back as it was.

    The file itself is kept, at `stored_as`, until the import is over or has been left for long, so that its columns can
    be chosen anew.
    """

    class Status(models.TextChoices):
        COLUMNS = "columns", "Columns to be chosen"
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
    read_as = models.TextField(
        blank=True, help_text="Where in the file the rows were found, what was passed over"
    )
    stored_as = models.CharField(
        max_length=200, blank=True, help_text="The file in the store; none once it is let go"
    )
    layout = models.JSONField(
        default=dict,
        help_text="Sheets and headings found, and what each heading is read as: see assets.domain.mapping",
    )
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
    sheet = models.CharField(
        max_length=100, blank=True, help_text="The name of its sheet, where several were read"
    )
    number = models.PositiveIntegerField(
        help_text="The row's number in the spreadsheet, the heading row included"
    )
    cells = models.JSONField(default=dict, help_text="Column of the register to the text in the cell")
    corrected = models.JSONField(
        default=dict, help_text="Column to the text that the file had, where a cell was corrected here"
    )
    decisions = models.JSONField(
        default=dict, help_text='Column to "file" or "register", where both had changed since the export'
    )
    kept = models.JSONField(
        default=list,
        help_text="Columns left as the register has them: only the register has changed since the export",
    )
    outcome = models.CharField(max_length=9, choices=Outcome.choices)
    problems = models.JSONField(default=list, help_text="row, column, value, message, kind, sheet")
    asset = models.ForeignKey(Asset, null=True, on_delete=models.SET_NULL, related_name="+")
    before = models.JSONField(default=dict, help_text="Field to value before; empty for a new asset")
    after = models.JSONField(default=dict, help_text="Field to value after, only what differs")
    asset_version = models.PositiveIntegerField(
        null=True,
        help_text="The asset's version when checked, then after the commit; what was edited since is left alone",
    )

    class Meta:
        ordering: ClassVar = ["batch", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "sheet", "number"], name="import_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.where} of {self.batch}"

    @property
    def where(self) -> str:
        """Where it stood in the file: "row 12", or "sheet CT, row 12"."""
        return f"sheet {self.sheet}, row {self.number}" if self.sheet else f"row {self.number}"


class ImportMapping(models.Model):
    """What a trust's people said a heading of their files means, so that they are not asked again."""

    trust = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    heading = models.CharField(max_length=200, help_text="Without case, spaces and punctuation")
    column = models.CharField(
        max_length=40,
        blank=True,
        help_text="Column of the register; empty where the column is not to be read",
    )
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    chosen_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["trust", "heading"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["trust", "heading"], name="heading_remembered_once")
        ]

    def __str__(self) -> str:
        return f"{self.heading} read as {self.column or 'nothing'}"
