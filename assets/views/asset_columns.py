"""Choosing the columns of the equipment list."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from assets.domain.columns import Column
from assets.domain.list_columns import DEFAULT, SHOWABLE, columns_in, columns_named
from assets.forms.list_columns import ColumnsForm
from networks.domain.access import Permission
from networks.http import Request

COLUMNS = "columns"
"""The address parameter that names the list's columns, in their order."""

_CHOOSE = "choose"


def asset_columns(request: Request) -> HttpResponse:
    """Ask which columns the list shall show, in which order; then lead back to the list, as it was filtered."""
    request.actor.require(Permission.VIEW_ASSETS)
    offered = columns_named([c.key for c in SHOWABLE], with_prices=sees_prices(request))
    chosen = _CHOOSE in request.GET
    form = ColumnsForm(request.GET if chosen else None, offered=offered, shown=shown_columns(request))
    kept = kept_query(request, form.fields)
    if chosen and form.is_valid():
        kept[COLUMNS] = ",".join(form.chosen)
        return redirect(f"{reverse('asset_list')}?{kept.urlencode()}")
    kept.pop(COLUMNS, None)
    back = f"{reverse('asset_list')}?{kept.urlencode()}"
    carried = [(name, value) for name, values in kept.lists() for value in values]
    return render(request, "assets/asset_columns.html", {"form": form, "carried": carried, "back_url": back})


def shown_columns(request: Request) -> tuple[Column, ...]:
    """Return the columns that the address asks for and its reader may see; the usual ones where it asks for none."""
    with_prices = sees_prices(request)
    asked = columns_in(request.GET.get(COLUMNS, ""), with_prices=with_prices)
    return asked or columns_named(DEFAULT, with_prices=with_prices)


def sees_prices(request: Request) -> bool:
    """Say whether the reader may see what equipment cost."""
    return request.actor.can(Permission.VIEW_EQUIPMENT_PRICES)


def kept_query(request: HttpRequest, besides: object = ()) -> QueryDict:
    """Return what the address says of the list, without the page and without what a form of its own says."""
    kept = request.GET.copy()
    for name in list(kept):
        if name in {"page", _CHOOSE, "format"} or name in besides:  # type: ignore[operator]
            del kept[name]
    return kept
