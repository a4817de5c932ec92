from django.urls import URLPattern, path

from assets.views import fleet

urlpatterns: list[URLPattern] = [
    path("fleet-age/", fleet.fleet_age, name="fleet_age"),
    path("fleet-age/export/", fleet.fleet_age_export, name="fleet_age_export"),
]
