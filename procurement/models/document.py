"""Files that the product has made, kept as they were made."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from networks.domain.access import Actor, Permission
from networks.models import Organisation
from procurement.models.plan import PlanVersion, covered_whole
from procurement.models.tender import Tender


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the documents whose whole content the actor may see.

        A capital plan of one trust goes to those who cover that trust, one of a whole plan to those who cover all its
        networks; a tender bundle to those who cover the network's tenders.
        """
        plans, tenders = actor.scope(Permission.VIEW_PLANS), actor.scope(Permission.VIEW_TENDERS)
        if plans.everywhere and tenders.everywhere:
            return self.all()
        return self.filter(
            Q(version__isnull=False) & covered_whole(actor, Permission.VIEW_PLANS, "version__plan__")
            | Q(version__isnull=False, trust_id__in=plans.trust_ids)
            | Q(tender__isnull=False, tender__network_id__in=tenders.network_ids)
        )


def _where(document: "Document", file_name: str) -> str:
    return f"documents/{document.sha256[:2]}/{document.sha256}-{file_name}"


class Document(models.Model):
    """One file: of a plan version (whole network, or one trust's part of it) or of a tender."""

    class Kind(models.TextChoices):
        CAPITAL_PLAN_PDF = "capital_plan_pdf", "Capital plan (PDF)"
        CAPITAL_PLAN_XLSX = "capital_plan_xlsx", "Capital plan (workbook)"
        TENDER_BUNDLE = "tender_bundle", "Tender bundle (ZIP)"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    title = models.CharField(max_length=200)
    file = models.FileField(upload_to=_where, max_length=300)
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    version = models.ForeignKey(PlanVersion, null=True, on_delete=models.PROTECT, related_name="+")
    tender = models.ForeignKey(Tender, null=True, on_delete=models.PROTECT, related_name="+")
    trust = models.ForeignKey(
        Organisation,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The one trust it is about; none for a whole network",
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = DocumentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(version__isnull=False, tender__isnull=True)
                | Q(version__isnull=True, tender__isnull=False),
                name="document_is_of_a_plan_or_a_tender",
            ),
        ]

    def __str__(self) -> str:
        return self.title
