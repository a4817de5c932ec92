"""Addresses of how sure a plan version's figures are."""

from django.urls import path

from procurement.views import plan_uncertainty

urlpatterns = [
    path(
        "plans/<int:pk>/versions/<int:number>/how-sure/",
        plan_uncertainty.plan_uncertainty,
        name="plan_uncertainty",
    ),
    path(
        "plans/<int:pk>/versions/<int:number>/how-sure/export/",
        plan_uncertainty.plan_uncertainty_export,
        name="plan_uncertainty_export",
    ),
]
