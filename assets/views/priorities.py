"""What to replace first: machines by priority with every reason, and the same as a file."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assets.domain.priority_rules import Criterion, priority_rules_on
from assets.exports.priorities import HEADINGS, priority_rows
from assets.forms.priorities import PriorityFilter
from assets.queries.priorities import (
    DEFAULT_SORT,
    Ranking,
    priorities,
    rows_of,
    trusts_with_machines,
)
from networks.domain.access import Permission
from networks.exports.tables import table_response
from networks.http import Request
from networks.queries.organisations import structure

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class _Found:
    """What an address asks for: the ranking, and the machines of it that are listed, in their order."""

    form: PriorityFilter
    ranking: Ranking
    pks: list[int]


@require_safe
def priority_list(request: Request) -> HttpResponse:
    """Show the machines one may see, the most urgent first, with what stands for and against each."""
    found = _found(request)
    page = Paginator(found.pks, PER_PAGE).get_page(request.GET.get("page"))
    ranking = found.ranking
    context = {
        "form": found.form,
        "ranking": ranking,
        "page": page,
        "rows": rows_of(ranking, page),
        "default_sort": DEFAULT_SORT,
        "criteria": [(criterion, ranking.weights.weights.of(criterion)) for criterion in Criterion],
        "rules": priority_rules_on(ranking.on),
        "shows_trusts": "trust" in found.form.fields,
        "data_as_at": ranking.on,
        "is_today": ranking.on == timezone.localdate(),
        "is_narrowed": bool(found.form.modalities) or found.form.chosen_trusts is not None,
    }
    return render(request, "assets/priority_list.html", context)


@require_safe
def priority_export(request: Request) -> HttpResponseBase:
    """Download the list, all its pages, as CSV or (format=xlsx) a workbook."""
    found = _found(request)
    rows = priority_rows(found.ranking, rows_of(found.ranking, found.pks))
    name = f"priority-{found.ranking.on:%Y-%m-%d}"
    return table_response(request.GET.get("format", ""), name, "Priority", HEADINGS, rows)


def _found(request: Request) -> _Found:
    request.actor.require(Permission.VIEW_ASSETS)
    today = timezone.localdate()
    england = structure(on=today)
    form = PriorityFilter(
        request.GET, england=england, trust_ids=trusts_with_machines(request.actor, on=today)
    )
    ranking = priorities(
        request.actor,
        on=form.on(today),
        england=england,
        modalities=form.modalities,
        trust_ids=form.chosen_trusts,
    )
    names = {pk: organisation.name for pk, organisation in england.organisations.items()}
    chosen = ranking.chosen(known=form.chosen_known, is_gated=form.is_gated)
    return _Found(form, ranking, ranking.in_order(chosen, request.GET.get("sort", ""), names))
