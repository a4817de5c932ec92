"""Changing the register by hand: adding, correcting, moving, retiring and bringing back one machine."""

from collections.abc import Callable, Mapping
from copy import copy
from types import MappingProxyType

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assets.actions.assets import (
    Conflict,
    Invalid,
    add_asset,
    bring_back_asset,
    correct_asset,
    move_asset,
    retire_asset,
)
from assets.domain.facts import Section
from assets.domain.vocabulary import Status
from assets.forms.assets import AddForm, BringBackForm, CorrectForm, MoveForm, RetireForm
from assets.models import Asset, Specification
from assets.queries.asset_conflicts import side_by_side
from assets.queries.asset_history import Change, history_of
from assets.queries.asset_words import in_words, names_in
from assets.queries.places import places
from networks.domain.access import Permission
from networks.http import Request

_form_page = require_http_methods(["GET", "HEAD", "POST"])


@_form_page
def asset_add(request: Request) -> HttpResponse:
    """Add one machine."""
    request.actor.require(Permission.EDIT_ASSETS)
    form = AddForm(
        request.POST if request.method == "POST" else None,
        specifications=list(Specification.objects.all()),
        places=places(actor=request.actor, on=timezone.localdate()),
        with_prices=request.actor.can(Permission.VIEW_EQUIPMENT_PRICES),
    )
    if form.is_valid():
        try:
            asset = add_asset(by=request.actor, values=form.values)
        except Invalid as invalid:
            form.refuse(invalid)
        else:
            messages.success(request, f"{asset} was added.")
            return redirect(asset)
    return render(request, "assets/asset_add.html", {"form": form})


@_form_page
def asset_edit(request: Request, pk: int) -> HttpResponse:
    """Correct one machine's facts, all or one section; where somebody else was quicker, show both versions and keep what
    was typed."""
    asset = _editable(request, pk)
    section = Section.__members__.get(request.GET.get("section", "").upper())
    form = CorrectForm(
        request.POST if request.method == "POST" else None,
        specifications=list(Specification.objects.all()),
        asset=asset,
        section=section,
        with_prices=request.actor.can(Permission.VIEW_EQUIPMENT_PRICES, trust_id=asset.trust_id),
    )
    context: dict[str, object] = {"asset": asset, "form": form, "section": section}
    if not form.is_valid():
        return render(request, "assets/asset_edit.html", context)
    cleaned = form.cleaned_data
    try:
        corrected = correct_asset(
            by=request.actor,
            asset=asset,
            values=form.values,
            version=cleaned["version"],
            reason=cleaned["reason"],
        )
    except Invalid as invalid:
        form.refuse(invalid)
        return render(request, "assets/asset_edit.html", context)
    except Conflict as conflict:
        return _show_conflict(request, form, conflict, context)
    if corrected.version == asset.version:
        messages.info(request, "Nothing was changed: all facts are as they were.")
    else:
        messages.success(request, f"{corrected} was corrected.")
    return redirect(corrected)


def _show_conflict(
    request: Request, form: CorrectForm, conflict: Conflict, context: dict[str, object]
) -> HttpResponse:
    current, seen = conflict.current, conflict.seen
    if seen is not None:
        rebased = form.rebased(seen=seen, current=current)
        form = rebased if rebased.is_valid() else form
    saved = copy(current)
    for field, value in form.values.items():
        setattr(saved, field, value)
    names = names_in([current, saved, *([seen] if seen else [])])
    with_prices = request.actor.can(Permission.VIEW_EQUIPMENT_PRICES, trust_id=current.trust_id)
    told = [in_words(each, names, with_prices=with_prices) for each in (seen or current, current, saved)]
    context |= {
        "asset": current,
        "form": form,
        "lines": side_by_side(*told),
        "since": _since(conflict, with_prices=with_prices),
    }
    return render(request, "assets/asset_edit.html", context, status=409)


