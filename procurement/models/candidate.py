"""Places where an additional machine might be sited, with the need that was found there."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from assets.domain.vocabulary import Modality
from assets.models import Specification
from networks.domain.access import Actor, Permission
from networks.models import Organisation


class Service(models.TextChoices):
    """What a new machine would be for."""

    LUNG_HEALTH_CHECKS = "lung", "lung health checks"
    RAPID_DIAGNOSTIC_CENTRE = "rapid", "rapid diagnostic centre"
    CARDIAC_CT = "cardiac", "cardiac CT"
    THROMBECTOMY_CTA = "stroke", "CT angiography for thrombectomy"
    CAPACITY = "capacity", "more capacity"


class CandidateSiteQuerySet(models.QuerySet["CandidateSite"]):
    def visible_to(self, actor: Actor, permission: Permission = Permission.VIEW_PLANS) -> Self:
        """Return the candidates of networks the actor covers whole, and of its own trusts."""
        scope = actor.scope(permission)
        if scope.everywhere:
            return self.all()
        return self.filter(Q(network_id__in=scope.network_ids) | Q(trust_id__in=scope.trust_ids))


class CandidateSite(models.Model):
    """A site that may get an additional machine. `evidence` keeps the figures the need was judged by, as at a day."""

    network = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    trust = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    service = models.CharField(max_length=10, choices=Service.choices)
    modality = models.CharField(max_length=3, choices=[(m.value, m.label) for m in Modality])
    specification = models.ForeignKey(Specification, on_delete=models.PROTECT, related_name="+")
    works_pence = models.BigIntegerField(help_text="Building works, fees and contingency, ex VAT")
    wanted_from = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The financial year from which it is needed; empty: now"
    )
    need_points = models.PositiveIntegerField(
        help_text="Exposure for each year without it; 100 is one machine a year past the guidance"
    )
    evidence = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, help_text="Why it is wanted, in words")
    withdrawn_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = CandidateSiteQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["network", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["network", "name"], name="candidate_name_once_per_network"),
            models.CheckConstraint(condition=Q(works_pence__gte=0), name="candidate_works_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("candidate_detail", args=[self.pk])
