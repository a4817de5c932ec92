"""How many people live in the area of an integrated care board, by year."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from networks.models.organisation import Organisation


class Population(models.Model):
    """The persons of one ICB in one year, with where the figure comes from. Public; anyone signed in may read it."""

    icb = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="ICB")
    year = models.PositiveSmallIntegerField(help_text="The year the estimate is of")
    persons = models.PositiveIntegerField()
    source = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["year", "icb"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["icb", "year"], name="population_once_per_icb_and_year"),
            models.CheckConstraint(condition=Q(persons__gt=0), name="population_is_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.icb}, {self.year}: {self.persons:,} persons"
