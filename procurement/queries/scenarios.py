"""Plans beside the plan they were copied from: what each asks, as one person may see it, and what may be changed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, Sum

from networks.domain.access import Actor, Permission
from networks.domain.organisations import Kind
from networks.models import Organisation
from networks.queries.organisations import structure
from procurement.domain.plan import PLAN_FIELDS, in_words
from procurement.domain.scenario import Difference, PlanPicture, differences
from procurement.models import (
    Cover,
    Envelope,
    OptionOffer,
    Pin,
    Plan,
    PlanVersion,
    RingFence,
    SharedEnvelope,
)

OWN, SHARED, NATIONAL = (
    "Trusts’ own envelopes, inc VAT",
    "Shared envelopes, inc VAT",
    "National money, inc VAT",
)


@dataclass(frozen=True, slots=True)
class Family:
    """A plan of its own with its scenarios, as far as the reader may see them, each with its versions newest first."""

    plan: Plan
    root: Plan | None
    members: tuple[tuple[Plan, tuple[PlanVersion, ...]], ...]

    @property
    def can_compare(self) -> bool:
        """Whether there are two versions at least."""
        return sum(len(versions) for _, versions in self.members) > 1

    @property
    def suggested(self) -> tuple[int, ...]:
        """The versions most likely wanted: the plan's newest, and in a scenario the newest of its plan before it."""
        wanted = {self.plan.pk, self.root.pk if self.root else self.plan.pk}
        return tuple(versions[0].pk for plan, versions in self.members if versions and plan.pk in wanted)


def pictures(actor: Actor, plans: Sequence[Plan]) -> dict[int, PlanPicture]:
    """Return what plans ask, by id, as the actor may see it. Nine queries, however many plans."""
    pks = [plan.pk for plan in plans]
    whole = set(
        Plan.objects.visible_to(actor).filter(pk__in=pks).filter(_whole(actor)).values_list("pk", flat=True)
    )
    own = _sums(Envelope.objects.visible_to(actor).filter(plan__in=pks))
    shared, national = (_sums(model.objects.filter(plan__in=whole)) for model in (SharedEnvelope, RingFence))
    pins = _by_plan(
        _theirs(actor, Pin, pks, whole).select_related("asset", "candidate"),
        lambda pin: (str(pin.asset or pin.candidate), pin.words),
    )
    options: dict[int, list[str]] = defaultdict(list)
    for offer in _theirs(actor, OptionOffer, pks, whole).select_related("asset"):
        options[offer.plan_id].append(f"{offer.get_kind_display()} {offer.asset}")
    for cover in _theirs(actor, Cover, pks, whole).select_related("asset"):
        options[cover.plan_id].append(f"cover for {cover.asset}")
    merged, left_out = (_names(field, pks) for field in (Plan.with_networks, Plan.without_trusts))
    candidates = _names(Plan.candidates, whole)
    return {
        plan.pk: PlanPicture(
            settings={
                words: in_words(name, getattr(plan, name))
                for name, words in PLAN_FIELDS.items()
                if name != "name"
            },
            years=plan.horizon_years,
            money={
                OWN: _within(own, plan),
                SHARED: _within(shared, plan) if plan.pk in whole else None,
                NATIONAL: _within(national, plan) if plan.pk in whole else None,
            },
            decisions=dict(pins[plan.pk]),
            options=frozenset(options[plan.pk]),
            candidates=candidates[plan.pk],
            merged=merged[plan.pk],
            left_out=left_out[plan.pk],
        )
        for plan in plans
    }


def differences_from_source(actor: Actor, plan: Plan) -> tuple[Difference, ...] | None:
    """Return what a scenario differs in from its plan; None for a plan of its own, or where that plan is not theirs to see."""
    if plan.scenario_of_id is None:
        return None
    source = Plan.objects.visible_to(actor).filter(pk=plan.scenario_of_id).first()
    if source is None:
        return None
    found = pictures(actor, [source, plan])
    return differences(found[source.pk], found[plan.pk])


