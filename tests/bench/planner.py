"""How near the best plans are, on networks as ``tests/builders`` makes them: `python -m tests.bench.planner [part …]`.

Each figure is the median over seeds, with the least and the most, between the plan shown and the bound that holds for the whole
model. Run it on a quiet machine: the time given is by the clock. Parts: network100, network250, rules, pins, england, repeat.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

from procurement.domain.planning.problem import Pin, PlanningProblem
from procurement.domain.planning.result import Result, replaced
from procurement.domain.planning.solve import Stop, solve
from procurement.domain.planning.verify import verify
from procurement.domain.planning.warm import Earlier
from tests.bench.figures import Figure, counted, measured
from tests.builders.planning_england import england
from tests.builders.planning_instances import network

SEEDS = range(1, 6)
NODES = 1_000_000
"""So many that the clock alone ends a run: what is asked is how near it comes in the time."""


def solved(problem: PlanningProblem, seconds: float, earlier: Earlier | None = None) -> Result:
    """Solve within the time and let the independent check look at it."""
    result = solve(problem, Stop(seconds=seconds, node_limit=NODES), earlier=earlier)
    faults = verify(problem, result)
    assert not faults, faults
    return result


def gap_percent(result: Result) -> float:
    """The gap of the exposure of the plan shown; nothing proven counts as everything."""
    gap = result.stages[1].gap
    return 100.0 if gap is None else 100 * gap


def gaps(assets: int, times: tuple[int, ...], seeds: range) -> Iterator[Figure]:
    """One network over ten years."""
    for seconds in times:
        found = [
            gap_percent(solved(network(seed, assets=assets, horizon_years=10), seconds)) for seed in seeds
        ]
        yield measured(f"proven gap, {assets} machines, 10 years, {seconds} s", found, "%")


def against_the_rules(seeds: range, seconds: int = 20) -> Iterator[Figure]:
    """Exposure at the same money against the better of oldest first and risk first."""
    less = []
    for seed in seeds:
        result = solved(network(seed, assets=100, horizon_years=10), seconds)
        rule = min(result.baseline.exposure, result.risk_first.exposure)
        less.append(100 * (1 - result.metrics.exposure / rule))
    yield measured(f"exposure below the better rule, 100 machines, {seconds} s", less, "%")


def pins(count: int, seconds: float = 5.0) -> Iterator[Figure]:
    """One decision of a plan of 250 machines moved by a year, solved again from that plan."""
    problem = network(1, assets=250, horizon_years=10)
    before = solved(problem, 300)
    earlier = Earlier(problem, before.schedule, before.stages[1].bound)
    previous = tuple((d.asset_id, d.choice) for d in before.decisions)
    random = Random(5)  # noqa: S311 - which pins to try
    bought = [d for d in before.decisions if d.choice.bought_in is not None]
    taken, gap, changed = [], [], []
    for decision in random.sample(bought, count):
        year = decision.choice.bought_in or problem.first_year
        other = year + 1 if year + 1 in problem.years else year - 1
        pinned = replace(problem, pins=(Pin(decision.asset_id, replaced(other)),), previous=previous)
        result = solved(pinned, seconds, earlier)
        taken.append(result.runtime_seconds)
        gap.append(gap_percent(result))
        changed.append(100 * (result.metrics.churn - 1) / len(problem.assets))
    yield measured("plan of 250 machines, 300 s: proven gap", [gap_percent(before)], "%")
    yield measured("solved again after a pin: time", taken, "s")
    yield measured("solved again after a pin: proven gap", gap, "%")
    yield measured("solved again after a pin: other decisions changed", changed, "%")


def whole_england(times: tuple[int, ...]) -> Iterator[Figure]:
    """12,000 machines in 24 networks, CT and MRI bought nationally."""
    problem = england(1)
    for seconds in times:
        result = solved(problem, seconds)
        rule = min(result.baseline.exposure, result.risk_first.exposure)
        yield counted(f"England, {seconds} s: proven gap", gap_percent(result), "%")
        figure = counted(f"England, {seconds} s: exposure", result.metrics.exposure, "points")
        yield figure.beside("the better rule", rule)


def repeated(assets: int = 60) -> Iterator[Figure]:
    """The same inputs and seed twice, ended by nodes and not by the clock."""
    problem = network(1, assets=assets, horizon_years=7)
    first, second = (solve(problem, Stop(seconds=600)) for _ in range(2))
    different = sum(first.schedule[key] != second.schedule[key] for key in first.schedule)
    yield counted(f"{assets} machines solved twice: decisions that differ", different, "decisions")
    yield measured(
        f"{assets} machines solved twice: time", [first.runtime_seconds, second.runtime_seconds], "s"
    )


PARTS: dict[str, Callable[[], Iterator[Figure]]] = {
    "network100": lambda: gaps(100, (60, 180), SEEDS),
    "network250": lambda: gaps(250, (60, 300), SEEDS),
    "rules": lambda: against_the_rules(range(1, 21)),
    "pins": lambda: pins(20),
    "england": lambda: whole_england((60, 1200)),
    "repeat": repeated,
}


def main() -> None:
    """Measure the parts asked for, all of them by default, printing each figure as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.planner", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=list(PARTS), help="what to measure (everything)")
    for part in parser.parse_args().parts or PARTS:
        for figure in PARTS[part]():
            sys.stdout.write(figure.line() + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
