"""Runs of the planner: which plan they are of, and how they came closer to the best."""

from django.http import Http404

from networks.domain.access import Actor, Permission
from networks.models import Run
from procurement.domain.solve_curve import Sample
from procurement.models import Plan, SolveSample

KIND = "plan.solve"


def run_of(actor: Actor, plan: Plan, pk: int) -> Run:
    """Return a run that solves this plan, whoever started it.

    Raises NotAllowed without VIEW_PLANS for the plan's network, whose totals its progress shows; Http404 where the run
    is of something else.
    """
    actor.require(Permission.VIEW_PLANS, network_id=plan.network_id)
    found = Run.objects.filter(kind=KIND, back_url=plan.get_absolute_url(), pk=pk).first()
    if found is None:
        raise Http404("No such run of this plan")
    return found


def samples_of(run_id: int | None) -> list[Sample]:
    """Return the moments kept of a run, in their order; none where the run is not kept. One query."""
    if run_id is None:
        return []
    rows = SolveSample.objects.filter(run_id=run_id).order_by("seconds", "pk")
    return [Sample(*values) for values in rows.values_list("stage", "seconds", "best", "bound", "gap")]
