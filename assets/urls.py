from django.urls import URLPattern, path

from assets.views import asset_changes, asset_pages, assets, fleet, imports, irmer_inventory, labels

urlpatterns: list[URLPattern] = [
    path("", assets.asset_list, name="asset_list"),
    path("export/", assets.asset_export, name="asset_export"),
    path("add/", asset_changes.asset_add, name="asset_add"),
    path("<int:pk>/", asset_pages.asset_detail, name="asset_detail"),
    path("<int:pk>/history/", asset_pages.asset_history, name="asset_history"),
    path("<int:pk>/correct/", asset_changes.asset_edit, name="asset_edit"),
    path("<int:pk>/move/", asset_changes.asset_move, name="asset_move"),
    path("<int:pk>/retire/", asset_changes.asset_retire, name="asset_retire"),
    path("<int:pk>/bring-back/", asset_changes.asset_bring_back, name="asset_bring_back"),
    path("fleet-age/", fleet.fleet_age, name="fleet_age"),
    path("fleet-age/export/", fleet.fleet_age_export, name="fleet_age_export"),
    path("inventory/", irmer_inventory.inventory_page, name="inventory_page"),
    path("inventory/file/", irmer_inventory.inventory_file, name="inventory_file"),
    path("labels/", labels.labels_page, name="labels_page"),
    path("labels/file/", labels.labels_file, name="labels_file"),
    path("<int:pk>/label/", labels.asset_label, name="asset_label"),
    path("imports/", imports.import_list, name="import_list"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/columns/", imports.import_columns, name="import_columns"),
    path("imports/template/", imports.import_template, name="import_template"),
    path("imports/<int:pk>/", imports.import_detail, name="import_detail"),
    path("imports/<int:pk>/save/", imports.import_commit, name="import_commit"),
    path("imports/<int:pk>/undo/", imports.import_undo, name="import_undo"),
    path("imports/<int:pk>/discard/", imports.import_discard, name="import_discard"),
    path("imports/<int:pk>/problems/", imports.import_problems_export, name="import_problems_export"),
]
