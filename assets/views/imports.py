"""Importing a spreadsheet: choose the file, check what it would do, save it, and if need be take it back."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assets.actions.import_batches import discard_batch, may_work_on
from assets.actions.import_commits import CannotSave, commit_batch
from assets.actions.import_files import sweep_files
from assets.actions.import_sessions import take_file
from assets.actions.import_undo import CannotUndo, Undoing, look_at_undo, undo_batch
from assets.domain.problems import FileProblem
from assets.exports.import_files import (
    GUIDE_HEADINGS,
    TEMPLATE_HEADINGS,
    guide_rows,
    problem_headings,
    problem_rows,
    template_workbook,
)
from assets.forms.imports import ImportForm
from assets.jobs.imports import LARGE_FILE_BYTES, MANY_ROWS, start_check, start_saving, start_undoing
from assets.models import ImportBatch, ImportRow
from assets.queries.import_batches import batches, waiting_for
from assets.queries.import_register import importing_trusts
from assets.views.import_columns import NOT_YOURS
from networks.domain.access import Permission
from networks.exports.tables import XLSX_TYPE, csv_response
from networks.http import Request
from networks.models import Organisation

PER_PAGE = 50
_NAMED = 200
_WAITING = 10
_form_page = require_http_methods(["GET", "HEAD", "POST"])


def import_list(request: Request) -> HttpResponse:
    """Show the imports made so far."""
    request.actor.require(Permission.VIEW_ASSETS)
    page = Paginator(batches(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "assets/import_list.html",
        {
            "page": page,
            "may_import": request.actor.can(Permission.EDIT_ASSETS),
            "waiting": waiting_for(request.actor)[:_WAITING],
            "shows_trusts": request.actor.scope(Permission.VIEW_ASSETS).has_several_trusts,
        },
    )


@_form_page
def import_new(request: Request) -> HttpResponse:
    """Take in a file and check it; a large one in a worker. Nothing is written to the register."""
    request.actor.require(Permission.EDIT_ASSETS)
    trusts = importing_trusts(request.actor, on=timezone.localdate())
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ImportForm(*posted, trusts=trusts)
    if form.is_valid():
        try:
            return _check(request, form.cleaned_data["file"], form.trust_id)
        except FileProblem as problem:
            form.add_error("file", str(problem))
    return render(request, "assets/import_new.html", {"form": form, "trusts": trusts})


def _check(request: Request, file: UploadedFile, trust_id: int) -> HttpResponse:
    sweep_files(now=timezone.now())
    trust = Organisation.objects.get(pk=trust_id)
    if (file.size or 0) > LARGE_FILE_BYTES:
        return redirect("run_detail", pk=start_check(by=request.actor, file=file, trust=trust).pk)
    return redirect(take_file(by=request.actor, file=file, trust=trust, on=timezone.localdate()))


@require_POST
def import_commit(request: Request, pk: int) -> HttpResponse:
    """Save a checked import: every row, or where the button says so the good rows only."""
    batch = _visible(request, pk)
    good_rows_only = request.POST.get("rows") == "good"
    request.actor.require(Permission.EDIT_ASSETS, trust_id=batch.trust_id)
    if batch.rows > MANY_ROWS:
        run = start_saving(by=request.actor, batch=batch, good_rows_only=good_rows_only)
        return redirect("run_detail", pk=run.pk)
    try:
        commit_batch(by=request.actor, batch=batch, good_rows_only=good_rows_only, at=timezone.now())
    except CannotSave as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The register was updated from {batch.file_name}.")
    return redirect(batch)


@_form_page
def import_undo(request: Request, pk: int) -> HttpResponse:
    """Say what undoing an import would do; then do it."""
    batch = _visible(request, pk)
    request.actor.require(Permission.EDIT_ASSETS, trust_id=batch.trust_id)
    if not may_work_on(request.actor, batch):
        messages.error(request, NOT_YOURS)
        return redirect(batch)
    try:
        if request.method != "POST":
            undoing = look_at_undo(by=request.actor, batch=batch)
            return render(
                request, "assets/import_undo.html", {"batch": batch, **_confirmation(batch, undoing)}
            )
        if batch.rows > MANY_ROWS:
            return redirect("run_detail", pk=start_undoing(by=request.actor, batch=batch).pk)
        undo_batch(by=request.actor, batch=batch, at=timezone.now())
    except CannotUndo as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The import of {batch.file_name} was undone.")
    return redirect(batch)


def _confirmation(batch: ImportBatch, undoing: Undoing) -> dict[str, object]:
    """Return what the confirmation page says: what will happen, and which machines stay as they are."""
    losses = []
    if undoing.remove:
        losses.append(
            f"{_machines(len(undoing.remove))} added by this import will be taken out of the register."
        )
    if undoing.restore:
        losses.append(f"{_machines(len(undoing.restore))} changed by it will be put back as before.")
    if undoing.keep:
        losses.append(f"{_machines(len(undoing.keep))} will stay as they are now; they are listed below.")
    return {
        "heading": f"Undo the import of {batch.file_name}?",
        "losses": losses or ["Nothing in the register will change."],
        "undo": "Every change stays in the history. To do it again, upload the file again.",
        "confirm_label": "Undo this import",
        "back_url": batch.get_absolute_url(),
        "kept": [(row.number, row.asset, why) for row, why in undoing.keep[:_NAMED]],
        "more_kept": max(0, len(undoing.keep) - _NAMED),
    }


def _machines(number: int) -> str:
    return "1 machine" if number == 1 else f"{number:,} machines"


@require_POST
def import_discard(request: Request, pk: int) -> HttpResponse:
    """Set aside an import that has not been saved."""
    batch = _visible(request, pk)
    discard_batch(by=request.actor, batch=batch)
    messages.info(request, f"{batch.file_name} was discarded. The register is as it was.")
    return redirect("import_list")


def import_problems_export(request: Request, pk: int) -> HttpResponseBase:
    """Hand back the problem rows with what is wrong, to be put right and uploaded again."""
    batch = _visible(request, pk)
    rows = ImportRow.objects.filter(batch=batch, outcome=ImportRow.Outcome.PROBLEM).order_by("pk")
    with_prices = request.actor.can(Permission.VIEW_EQUIPMENT_PRICES, trust_id=batch.trust_id)
    return csv_response(
        f"to-correct-{batch.pk}.csv",
        problem_headings(batch, with_prices=with_prices),
        problem_rows(batch, list(rows), with_prices=with_prices),
        guard=str,
    )


def import_columns(request: Request) -> HttpResponse:
    """Show the column guide."""
    request.actor.require(Permission.VIEW_ASSETS)
    return render(
        request, "assets/import_columns.html", {"headings": GUIDE_HEADINGS, "columns": guide_rows()}
    )


def import_template(request: Request) -> HttpResponseBase:
    """Hand out an empty register: a workbook, or CSV where the address asks for it."""
    request.actor.require(Permission.VIEW_ASSETS)
    if request.GET.get("format") == "csv":
        return csv_response("register-template.csv", TEMPLATE_HEADINGS, [])
    response = HttpResponse(template_workbook(), content_type=XLSX_TYPE)
    response["Content-Disposition"] = 'attachment; filename="register-template.xlsx"'
    return response


def _visible(request: Request, pk: int) -> ImportBatch:
    return get_object_or_404(batches(request.actor), pk=pk)