def family_of(actor: Actor, plan: Plan) -> Family:
    """Return a plan's family, the plan of its own first, its scenarios by name. Two queries."""
    root = plan.scenario_of_id or plan.pk
    plans = list(
        Plan.objects.visible_to(actor).filter(Q(pk=root) | Q(scenario_of=root)).order_by("name", "pk")
    )
    plans.sort(key=lambda one: one.pk != root)
    versions = _by_plan(
        PlanVersion.objects.filter(plan__in=plans).defer("inputs", "result").order_by("-number"),
        lambda version: version,
    )
    return Family(
        plan=plan,
        root=next((one for one in plans if one.pk == root), None),
        members=tuple((one, tuple(versions[one.pk])) for one in plans),
    )


def networks_to_merge(actor: Actor, plan: Plan, *, on: date) -> list[Organisation]:
    """Return the networks that the actor may merge into a plan: current ones they may plan for and that are not in it."""
    england = structure(on=on)
    already = set(plan.network_ids)
    networks = Organisation.objects.filter(kind=Kind.NETWORK).exclude(pk__in=already).order_by("name")
    if not actor.scope(Permission.EDIT_PLANS).everywhere:
        networks = networks.filter(pk__in=actor.networks(Permission.EDIT_PLANS))
    return [network for network in networks if england.current(network.pk) == network.pk]


def trusts_to_leave_out(plan: Plan, merging: Iterable[Organisation], *, on: date) -> list[tuple[int, str]]:
    """Return the trusts of a plan's networks, and of those that may be merged in, as (id, name) by name."""
    england = structure(on=on)
    networks = {*plan.network_ids, *(network.pk for network in merging)}
    gone = set(plan.without_trusts.values_list("pk", flat=True))
    trusts = frozenset[int]().union(*(england.members(network) for network in networks)) - gone
    return sorted(((trust, england.name(trust)) for trust in trusts), key=lambda row: row[1])


def money_sources(networks: Iterable[int]) -> dict[int, Plan]:
    """Return, by network, the plan whose money and wishes come with it when it is merged: the newest of its own."""
    found: dict[int, Plan] = {}
    plans = Plan.objects.filter(network__in=list(networks), scenario_of=None)
    for plan in plans.order_by("created_at", "pk"):
        found[plan.network_id] = plan
    return found


def _whole(actor: Actor) -> Q:
    scope = actor.scope(Permission.VIEW_PLANS)
    return Q() if scope.everywhere else Q(network_id__in=scope.network_ids)


def _theirs(actor: Actor, model: Any, pks: Iterable[int], whole: set[int]) -> Any:
    """Rows about machines: all of the plans seen whole, those of the actor's own trusts elsewhere."""
    trusts = actor.scope(Permission.VIEW_PLANS).trust_ids
    return model.objects.filter(plan__in=pks).filter(Q(plan__in=whole) | Q(asset__trust_id__in=trusts))


def _sums(rows: Any) -> dict[int, dict[int, int]]:
    """Plan to year to pence."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for plan, year, pence in rows.order_by().values_list("plan", "year").annotate(pence=Sum("amount_pence")):
        found[plan][year] = pence
    return found


def _within(sums: dict[int, dict[int, int]], plan: Plan) -> int:
    return sum(pence for year, pence in sums.get(plan.pk, {}).items() if year in plan.years)


def _by_plan(rows: Any, of: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.plan_id].append(of(row))
    return found


def _names(field: Any, pks: Iterable[int]) -> dict[int, frozenset[str]]:
    """Plan to the names of what one of its many-to-many fields holds."""
    target = field.field.m2m_reverse_field_name()
    found: dict[int, set[str]] = defaultdict(set)
    for plan, name in field.through.objects.filter(plan__in=list(pks)).values_list("plan", f"{target}__name"):
        found[plan].add(name)
    return defaultdict(frozenset, {plan: frozenset(names) for plan, names in found.items()})
