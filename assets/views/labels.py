"""Labels with QR codes for one machine or for all that the equipment list shows."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assets.documents.labels import MOST_LABELS, Label, Layout, TooMany, labels_pdf
from assets.forms.filters import AssetFilter
from assets.forms.labels import LabelForm
from assets.models import Asset
from networks.address import site_address
from networks.documents.pdf import PdfUnavailable
from networks.domain.access import Permission
from networks.http import Request

_FORM_NAMES = ("layout", "begin")
_MOST_CHOSEN = 1000
"""Machines ticked one by one; more are had by a filter."""


@require_safe
def labels_page(request: Request) -> HttpResponse:
    """Say for which machines labels would be made, and ask how; the address filters as the equipment list's does."""
    return _page(request, LabelForm(request.GET if "layout" in request.GET else None))


@require_safe
def labels_file(request: Request) -> HttpResponse:
    """Send the labels of the machines that the address filters for, or that are chosen in it (`asset`, several times)."""
    form = LabelForm({"layout": Layout.SHEET.value} | request.GET.dict())
    if not form.is_valid():
        return _page(request, form, status=400)
    assets = _chosen(request).select_related("trust", "site").order_by("site__name", "pk")[: MOST_LABELS + 1]
    found = list(assets)
    if not found:
        raise Http404("No machine fits these filters, so there is no label to make.")
    try:
        made = labels_pdf(
            _labels(request, found),
            layout=Layout(form.cleaned_data["layout"]),
            begin=form.cleaned_data["begin"],
        )
    except (TooMany, PdfUnavailable) as reason:
        return _page(request, form, refused=str(reason), status=409)
    return _sent(made, f"labels-{timezone.localdate():%Y-%m-%d}.pdf")


@require_safe
def asset_label(request: Request, pk: int) -> HttpResponse:
    """Send the label of one machine, by itself."""
    request.actor.require(Permission.VIEW_ASSETS)
    visible = Asset.objects.visible_to(request.actor).select_related("trust", "site")
    asset = get_object_or_404(visible, pk=pk)
    try:
        made = labels_pdf(_labels(request, [asset]), layout=Layout.SINGLE)
    except PdfUnavailable as reason:
        return HttpResponse(str(reason), status=503, content_type="text/plain; charset=utf-8")
    return _sent(made, f"label-{asset.reference}.pdf")


def _chosen(request: Request) -> QuerySet[Asset]:
    request.actor.require(Permission.VIEW_ASSETS)
    visible = Asset.objects.visible_to(request.actor)
    if chosen := request.GET.getlist("asset"):
        wanted = [int(pk) for pk in chosen[:_MOST_CHOSEN] if pk.isdecimal() and len(pk) < 18]
        return visible.filter(pk__in=wanted)
    return AssetFilter(request.GET, queryset=visible, request=request).qs


def _labels(request: Request, assets: Iterable[Asset]) -> list[Label]:
    base = site_address(request)
    return [
        Label(
            address=f"{base}{asset.get_absolute_url()}",
            reference=asset.reference,
            asset_number=asset.asset_tag,
            modality=asset.get_modality_display(),
            maker_and_model=asset.make,
            serial_number=asset.serial_number,
            trust=asset.trust.name,
        )
        for asset in assets
    ]


def _page(request: Request, form: LabelForm, *, refused: str = "", status: int = 200) -> HttpResponse:
    kept = [
        (name, value) for name, values in request.GET.lists() if name not in _FORM_NAMES for value in values
    ]
    context = {
        "form": form,
        "count": _chosen(request).count(),
        "most": MOST_LABELS,
        "kept": kept,
        "refused": refused,
        "address": site_address(request),
    }
    return render(request, "assets/labels.html", context, status=status)


def _sent(made: bytes, file_name: str) -> HttpResponse:
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
