"""The record of who did what, when, from what to what, and why. Rows are added and never changed."""

from typing import ClassVar, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from networks.domain.access import Actor, Permission
from networks.models.organisation import Organisation

_ALSO_NEEDED = {
    "plan": Permission.VIEW_PLANS,
    "candidate": Permission.VIEW_PLANS,
    "tender": Permission.VIEW_TENDERS,
    "price": Permission.VIEW_PRICES,
    "document": Permission.VIEW_PLANS,
}
"""What one must be able to see for a change of this subject to be shown: its event tells old and new values."""


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the events about trusts and networks whose equipment or plans the actor may see.

        Those about plans, tenders and prices only where the actor may see plans, tenders or prices at all.
        """
        assets, plans = actor.scope(Permission.VIEW_ASSETS), actor.scope(Permission.VIEW_PLANS)
        if assets.everywhere or plans.everywhere:
            return self.all()
        hidden = [subject for subject, needed in _ALSO_NEEDED.items() if not actor.can(needed)]
        return self.filter(
            Q(trust_id__in=assets.trust_ids) | Q(trust=None, network_id__in=plans.network_ids)
        ).exclude(subject_type__in=hidden)

    def update(self, **kwargs: object) -> NoReturn:
        raise TypeError("Events are a record: they are added, never changed.")

    def delete(self) -> NoReturn:
        raise TypeError("Events are a record: they are added, never deleted.")


class Event(models.Model):
    """One thing done. `changes` maps a field's name, as people read it, to [old, new], as people read them."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="events"
    )
    by_name = models.CharField(max_length=150)
    by_role = models.CharField(max_length=300, blank=True)
    action = models.CharField(max_length=60, help_text='What was done, as "asset.corrected"')
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(null=True)
    subject_label = models.CharField(max_length=300)
    trust = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    network = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    changes = models.JSONField(default=dict)
    reason = models.CharField(max_length=500, blank=True)

    objects: ClassVar = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="event_subject")]

    def __str__(self) -> str:
        return f"{self.by_name} {self.action} {self.subject_label}"
