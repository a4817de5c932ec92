"""The site's addresses; each app keeps its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("networks.urls")),
    path("accounts/", include("allauth.urls")),
    path("equipment/", include("assets.urls")),
    path("", include("procurement.urls")),
]
