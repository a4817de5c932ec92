"""Machines over the API: the same filters, permissions and actions as the pages."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError as FieldError
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from assets.actions.assets import (
    Conflict,
    Invalid,
    add_asset,
    bring_back_asset,
    correct_asset,
    retire_asset,
)
from assets.api.serializers import AssetSerializer, NewAssetSerializer, ReasonSerializer, RetireSerializer
from assets.forms.filter_fields import WrittenDateField
from assets.forms.filters import AssetFilter
from assets.models import Asset
from assets.models.asset import AssetQuerySet
from networks.api.acting import actor_of
from networks.api.errors import VersionChanged
from networks.api.versions import etag, require_version
from networks.domain.access import Actor, Permission

_AS_AT = OpenApiParameter(
    "as_at", OpenApiTypes.DATE, description="The day to tell ages of, past or future; today unless given."
)
_IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the version you read and mean to change.",
)
_CHANGED = {
    200: AssetSerializer,
    400: OpenApiResponse(description="What was given breaks rules; field to messages."),
    403: OpenApiResponse(description="You may see it and not change it."),
    404: OpenApiResponse(description="There is none that you may see."),
    412: OpenApiResponse(description="Somebody has changed it since you read it."),
    428: OpenApiResponse(description="If-Match is missing."),
}


@extend_schema_view(
    list=extend_schema(summary="List machines"),
    retrieve=extend_schema(
        summary="Read one machine", description="Whatever its status.", parameters=[_AS_AT]
    ),
)
class AssetViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Asset]):
    """The machines that you may see. Without a status asked for, those in the fleet on the day asked about."""

    serializer_class = AssetSerializer
    queryset = Asset.objects.none()
    filterset_class = AssetFilter
    metadata_class = None

    def get_queryset(self) -> AssetQuerySet:
        assets: AssetQuerySet = Asset.objects.visible_to(self._actor)
        return assets.select_related("trust", "site", "specification", "machine_model__maker").order_by("pk")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self._actor.require(Permission.VIEW_ASSETS)

    @property
    def _actor(self) -> Actor:
        return actor_of(self.request)

    def get_serializer_context(self) -> dict[str, Any]:
        return {
            **super().get_serializer_context(),
            "as_at": self._as_at(),
            "with_prices": self._actor.can(Permission.VIEW_EQUIPMENT_PRICES),
        }

    def _as_at(self) -> date:
        try:
            asked: date | None = WrittenDateField(required=False).clean(
                self.request.query_params.get("as_at")
            )
        except FieldError as wrong:
            raise ValidationError({"as_at": wrong.messages}) from None
        return asked or timezone.localdate()

    def filter_queryset(self, queryset: Any) -> Any:
        # Filters are the list's: one machine is found by its id, whatever its status.
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._answer(self.get_object())

    @extend_schema(
        summary="Add a machine",
        description="It belongs to the trust that answers for its site.",
        request=NewAssetSerializer,
        responses={201: AssetSerializer, 400: _CHANGED[400], 403: _CHANGED[403]},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self._actor.require(Permission.EDIT_ASSETS)
        given = self._given(NewAssetSerializer(data=request.data, context=self.get_serializer_context()))
        reason = given.pop("reason", "")
        asset = self._act(lambda: add_asset(by=self._actor, values=given, reason=reason))
        return self._answer(asset, status.HTTP_201_CREATED)

    @extend_schema(
        summary="Replace a machine's facts",
        description="What is left out is emptied, but for the status. Another site moves the machine.",
        parameters=[_IF_MATCH],
        responses=_CHANGED,
    )
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._correct(request, partial=False)

    @extend_schema(
        summary="Change some of a machine's facts",
        description="What is left out stays. Another site moves the machine.",
        parameters=[_IF_MATCH],
        responses=_CHANGED,
    )
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._correct(request, partial=True)

    @extend_schema(
        summary="Retire a machine",
        description="It leaves the fleet and stays in the register.",
        request=RetireSerializer,
        parameters=[_IF_MATCH],
        responses=_CHANGED,
    )
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asset, version = self._to_be_changed(request)
        given = self._given(RetireSerializer(data=request.data))
        on, reason = given["retired_on"], given["reason"]
        return self._answer(
            self._act(
                lambda: retire_asset(by=self._actor, asset=asset, on=on, version=version, reason=reason)
            )
        )

    @extend_schema(
        summary="Undo a retirement",
        description="It is again what it was before, in use or standby.",
        request=ReasonSerializer,
        parameters=[_IF_MATCH],
        responses=_CHANGED,
    )
    @action(detail=True, methods=["post"], url_path="bring-back")
    def bring_back(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asset, version = self._to_be_changed(request)
        reason = self._given(ReasonSerializer(data=request.data))["reason"]
        return self._answer(
            self._act(lambda: bring_back_asset(by=self._actor, asset=asset, version=version, reason=reason))
        )

    def _correct(self, request: Request, *, partial: bool) -> Response:
        asset, version = self._to_be_changed(request)
        context = self.get_serializer_context()
        given = self._given(AssetSerializer(asset, data=request.data, partial=partial, context=context))
        if not given.get("reason"):
            raise ValidationError({"reason": ["Say why, for the history."]})
        reason = given.pop("reason")
        return self._answer(
            self._act(
                lambda: correct_asset(
                    by=self._actor, asset=asset, values=given, version=version, reason=reason
                )
            )
        )

    def _to_be_changed(self, request: Request) -> tuple[Asset, int]:
        """The asset and the version the request has seen; refuses who may only look before telling them of versions."""
        asset = self.get_object()
        self._actor.require(Permission.EDIT_ASSETS, trust_id=asset.trust_id)
        return asset, require_version(request, asset.version)

    def _given(self, serializer: BaseSerializer[Any]) -> dict[str, Any]:
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _act(self, act: Callable[[], Asset]) -> Asset:
        try:
            return act()
        except Invalid as invalid:
            raise ValidationError({field: [message] for field, message in invalid.errors.items()}) from None
        except Conflict:
            raise VersionChanged from None

    def _answer(self, asset: Asset, code: int = status.HTTP_200_OK) -> Response:
        body = AssetSerializer(asset, context=self.get_serializer_context()).data
        return Response(body, code, headers={"ETag": etag(asset.version)})
