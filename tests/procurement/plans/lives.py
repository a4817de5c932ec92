"""Steps of a version's life, as tests take them in a line."""

from networks.domain.access import Actor, Role
from procurement.actions.plan_life import answer_version, approve_version, submit_version
from procurement.actions.plan_versions import save_version
from procurement.models import PlanVersion
from procurement.queries.plan_life import life_of
from procurement.queries.planning_problem import planning_problem
from tests.builders.plan_results import result_for
from tests.factories.networks import actor
from tests.factories.plans import TODAY, Planned


def solved(made: Planned, **values: object) -> PlanVersion:
    """Save the next version of a plan, oldest first, without a solver."""
    problem = planning_problem(made.plan, on=TODAY)
    result = result_for(problem, **values)
    return save_version(by=made.lead, plan=made.plan, problem=problem, result=result, run=None, on=TODAY)


def finance_of(made: Planned, trust: str) -> Actor:
    """Make somebody of a trust's finance."""
    return actor(Role.FINANCE, made.orgs[trust])


def submit(made: Planned, version: PlanVersion) -> None:
    submit_version(by=made.lead, version=version, mark=life_of(version).mark())


def answer(
    made: Planned, version: PlanVersion, trust: str, *, agreed: bool | None = True, note: str = ""
) -> None:
    """Answer for a trust, on what stands now."""
    pk = made.orgs[trust].pk
    answer_version(
        by=finance_of(made, trust),
        version=version,
        trust_id=pk,
        agreed=agreed,
        note=note,
        mark=life_of(version).mark(pk),
    )


def approve(made: Planned, version: PlanVersion, **more: str) -> None:
    """Record the board's approval, on what stands now."""
    approve_version(
        by=actor(Role.FINANCE, made.orgs["Northern"]),
        version=version,
        mark=life_of(version).mark(),
        reason="Board of 1 December 2026",
        **more,
    )
