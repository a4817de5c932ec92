"""Views of the equipment list that people keep: filters, order and columns under a name."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from networks.domain.access import Actor
from networks.models import Organisation


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return one's own views and those shared by others, of the organisation that one acts for; nobody else's."""
        if actor.user_id is None or actor.organisation_id is None:
            return self.none()
        return self.filter(
            Q(owner_id=actor.user_id) | Q(is_shared=True), organisation_id=actor.organisation_id
        )


class SavedView(models.Model):
    """A way of looking at the equipment list. It holds no machines: whoever opens it sees those that they may see."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", help_text="Whom its owner acted for"
    )
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True, help_text="The list's address after its question mark")
    is_shared = models.BooleanField(default=False, help_text="Shown to all who act for the organisation")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = SavedViewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "organisation", "name"], name="view_name_once_per_person"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        query = f"{self.query}&" if self.query else ""
        return f"{reverse('asset_list')}?{query}view={self.pk}"


class DefaultView(models.Model):
    """The view that a person's equipment list opens with while they act for an organisation."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "organisation"], name="one_default_view_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.view} for {self.user}"
