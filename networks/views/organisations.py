"""Organisations, what belongs to what and since when; for administrators also the changes."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from networks.actions.mergers import (
    Refused,
    absorb_network,
    join_network,
    leave_network,
    merge_icbs,
    merge_trusts,
)
from networks.domain.access import Permission
from networks.domain.organisations import Kind, Tie
from networks.exports.tables import Cell, csv_response
from networks.forms.organisations import JoinForm, LeaveForm, OrganisationFilter, SuccessionForm
from networks.http import Request
from networks.models import Event, Link, Organisation
from networks.queries.belongings import surroundings

ROWS_PER_PAGE = 50
LATEST_CHANGES = 20
_SUCCESSIONS: dict[str, Callable[..., Link]] = {
    Kind.TRUST: merge_trusts,
    Kind.ICB: merge_icbs,
    Kind.NETWORK: absorb_network,
}


@require_safe
def organisation_list(request: Request) -> HttpResponse:
    """List all organisations. Names and codes are public: whoever has signed in may read them."""
    found = OrganisationFilter(request.GET, on=timezone.localdate())
    page = Paginator(found.qs, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    may_administer = request.actor.can(Permission.ADMINISTER)
    context = {"filter": found, "page": page, "may_administer": may_administer}
    return render(request, "networks/organisation_list.html", context)


@require_safe
def organisation_export(request: Request) -> HttpResponseBase:
    """Download the organisations the list shows."""
    found = OrganisationFilter(request.GET, on=timezone.localdate())
    headings = [
        *("Code", "ONS code", "Name", "Kind", "Postcode", "Latitude", "Longitude", "Opened", "Closed"),
        *("Part of", "Networks, the primary one first", "Successor"),
    ]
    return csv_response("organisations.csv", headings, _export_rows(found.qs))


def _export_rows(found: QuerySet[Organisation]) -> Iterator[list[Cell]]:
    for organisation in found.iterator(chunk_size=1000):
        links: list[Link] = organisation.belongs_to  # type: ignore[attr-defined]
        yield [
            organisation.code,
            organisation.gss_code or None,
            organisation.name,
            organisation.get_kind_display(),
            organisation.postcode or None,
            organisation.latitude,
            organisation.longitude,
            organisation.opened_on,
            organisation.closed_on,
            *(
                "; ".join(link.target.name for link in links if link.tie == tie) or None
                for tie in (Tie.PART_OF, Tie.MEMBER_OF, Tie.SUCCEEDED_BY)
            ),
        ]


@require_safe
def organisation_detail(request: Request, pk: int) -> HttpResponse:
    """Show one organisation: what it belongs to, what belongs to it, who came before and after, and its changes."""
    organisation = get_object_or_404(Organisation, pk=pk)
    today = timezone.localdate()
    around = surroundings(organisation, on=today)
    context = {
        "organisation": organisation,
        "around": around,
        "today": today,
        "may_change": request.actor.can(Permission.ADMINISTER),
        "can_join": organisation.kind == Kind.TRUST and not around.successors,
        "can_be_succeeded": organisation.kind in _SUCCESSIONS and not around.successors,
        "changes": Event.objects.visible_to(request.actor).filter(
            subject_type="organisation", subject_id=organisation.pk
        )[:LATEST_CHANGES],
    }
    return render(request, "networks/organisation_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_join(request: Request, pk: int) -> HttpResponse:
    """Make a trust a member of a network from a day."""
    trust = _changeable(request, pk, {Kind.TRUST})
    form = JoinForm(request.POST or None, today=timezone.localdate(), initial={"is_primary": "yes"})
    return _change(
        request,
        trust,
        form,
        heading=f"Make {trust.name} a member of a network",
        button="Record the membership",
        act=lambda values: join_network(by=request.actor, trust=trust, **values),
        done=lambda link: f"{trust.name} is a member of {link.target.name} from {link.starts_on:%-d %B %Y}.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_leave(request: Request, pk: int, network_pk: int) -> HttpResponse:
    """End a trust's membership of a network."""
    trust = _changeable(request, pk, {Kind.TRUST})
    network = get_object_or_404(Organisation, pk=network_pk, kind=Kind.NETWORK)
    form = LeaveForm(request.POST or None)
    return _change(
        request,
        trust,
        form,
        heading=f"End the membership of {trust.name} in {network.name}",
        button="End the membership",
        act=lambda values: leave_network(by=request.actor, trust=trust, network=network, **values),
        done=lambda link: f"{trust.name} leaves {network.name} on {link.ends_on:%-d %B %Y}.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_succession(request: Request, pk: int) -> HttpResponse:
    """Record that a trust or ICB is merged into another, or that a network is absorbed."""
    organisation = _changeable(request, pk, set(_SUCCESSIONS))
    form = SuccessionForm(request.POST or None, organisation=organisation, today=timezone.localdate())
    succeed = _SUCCESSIONS[organisation.kind]
    return _change(
        request,
        organisation,
        form,
        heading=f"Record who takes over {organisation.name}",
        button="Record the succession",
        act=lambda values: succeed(by=request.actor, old=organisation, **values),
        done=lambda link: f"{link.target.name} takes over {organisation.name} on {link.starts_on:%-d %B %Y}.",
    )


def _changeable(request: Request, pk: int, kinds: set[str]) -> Organisation:
    request.actor.require(Permission.ADMINISTER)
    organisation = get_object_or_404(Organisation, pk=pk)
    if organisation.kind not in kinds:
        raise Http404
    return organisation


def _change(
    request: Request,
    organisation: Organisation,
    form: Form,
    *,
    heading: str,
    button: str,
    act: Callable[[dict[str, Any]], Link],
    done: Callable[[Link], str],
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            link = act(form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done(link))
            return redirect("organisation_detail", pk=organisation.pk)
    context = {"organisation": organisation, "form": form, "heading": heading, "button": button}
    return render(request, "networks/organisation_change.html", context)
