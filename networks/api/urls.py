from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from networks.api import documentation
from networks.api.organisations import OrganisationViewSet

router = SimpleRouter()
router.register("organisations", OrganisationViewSet, basename="api-organisation")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", documentation.RootView.as_view(), name="api-root"),
    path("schema/", documentation.SchemaView.as_view(), name="api-schema"),
    path("docs/", documentation.docs, name="api-docs"),
    path("docs/try/", documentation.try_it, name="api-try"),
    *router.urls,
]
