"""How a run of the planner came closer to the best, moment by moment."""

from typing import ClassVar

from django.db import models

from networks.models import Run


class SolveSample(models.Model):
    """What the planner knew at one moment of a run. `best` and `bound` are whole points in the exposure
    stage, decisions in that of the changes, else pence; empty: not known yet. Their gap is worked out."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    after_ms = models.PositiveIntegerField(help_text="Milliseconds since the planner began")
    stage = models.CharField(max_length=20)
    best = models.BigIntegerField(null=True)
    bound = models.BigIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["run", "after_ms", "pk"]

    def __str__(self) -> str:
        return f"{self.stage} after {self.after_ms / 1000:.1f} s"
