"""A solved plan as a workbook with everything in it."""

from django.http import HttpResponse

from networks.exports.tables import XLSX_TYPE, workbook_bytes
from networks.http import Request
from procurement.exports.plan_workbook import plan_workbook
from procurement.queries.plan_life import life_of
from procurement.queries.plan_versions import read_version, visible_version
from procurement.queries.solve_runs import samples_of


def plan_version_workbook(request: Request, pk: int, number: int) -> HttpResponse:
    """Download a version as its reader may see it: a trust's people get their part."""
    version = visible_version(request.actor, plan_id=pk, number=number)
    reading = read_version(request.actor, version)
    sheets = plan_workbook(
        reading,
        stands=life_of(version).state.value,
        samples=samples_of(version.run_id) if reading.whole else [],
    )
    response = HttpResponse(workbook_bytes(sheets), content_type=XLSX_TYPE)
    name = f"plan-{version.plan_id}-version-{version.number}-everything.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
