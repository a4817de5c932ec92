"""What was paid: the rows that benchmarks are made of."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from assets.models import Specification
from networks.domain.access import Actor, Permission
from networks.models import Organisation


class PriceRecordQuerySet(models.QuerySet["PriceRecord"]):
    def visible_to(self, actor: Actor, permission: Permission = Permission.VIEW_PRICES) -> Self:
        """Return the price records of the trusts the actor covers. Benchmarks alone read them all, and name no buyer."""
        scope = actor.scope(permission)
        return self.all() if scope.everywhere else self.filter(trust_id__in=scope.trust_ids)


class PriceRecord(models.Model):
    """One purchase: equipment only, ex VAT; works, service and trade-in are not in it."""

    class Route(models.TextChoices):
        JOINT = "joint", "Joint tender"
        FRAMEWORK = "framework", "Framework, alone"
        OWN = "own", "Own tender"
        NOT_KNOWN = "", "Not known"

    trust = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", help_text="The buyer's region on the day"
    )
    specification = models.ForeignKey(Specification, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField(default=1)
    unit_price_pence = models.BigIntegerField("unit price, ex VAT, in pence")
    priced_on = models.DateField("date of the price")
    route = models.CharField(max_length=9, choices=Route.choices, blank=True, default="")
    supplier = models.CharField(max_length=100, blank=True)
    source = models.CharField(
        max_length=200, help_text="Where the figure comes from: an order number, a notice"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = PriceRecordQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-priced_on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["specification", "region"], name="price_benchmark")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(unit_price_pence__gt=0), name="price_is_above_nothing"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="quantity_is_at_least_one"),
        ]

    def __str__(self) -> str:
        return f"{self.specification.code}, {self.priced_on}"
