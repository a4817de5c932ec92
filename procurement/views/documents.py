"""Documents: the list, making a capital plan, downloading."""

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from networks.domain.access import Permission
from networks.http import Request
from networks.models import Organisation
from procurement.forms.documents import CapitalPlanForm, DocumentFilter
from procurement.jobs.capital_plan import start_capital_plan
from procurement.models import Document, PlanVersion
from procurement.queries.plan_versions import read_version, visible_version

ROWS_PER_PAGE = 50


def document_list(request: Request) -> HttpResponse:
    """Show the files made for the plans and tenders one may see."""
    request.actor.require(Permission.VIEW_PLANS)
    visible = Document.objects.visible_to(request.actor).select_related(
        "version__plan__network", "tender__network", "trust", "made_by"
    )
    versions = PlanVersion.objects.visible_to(request.actor).select_related("plan")
    documents = DocumentFilter(request.GET, queryset=visible, versions=versions)
    page = Paginator(documents.qs, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "procurement/document_list.html",
        {"filter": documents, "page": page, "latest": versions.order_by("-created_at")[:5]},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def document_make(request: Request, plan_pk: int, number: int) -> HttpResponse:
    """Ask what the capital plan should cover, then have it made."""
    version = visible_version(request.actor, plan_id=plan_pk, number=number)
    reading = read_version(request.actor, version)
    form = CapitalPlanForm(
        request.POST or None, whole=reading.whole, network=version.plan.network.name, trusts=reading.trusts
    )
    if request.method == "POST" and form.is_valid():
        about = form.cleaned_data["about"]
        trust = None if about == "network" else Organisation.objects.get(pk=int(about))
        run = start_capital_plan(by=request.actor, version=version, trust=trust)
        return redirect("run_detail", pk=run.pk)
    return render(request, "procurement/document_make.html", {"form": form, "version": version})


def document_download(request: Request, pk: int) -> FileResponse:
    """Send a file one may see."""
    document = get_object_or_404(Document.objects.visible_to(request.actor), pk=pk)
    response = FileResponse(document.file.open("rb"), as_attachment=True, filename=document.file_name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
