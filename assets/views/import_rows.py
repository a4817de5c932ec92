"""The rows of an import: what each would do, what is wrong, and putting it right where it stands."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assets.actions.import_batches import may_open_file, may_work_on
from assets.actions.import_commits import CannotSave
from assets.actions.import_corrections import check_again, correct_cells
from assets.domain.columns import BY_KEY
from assets.exports.import_files import (
    CHANGE_HEADINGS,
    cell_headings,
    cell_rows,
    change_rows,
    columns_of,
    problem_headings,
    problem_rows,
)
from assets.forms.import_cells import CellsForm
from assets.jobs.imports import MANY_TO_CHECK, start_checking_again
from assets.models import ImportBatch, ImportRow
from assets.queries.import_batches import batches, in_words, loaded, rows_of
from assets.queries.import_problems import kinds_of, problems_of, problems_of_row
from networks.domain.access import Permission
from networks.exports.tables import table_response
from networks.http import Request

PER_PAGE = 50
_SHOWN = ("problem", "changed", "new", "unchanged")
_IN_A_QUERY = 500


def import_detail(request: Request, pk: int) -> HttpResponse:
    """Show what an import would do or has done: its problems by kind, changes from old to new, new machines."""
    batch = _visible(request, pk)
    if batch.status == ImportBatch.Status.COLUMNS and _may_import(request, batch):
        return redirect("import_mapping", pk=batch.pk)
    return _detail(request, batch, CellsForm({}))


@require_POST
def import_correct(request: Request, pk: int) -> HttpResponse:
    """Take corrections of cells and decisions of conflicts from the list of problems, and check the rows again."""
    batch = _visible(request, pk)
    request.actor.require(Permission.EDIT_ASSETS, trust_id=batch.trust_id)
    form = CellsForm(request.POST)
    if form.errors:
        return _detail(request, batch, form)
    return _correct(request, batch, form) or redirect(_back(request, batch))


@require_http_methods(["GET", "HEAD", "POST"])
def import_row(request: Request, pk: int, row_pk: int) -> HttpResponse:
    """Show every cell of one row, and put any of them right."""
    batch = _visible(request, pk)
    row = get_object_or_404(ImportRow.objects.select_related("asset"), batch=batch, pk=row_pk)
    with_prices = _sees_prices(request, batch)
    form = CellsForm(request.POST if request.method == "POST" else {})
    if request.method == "POST":
        request.actor.require(Permission.EDIT_ASSETS, trust_id=batch.trust_id)
        if not form.errors:
            return _correct(request, batch, form) or redirect(_back(request, batch))
    problems = problems_of_row(row, batch.headings, with_prices=with_prices)
    columns = columns_of(batch, with_prices=with_prices)
    context = {
        "batch": batch,
        "row": row,
        "cells": [
            {
                "key": key,
                "name": f"cell-{row.pk}-{key}",
                "heading": heading,
                "column": BY_KEY[key].heading if key in BY_KEY else "",
                "text": row.cells.get(key, ""),
                "typed": form.typed.get((row.pk, key), row.cells.get(key, "")),
                "in_file": row.corrected.get(key),
                "problems": [each.problem.message for each in problems if each.key == key and not each.fact],
            }
            for key, heading in columns.items()
        ],
        "conflicts": [each for each in problems if each.fact],
        "of_the_row": [each.problem.message for each in problems if not each.key and not each.fact],
        "may_correct": _may_correct(request, batch),
        "errors": form.errors,
        "back": _back(request, batch),
    }
    return render(request, "assets/import_row.html", context)


@require_POST
def import_check_again(request: Request, pk: int) -> HttpResponse:
    """Check the rows of an import again, against the register as it is now."""
    batch = _visible(request, pk)
    request.actor.require(Permission.EDIT_ASSETS, trust_id=batch.trust_id)
    return _check_again(request, batch) or redirect(batch)


def import_rows_export(request: Request, pk: int) -> HttpResponseBase:
    """Hand out the rows of one tab, as filtered, as CSV or a workbook."""
    batch = _visible(request, pk)
    with_prices = _sees_prices(request, batch)
    show = _show(request, batch)
    ids = rows_of(batch, show, text=_text(request), column=_column(request, batch), with_prices=with_prices)
    rows = [
        row for start in range(0, len(ids), _IN_A_QUERY) for row in loaded(ids[start : start + _IN_A_QUERY])
    ]
    if show == "changed":
        headings, lines = list(CHANGE_HEADINGS), list(change_rows(in_words(rows, with_prices=with_prices)))
    elif show == "problem":
        headings = problem_headings(batch, with_prices=with_prices)
        lines = list(problem_rows(batch, rows, with_prices=with_prices))
    else:
        headings = cell_headings(batch, with_prices=with_prices)
        lines = list(cell_rows(batch, rows, with_prices=with_prices))
    name = f"import-{batch.pk}-{show}"
    return table_response(request.GET.get("format", ""), name, show.capitalize(), headings, lines, guard=str)


def _detail(request: Request, batch: ImportBatch, form: CellsForm) -> HttpResponse:
    show = _show(request, batch)
    with_prices = _sees_prices(request, batch)
    context: dict[str, Any] = {
        "batch": batch,
        "show": show,
        "counts": _counts(batch),
        "to_save": batch.created + batch.changed,
        "may_import": _may_import(request, batch),
        # How it was read quotes rows that were passed over, and those may say what equipment cost.
        "may_open_file": may_open_file(request.actor, batch) or _sees_prices(request, batch),
        "may_correct": _may_correct(request, batch),
        "columns": columns_of(batch, with_prices=with_prices),
        "text": _text(request),
        "column": _column(request, batch),
        "errors": form.errors,
        "back": _back(request, batch),
        "anchor": "#rows",
    }
    context |= (
        _problems(request, batch, form, with_prices=with_prices)
        if show == "problem"
        else _rows(request, batch, show, with_prices=with_prices)
    )
    return render(request, "assets/import_detail.html", context)


def _problems(
    request: Request, batch: ImportBatch, form: CellsForm, *, with_prices: bool
) -> Mapping[str, object]:
    every = problems_of(batch, with_prices=with_prices)
    kinds = kinds_of(every)
    kind, column, text = request.GET.get("kind", ""), _column(request, batch), _text(request).casefold()
    chosen = [
        line
        for line in every
        if (not kind or line.kind == kind)
        and (not column or line.key == column)
        and (not text or text in line.text.casefold() or text in line.problem.message.casefold())
    ]
    filtered = bool(column or text)
    page = Paginator(chosen if chosen or filtered else every, PER_PAGE).get_page(request.GET.get("page"))
    # One box for a cell, however many things are wrong with it; and one offer to correct all alike.
    boxes: set[str] = set()
    offers: set[tuple[str, str]] = set()
    lines = []
    for line in page:
        lines.append(
            {
                "line": line,
                "typed": form.typed.get((line.row_id, line.key), line.text),
                "kind": line.kind,
                "has_box": bool(line.key) and not line.fact and line.name not in boxes,
                "offers_alike": line.alike > 1 and (line.key, line.text) not in offers,
                "in_error": line.name in form.faulty,
            }
        )
        if line.key and not line.fact:
            boxes.add(line.name)
            offers.add((line.key, line.text))
    return {
        "problem_count": len(every),
        "may_put_right": bool(boxes) or any(line.fact for line in page),
        "kinds": kinds,
        "kind": kind,
        "page": page,
        "lines": lines,
        "found": len(chosen),
    }


def _rows(request: Request, batch: ImportBatch, show: str, *, with_prices: bool) -> Mapping[str, object]:
    ids = rows_of(batch, show, text=_text(request), column=_column(request, batch), with_prices=with_prices)
    page = Paginator(ids, PER_PAGE).get_page(request.GET.get("page"))
    rows = in_words(loaded(list(page.object_list)), with_prices=with_prices)
    return {"page": page, "rows": rows, "found": len(ids), "kinds": []}


def _correct(request: Request, batch: ImportBatch, form: CellsForm) -> HttpResponse | None:
    try:
        done = correct_cells(by=request.actor, batch=batch, corrections=form.corrections)
    except CannotSave as refusal:
        messages.error(request, str(refusal))
        return None
    if not done:
        messages.info(request, "No cell was changed. Correct a cell, or decide a conflict, and save.")
        return None
    return _check_again(request, batch, corrected=done)


def _check_again(request: Request, batch: ImportBatch, *, corrected: int = 0) -> HttpResponse | None:
    """Check the rows, in a worker where they are many: then return where its progress is shown."""
    if batch.rows > MANY_TO_CHECK:
        return redirect("run_detail", pk=start_checking_again(by=request.actor, batch=batch).pk)
    before = batch.faulty
    try:
        batch = check_again(by=request.actor, batch=batch, on=timezone.localdate())
    except CannotSave as refusal:
        messages.error(request, str(refusal))
        return None
    said = f"{corrected} cell{'' if corrected == 1 else 's'} put right. " if corrected else ""
    now = "No row has a problem now" if not batch.faulty else f"{batch.faulty:,} rows with problems now"
    if batch.faulty == 1:
        now = "1 row with problems now"
    messages.success(request, f"{said}The rows were checked again: {now}, {before:,} before.")
    return None


def _show(request: Request, batch: ImportBatch) -> str:
    counts, show = _counts(batch), request.GET.get("show", "")
    if show in counts:
        return show
    return next((outcome for outcome in _SHOWN if counts[outcome]), "new")


def _counts(batch: ImportBatch) -> dict[str, int]:
    return {
        "problem": batch.faulty,
        "changed": batch.changed,
        "new": batch.created,
        "unchanged": batch.unchanged,
    }


def _text(request: Request) -> str:
    return request.GET.get("text", "").replace("\x00", "").strip()[:200]


def _column(request: Request, batch: ImportBatch) -> str:
    column = request.GET.get("column", "")
    return column if column in columns_of(batch, with_prices=_sees_prices(request, batch)) else ""


def _back(request: Request, batch: ImportBatch) -> str:
    """Where the list stands that a correction was made in, with its tab, filter and page."""
    kept = {
        name: request.GET[name].replace("\x00", "")
        for name in ("show", "kind", "text", "column", "page")
        if request.GET.get(name)
    }
    return f"{batch.get_absolute_url()}?{urlencode(kept)}" if kept else batch.get_absolute_url()


def _may_import(request: Request, batch: ImportBatch) -> bool:
    return may_work_on(request.actor, batch)


def _may_correct(request: Request, batch: ImportBatch) -> bool:
    return batch.status == ImportBatch.Status.CHECKED and _may_import(request, batch)


def _sees_prices(request: Request, batch: ImportBatch) -> bool:
    return request.actor.can(Permission.VIEW_EQUIPMENT_PRICES, trust_id=batch.trust_id)


def _visible(request: Request, pk: int) -> ImportBatch:
    return get_object_or_404(batches(request.actor), pk=pk)
