"""One imaging machine."""

from collections.abc import Iterable
from typing import ClassVar, Protocol, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from simple_history.models import HistoricalRecords

from assets.domain.entries import reference_of
from assets.domain.naming import make_in_words
from assets.domain.vocabulary import (
    IN_FLEET,
    Condition,
    Detector,
    Funding,
    Modality,
    Ownership,
    Precision,
    QualityResult,
    Status,
    Subtype,
    SupportSource,
    Technology,
)
from assets.models.catalogue import MachineModel
from assets.models.specification import Specification
from networks.domain.access import Actor, Permission
from networks.models import Organisation


class _Labelled(Protocol):
    """A word of the vocabulary."""

    @property
    def value(self) -> str: ...
    @property
    def label(self) -> str: ...


def _choices(words: Iterable[_Labelled]) -> list[tuple[str, str]]:
    """Return the words that a field can hold; an unknown one is the empty text, which is no choice."""
    return [(word.value, word.label) for word in words if word.value]


class AssetQuerySet(models.QuerySet["Asset"]):
    def visible_to(self, actor: Actor, permission: Permission = Permission.VIEW_ASSETS) -> Self:
        """Return the assets of the trusts for which the actor holds a permission."""
        scope = actor.scope(permission)
        return self.all() if scope.everywhere else self.filter(trust_id__in=scope.trust_ids)

    def in_fleet(self) -> Self:
        """Leave out the retired."""
        return self.filter(status__in=[s.value for s in IN_FLEET])


def condition_rank() -> models.Func:
    """Return the condition as a number to order by, the worst first; what is not known is null.

    Written out, without values of its own: only so does SQLite find the index of the same expression.
    """
    worst_first = (Condition.POOR, Condition.FAIR, Condition.GOOD)
    cases = " ".join(f"WHEN '{condition.value}' THEN {rank}" for rank, condition in enumerate(worst_first))
    return models.Func(
        models.F("condition"),
        template=f"CASE %(expressions)s {cases} END",
        output_field=models.IntegerField(),
    )


