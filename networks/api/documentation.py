"""The API's front door: where everything is, its OpenAPI description, a page to read it and one to try it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from networks.api.reading import reference

_LISTS = {
    "assets": "api-asset-list",
    "organisations": "api-organisation-list",
    "plans": "api-plan-list",
    "schema": "api-schema",
    "documentation": "api-docs",
}


class RootView(APIView):
    """Name the lists of the API with their addresses."""

    metadata_class = None

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response({name: reverse(url, request=request) for name, url in _LISTS.items()})


class SchemaView(SpectacularAPIView):
    """The OpenAPI description, as YAML or (Accept: application/vnd.oai.openapi+json, or ?format=json) JSON."""

    permission_classes = (IsAuthenticated,)
    metadata_class = None


def docs(request: HttpRequest) -> HttpResponse:
    """Show the whole API on one page that needs no script."""
    return render(request, "networks/api_docs.html", {"reference": reference()})


class _TryView(SpectacularSwaggerSplitView):
    """Swagger UI in our own frame. Its script comes from an address of its own, so it runs under our policy unchanged."""

    url_name = "api-schema"
    template_name = "networks/api_try.html"
    metadata_class = None


try_it = login_required(_TryView.as_view())
