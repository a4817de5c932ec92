"""Data quality: how complete each trust's register is, and what to put right, each one click from its correction."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from assets.actions.assets import Conflict, Invalid
from assets.actions.quality import confirm_facts
from assets.domain.completeness import WantedFact, wanted_facts
from assets.domain.facts import BY_KEY
from assets.domain.quality import Finding, FindingKind, quality_rules
from assets.domain.vocabulary import Modality
from assets.exports.quality import FINDING_HEADINGS, TRUST_HEADINGS, finding_rows, trust_rows
from assets.forms.quality import QualityForm
from assets.models import Asset
from assets.queries.quality import Examined, Register, TrustQuality, examined
from networks.domain.access import Permission
from networks.exports.tables import Cell, table_response
from networks.http import Request
from networks.queries.organisations import structure

PER_PAGE = 100
_ORDER = list(FindingKind)


@dataclass(frozen=True, slots=True)
class Row:
    """One finding of one machine, with where it is put right."""

    machine: Examined
    finding: Finding
    url: str
    may_edit: bool


def quality(request: Request) -> HttpResponse:
    """Show the trusts with their completeness and findings; to whoever sees one trust, that trust."""
    request.actor.require(Permission.VIEW_ASSETS)
    register = examined(request.actor, on=timezone.localdate())
    trusts = register.by_trust()
    if len(trusts) == 1:
        return _trust_page(request, register, trusts[0])
    return render(
        request,
        "assets/quality.html",
        {
            "trusts": _in_order(trusts, request.GET.get("sort", "")),
            "whole": _sum(register),
            "kinds": list(FindingKind),
            "data_as_at": timezone.localdate(),
            **_method(),
        },
    )


def quality_trust(request: Request, pk: int) -> HttpResponse:
    """Show what is to be put right in one trust's register."""
    register = _of_trust(request, pk)
    trusts = register.by_trust()
    name = register.england.name(pk)
    return _trust_page(request, register, trusts[0] if trusts else TrustQuality(pk, name))


def quality_export(request: Request) -> HttpResponseBase:
    """Download the trusts with their sums as CSV or (format=xlsx) a workbook."""
    request.actor.require(Permission.VIEW_ASSETS)
    register = examined(request.actor, on=timezone.localdate())
    rows = trust_rows(_in_order(register.by_trust(), request.GET.get("sort", "")))
    return _file(request, "data-quality", "Data quality", TRUST_HEADINGS, rows)


def quality_trust_export(request: Request, pk: int) -> HttpResponseBase:
    """Download one trust's findings, narrowed as on the page."""
    register = _of_trust(request, pk)
    form = QualityForm(request.GET.dict(), machines=register.machines)
    found = _found(register, form) if form.is_valid() else []
    return _file(request, f"data-quality-{pk}", "Findings", FINDING_HEADINGS, finding_rows(found))


@require_POST
def quality_confirm(request: Request, pk: int) -> HttpResponse:
    """Record that one machine's facts were checked today."""
    asset = get_object_or_404(Asset.objects.visible_to(request.actor), pk=pk)
    request.actor.require(Permission.EDIT_ASSETS, trust_id=asset.trust_id)
    version = request.POST.get("version", "")
    try:
        confirm_facts(
            by=request.actor,
            asset=asset,
            version=int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0,
            on=timezone.localdate(),
        )
    except Conflict:
        words = f"{asset.reference} has been changed since the page was opened. Look at it again, then say that it was checked."
        messages.error(request, words)
    except Invalid as invalid:
        messages.error(request, f"{asset.reference} was left as it is. {invalid}")
    else:
        messages.success(request, f"{asset.reference}: its facts are recorded as checked today.")
    return redirect("quality_trust", pk=structure(on=timezone.localdate()).current(asset.trust_id))


def _of_trust(request: Request, pk: int) -> Register:
    request.actor.require(Permission.VIEW_ASSETS)
    if not request.actor.can(Permission.VIEW_ASSETS, trust_id=pk):
        raise Http404
    register = examined(request.actor, on=timezone.localdate(), trust_id=pk)
    if pk not in register.england.organisations:
        raise Http404
    return register


