"""Django's own change list of machines, only here and only to be measured beside ours: the same columns, filters and search,
as many rows to a page. Whoever has signed in may see it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path

from assets.models import Asset
from assets.views.assets import PER_PAGE

CHANGE_LIST = "/admin/assets/asset/"


class _Site(admin.AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        return True


class _Machines(admin.ModelAdmin[Asset]):
    list_display = (
        "reference",
        "modality",
        "manufacturer",
        "model_name",
        "site",
        "trust",
        "installed_on",
        "support_ends_on",
        "condition",
    )
    list_filter = ("modality", "condition", "status", "ownership", "trust", "specification")
    search_fields = ("serial_number", "asset_tag", "manufacturer", "model_name", "location", "site__name")
    list_select_related = ("site", "trust")
    list_per_page = PER_PAGE
    ordering = ("installed_on",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    has_change_permission = has_add_permission = has_delete_permission = has_view_permission

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True


_site = _Site()
_site.register(Asset, _Machines)
urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", _site.urls),
    path("", include("networks.config.urls")),
]
