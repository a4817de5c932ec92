"""Organisations and their dated belongings, to be read by anyone signed in."""

import django_filters
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets

from networks.domain.organisations import Kind
from networks.models import Link, Organisation


class LinkSerializer(serializers.ModelSerializer[Link]):
    """One belonging: from `starts_on` (null: always) up to, not including, `ends_on` (null: still)."""

    target = serializers.IntegerField(source="target_id", help_text="Its id")
    target_kind = serializers.ChoiceField(source="target.kind", choices=[kind.value for kind in Kind])
    target_code = serializers.CharField(source="target.code")
    target_name = serializers.CharField(source="target.name")

    class Meta:
        model = Link
        fields = (
            "tie",
            "target",
            "target_kind",
            "target_code",
            "target_name",
            "starts_on",
            "ends_on",
            "is_primary",
        )
        read_only_fields = fields


class OrganisationSerializer(serializers.ModelSerializer[Organisation]):
    """A nation, region, ICB, imaging network, trust or site, with what it belongs to and who succeeded it."""

    links = LinkSerializer(many=True, read_only=True)

    class Meta:
        model = Organisation
        fields = ("id", "kind", "code", "gss_code", "name", "postcode", "opened_on", "closed_on", "links")
        read_only_fields = fields


class OrganisationFilter(django_filters.FilterSet):
    """Filters of organisations."""

    kind = django_filters.MultipleChoiceFilter(
        choices=[(kind.value, kind.value) for kind in Kind], distinct=False
    )
    code = django_filters.CharFilter(
        lookup_expr="iexact", label="ODS code; of a network, its own short code", max_length=200
    )
    name = django_filters.CharFilter(lookup_expr="icontains", label="Part of the name", max_length=200)

    class Meta:
        model = Organisation
        fields: tuple[str, ...] = ()


@extend_schema_view(
    list=extend_schema(summary="List organisations"), retrieve=extend_schema(summary="Read one organisation")
)
class OrganisationViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Organisation]
):
    """Organisations of the NHS in England. Names and codes are public; anyone signed in may read them."""

    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter
    metadata_class = None

    def get_queryset(self) -> "QuerySet[Organisation]":
        links = Link.objects.select_related("target").order_by("starts_on", "pk")
        return Organisation.objects.prefetch_related(Prefetch("links", queryset=links)).order_by("pk")
