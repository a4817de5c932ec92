"""Joint tenders: plan lines of several trusts, gathered by standard specification and year."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from networks.domain.access import Actor, Permission
from networks.models import Organisation
from procurement.models.plan import PlanLine
from procurement.models.specification import SpecificationVersion


class TenderQuerySet(models.QuerySet["Tender"]):
    def visible_to(self, actor: Actor, permission: Permission = Permission.VIEW_TENDERS) -> Self:
        """Return the tenders of networks the actor covers, and, for a trust's people, those the trust takes part in."""
        scope = actor.scope(permission)
        if scope.everywhere:
            return self.all()
        if scope.network_ids:
            return self.filter(network_id__in=scope.network_ids)
        mine = TenderLine.objects.filter(tender=models.OuterRef("pk"), trust_id__in=scope.trust_ids)
        return self.filter(models.Exists(mine))


class Tender(models.Model):
    """One joint tender. Its lots are its lines, by trust and site."""

    class Status(models.TextChoices):
        OPEN = "open", "Open to trusts"
        CLOSED = "closed", "Closed"

    network = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    specification_version = models.ForeignKey(
        SpecificationVersion, on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField(help_text="Financial year of delivery")
    name = models.CharField(max_length=160)
    status = models.CharField(max_length=6, choices=Status.choices, default=Status.OPEN)
    key_date_on = models.DateField(help_text="By when trusts commit their final requirements")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = TenderQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-opened_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["network", "specification_version", "year"],
                condition=Q(status="open"),
                name="one_open_tender_per_specification_and_year",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("tender_detail", args=[self.pk])


class TenderLineQuerySet(models.QuerySet["TenderLine"]):
    def visible_to(self, actor: Actor, permission: Permission = Permission.VIEW_TENDERS) -> Self:
        scope = actor.scope(permission)
        if scope.everywhere:
            return self.all()
        return self.filter(Q(tender__network_id__in=scope.network_ids) | Q(trust_id__in=scope.trust_ids))


class TenderLine(models.Model):
    """One machine to be bought: which trust, where it is delivered and when, which plan line asked for it."""

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="lines")
    plan_line = models.ForeignKey(PlanLine, on_delete=models.PROTECT, related_name="+")
    trust = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    deliver_by = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar = TenderLineQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["tender", "trust", "site", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tender", "plan_line"], name="plan_line_once_per_tender"),
        ]

    def __str__(self) -> str:
        return f"{self.trust}, {self.site}"
