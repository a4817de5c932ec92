"""Runs of the planner: which plan they are of, and how they came closer to the best."""

from dataclasses import dataclass

from django.http import Http404

from networks.domain.access import Actor, Permission
from networks.models import Run
from procurement.domain.planning.result import gap_of
from procurement.domain.solve_curve import Sample, amount, stage_name
from procurement.models import Plan, SolveSample
from procurement.queries.plan_figures import percent

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
    rows = SolveSample.objects.filter(run_id=run_id).order_by("after_ms", "pk")
    return [
        Sample(stage, after_ms / 1000, best, bound, None if best is None else gap_of(best, bound))
        for stage, after_ms, best, bound in rows.values_list("stage", "after_ms", "best", "bound")
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a run stands, in words. `left` is "" where nothing can be said."""

    stage: str
    best: str
    bound: str
    gap: str
    left: str


def standing(run: Run, samples: list[Sample]) -> Standing | None:
    """Return where a run stands by its newest moment; None before the planner has reported any."""
    if not samples:
        return None
    last = samples[-1]
    return Standing(
        stage=stage_name(last.stage),
        best=amount(last.stage, last.best),
        bound=amount(last.stage, last.bound),
        gap="not known" if last.gap is None else f"at most {percent(last.gap)}",
        left=_left(run),
    )


def _left(run: Run) -> str:
    """What is left of the time it may take, which it seldom needs whole."""
    if run.is_over or not run.total:
        return ""
    seconds = max(run.total - run.done, 0)
    if not seconds:
        return "the time is up; it is finishing"
    if seconds < 120:
        return f"at most {seconds} second{'' if seconds == 1 else 's'} more"
    return f"at most {round(seconds / 60)} minutes more"
