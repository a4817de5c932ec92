from django.urls import path

from networks.views import acting, events, organisations, people, runs

urlpatterns = [
    path("acting-for/", acting.acting_switch, name="acting_switch"),
    path("changes/", events.event_list, name="event_list"),
    path("changes/export/", events.event_export, name="event_export"),
    path("organisations/", organisations.organisation_list, name="organisation_list"),
    path("organisations/export/", organisations.organisation_export, name="organisation_export"),
    path("organisations/<int:pk>/", organisations.organisation_detail, name="organisation_detail"),
    path("organisations/<int:pk>/join/", organisations.organisation_join, name="organisation_join"),
    path(
        "organisations/<int:pk>/leave/<int:network_pk>/",
        organisations.organisation_leave,
        name="organisation_leave",
    ),
    path(
        "organisations/<int:pk>/succession/",
        organisations.organisation_succession,
        name="organisation_succession",
    ),
    path("people/", people.people, name="people"),
    path("people/add/", people.person_add, name="person_add"),
    path("people/export/", people.people_export, name="people_export"),
    path("people/<int:pk>/", people.person_detail, name="person_detail"),
    path("people/<int:pk>/passphrase/", people.person_passphrase, name="person_passphrase"),
    path("people/<int:pk>/sign-in/", people.person_sign_in, name="person_sign_in"),
    path("people/appointments/<int:pk>/end/", people.appointment_end, name="appointment_end"),
    path("runs/<int:pk>/", runs.run_detail, name="run_detail"),
    path("runs/<int:pk>/cancel/", runs.run_cancel, name="run_cancel"),
]
