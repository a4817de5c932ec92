"""Organisations and their dated belongings, as rows. What they mean is in `networks.domain.organisations`."""

from datetime import date, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from networks.domain.access import Actor, Permission
from networks.domain.organisations import Kind, Tie

_KIND_LABELS = {
    Kind.NATION: "nation",
    Kind.REGION: "region",
    Kind.ICB: "integrated care board",
    Kind.NETWORK: "imaging network",
    Kind.TRUST: "trust",
    Kind.SITE: "site",
}
_TIE_LABELS = {Tie.PART_OF: "part of", Tie.MEMBER_OF: "member of", Tie.SUCCEEDED_BY: "succeeded by"}


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def trusts_visible_to(self, actor: Actor, permission: Permission = Permission.VIEW_ASSETS) -> Self:
        """Return the trusts for which the actor holds a permission (predecessors included)."""
        scope = actor.scope(permission)
        trusts = self.filter(kind=Kind.TRUST)
        return trusts if scope.everywhere else trusts.filter(pk__in=scope.trust_ids)


class Organisation(models.Model):
    """A nation, region, ICB, imaging network, trust or site. Names and codes are public; anyone signed in may read them."""

    kind = models.CharField(max_length=8, choices=[(k.value, v) for k, v in _KIND_LABELS.items()])
    code = models.CharField(
        "code", max_length=12, help_text="The ODS code; for a network, its own short code"
    )
    gss_code = models.CharField("ONS code", max_length=9, blank=True)
    name = models.CharField(max_length=200)
    postcode = models.CharField(max_length=8, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    objects: ClassVar = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "code"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="organisation_code_once_per_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in Kind]), name="organisation_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True)
                | Q(opened_on__isnull=True)
                | Q(closed_on__gte=models.F("opened_on")),
                name="organisation_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Link(models.Model):
    """A dated belonging of one organisation to another."""

    source = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="links")
    target = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="links_in")
    tie = models.CharField(max_length=12, choices=[(t.value, v) for t, v in _TIE_LABELS.items()])
    starts_on = models.DateField(
        null=True, blank=True, help_text="Unknown means: for as long as records go back"
    )
    ends_on = models.DateField(null=True, blank=True, help_text="The first day on which it no longer holds")
    is_primary = models.BooleanField(
        default=True, help_text="Of a trust's networks, the one it is counted in"
    )

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(source=models.F("target")), name="link_joins_two_organisations"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gt=models.F("starts_on")),
                name="link_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["source", "tie"],
                condition=Q(ends_on__isnull=True, is_primary=True),
                name="one_open_primary_link_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.get_tie_display()} {self.target}"

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds; None: no end is known."""
        return self.ends_on - timedelta(days=1) if self.ends_on else None
