"""Addresses of what more money would buy in a plan version."""

from django.urls import path

from procurement.views import plan_margins

urlpatterns = [
    path("plans/<int:pk>/versions/<int:number>/more-money/", plan_margins.plan_margins, name="plan_margins"),
    path(
        "plans/<int:pk>/versions/<int:number>/more-money/export/",
        plan_margins.plan_margins_export,
        name="plan_margins_export",
    ),
]
