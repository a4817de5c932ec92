"""What else than replacement is open to a plan for one machine: an upgrade, going without, and cover while it is out."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from assets.models import Asset
from procurement.domain.planning.result import Kind
from procurement.models.plan import Plan


class OptionOffer(models.Model):
    """A plan may also upgrade this machine, or retire it without a successor; its people have said so, with the price."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="offers")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(
        max_length=8, choices=[(Kind.UPGRADE.value, "upgrade"), (Kind.RETIRE.value, "retire")]
    )
    cost_pence = models.BigIntegerField(help_text="Of the upgrade or of the removal, ex VAT")
    support_years = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="For how many years after an upgrade the maker supports the machine; age is not reset",
    )
    reason = models.CharField(max_length=300)

    class Meta:
        ordering: ClassVar = ["plan", "asset", "kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "asset", "kind"], name="option_once_per_asset_and_kind"),
            models.CheckConstraint(condition=Q(cost_pence__gte=0), name="option_cost_not_negative"),
            models.CheckConstraint(
                condition=Q(kind=Kind.RETIRE.value) | Q(support_years__isnull=False),
                name="upgrade_says_how_long_it_is_supported",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.asset}"


class Cover(models.Model):
    """How an emergency site does without its only machine of a modality while that is replaced, and at what price."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="covers")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    cost_pence = models.BigIntegerField(help_text="Such as a mobile unit for the weeks of the works, ex VAT")
    how = models.CharField(max_length=300)

    class Meta:
        ordering: ClassVar = ["plan", "asset"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "asset"], name="cover_once_per_asset"),
            models.CheckConstraint(condition=Q(cost_pence__gte=0), name="cover_cost_not_negative"),
        ]

    def __str__(self) -> str:
        return f"cover for {self.asset}"
