from django.urls import path

from networks.views import acting, runs

urlpatterns = [
    path("acting-for/", acting.acting_switch, name="acting_switch"),
    path("runs/<int:pk>/", runs.run_detail, name="run_detail"),
    path("runs/<int:pk>/cancel/", runs.run_cancel, name="run_cancel"),
]
