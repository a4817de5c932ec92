"""A plan of 250 machines and ten years explained: how long its accounts, margins and what has to give take."""

from procurement.domain.planning.baseline import oldest_first
from procurement.domain.planning.explanations import explanations
from procurement.domain.planning.settle import settle
from tests.bench.figures import Figure, counted, measured, seconds
from tests.builders.planning_instances import network


def measure(*, runs: int, machines: int) -> list[Figure]:
    """Return how long explaining one network's plan takes, and for how many machines an answer was found."""
    problem = network(1, assets=machines, horizon_years=10)
    settlement = settle(problem, oldest_first(problem))
    found = []
    taken = seconds(lambda: found.append(explanations(problem, settlement)), runs)
    accounts = found[-1].accounts.values()
    asked = [figure for account in accounts for figure in account["figures"]["earlier"]]
    size = f"{machines} machines, {problem.horizon_years} years"
    return [
        measured(f"plan explained, {size}", taken, "s"),
        counted("plan explained: machines with a year earlier asked", len(asked), "machines"),
        counted("plan explained: envelopes that bind", len(found[-1].plan["margins"]), "envelopes"),
    ]
