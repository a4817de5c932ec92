"""Replacement plans over the API, to be read: plans, their versions, and what each version decided."""

from typing import Any

from django.db.models import Max, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request

from networks.api.acting import actor_of
from networks.domain import financial_year
from networks.domain.access import Actor, Permission
from procurement.models import Plan, PlanLine, PlanVersion


class PlanSerializer(serializers.ModelSerializer[Plan]):
    """What a network wants: years, guidance and limits. Money in pence."""

    network = serializers.CharField(source="network.code", read_only=True)
    network_name = serializers.CharField(source="network.name", read_only=True)
    years = serializers.SerializerMethodField(help_text='Its financial years, as "2027/28"')
    latest_version = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="Number of its newest version; null before it is solved"
    )

    class Meta:
        model = Plan
        fields = (
            "id",
            "network",
            "network_name",
            "name",
            "years",
            "guidance_years",
            "max_installations",
            "tender_cost_pence",
            "vat_basis_points",
            "carry_over_basis_points",
            "network_carry_over_basis_points",
            "joint_discount_basis_points",
            "fairness_basis_points",
            "family_price_pence",
            "most_out_per_site",
            "most_out_per_network",
            "revision",
            "created_at",
            "latest_version",
        )
        read_only_fields = fields

    def get_years(self, plan: Plan) -> list[str]:
        return [financial_year.label(year) for year in plan.years]


class PlanVersionSerializer(serializers.ModelSerializer[PlanVersion]):
    """One solved plan, never changed afterwards. The inputs hash says whether two versions were asked the same."""

    class Meta:
        model = PlanVersion
        fields = (
            "id",
            "number",
            "register_as_at",
            "status",
            "solver",
            "seed",
            "inputs_hash",
            "created_at",
        )
        read_only_fields = fields


class PlanLineSerializer(serializers.ModelSerializer[PlanLine]):
    """What a version decided for one machine, or for a candidate. Money in pence; all parts ex VAT, VAT apart."""

    asset = serializers.IntegerField(
        source="asset_id", allow_null=True, help_text="Its id among the assets; null: a candidate"
    )
    candidate = serializers.IntegerField(
        source="candidate_id",
        allow_null=True,
        help_text="The candidate for an additional machine; null: a machine that is there",
    )
    decision = serializers.CharField(source="words", help_text='In words, as "Replaced in 2028/29"')
    trust = serializers.CharField(source="trust.code")
    trust_name = serializers.CharField(source="trust.name")
    site = serializers.CharField(source="site.code")
    site_name = serializers.CharField(source="site.name")
    specification = serializers.CharField(source="specification_version.specification.code")
    specification_version = serializers.IntegerField(source="specification_version.version")
    year = serializers.SerializerMethodField(
        help_text='Financial year in which the new machine comes or the old one is retired, as "2027/28"; null: neither'
    )
    upgrade_year = serializers.SerializerMethodField(
        help_text='Financial year of a mid-life upgrade, as "2027/28"; null: none'
    )
    total_pence = serializers.IntegerField(help_text="Equipment, works, upgrade, cover and VAT together")

    class Meta:
        model = PlanLine
        fields = (
            "id",
            "asset",
            "candidate",
            "asset_label",
            "trust",
            "trust_name",
            "site",
            "site_name",
            "modality",
            "specification",
            "specification_version",
            "installed_on",
            "kind",
            "decision",
            "year",
            "upgrade_year",
            "rank",
            "is_pinned",
            "equipment_pence",
            "single_price_pence",
            "works_pence",
            "upgrade_pence",
            "cover_pence",
            "vat_pence",
            "total_pence",
            "risk",
            "reason",
        )
        read_only_fields = fields

    def get_year(self, line: PlanLine) -> str | None:
        return None if line.year is None else financial_year.label(line.year)

    def get_upgrade_year(self, line: PlanLine) -> str | None:
        return None if line.upgrade_year is None else financial_year.label(line.upgrade_year)


class _ReadPlans(viewsets.GenericViewSet[Any]):
    metadata_class = None
    filter_backends = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self._actor.require(Permission.VIEW_PLANS)

    @property
    def _actor(self) -> Actor:
        return actor_of(self.request)


@extend_schema_view(list=extend_schema(summary="List plans"), retrieve=extend_schema(summary="Read one plan"))
class PlanViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, _ReadPlans):
    """The plans that you may see: your network's, or those that include your trust."""

    serializer_class = PlanSerializer
    queryset = Plan.objects.none()

    def get_queryset(self) -> "QuerySet[Plan]":
        plans: QuerySet[Plan] = Plan.objects.visible_to(self._actor)
        return plans.select_related("network").annotate(latest_version=Max("versions__number")).order_by("pk")


_PLAN = OpenApiParameter("plan_pk", OpenApiTypes.INT, OpenApiParameter.PATH, description="Id of the plan")
_NUMBER = OpenApiParameter(
    "number", OpenApiTypes.INT, OpenApiParameter.PATH, description="Number of the version within its plan"
)


@extend_schema_view(
    list=extend_schema(summary="List a plan's versions", parameters=[_PLAN]),
    retrieve=extend_schema(summary="Read one version", parameters=[_PLAN, _NUMBER]),
)
class PlanVersionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, _ReadPlans):
    """The versions of a plan. A plan that you may not see has none."""

    serializer_class = PlanVersionSerializer
    queryset = PlanVersion.objects.none()
    lookup_field = "number"

    def get_queryset(self) -> "QuerySet[PlanVersion]":
        versions: QuerySet[PlanVersion] = PlanVersion.objects.visible_to(self._actor)
        return versions.filter(plan=self.kwargs["plan_pk"]).defer("inputs", "result").order_by("pk")


@extend_schema_view(list=extend_schema(summary="List what a version decided", parameters=[_PLAN, _NUMBER]))
class PlanLineViewSet(mixins.ListModelMixin, _ReadPlans):
    """A version's lines: of every trust for those who cover the network, of their own trusts for others."""

    serializer_class = PlanLineSerializer
    queryset = PlanLine.objects.none()

    def get_queryset(self) -> "QuerySet[PlanLine]":
        lines: QuerySet[PlanLine] = PlanLine.objects.visible_to(self._actor)
        of_version = lines.filter(version__plan=self.kwargs["plan_pk"], version__number=self.kwargs["number"])
        return of_version.select_related("trust", "site", "specification_version__specification").order_by(
            "pk"
        )