def _trust_page(request: Request, register: Register, trust: TrustQuality) -> HttpResponse:
    form = QualityForm(request.GET.dict(), machines=register.machines)
    found = _found(register, form) if form.is_valid() else []
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    editable = {
        owner: request.actor.can(Permission.EDIT_ASSETS, trust_id=owner)
        for owner in {machine.owner_id for machine in register.machines}
    }
    shown = [_row(machine, finding, may_edit=editable[machine.owner_id]) for machine, finding in page]
    counts = Counter(finding.kind for _, finding in found)
    return render(
        request,
        "assets/quality_trust.html",
        {
            "form": form,
            "trust": trust,
            "page": page,
            "groups": [
                (kind, counts[kind], rows)
                for kind in FindingKind
                if (rows := [row for row in shown if row.finding.kind is kind])
            ],
            "figures": _figures(trust),
            "has_several": request.actor.scope(Permission.VIEW_ASSETS).has_several_trusts,
            "is_narrowed": any(form.cleaned_data.values()) if form.is_valid() else False,
            "query": request.GET.urlencode(),
            "data_as_at": timezone.localdate(),
            **_method(),
        },
        status=200 if form.is_valid() else 400,
    )


def _found(register: Register, form: QualityForm) -> list[tuple[Examined, Finding]]:
    """The findings asked for: implausible, missing, stale; the serious before the minor, then by reference."""
    found = [
        (machine, finding)
        for machine in register.machines
        for finding in machine.findings
        if form.takes(machine, finding)
    ]
    return sorted(found, key=lambda each: (_ORDER.index(each[1].kind), each[1].severity != "serious"))


def _row(machine: Examined, finding: Finding, *, may_edit: bool) -> Row:
    return Row(machine, finding, correction_url(machine.id, finding, may_edit=may_edit), may_edit)


def correction_url(asset_id: int, finding: Finding, *, may_edit: bool) -> str:
    """Return where a finding is put right: the very box of the page that corrects it; the machine for who may not edit."""
    if not may_edit:
        return reverse("asset_detail", args=[asset_id])
    if finding.field == "retired_on":
        return reverse("asset_bring_back", args=[asset_id])
    page = "asset_move" if finding.field in ("site", "location") else "asset_edit"
    return f"{reverse(page, args=[asset_id])}#id_{finding.field}"


def _figures(trust: TrustQuality) -> list[dict[str, str]]:
    percent = trust.completeness.percent
    address = reverse("quality_trust", args=[trust.trust_id])
    return [
        {
            "label": "Completeness",
            "value": "not known" if percent is None else f"{percent}%",
            "detail": f"{trust.completeness.known:,} of {trust.completeness.whole:,} points, {trust.machines:,} machines in the fleet",
        },
        *(
            {
                "label": f"{kind.label} facts",
                "value": f"{trust.of_kind(kind):,}",
                "url": f"{address}?kind={kind.value}",
            }
            for kind in FindingKind
        ),
    ]


def _sum(register: Register) -> TrustQuality:
    whole = TrustQuality(0, "All")
    for machine in register.machines:
        whole.add(machine)
    return whole


def _in_order(trusts: Sequence[TrustQuality], sort: str) -> list[TrustQuality]:
    """By name, completeness, or a kind of finding; the least complete first unless asked otherwise."""
    name, descending = (sort or "completeness").removeprefix("-"), sort.startswith("-")
    if name == "name":
        return sorted(trusts, key=lambda trust: trust.name.casefold(), reverse=descending)
    if name in set(FindingKind):
        return sorted(trusts, key=lambda trust: trust.of_kind(FindingKind(name)), reverse=descending)
    return sorted(
        trusts, key=lambda t: t.completeness.known / (t.completeness.whole or 1), reverse=descending
    )


def _method() -> dict[str, object]:
    """How completeness and findings are worked out, for the page to say."""
    wanted: dict[str, tuple[WantedFact, list[str]]] = {}
    for modality in Modality:
        for fact in wanted_facts(modality):
            wanted.setdefault(fact.key, (fact, []))[1].append(modality.label)
    return {
        "rules": quality_rules(),
        "wanted": [
            (BY_KEY[key].heading, fact.weight, "all" if len(of) == len(Modality) else ", ".join(of))
            for key, (fact, of) in wanted.items()
        ],
    }


def _file(
    request: Request, name: str, sheet: str, headings: list[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponseBase:
    name = f"{name}-{timezone.localdate():%Y-%m-%d}"
    return table_response(request.GET.get("format", ""), name, sheet, headings, rows)
