"""The weights of the priority score: which are in force, all that were, and setting others."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assets.actions.priority_weights import (
    WeightsChanged,
    WeightsInvalid,
    follow_national_weights,
    set_weights,
)
from assets.domain.priority_rules import Criterion, Weights, priority_rules_on
from assets.forms.priority_weights import FollowForm, WeightsForm, sum_in_words
from assets.queries.priority_weights import (
    WeightSet,
    history_of_weights,
    network_named,
    network_of_weights,
    newest_number,
    weights_in_force,
)
from networks.domain.access import Actor, NotAllowed, Permission
from networks.http import Request
from networks.models import Organisation


@require_http_methods(["GET", "HEAD", "POST"])
def priority_weights(request: Request) -> HttpResponse:
    """Show the weights one works with and their history; set others, where one may."""
    request.actor.require(Permission.VIEW_ASSETS)
    network = _network(request.actor)
    today = timezone.localdate()
    current = weights_in_force(_pk(network), on=today)
    seen = newest_number(_pk(network))
    form = WeightsForm(weights=current.weights, seen=seen)
    if request.method == "POST":
        _require(request.actor, network)
        if "check" in request.POST:
            form = WeightsForm(weights=current.weights, seen=seen, typed=request.POST.dict())
            return _page(request, network, current, form, FollowForm(initial={"seen": seen}))
        form = WeightsForm(request.POST, weights=current.weights, seen=seen)
        if form.is_valid():
            try:
                row = set_weights(
                    by=request.actor,
                    network=network,
                    weights=form.weights(),
                    reason=form.cleaned_data["reason"],
                    seen=form.cleaned_data["seen"],
                    on=today,
                )
            except WeightsInvalid as refused:
                form.add_error(None, str(refused))
            except WeightsChanged as changed:
                form = _seen_anew(request, form, current.weights, network)
                form.add_error(None, str(changed))
            else:
                messages.success(request, f"{row} are in force from today.")
                return redirect("priority_weights")
    return _page(request, network, current, form, FollowForm(initial={"seen": seen}))


@require_safe
def priority_weights_sum(request: Request) -> HttpResponse:
    """Say what the weights typed so far add up to: the part of the page that htmx asks for; the page to anybody else."""
    request.actor.require(Permission.VIEW_ASSETS)
    if request.headers.get("HX-Request") != "true":
        answer: HttpResponse = priority_weights(request)
        return answer
    return render(request, "assets/priority_sum.html", {"sum_words": sum_in_words(request.GET.dict())})


@require_POST
def priority_weights_follow(request: Request) -> HttpResponse:
    """Give up a network's own weights for England's."""
    request.actor.require(Permission.VIEW_ASSETS)
    network = _network(request.actor)
    if network is None:
        raise NotAllowed("England’s weights are the ones that others follow.")
    _require(request.actor, network)
    today = timezone.localdate()
    follow = FollowForm(request.POST)
    if follow.is_valid():
        try:
            follow_national_weights(
                by=request.actor,
                network=network,
                reason=follow.cleaned_data["reason"],
                seen=follow.cleaned_data["seen"],
                on=today,
            )
        except (WeightsInvalid, WeightsChanged) as refused:
            follow.add_error(None, str(refused))
        else:
            messages.success(request, f"{network.name} goes by England’s weights from today.")
            return redirect("priority_weights")
    current = weights_in_force(network.pk, on=today)
    form = WeightsForm(weights=current.weights, seen=newest_number(network.pk))
    return _page(request, network, current, form, follow)


def _page(
    request: Request,
    network: Organisation | None,
    current: WeightSet,
    form: WeightsForm,
    follow: FollowForm,
) -> HttpResponse:
    may_set = _may_set(request.actor, network)
    rules = priority_rules_on(timezone.localdate())
    context = {
        "network": network,
        "current": current,
        "criteria": [(criterion, current.weights.of(criterion)) for criterion in Criterion],
        "rules": rules,
        "may_set": may_set,
        "form": follow if follow.is_bound else form,
        "weights_form": form,
        "follow_form": follow if may_set and network is not None and current.network else None,
        "sum_words": sum_in_words({box.name: str(box.value() or "0") for box in form.boxes}),
        "history": _with_weights(history_of_weights(_pk(network))),
        "national": _with_weights(history_of_weights(None)) if network is not None else [],
        "all_criteria": list(Criterion),
    }
    return render(request, "assets/priority_weights.html", context)


def _with_weights(sets: Iterable[WeightSet]) -> list[tuple[WeightSet, tuple[int, ...]]]:
    return [(past, past.weights.in_order) for past in sets]


def _seen_anew(
    request: Request, form: WeightsForm, weights: Weights, network: Organisation | None
) -> WeightsForm:
    """What was typed, now with the newest set seen, so that saving again replaces it."""
    typed = request.POST.copy()
    typed["seen"] = str(newest_number(_pk(network)))
    anew = WeightsForm(typed, weights=weights, seen=newest_number(_pk(network)))
    anew.full_clean()
    return anew


def _network(actor: Actor) -> Organisation | None:
    return network_named(network_of_weights(actor, on=timezone.localdate()))


def _pk(network: Organisation | None) -> int | None:
    return None if network is None else network.pk


def _may_set(actor: Actor, network: Organisation | None) -> bool:
    if network is None:
        return actor.can(Permission.ADMINISTER)
    return actor.can(Permission.EDIT_PLANS, network_id=network.pk)


def _require(actor: Actor, network: Organisation | None) -> None:
    """Refuse before anything typed is looked at."""
    if network is None:
        actor.require(Permission.ADMINISTER)
    else:
        actor.require(Permission.EDIT_PLANS, network_id=network.pk)
