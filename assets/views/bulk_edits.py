"""Setting the same facts on many machines: choose them, say what shall be, look at each, apply, read the report."""

from collections import Counter

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assets.actions.bulk_edits import (
    MOST,
    Answer,
    CannotEdit,
    apply_bulk_edit,
    make_bulk_edit,
    preview,
    words_of_values,
)
from assets.domain.bulk_editing import bulk_facts
from assets.domain.entries import reference_of
from assets.forms.bulk_edits import BulkEditForm, ChooseFactsForm
from assets.forms.filters import AssetFilter
from assets.jobs.bulk_edits import MANY, start_applying
from assets.models import Asset, BulkEdit, BulkEditRow, Specification
from assets.models.asset import AssetQuerySet
from assets.views.asset_columns import sees_prices
from networks.domain.access import Permission
from networks.exports.tables import csv_response
from networks.http import Request

ALL = "all"
"""The address parameter that means every machine that the list shows, not those ticked."""

_PER_PAGE = 100
_OUTCOMES = {outcome.value: outcome.label for outcome in BulkEditRow.Outcome}


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_edit_new(request: Request) -> HttpResponse:
    """Ask which facts to set, then what they shall be and why; note it, and go on to look at what it would do."""
    request.actor.require(Permission.EDIT_ASSETS)
    assets = _chosen(request)
    count = assets.count()
    offered = bulk_facts(with_prices=sees_prices(request))
    choose = ChooseFactsForm(
        request.GET if "fact" in request.GET or "next" in request.GET else None, facts=offered
    )
    context = {"count": count, "most": MOST, "carried": _carried(request), "choose": choose}
    if not count or count > MOST or not choose.is_valid():
        return render(request, "assets/bulk_edit_facts.html", context | {"form": choose})
    facts = [fact for fact in offered if fact.key in choose.cleaned_data["fact"]]
    form = BulkEditForm(
        request.POST if request.method == "POST" else None,
        facts=facts,
        specifications=list(Specification.objects.all()),
    )
    if form.is_valid():
        try:
            edit = make_bulk_edit(
                by=request.actor, assets=assets, values=form.values, reason=form.cleaned_data["reason"]
            )
        except CannotEdit as reason:
            form.add_error(None, str(reason))
        else:
            return redirect(edit)
    return render(request, "assets/bulk_edit_values.html", context | {"form": form})


def bulk_edit_detail(request: Request, pk: int) -> HttpResponse:
    """Show what a bulk edit would do to every machine or, once applied, what became of each."""
    edit = _edit(request, pk)
    is_applied = edit.applied_at is not None
    page = Paginator(edit.rows.all(), _PER_PAGE).get_page(request.GET.get("page"))
    answers = _kept(request, list(page.object_list)) if is_applied else None
    if answers is None:
        answers = preview(by=request.actor, edit=edit, rows=list(page.object_list))
    whole = page.paginator.num_pages == 1
    counts = (
        Counter(answer.outcome for answer in answers) if whole else _counted(edit) if is_applied else None
    )
    return render(
        request,
        "assets/bulk_edit_detail.html",
        {
            "edit": edit,
            "is_applied": is_applied,
            "page": page,
            "answers": [(answer, _OUTCOMES[answer.outcome]) for answer in answers],
            "counts": [(label, counts[value]) for value, label in _OUTCOMES.items()]
            if counts is not None
            else None,
            "sets": words_of_values(edit, with_prices=sees_prices(request)).items(),
            "can_apply": not is_applied and (counts is None or counts[BulkEditRow.Outcome.CHANGED]),
        },
    )


@require_POST
def bulk_edit_apply(request: Request, pk: int) -> HttpResponse:
    """Apply a bulk edit: at once, or for many machines by a worker."""
    edit = _edit(request, pk)
    if edit.rows.count() > MANY:
        return redirect("run_detail", pk=start_applying(by=request.actor, edit=edit).pk)
    try:
        edit = apply_bulk_edit(by=request.actor, edit=edit, at=timezone.now())
    except CannotEdit as reason:
        return render(request, "assets/bulk_edit_refused.html", {"edit": edit, "reason": reason}, status=409)
    return redirect(edit)


def bulk_edit_export(request: Request, pk: int) -> HttpResponseBase:
    """Download what became, or would become, of every machine of a bulk edit."""
    edit = _edit(request, pk)
    rows = list(edit.rows.all())
    answers = _kept(request, rows) if edit.applied_at else preview(by=request.actor, edit=edit, rows=rows)
    lines = (
        (reference_of(a.row.machine), str(a.asset or ""), _OUTCOMES[a.outcome], a.words) for a in answers
    )
    headings = ["Reference", "Machine", "Outcome", "What changed, or why not"]
    return csv_response(f"bulk-edit-{edit.pk}.csv", headings, lines)


def _edit(request: Request, pk: int) -> BulkEdit:
    request.actor.require(Permission.EDIT_ASSETS)
    edit: BulkEdit = get_object_or_404(BulkEdit.objects.visible_to(request.actor), pk=pk)
    return edit


def _chosen(request: Request) -> AssetQuerySet:
    visible = Asset.objects.visible_to(request.actor, Permission.EDIT_ASSETS)
    if ALL in request.GET:
        narrowed = AssetFilter(request.GET, queryset=visible, request=request)
        # A filter that cannot be read narrows nothing: every machine would be edited in place of the few that were meant.
        found: AssetQuerySet = narrowed.qs if narrowed.is_valid() else visible.none()
        return found
    ticked = [int(pk) for pk in request.GET.getlist("asset") if pk.isdecimal() and len(pk) < 18]
    return visible.filter(pk__in=ticked[:MANY])


def _carried(request: Request) -> list[tuple[str, str]]:
    """What the address says of the machines, for the next step's."""
    passing = {"fact", "next", "page", "sort", "columns", "view"}
    return [(name, value) for name, values in request.GET.lists() if name not in passing for value in values]


def _kept(request: Request, rows: list[BulkEditRow]) -> list[Answer]:
    assets = Asset.objects.visible_to(request.actor).in_bulk([row.machine for row in rows])
    return [Answer(row, assets.get(row.machine), row.outcome, row.words) for row in rows]


def _counted(edit: BulkEdit) -> Counter[str]:
    return Counter(edit.rows.order_by().values_list("outcome", flat=True))
