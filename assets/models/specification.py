"""The standard specifications a machine can be bought to. Their versions and requirements belong to procurement."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from assets.domain.vocabulary import Modality


class Specification(models.Model):
    """A standard specification by name, as "CT-STD, General CT". Every asset names one, so like is compared with like."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    modality = models.CharField(max_length=3, choices=[(m.value, m.label) for m in Modality])
    is_default = models.BooleanField(
        default=False, help_text="Given to a machine of this modality whose specification nobody has named"
    )

    class Meta:
        ordering: ClassVar = ["modality", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["modality"],
                condition=Q(is_default=True),
                name="one_default_specification_per_modality",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
