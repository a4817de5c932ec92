"""The site's addresses; each app keeps its own."""

from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", include("networks.urls")),
    # Addresses are changed by an administrator, so that nobody takes over an appointment by renaming themselves.
    path("accounts/email/", RedirectView.as_view(pattern_name="home")),
    path("accounts/", include("allauth.urls")),
    path("api/", include("networks.api.urls")),
    path("api/", include("assets.api.urls")),
    path("api/", include("procurement.api.urls")),
    path("equipment/", include("assets.urls")),
    path("", include("procurement.urls")),
]
