"""The files of a machine: the list, adding, downloading, removing."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assets.actions.attachments import add_attachment, remove_attachment
from assets.forms.attachments import AttachmentForm, RemoveForm
from assets.imports.attachment_file import NotTaken
from assets.models import Asset, Attachment
from assets.queries.attachments import attachments_of
from networks.domain.access import Permission
from networks.http import Request

_form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def attachment_list(request: Request, pk: int) -> HttpResponse:
    """Show the files of one machine, those removed too."""
    asset = _asset(request, pk)
    context = {
        "asset": asset,
        "attachments": attachments_of(request.actor, asset, removed=True),
        "may_edit": request.actor.can(Permission.EDIT_ASSETS, trust_id=asset.trust_id),
    }
    return render(request, "assets/attachment_list.html", context)


@_form_page
def attachment_add(request: Request, pk: int) -> HttpResponse:
    """Add a file to one machine."""
    asset = _asset(request, pk)
    request.actor.require(Permission.EDIT_ASSETS, trust_id=asset.trust_id)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    may_see_prices = request.actor.can(Permission.VIEW_EQUIPMENT_PRICES, trust_id=asset.trust_id)
    form = AttachmentForm(*posted, may_see_prices=may_see_prices)
    if form.is_valid():
        given = form.cleaned_data
        try:
            attachment = add_attachment(
                by=request.actor,
                asset=asset,
                file=given["file"],
                kind=Attachment.Kind(given["kind"]),
                description=given["description"],
                at=timezone.now(),
            )
        except NotTaken as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, f"{attachment.name} was added to {asset.reference}.")
            return redirect("attachment_list", pk=asset.pk)
    return render(request, "assets/attachment_add.html", {"asset": asset, "form": form})


@require_safe
def attachment_download(request: Request, pk: int) -> FileResponse:
    """Send a file one may see; never opened by the browser in our name."""
    attachment = _attachment(request, pk)
    try:
        file = attachment.file.open("rb")
    except FileNotFoundError:
        raise Http404(
            f"The file {attachment.name} is no longer in the folder of uploads. Tell whoever runs this site."
        ) from None
    response = FileResponse(
        file, as_attachment=True, filename=attachment.name, content_type=attachment.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@_form_page
def attachment_remove(request: Request, pk: int) -> HttpResponse:
    """Take a file away, after saying what that does."""
    attachment = _attachment(request, pk)
    asset = attachment.asset
    request.actor.require(Permission.EDIT_ASSETS, trust_id=asset.trust_id)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        remove_attachment(by=request.actor, attachment=attachment, at=timezone.now(), reason=reason)
        messages.success(request, f"{attachment.name} was removed from {asset.reference}.")
        return redirect("attachment_list", pk=asset.pk)
    context = {
        "asset": asset,
        "form": form,
        "heading": f"Remove {attachment.name} from {asset.reference}?",
        "losses": [
            "The file is deleted from this site. Whoever needs it must have a copy.",
            "The list of files keeps its name, who added it and who removed it.",
        ],
        "undo": "The file cannot be brought back; it can be added again by somebody who has it.",
        "confirm_label": f"Remove {attachment.name}",
        "back_url": asset.get_absolute_url(),
    }
    return render(request, "assets/attachment_remove.html", context)


def _asset(request: Request, pk: int) -> Asset:
    request.actor.require(Permission.VIEW_ASSETS)
    asset: Asset = get_object_or_404(Asset.objects.visible_to(request.actor), pk=pk)
    return asset


def _attachment(request: Request, pk: int) -> Attachment:
    request.actor.require(Permission.VIEW_ASSETS)
    visible = Attachment.objects.visible_to(request.actor).kept().select_related("asset")
    attachment: Attachment = get_object_or_404(visible, pk=pk)
    return attachment
