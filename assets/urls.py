from django.urls import URLPattern, path

from assets.views import asset_changes, assets, fleet

urlpatterns: list[URLPattern] = [
    path("", assets.asset_list, name="asset_list"),
    path("export/", assets.asset_export, name="asset_export"),
    path("add/", asset_changes.asset_add, name="asset_add"),
    path("<int:pk>/", assets.asset_detail, name="asset_detail"),
    path("<int:pk>/history/", assets.asset_history, name="asset_history"),
    path("<int:pk>/correct/", asset_changes.asset_edit, name="asset_edit"),
    path("<int:pk>/move/", asset_changes.asset_move, name="asset_move"),
    path("<int:pk>/retire/", asset_changes.asset_retire, name="asset_retire"),
    path("<int:pk>/bring-back/", asset_changes.asset_bring_back, name="asset_bring_back"),
    path("fleet-age/", fleet.fleet_age, name="fleet_age"),
    path("fleet-age/export/", fleet.fleet_age_export, name="fleet_age_export"),
]
