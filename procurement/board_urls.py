from django.urls import path

from procurement.views import plan_board, plan_workbook

urlpatterns = [
    path("plans/<int:pk>/versions/<int:number>/board/", plan_board.plan_board, name="plan_board"),
    path(
        "plans/<int:pk>/versions/<int:number>/workbook/",
        plan_workbook.plan_version_workbook,
        name="plan_version_workbook",
    ),
]
