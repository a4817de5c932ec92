from django.urls import path

from procurement.views import candidates, families, plan_candidates, site_needs

urlpatterns = [
    path("plans/sites/", site_needs.site_need_list, name="site_need_list"),
    path("plans/sites/export/", site_needs.site_need_export, name="site_need_export"),
    path(
        "plans/sites/<str:code>/<str:modality>/<str:service>/",
        site_needs.site_need_detail,
        name="site_need_detail",
    ),
    path("plans/candidates/", candidates.candidate_list, name="candidate_list"),
    path("plans/candidates/add/", candidates.candidate_add, name="candidate_add"),
    path("plans/candidates/export/", candidates.candidate_export, name="candidate_export"),
    path("plans/candidates/<int:pk>/", candidates.candidate_detail, name="candidate_detail"),
    path("plans/candidates/<int:pk>/edit/", candidates.candidate_edit, name="candidate_edit"),
    path("plans/candidates/<int:pk>/judge/", candidates.candidate_judge, name="candidate_judge"),
    path("plans/candidates/<int:pk>/reinstate/", candidates.candidate_reinstate, name="candidate_reinstate"),
    path("plans/candidates/<int:pk>/withdraw/", candidates.candidate_withdraw, name="candidate_withdraw"),
    path("plans/<int:pk>/candidates/", plan_candidates.plan_candidates, name="plan_candidates"),
    path("plans/families/", families.family_list, name="family_list"),
    path("plans/families/export/", families.family_export, name="family_export"),
]
