"""The catalogue of makers and models: England has no national list, so the register keeps its own."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse

from assets.domain.vocabulary import Modality


class Maker(models.Model):
    """A maker of imaging machines, by its present name. One taken over by another has a successor."""

    name = models.CharField(max_length=100)
    successor = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who supports its machines today",
    )
    succeeded_in = models.PositiveSmallIntegerField("year of succession", null=True, blank=True)
    evidence = models.CharField(max_length=300, blank=True, help_text="Where the succession is known from")
    version = models.PositiveIntegerField(
        default=1, help_text="Grows with every change; guards against lost edits"
    )

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(Lower("name"), name="maker_once")]

    def __str__(self) -> str:
        return self.name


class MakerAlias(models.Model):
    """Another spelling of a maker's name, as `assets.domain.catalogue.spelling_of` writes it: "gemedicalsystems"."""

    maker = models.ForeignKey(Maker, on_delete=models.CASCADE, related_name="aliases")
    spelling = models.CharField(max_length=100, unique=True)

    class Meta:
        ordering: ClassVar = ["spelling"]

    def __str__(self) -> str:
        return self.spelling


class MachineModel(models.Model):
    """One model of a maker, with how long it is sold and supported. A date that is not known is empty."""

    maker = models.ForeignKey(Maker, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    modality = models.CharField(max_length=3, choices=[(m.value, m.label) for m in Modality])
    sale_ends_on = models.DateField("end of sale", null=True, blank=True)
    support_guaranteed_until = models.DateField(
        "support guaranteed until", null=True, blank=True, help_text="What the maker has promised"
    )
    support_ends_on = models.DateField(
        "end of support", null=True, blank=True, help_text="What the maker has announced"
    )
    evidence = models.CharField(
        max_length=300, blank=True, help_text="The letter or page that says so, with its date"
    )
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(
        default=1, help_text="Grows with every change; guards against lost edits"
    )

    class Meta:
        ordering: ClassVar = ["maker__name", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint("maker", Lower("name"), name="model_once_per_maker"),
            models.CheckConstraint(
                condition=Q(support_ends_on__isnull=True)
                | Q(sale_ends_on__isnull=True)
                | Q(support_ends_on__gte=F("sale_ends_on")),
                name="support_does_not_end_before_sale",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.maker} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("machine_model_detail", args=[self.pk])


class ModelAlias(models.Model):
    """Another spelling of a model's name by one maker, as `assets.domain.catalogue.spelling_of` writes it."""

    model = models.ForeignKey(MachineModel, on_delete=models.CASCADE, related_name="aliases")
    spelling = models.CharField(max_length=120)

    class Meta:
        ordering: ClassVar = ["spelling"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["model", "spelling"], name="spelling_once_per_model")
        ]

    def __str__(self) -> str:
        return self.spelling
