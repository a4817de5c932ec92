"""Money that several trusts of a plan may use: an ICB's or the network's own, and national money for one modality."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from assets.domain.vocabulary import Modality
from networks.models import Organisation
from procurement.models.plan import Plan


class SharedEnvelope(models.Model):
    """What an ICB or network holds for its trusts' imaging equipment in one financial year, inc VAT."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="shared_envelopes")
    holder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    amount_pence = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["plan", "holder", "year"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "holder", "year"], name="shared_envelope_once_per_holder_and_year"
            ),
            models.CheckConstraint(condition=Q(amount_pence__gte=0), name="shared_envelope_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.holder} {self.year}"


class RingFence(models.Model):
    """National money for one modality in one financial year, inc VAT; what is not spent is lost."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="ring_fences")
    modality = models.CharField(max_length=3, choices=[(m.value, m.label) for m in Modality])
    year = models.PositiveSmallIntegerField()
    amount_pence = models.BigIntegerField()
    programme = models.CharField(max_length=120, blank=True, help_text="What the money is called")

    class Meta:
        ordering: ClassVar = ["plan", "modality", "year"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "modality", "year"], name="ring_fence_once_per_modality_and_year"
            ),
            models.CheckConstraint(condition=Q(amount_pence__gte=0), name="ring_fence_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.modality} {self.year}"
