from django.urls import path

from procurement.views import benchmark, documents

urlpatterns = [
    path("benchmarks/", benchmark.benchmark, name="benchmark"),
    path("benchmarks/export/", benchmark.benchmark_export, name="benchmark_export"),
    path("documents/", documents.document_list, name="document_list"),
    path("documents/<int:pk>/download/", documents.document_download, name="document_download"),
    path("plans/<int:plan_pk>/versions/<int:number>/capital-plan/", documents.document_make, name="document_make"),
]
