"""The life of a plan version: the agreement to it, what has changed since, and its conflicts with the register."""

from django.urls import path

from procurement.views import plan_drift, plan_life

urlpatterns = [
    path("plans/<int:pk>/versions/<int:number>/agreement/", plan_life.plan_agreement, name="plan_agreement"),
    path("plans/<int:pk>/versions/<int:number>/changes/", plan_drift.plan_changes, name="plan_changes"),
    path(
        "plans/<int:pk>/versions/<int:number>/changes/export/",
        plan_drift.plan_changes_export,
        name="plan_changes_export",
    ),
    path("plans/<int:pk>/versions/<int:number>/conflicts/", plan_drift.plan_conflicts, name="plan_conflicts"),
    path(
        "plans/<int:pk>/versions/<int:number>/conflicts/export/",
        plan_drift.plan_conflicts_export,
        name="plan_conflicts_export",
    ),
]
