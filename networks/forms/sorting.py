"""The order of a list, as its address asks for it."""

from typing import Any

import django_filters
from django.db.models import QuerySet


class SortFilter(django_filters.OrderingFilter):
    """Sorts by the words of `fields` ("price", "-price"); equals stand in the order of their numbers on every page.

    An order of nothing ("?sort=,") leaves the list in its own.
    """

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        asked = [word for word in value or () if word]
        return qs.order_by(*(self.get_ordering_value(word) for word in asked), "pk") if asked else qs
