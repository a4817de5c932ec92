"""Finding machines by the headers of their images."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assets.actions.dicom import keep_devices, look_at_devices
from assets.domain.problems import FileProblem
from assets.forms.dicom import DicomForm
from assets.imports.dicom_headers import read_upload
from assets.queries.places import places
from networks.domain.access import Permission
from networks.http import Request


@require_http_methods(["GET", "HEAD", "POST"])
def dicom_new(request: Request) -> HttpResponse:
    """Take in DICOM files, say which devices made them, and make an import of what they propose."""
    request.actor.require(Permission.EDIT_ASSETS)
    today = timezone.localdate()
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = DicomForm(*posted, places=places(actor=request.actor, on=today))
    if form.is_valid():
        try:
            found = read_upload(form.cleaned_data["file"])
        except FileProblem as problem:
            form.add_error("file", str(problem))
        else:
            proposed = look_at_devices(by=request.actor, found=found, place=form.place, on=today)
            batch = None
            if proposed.to_check:
                batch = keep_devices(by=request.actor, proposed=proposed, place=form.place, on=today)
            context = {"proposed": proposed, "batch": batch, "place": form.place}
            return render(request, "assets/dicom_found.html", context)
    return render(request, "assets/dicom_new.html", {"form": form})
