"""Versions of the standard specifications: typed requirements, price assumptions and quantity discounts."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from assets.models import Specification


class SpecificationVersion(models.Model):
    """One published version of a standard specification. Published versions are never changed, only followed by the next."""

    specification = models.ForeignKey(Specification, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    published_on = models.DateField()
    summary = models.TextField()
    cpv_code = models.CharField("CPV code", max_length=8)
    unit_price_pence = models.BigIntegerField(help_text="Equipment, ex VAT, for one; what plans assume")
    works_pence = models.BigIntegerField(help_text="Enabling works, fees and contingency, ex VAT, for one")
    price_base_on = models.DateField(help_text="The date the prices are of")
    price_source = models.CharField(max_length=200)
    lead_time_months = models.PositiveSmallIntegerField(default=9)

    class Meta:
        ordering: ClassVar = ["specification", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["specification", "version"], name="specification_version_once"),
            models.CheckConstraint(
                condition=Q(unit_price_pence__gt=0) & Q(works_pence__gte=0), name="specification_has_a_price"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.specification.code} version {self.version}"


class Requirement(models.Model):
    """One typed requirement: a number with a least and most, a choice, or a yes."""

    class Type(models.TextChoices):
        NUMBER = "number", "Number"
        CHOICE = "choice", "One of"
        YES = "yes", "Yes or no"
        TEXT = "text", "Statement"

    version = models.ForeignKey(SpecificationVersion, on_delete=models.CASCADE, related_name="requirements")
    number = models.CharField(max_length=10, help_text="As 2.3")
    group = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=6, choices=Type.choices)
    unit = models.CharField(max_length=20, blank=True)
    minimum = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    maximum = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    expected = models.CharField(max_length=200, blank=True)
    evidence = models.CharField(max_length=200, help_text="What the bidder shows to prove it")
    is_mandatory = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["version", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "number"], name="requirement_number_once"),
            models.CheckConstraint(
                condition=Q(minimum__isnull=True)
                | Q(maximum__isnull=True)
                | Q(maximum__gte=models.F("minimum")),
                name="requirement_range_is_a_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class PriceTier(models.Model):
    """A quantity discount that plans and tenders assume: from so many units, so many basis points off each."""

    version = models.ForeignKey(SpecificationVersion, on_delete=models.CASCADE, related_name="tiers")
    minimum_units = models.PositiveSmallIntegerField()
    discount_basis_points = models.PositiveSmallIntegerField(help_text="500 is 5%")

    class Meta:
        ordering: ClassVar = ["version", "minimum_units"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "minimum_units"], name="tier_begins_once"),
            models.CheckConstraint(
                condition=Q(discount_basis_points__lt=10_000) & Q(minimum_units__gte=1),
                name="tier_is_a_discount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minimum_units} or more: {self.discount_basis_points / 100:g}% off"
