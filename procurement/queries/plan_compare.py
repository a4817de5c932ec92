"""Plan versions read to stand side by side, as far as one person may see them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.urls import reverse

from networks.domain.access import Actor, Permission
from procurement.domain.plan_compare import FEWEST, MOST, Machine, Side
from procurement.domain.plan_inputs import problem_of
from procurement.domain.planning.result import Kind
from procurement.domain.scenario import Difference, differences
from procurement.domain.solve_curve import EXPOSURE
from procurement.models import Plan, PlanLine, PlanVersion
from procurement.queries.scenarios import pictures

CHOICES_SHOWN = 100


class CannotCompare(ValueError):
    """Too few or too many versions were chosen. The message is fit to be shown."""


@dataclass(frozen=True)
class Comparison:
    """Versions side by side, in the order asked for. `whole`: the reader may see all of every one of them."""

    versions: tuple[PlanVersion, ...]
    sides: tuple[Side, ...]
    whole: bool


def comparison(actor: Actor, pks: Sequence[int]) -> Comparison:
    """Return versions by id, to be compared. Four queries, however many machines.

    Raises NotAllowed without VIEW_PLANS, CannotCompare for other than two to four different versions, Http404 where one
    is not the actor's to see.
    """
    actor.require(Permission.VIEW_PLANS)
    wanted = list(dict.fromkeys(pks))
    if not FEWEST <= len(wanted) <= MOST:
        raise CannotCompare(
            f"Choose {FEWEST} to {MOST} different versions to compare; {len(wanted) or 'none'} "
            f"{'is' if len(wanted) == 1 else 'are'} chosen."
        )
    found = PlanVersion.objects.visible_to(actor).filter(pk__in=wanted).select_related("plan__network")
    versions = {version.pk: version for version in found}
    if len(versions) < len(wanted):
        raise Http404("No such plan version")
    plans = {version.plan_id for version in versions.values()}
    whole = set(_whole(actor).filter(pk__in=plans).values_list("pk", flat=True))
    lines: dict[int, list[PlanLine]] = defaultdict(list)
    for line in _lines(actor, wanted):
        lines[line.version_id].append(line)
    ordered = tuple(versions[pk] for pk in wanted)
    return Comparison(
        versions=ordered,
        sides=tuple(_side(actor, one, lines[one.pk], whole=one.plan_id in whole) for one in ordered),
        whole=plans <= whole,
    )


def asked_differently(actor: Actor, compared: Comparison) -> list[tuple[PlanVersion, tuple[Difference, ...]]]:
    """Return what the plans of the other versions ask differently from the first one's today, plan by plan.

    Versions of one and the same plan ask what their inputs say; for these nothing is returned.
    """
    first = compared.versions[0].plan
    others = {one.plan_id: one for one in compared.versions[1:] if one.plan_id != first.pk}
    if not others:
        return []
    seen = pictures(actor, [first, *(version.plan for version in others.values())])
    return [(version, differences(seen[first.pk], seen[version.plan_id])) for version in others.values()]


def address_after_solving(version: PlanVersion) -> str:
    """Return where to go once a version is solved: to itself, or beside the version of another plan that it came from."""
    came_from = version.based_on
    if came_from is None or came_from.plan_id == version.plan_id:
        return version.get_absolute_url()
    return f"{reverse('plan_compare')}?v={came_from.pk}&v={version.pk}"


def versions_to_choose(actor: Actor) -> list[PlanVersion]:
    """Return the newest versions that the actor may see, to choose from, the newest first; CHOICES_SHOWN at most."""
    rows = PlanVersion.objects.visible_to(actor).select_related("plan__network").defer("inputs", "result")
    return list(rows.order_by("-created_at", "-pk")[:CHOICES_SHOWN])


def _whole(actor: Actor) -> Any:
    scope = actor.scope(Permission.VIEW_PLANS)
    covered = Q() if scope.everywhere else Q(network_id__in=scope.network_ids)
    return Plan.objects.visible_to(actor).filter(covered)


def _lines(actor: Actor, versions: Sequence[int]) -> Any:
    return (
        PlanLine.objects.visible_to(actor)
        .filter(version__in=versions)
        .select_related("trust", "site")
        .defer("account")
        .order_by("version", "rank")
    )


def _side(actor: Actor, version: PlanVersion, lines: Sequence[PlanLine], *, whole: bool) -> Side:
    inputs, result = version.inputs, version.result
    scope = actor.scope(Permission.VIEW_PLANS)
    machines = {line.planned_id: _machine(line) for line in lines}
    first = int(inputs["first_year"])
    bought = {(line.specification_version_id, line.year) for line in lines if line.is_bought}
    metrics = result["metrics"]["plan"]
    gap = next((stage["gap"] for stage in result["stages"] if stage["name"] == EXPOSURE), None)
    return Side(
        name=f"{version.plan.name}, version {version.number}",
        url=version.get_absolute_url(),
        years=range(first, first + int(inputs["horizon_years"])),
        guidance_years=int(inputs["guidance_years"]),
        register_as_at=version.register_as_at,
        machines=machines,
        problem=problem_of(inputs, version.inputs_hash),
        envelope_pence=sum(
            row["amount_pence"] for row in inputs["envelopes"] if whole or scope.covers_trust(row["trust_id"])
        ),
        tenders=metrics["tender_count"] if whole else len(bought),
        gap=gap if whole else None,
        stored=metrics if whole else {},
    )


def _machine(line: PlanLine) -> Machine:
    kind = Kind(line.kind)
    return Machine(
        key=line.planned_id,
        label=line.asset_label,
        trust_id=line.trust_id,
        trust=line.trust.name,
        site=line.site.name,
        modality=line.modality,
        installed_on=line.installed_on,
        kind=Kind.KEEP if kind is Kind.REPLACE and line.year is None else kind,
        year=line.year,
        upgrade_year=line.upgrade_year,
        words=line.words,
        reason=line.reason,
        is_pinned=line.is_pinned,
        rank=line.rank,
        saving_pence=line.saving_pence,
        spend=line.spend_by_year,
    )
