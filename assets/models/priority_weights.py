"""The weights of the priority score as people have set them: one row for each version, added and never changed."""

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assets.domain.priority_rules import WHOLE, Criterion
from networks.models import Organisation


class PriorityWeightsQuerySet(models.QuerySet["PriorityWeights"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("Sets of weights are kept as they were: add a new one.")

    def delete(self) -> NoReturn:
        raise TypeError("Sets of weights are kept as they were: they are never deleted.")


class PriorityWeights(models.Model):
    """One version of the weights of the priority score, for England (no network) or for one network.

    Until there is one, the weights of `assets/rules/priority.toml` are in force. Of several from one day the highest
    number is. A network that `follows_national` has given up its own weights; its columns tell which it then had.
    """

    network = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="None: England",
    )
    number = models.PositiveIntegerField(help_text="1, 2, 3 … for England and for each network")
    valid_from = models.DateField("in force from")
    follows_national = models.BooleanField(default=False)
    age = models.PositiveSmallIntegerField(Criterion.AGE.label.lower())
    support = models.PositiveSmallIntegerField(Criterion.SUPPORT.label.lower())
    reliability = models.PositiveSmallIntegerField(Criterion.RELIABILITY.label.lower())
    criticality = models.PositiveSmallIntegerField(Criterion.CRITICALITY.label.lower())
    technology = models.PositiveSmallIntegerField(Criterion.TECHNOLOGY.label.lower())
    cost = models.PositiveSmallIntegerField(Criterion.COST.label.lower())
    reason = models.CharField(max_length=500)
    set_at = models.DateTimeField(auto_now_add=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    set_by_name = models.CharField(max_length=150)

    objects: ClassVar = PriorityWeightsQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["network", "-number"]
        verbose_name_plural = "priority weights"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["network", "number"], name="network_weights_once"),
            models.UniqueConstraint(
                fields=["number"], condition=Q(network__isnull=True), name="national_weights_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    age=WHOLE
                    - F("support")
                    - F("reliability")
                    - F("criticality")
                    - F("technology")
                    - F("cost")
                ),
                name="weights_add_up_to_100",
            ),
            models.CheckConstraint(
                condition=Q(follows_national=False) | Q(network__isnull=False),
                name="only_a_network_follows_the_national_weights",
            ),
        ]

    def __str__(self) -> str:
        return f"Weights {self.number} of {self.network or 'England'}"
