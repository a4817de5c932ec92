"""How a run of the planner came closer to the best, moment by moment."""

from typing import ClassVar

from django.db import models

from networks.models import Run


class SolveSample(models.Model):
    """What the planner knew at one moment of a run. `best` and `bound` are points in the exposure stage, else pence."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    seconds = models.FloatField(help_text="Since the planner began")
    stage = models.CharField(max_length=20)
    best = models.FloatField(null=True)
    bound = models.FloatField(null=True)
    gap = models.FloatField(null=True, help_text="A fraction, as the planner reckons it")

    class Meta:
        ordering: ClassVar = ["run", "seconds", "pk"]

    def __str__(self) -> str:
        return f"{self.stage} after {self.seconds:.1f} s"
