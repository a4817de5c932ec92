"""The step between a file and its check: what each of its columns is."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assets.actions.import_batches import may_open_file
from assets.actions.import_files import OPEN
from assets.actions.import_sessions import choose_columns
from assets.domain.problems import FileProblem
from assets.forms.import_columns import ColumnsForm
from assets.jobs.imports import LARGE_FILE_BYTES, start_choosing
from assets.models import ImportBatch
from assets.queries.import_batches import batches
from networks.domain.access import Permission
from networks.http import Request

NOT_YOURS = "This file may say what equipment cost, which you are not shown. Ask your equipment manager to go on with it."
_form_page = require_http_methods(["GET", "HEAD", "POST"])


@_form_page
def import_mapping(request: Request, pk: int) -> HttpResponse:
    """Show what each heading of a file is read as; choose otherwise, and check the file again."""
    batch = get_object_or_404(batches(request.actor), pk=pk)
    request.actor.require(Permission.EDIT_ASSETS, trust_id=batch.trust_id)
    if not may_open_file(request.actor, batch):
        messages.error(request, NOT_YOURS)
        return redirect("import_list" if batch.status == ImportBatch.Status.COLUMNS else batch)
    kept = bool(batch.stored_as) and default_storage.exists(batch.stored_as)
    if batch.status not in OPEN or not kept:
        messages.error(request, "The file is no longer kept. Upload it again to choose its columns.")
        return redirect("import_list" if batch.status == ImportBatch.Status.COLUMNS else batch)
    form = ColumnsForm(request.POST if request.method == "POST" else None, layout=batch.layout)
    missing = batch.layout.get("missing", [])
    if form.is_valid():
        chosen, only = form.chosen, form.only
        if default_storage.size(batch.stored_as) > LARGE_FILE_BYTES:
            return redirect(
                "run_detail", pk=start_choosing(by=request.actor, batch=batch, chosen=chosen, only=only).pk
            )
        now = timezone.now()
        try:
            batch = choose_columns(
                by=request.actor, batch=batch, chosen=chosen, only=only, on=timezone.localdate(now), at=now
            )
        except FileProblem as problem:
            form.add_error(None, str(problem))
        else:
            if batch.status == ImportBatch.Status.CHECKED:
                return redirect(batch)
            form = ColumnsForm(layout=batch.layout)
            missing = batch.layout["missing"]
            messages.error(request, "The columns are not clear yet. Nothing was checked.")
    return render(
        request,
        "assets/import_mapping.html",
        {
            "batch": batch,
            "form": form,
            "missing": missing,
            "has_remembered": any(
                heading["how"] == "remembered" for heading in batch.layout.get("headings", [])
            ),
        },
    )
