from django.urls import path
from rest_framework.routers import SimpleRouter

from procurement.api.plans import PlanLineViewSet, PlanVersionViewSet, PlanViewSet

router = SimpleRouter()
router.register("plans", PlanViewSet, basename="api-plan")

urlpatterns = [
    *router.urls,
    path(
        "plans/<int:plan_pk>/versions/",
        PlanVersionViewSet.as_view({"get": "list"}),
        name="api-plan-version-list",
    ),
    path(
        "plans/<int:plan_pk>/versions/<int:number>/",
        PlanVersionViewSet.as_view({"get": "retrieve"}),
        name="api-plan-version-detail",
    ),
    path(
        "plans/<int:plan_pk>/versions/<int:number>/lines/",
        PlanLineViewSet.as_view({"get": "list"}),
        name="api-plan-line-list",
    ),
]
