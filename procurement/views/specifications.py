"""Standard specifications: the list, one with all its versions, its PDF, its requirements as a table."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from assets.models import Specification
from networks.domain.access import Permission
from networks.exports.tables import table_response
from networks.http import Request
from procurement.documents.specification_pdf import grouped, specification_file_name
from procurement.exports.requirements import HEADINGS, requirement_rows
from procurement.jobs.specification_pdf import start_specification_pdf, stored_pdf
from procurement.models import SpecificationVersion
from procurement.queries.specifications import (
    content_of,
    editions,
    latest_versions,
    price_list_of,
    whole_versions,
)

# Specifications are the same for all of England and name no trust: whoever sees equipment may read what it is bought to.
READ = Permission.VIEW_ASSETS


def specification_list(request: Request) -> HttpResponse:
    """Show the newest version of each standard specification."""
    request.actor.require(READ)
    rows = [(version, price_list_of(version)) for version in latest_versions()]
    return render(request, "procurement/specification_list.html", {"rows": rows})


def specification_detail(request: Request, code: str) -> HttpResponse:
    """Show one version (?version=, else the newest) and what changed from each version to the next."""
    request.actor.require(READ)
    specification = get_object_or_404(Specification, code=code)
    found = editions(specification)
    asked = request.GET.get("version", "")
    shown = next((e for e in found if not asked or asked == str(e.version.version)), None)
    if shown is None:
        raise Http404("That version has not been published.")
    return render(
        request,
        "procurement/specification_detail.html",
        {
            "specification": specification,
            "editions": found,
            "shown": shown,
            "groups": grouped(shown.content.requirements),
            "prices": price_list_of(shown.version),
            "mandatory": sum(r.is_mandatory for r in shown.content.requirements),
            "pdf_is_made": stored_pdf(shown.version) is not None,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def specification_pdf(request: Request, code: str, version: int) -> HttpResponseBase:
    """Send a version's PDF; where it has not been made yet, say so, and make it when asked to."""
    request.actor.require(READ)
    published = _version(code, version)
    if request.method == "POST":
        run = start_specification_pdf(by=request.actor, version=published)
        return redirect("run_detail", pk=run.pk)
    place = stored_pdf(published)
    if place is None:
        return render(request, "procurement/specification_pdf.html", {"published": published})
    response = FileResponse(
        default_storage.open(place),
        as_attachment=True,
        filename=specification_file_name(code, version),
        content_type="application/pdf",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def specification_export(request: Request, code: str, version: int) -> HttpResponseBase:
    """Send a version's requirements as a table: ?format=csv (else) or xlsx."""
    request.actor.require(READ)
    published = _version(code, version)
    rows = requirement_rows(content_of(published).requirements)
    name = f"requirements-{code}-v{version}"
    return table_response(request.GET.get("format", ""), name, f"{code} version {version}", HEADINGS, rows)


def _version(code: str, version: int) -> SpecificationVersion:
    return get_object_or_404(whole_versions(), specification__code=code, version=version)