class Asset(models.Model):
    """A CT, MRI, X-ray or mammography machine. Changed only through `assets.actions`, which keeps its history."""

    # Where it is and what it is
    trust = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    location = models.CharField("room", max_length=100, blank=True)
    gln = models.CharField("global location number", max_length=13, blank=True)
    asset_tag = models.CharField(
        "asset number", max_length=60, blank=True, help_text="Your own number for it"
    )
    modality = models.CharField(max_length=3, choices=_choices(Modality))
    subtype = models.CharField("kind of X-ray", max_length=12, choices=_choices(Subtype), blank=True)
    detector = models.CharField(max_length=2, choices=_choices(Detector), blank=True)
    specification = models.ForeignKey(Specification, on_delete=models.PROTECT, related_name="+")
    manufacturer = models.CharField(max_length=100, blank=True)
    model_name = models.CharField("model", max_length=120, blank=True)
    machine_model = models.ForeignKey(
        MachineModel,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="model in the catalogue",
    )
    serial_number = models.CharField(max_length=80, blank=True)
    udi_di = models.CharField("device identifier (UDI-DI)", max_length=60, blank=True)
    device_code = models.CharField("GMDN or SNOMED CT code", max_length=20, blank=True)

    # Its dates. A date with a precision is the first day that what is known allows.
    year_of_manufacture = models.PositiveSmallIntegerField(null=True, blank=True)
    installed_on = models.DateField(
        "installation date", null=True, blank=True, help_text="The first day that what is known allows"
    )
    installed_precision = models.CharField(max_length=1, choices=_choices(Precision), blank=True, default="")
    is_refurbished = models.BooleanField("bought refurbished", null=True, blank=True)
    upgraded_on = models.DateField("mid-life upgrade", null=True, blank=True)
    upgraded_precision = models.CharField(max_length=1, choices=_choices(Precision), blank=True, default="")
    support_ends_on = models.DateField("end of vendor support", null=True, blank=True)
    support_source = models.CharField(
        max_length=5, choices=_choices(SupportSource), blank=True, help_text="Kept with support_ends_on"
    )
    software_version = models.CharField(max_length=80, blank=True)
    station_name = models.CharField(
        "DICOM station name", max_length=16, blank=True, help_text="As its images and the RIS name it"
    )
    operating_system = models.CharField(max_length=80, blank=True)
    operating_system_ends_on = models.DateField("end of operating system support", null=True, blank=True)
    is_networked = models.BooleanField("on the hospital network", null=True, blank=True)

    # Whose it is, and what it cost
    ownership = models.CharField(max_length=8, choices=_choices(Ownership), blank=True)
    ownership_ends_on = models.DateField("end of lease, hire or contract", null=True, blank=True)
    price_paid_pence = models.BigIntegerField("price paid, ex VAT, in pence", null=True, blank=True)
    vat_paid_pence = models.BigIntegerField("VAT paid, in pence", null=True, blank=True)
    works_paid_pence = models.BigIntegerField("building works, ex VAT, in pence", null=True, blank=True)
    price_year = models.PositiveSmallIntegerField("year of these prices", null=True, blank=True)
    finance_number = models.CharField("asset number of finance", max_length=60, blank=True)
    accounting_life_years = models.PositiveSmallIntegerField(null=True, blank=True)
    net_book_value_pence = models.BigIntegerField("net book value, in pence", null=True, blank=True)
    replacement_funding = models.CharField(
        "funding of its replacement", max_length=10, choices=_choices(Funding), blank=True
    )

    # Its upkeep
    warranty_ends_on = models.DateField("end of warranty", null=True, blank=True)
    maintenance_provider = models.CharField(max_length=100, blank=True)
    maintenance_ends_on = models.DateField("end of maintenance contract", null=True, blank=True)
    maintenance_cost_pence = models.BigIntegerField(
        "maintenance cost a year, ex VAT, in pence", null=True, blank=True
    )
    uptime_target_percent = models.DecimalField(
        "uptime target, %", max_digits=5, decimal_places=2, null=True, blank=True
    )
    downtime_hours = models.PositiveIntegerField("unplanned downtime, hours a year", null=True, blank=True)

    # Its use and state
    condition = models.CharField(max_length=4, choices=_choices(Condition), blank=True, default="")
    examinations_per_year = models.PositiveIntegerField(null=True, blank=True)
    hours_per_week = models.PositiveSmallIntegerField("hours of use a week", null=True, blank=True)
    is_only_one_on_site = models.BooleanField("the only one of its kind on site", null=True, blank=True)
    is_emergency = models.BooleanField("serves emergencies day and night", null=True, blank=True)
    technology = models.CharField(
        "dose and technology", max_length=7, choices=_choices(Technology), blank=True
    )
    has_safety_notice = models.BooleanField("open safety notice without a fix", null=True, blank=True)
    qa_result = models.CharField(
        "result of quality assurance", max_length=8, choices=_choices(QualityResult), blank=True
    )
    qa_on = models.DateField("date of quality assurance", null=True, blank=True)
    is_nhsbsp_evaluated = models.BooleanField("evaluated for the NHSBSP", null=True, blank=True)
    status = models.CharField(max_length=8, choices=_choices(Status), default=Status.IN_USE.value)
    retired_on = models.DateField("retirement date", null=True, blank=True)
    notes = models.TextField(blank=True)
    verified_on = models.DateField("facts last checked", null=True, blank=True)
    verified_by = models.CharField("facts checked by", max_length=100, blank=True)

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
            # Holds all that counting a fleet needs, so that a count reads no machine.
            models.Index(
                fields=["trust", "status", "installed_on", "retired_on", "modality"], name="asset_fleet"
            ),
            # The orders of the equipment list; each ends with the number, as its pages do.
            models.Index(fields=["installed_on", "id"], name="asset_installed"),
            models.Index(fields=["support_ends_on", "id"], name="asset_support"),
            models.Index(fields=["modality", "id"], name="asset_modality"),
            models.Index(fields=["status", "id"], name="asset_status"),
            models.Index(condition_rank(), "id", name="asset_condition"),
            models.Index(Lower("manufacturer"), Lower("model_name"), "id", name="asset_maker_and_model"),
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
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}_on__isnull": True, f"{name}_precision": ""})
                    | Q(**{f"{name}_on__isnull": False, f"{name}_precision__in": ["D", "M", "Y"]}),
                    name=constraint,
                )
                for name, constraint in (
                    ("installed", "installation_date_has_its_precision"),
                    ("upgraded", "upgrade_date_has_its_precision"),
                )
            ),
            models.CheckConstraint(
                condition=~Q(support_source=SupportSource.MODEL.value) | Q(machine_model__isnull=False),
                name="support_from_the_model_needs_one",
            ),
            models.CheckConstraint(
                condition=Q(retired_on__isnull=True) | Q(status=Status.RETIRED.value),
                name="only_the_retired_have_a_retirement_date",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}_pence__isnull": True}) | Q(**{f"{name}_pence__gte": 0}),
                    name=f"asset_{name}_is_not_negative",
                )
                for name in ("price_paid", "vat_paid", "works_paid", "net_book_value", "maintenance_cost")
            ),
            models.CheckConstraint(
                condition=Q(uptime_target_percent__isnull=True)
                | Q(uptime_target_percent__gte=0, uptime_target_percent__lte=100),
                name="uptime_target_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(modality__in=[m.value for m in Modality]), name="asset_modality_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_modality_display()} {self.make} ({self.reference})"

    def get_absolute_url(self) -> str:
        return reverse("asset_detail", args=[self.pk])

    @property
    def reference(self) -> str:
        """Our own number for it, as it stands in exports and imports: A000123."""
        return reference_of(self.pk)

    @property
    def make(self) -> str:
        """Its maker and model in words."""
        return make_in_words(self.manufacturer, self.model_name)
