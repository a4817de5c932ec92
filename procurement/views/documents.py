"""Documents: the list, making a capital plan, downloading."""

import django_filters
from django import forms
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from networks.domain.access import Permission
from networks.http import Request
from networks.models import Organisation
from procurement.jobs.capital_plan import start_capital_plan
from procurement.models import Document, PlanVersion
from procurement.queries.plan_versions import read_version, visible_version

ROWS_PER_PAGE = 50


class DocumentFilter(django_filters.FilterSet):
    """What the documents can be narrowed by."""

    kind = django_filters.MultipleChoiceFilter(
        choices=Document.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    version = django_filters.ModelChoiceFilter(queryset=PlanVersion.objects.none(), label="Plan version")
    sort = django_filters.OrderingFilter(fields={"made_at": "made", "title": "title", "size_bytes": "size"})

    class Meta:
        model = Document
        fields: tuple[str, ...] = ()


def document_list(request: Request) -> HttpResponse:
    """Show the files made for the plans and tenders one may see."""
    request.actor.require(Permission.VIEW_PLANS)
    visible = Document.objects.visible_to(request.actor).select_related(
        "version__plan__network", "tender__network", "trust", "made_by"
    )
    documents = DocumentFilter(request.GET, queryset=visible)
    versions = PlanVersion.objects.visible_to(request.actor).select_related("plan")
    documents.filters["version"].queryset = versions
    documents.form.fields["version"].queryset = versions
    documents.form.fields.pop("sort", None)
    page = Paginator(documents.qs, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "procurement/document_list.html",
        {"filter": documents, "page": page, "latest": versions.order_by("-created_at")[:5]},
    )


class CapitalPlanForm(forms.Form):
    """Of what a capital plan is made: the whole network (where one may see it) or one trust's part."""

    about = forms.ChoiceField(label="What should the capital plan cover?", widget=forms.RadioSelect)

    def __init__(self, *args: object, whole: bool, network: str, trusts: dict[int, str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        parts = sorted(trusts.items(), key=lambda item: item[1])
        choices = [(str(pk), name) for pk, name in parts]
        if whole:
            choices.insert(0, ("network", f"The whole network: {network}"))
        self.fields["about"].choices = choices  # type: ignore[attr-defined]
        if choices:
            self.fields["about"].initial = choices[0][0]


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
