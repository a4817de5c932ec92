"""Roles that people hold in organisations, from a date to a date."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from networks.domain.access import Role
from networks.models.organisation import Organisation


class Appointment(models.Model):
    """One person's role in one organisation. Changed only through `networks.actions.appointments`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appointments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=20, choices=[(r.value, r.label) for r in Role])
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The first day on which it no longer holds")

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(ends_on__isnull=True),
                name="one_open_appointment_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="appointment_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.organisation}"

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds; None: no end is known."""
        return self.ends_on - timedelta(days=1) if self.ends_on else None
