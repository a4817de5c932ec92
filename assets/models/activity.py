"""How much machines are used, month by month or year by year, and the files that said so."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from assets.domain.activity import MEASURES
from assets.domain.activity_periods import PeriodKind
from assets.domain.vocabulary import Modality
from assets.models.asset import Asset
from networks.domain.access import Actor, Permission
from networks.models import Appointment, Organisation

_HOURS: Any = {"max_digits": 9, "decimal_places": 2, "null": True, "blank": True}
_OF_A_MACHINE = Q(asset__isnull=False, site__isnull=True, trust__isnull=True, modality="", machines=1)
_OF_A_SITE = Q(asset__isnull=True, site__isnull=False, trust__isnull=False) & ~Q(modality="")


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, actor: Actor, permission: Permission = Permission.VIEW_ASSETS) -> Self:
        """Return the figures of machines and sites of the trusts for which the actor holds a permission."""
        scope = actor.scope(permission)
        if scope.everywhere:
            return self.all()
        return self.filter(Q(asset__trust_id__in=scope.trust_ids) | Q(trust_id__in=scope.trust_ids))


class Activity(models.Model):
    """What one machine did in one month or year, or all machines of a modality at a site where the source cannot tell them
    apart.

    A figure that is not known is empty, never nought. Changed only through `assets.actions.activity`.
    """

    asset = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    trust = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Of a figure of a whole site; a machine's figures follow the machine",
    )
    site = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    modality = models.CharField(max_length=3, choices=[(m.value, m.label) for m in Modality], blank=True)
    machines = models.PositiveSmallIntegerField(
        default=1,
        help_text="How many machines the figures are of: those in the fleet on the period's last day",
    )
    period_kind = models.CharField(max_length=1, choices=[(k.value, k.label) for k in PeriodKind])
    starts_on = models.DateField("first day of the period")
    ends_on = models.DateField("last day of the period")
    period_hours = models.PositiveIntegerField("hours of the clock in the period")
    examinations = models.PositiveIntegerField(null=True, blank=True)
    hours_in_use = models.DecimalField(**_HOURS)
    downtime_hours_unplanned = models.DecimalField("unplanned downtime, hours", **_HOURS)
    downtime_hours_planned = models.DecimalField("planned downtime, hours", **_HOURS)
    source = models.CharField(max_length=60, help_text="The system the figures come from, such as RIS")
    file_name = models.CharField(max_length=255, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    objects: ClassVar = ActivityQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["starts_on", "pk"]
        verbose_name_plural = "activity"
        indexes: ClassVar = [
            models.Index(fields=["asset", "ends_on"], name="activity_of_asset"),
            models.Index(fields=["site", "modality", "ends_on"], name="activity_of_site"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=_OF_A_MACHINE | _OF_A_SITE, name="activity_of_a_machine_or_of_a_site"
            ),
            models.CheckConstraint(condition=Q(machines__gte=1), name="activity_of_one_machine_or_more"),
            models.CheckConstraint(condition=~Q(source=""), name="activity_has_a_source"),
            models.CheckConstraint(
                condition=Q(period_kind__in=[k.value for k in PeriodKind], starts_on__lt=F("ends_on")),
                name="activity_period_is_in_order",
            ),
            models.CheckConstraint(
                condition=Q(*[(f"{measure.value}__isnull", False) for measure in MEASURES], _connector="OR"),
                name="activity_says_something",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True})
                    | Q(**{f"{name}__gte": 0, f"{name}__lte": F("period_hours") * F("machines")}),
                    name=f"activity_{name}_fit_the_period",
                )
                for name in ("hours_in_use", "downtime_hours_unplanned", "downtime_hours_planned")
            ),
            models.UniqueConstraint(
                fields=["asset", "starts_on", "period_kind", "source"],
                condition=Q(asset__isnull=False),
                name="activity_once_per_machine_period_source",
            ),
            models.UniqueConstraint(
                fields=["site", "modality", "starts_on", "period_kind", "source"],
                condition=Q(asset__isnull=True),
                name="activity_once_per_site_period_source",
            ),
        ]

    def __str__(self) -> str:
        whose = str(self.asset) if self.asset_id else f"{self.get_modality_display()} at {self.site}"
        return f"{whose}, {self.starts_on:%B %Y}"


class ActivityBatchQuerySet(models.QuerySet["ActivityBatch"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the files sent in for the trusts whose equipment the actor may see."""
        scope = actor.scope(Permission.VIEW_ASSETS)
        return self.all() if scope.everywhere else self.filter(trust_id__in=scope.trust_ids)


class ActivityBatch(models.Model):
    """One file of activity. Nothing is written before COMMITTED; UNDONE puts the figures back as they were."""

    class Status(models.TextChoices):
        CHECKED = "checked", "Checked, not yet saved"
        COMMITTED = "committed", "Saved"
        UNDONE = "undone", "Undone"
        DISCARDED = "discarded", "Discarded"

    trust = models.ForeignKey(
        Organisation,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Whose machines; none where a command took in a file of several trusts",
    )
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.CHECKED)
    ignored = models.JSONField(default=list, help_text="Headings that were not read")
    read_as = models.CharField(max_length=300, blank=True, help_text="Where in the file the rows were found")
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

    objects: ClassVar = ActivityBatchQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-uploaded_at", "-pk"]
        verbose_name_plural = "activity batches"

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("activity_batch", args=[self.pk])


class ActivityRow(models.Model):
    """One figure of a file: whose and of when, what it does, or what is wrong with its row."""

    class Outcome(models.TextChoices):
        NEW = "new", "New"
        CHANGED = "changed", "Changed"
        UNCHANGED = "unchanged", "Unchanged"
        PROBLEM = "problem", "Problem"

    batch = models.ForeignKey(ActivityBatch, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(help_text="The row's number in the spreadsheet")
    outcome = models.CharField(max_length=9, choices=Outcome.choices)
    problems = models.JSONField(default=list, help_text="row, column, value, message")
    asset = models.ForeignKey(Asset, null=True, on_delete=models.PROTECT, related_name="+")
    trust = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    modality = models.CharField(max_length=3, blank=True)
    machines = models.PositiveSmallIntegerField(default=1)
    period_kind = models.CharField(max_length=1, blank=True)
    starts_on = models.DateField(null=True)
    source = models.CharField(max_length=60, blank=True)
    activity = models.ForeignKey(Activity, null=True, on_delete=models.SET_NULL, related_name="+")
    before = models.JSONField(default=dict, help_text="Measure to value before; empty for a new figure")
    after = models.JSONField(default=dict, help_text="Measure to value after")

    class Meta:
        ordering: ClassVar = ["batch", "number", "pk"]
        indexes: ClassVar = [models.Index(fields=["batch", "outcome", "number"], name="activity_row_outcome")]

    def __str__(self) -> str:
        return f"Row {self.number} of {self.batch}"
