"""Finding one's way in the record of changes."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from networks.domain.access import Actor
from networks.domain.event_words import action_words
from networks.forms.people import OrganisationChoiceFilter
from networks.models import Event, Organisation


class EventFilter(django_filters.FilterSet):
    """What the record of changes can be narrowed by; actions and trusts are those of the events the actor may see."""

    by = django_filters.CharFilter(field_name="by_name", lookup_expr="icontains", label="Who", max_length=200)
    about = django_filters.CharFilter(
        field_name="subject_label", lookup_expr="icontains", label="About", max_length=200
    )
    action = django_filters.ChoiceFilter(choices=[], label="What was done", empty_label="Anything")
    trust = OrganisationChoiceFilter(
        queryset=Organisation.objects.none(), label="Trust", empty_label="Any trust"
    )
    at = django_filters.DateFromToRangeFilter(label="Date")

    class Meta:
        model = Event
        fields: list[str] = []

    def __init__(self, data: Any, *, actor: Actor) -> None:
        visible: QuerySet[Event] = Event.objects.visible_to(actor)
        super().__init__(data, queryset=visible.select_related("trust"))
        actions = visible.order_by("action").values_list("action", flat=True).distinct()
        self.filters["action"].extra["choices"] = [(action, action_words(action)) for action in actions]
        self.filters["trust"].queryset = Organisation.objects.trusts_visible_to(actor)
