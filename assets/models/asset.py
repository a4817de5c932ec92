"""One imaging machine."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from simple_history.models import HistoricalRecords

from assets.domain.vocabulary import IN_FLEET, Condition, Modality, Precision, Status
from assets.models.specification import Specification
from networks.domain.access import Actor, Permission
from networks.models import Organisation


class AssetQuerySet(models.QuerySet["Asset"]):
    def visible_to(self, actor: Actor, permission: Permission = Permission.VIEW_ASSETS) -> Self:
        """Return the assets of the trusts for which the actor holds a permission."""
        scope = actor.scope(permission)
        return self.all() if scope.everywhere else self.filter(trust_id__in=scope.trust_ids)

    def in_fleet(self) -> Self:
        """Leave out the retired."""
        return self.filter(status__in=[s.value for s in IN_FLEET])


class Asset(models.Model):
    """A CT, MRI, X-ray or mammography machine. Changed only through `assets.actions`, which keeps its history."""

    trust = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    location = models.CharField("room", max_length=100, blank=True)
    asset_tag = models.CharField(
        "asset number", max_length=60, blank=True, help_text="Your own number for it"
    )
    modality = models.CharField(max_length=3, choices=[(m.value, m.label) for m in Modality])
    specification = models.ForeignKey(Specification, on_delete=models.PROTECT, related_name="+")
    manufacturer = models.CharField(max_length=100, blank=True)
    model_name = models.CharField("model", max_length=120, blank=True)
    serial_number = models.CharField(max_length=80, blank=True)
    year_of_manufacture = models.PositiveSmallIntegerField(null=True, blank=True)
    installed_on = models.DateField(
        "installation date", null=True, blank=True, help_text="The first day that what is known allows"
    )
    installed_precision = models.CharField(
        max_length=1, choices=[(p.value, p.label) for p in Precision], blank=True, default=""
    )
    support_ends_on = models.DateField("end of vendor support", null=True, blank=True)
    condition = models.CharField(
        max_length=4, choices=[(c.value, c.label) for c in Condition], blank=True, default=""
    )
    examinations_per_year = models.PositiveIntegerField(null=True, blank=True)
    price_paid_pence = models.BigIntegerField("price paid, ex VAT, in pence", null=True, blank=True)
    status = models.CharField(
        max_length=8, choices=[(s.value, s.label) for s in Status], default=Status.IN_USE.value
    )
    retired_on = models.DateField("retirement date", null=True, blank=True)
    notes = models.TextField(blank=True)
    version = models.PositiveIntegerField(
        default=1, help_text="Grows with every change; guards against lost edits"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar = AssetQuerySet.as_manager()
    # The library's own reason is 100 characters, shorter than a file name.
    history = HistoricalRecords(history_change_reason_field=models.CharField(max_length=500, null=True))

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["trust", "modality", "status"], name="asset_fleet"),
            models.Index(fields=["installed_on"], name="asset_installed"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "trust",
                Lower("serial_number"),
                condition=~Q(serial_number=""),
                name="serial_number_once_per_trust",
            ),
            models.UniqueConstraint(
                "trust", Lower("asset_tag"), condition=~Q(asset_tag=""), name="asset_number_once_per_trust"
            ),
            models.CheckConstraint(
                condition=Q(installed_on__isnull=True, installed_precision="")
                | Q(installed_on__isnull=False, installed_precision__in=["D", "M", "Y"]),
                name="installation_date_has_its_precision",
            ),
            models.CheckConstraint(
                condition=Q(retired_on__isnull=True) | Q(status=Status.RETIRED.value),
                name="only_the_retired_have_a_retirement_date",
            ),
            models.CheckConstraint(
                condition=Q(price_paid_pence__isnull=True) | Q(price_paid_pence__gte=0),
                name="asset_price_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(modality__in=[m.value for m in Modality]), name="asset_modality_is_known"
            ),
        ]

    def __str__(self) -> str:
        maker = " ".join(part for part in (self.manufacturer, self.model_name) if part)
        return f"{self.get_modality_display()} {maker or 'of unknown make'} ({self.reference})"

    def get_absolute_url(self) -> str:
        return reverse("asset_detail", args=[self.pk])

    @property
    def reference(self) -> str:
        """Our own number for it, as it stands in exports and imports: A000123."""
        return f"A{self.pk:06d}"