@_form_page
def asset_move(request: Request, pk: int) -> HttpResponse:
    """Move one machine to another site or room of the trusts one may edit."""
    asset = _editable(request, pk)
    offered = places(actor=request.actor, on=timezone.localdate())
    form = MoveForm(request.POST if request.method == "POST" else None, asset=asset, places=offered)

    def move() -> Asset:
        given = form.cleaned_data
        return move_asset(
            by=request.actor,
            asset=asset,
            site=given["site"],
            location=given["location"],
            version=given["version"],
            reason=given["reason"],
        )

    return _change(request, asset, form, move, "asset_move.html", "{} was moved to {}.")


@_form_page
def asset_retire(request: Request, pk: int) -> HttpResponse:
    """Take one machine out of the fleet, after saying what that does."""
    asset = _editable(request, pk)
    if asset.status == Status.RETIRED:
        return redirect(asset)
    form = RetireForm(request.POST if request.method == "POST" else None, asset=asset)

    def retire() -> Asset:
        given = form.cleaned_data
        return retire_asset(
            by=request.actor,
            asset=asset,
            on=given["retired_on"],
            version=given["version"],
            reason=given["reason"],
        )

    confirmation = {
        "heading": f"Retire {asset}?",
        "losses": [
            "It leaves the fleet: its age no longer counts, and new plans and tenders leave it out.",
            "Plans already made keep it, with the date they were made.",
            f"It stays in the register of {asset.trust} with all its facts and history, under the status “Retired”.",
        ],
        "undo": "It can be brought back at any time from its own page.",
        "confirm_label": f"Retire {asset.reference}",
        "back_url": asset.get_absolute_url(),
    }
    return _change(request, asset, form, retire, "asset_retire.html", "{} was retired.", confirmation)


@_form_page
def asset_bring_back(request: Request, pk: int) -> HttpResponse:
    """Undo a retirement."""
    asset = _editable(request, pk)
    if asset.status != Status.RETIRED:
        return redirect(asset)
    form = BringBackForm(request.POST if request.method == "POST" else None, asset=asset)

    def bring_back() -> Asset:
        given = form.cleaned_data
        return bring_back_asset(
            by=request.actor, asset=asset, version=given["version"], reason=given["reason"]
        )

    return _change(request, asset, form, bring_back, "asset_bring_back.html", "{} is back in the fleet.")


def _change(
    request: Request,
    asset: Asset,
    form: MoveForm | RetireForm | BringBackForm,
    act: Callable[[], Asset],
    template: str,
    done: str,
    more: Mapping[str, object] = MappingProxyType({}),
) -> HttpResponse:
    """Show a form about one asset, and act when it is filled in; a conflict asks again, with what has changed."""
    context: dict[str, object] = {"asset": asset, "form": form, **more}
    status = 200
    if form.is_valid():
        try:
            changed = act()
        except Invalid as invalid:
            form.refuse(invalid)
        except Conflict as conflict:
            typed = request.POST.copy()
            typed["version"] = str(conflict.current.version)
            form.data = typed
            context |= {"asset": conflict.current, "since": _since(conflict, with_prices=False)}
            status = 409
        else:
            messages.success(request, done.format(changed, changed.site))
            return redirect(changed)
    return render(request, f"assets/{template}", context, status=status)


def _since(conflict: Conflict, *, with_prices: bool) -> list[Change]:
    """The changes that the person has not seen, newest first."""
    seen = conflict.seen.version if conflict.seen else conflict.current.version - 1
    return [
        change for change in history_of(conflict.current, with_prices=with_prices) if change.version > seen
    ]


def _editable(request: Request, pk: int) -> Asset:
    """The asset, if one may see it; NotAllowed if one may only see it."""
    visible = Asset.objects.visible_to(request.actor).select_related("trust", "site", "specification")
    asset: Asset = get_object_or_404(visible, pk=pk)
    request.actor.require(Permission.EDIT_ASSETS, trust_id=asset.trust_id)
    return asset
