from django.urls import path

from procurement.views import benchmark, documents, home, plan_envelopes, plan_versions, plans, prices

urlpatterns = [
    path("", home.home, name="home"),
    path("benchmarks/", benchmark.benchmark, name="benchmark"),
    path("benchmarks/export/", benchmark.benchmark_export, name="benchmark_export"),
    path("benchmarks/purchases/", prices.price_list, name="price_list"),
    path("benchmarks/purchases/add/", prices.price_add, name="price_add"),
    path("benchmarks/purchases/export/", prices.price_export, name="price_export"),
    path("benchmarks/purchases/import/", prices.price_import, name="price_import"),
    path("benchmarks/purchases/template/", prices.price_template, name="price_template"),
    path("documents/", documents.document_list, name="document_list"),
    path("documents/<int:pk>/download/", documents.document_download, name="document_download"),
    path(
        "plans/<int:plan_pk>/versions/<int:number>/capital-plan/",
        documents.document_make,
        name="document_make",
    ),
    path("plans/", plans.plan_list, name="plan_list"),
    path("plans/add/", plans.plan_add, name="plan_add"),
    path("plans/<int:pk>/", plans.plan_detail, name="plan_detail"),
    path("plans/<int:pk>/edit/", plans.plan_edit, name="plan_edit"),
    path("plans/<int:pk>/envelopes/", plan_envelopes.plan_envelopes, name="plan_envelopes"),
    path("plans/<int:pk>/pin/<int:asset_pk>/", plans.plan_pin, name="plan_pin"),
    path("plans/<int:pk>/solve/", plans.plan_solve, name="plan_solve"),
    path("plans/<int:pk>/versions/<int:number>/", plan_versions.plan_version, name="plan_version"),
    path(
        "plans/<int:pk>/versions/<int:number>/export/",
        plan_versions.plan_version_export,
        name="plan_version_export",
    ),
]
