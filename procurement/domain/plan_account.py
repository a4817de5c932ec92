"""A solved plan's account of itself, as it is kept with the version: plain JSON that any reader can trace.

`result` of a PlanVersion has these keys (money in pence, exposure in points, gaps as fractions, years as the calendar
year they start in):

* `format`: 1; `status`, `notes`, `cancelled`, `seed`, `solver`, `solver_version`, `runtime_seconds`, `inputs_hash`
* `stages`: list of name, value, bound, gap, status, tolerance, seconds
* `metrics`: `plan`, `oldest_first`, `risk_first`, `do_nothing`, each the fields of `procurement.domain.planning.result.Metrics`
* `tenders`, `spend`, `funding`, `carry_over`, `breaches`: lists of the records of the same names
* `flags`: asset id (as text) to its flags (`Flag`: "not paid for", "age assumed" …), only where it has any
* `explanations`: the plan's part of `procurement.domain.planning.explanations.Explanations`, or null where it was not worked
  out (then the lines have no `account` either); versions of before it have no such key
* `oldest_first`: asset id (as text) to the year in which the spreadsheet rule would replace it, or null
"""

import json
import math
from dataclasses import asdict
from typing import Any

from procurement.domain.planning.problem import PlanningProblem, canonical_json
from procurement.domain.planning.result import Metrics, Result, Schedule, Stage

FORMAT = 1
EXPLANATIONS = "explanations"


def inputs_of(problem: PlanningProblem) -> dict[str, Any]:
    """Return what was asked, as JSON. Its canonical text hashes to `problem.inputs_hash()`."""
    content: dict[str, Any] = json.loads(canonical_json(problem))
    return content


def account_of(result: Result, oldest_first: Schedule) -> dict[str, Any]:
    """Return what was answered, as JSON, with the spreadsheet rule's schedule beside it."""
    settlement = result.settlement
    return {
        "format": FORMAT,
        "status": result.status,
        "notes": list(result.notes),
        "cancelled": result.cancelled,
        "seed": result.seed,
        "solver": result.solver,
        "solver_version": result.solver_version,
        "runtime_seconds": result.runtime_seconds,
        "inputs_hash": result.inputs_hash,
        "stages": [_plain(asdict(stage)) for stage in result.stages],
        "metrics": {
            "plan": asdict(result.metrics),
            "oldest_first": asdict(result.baseline),
            "risk_first": asdict(result.risk_first),
            "do_nothing": asdict(result.do_nothing),
        },
        "tenders": [asdict(tender) for tender in settlement.tenders],
        "spend": [asdict(line) for line in settlement.spend],
        "funding": [asdict(line) for line in settlement.funding],
        "carry_over": [asdict(line) for line in settlement.carry_over],
        "breaches": [asdict(breach) for breach in settlement.breaches],
        "flags": {
            str(decision.asset_id): [flag.value for flag in decision.flags]
            for decision in settlement.decisions
            if decision.flags
        },
        "oldest_first": {str(key): choice.year for key, choice in sorted(oldest_first.items())},
    }


def metrics_in(account: dict[str, Any], of: str) -> Metrics:
    """Read back the figures of "plan", "oldest_first" or "do_nothing"."""
    return Metrics(**account["metrics"][of])


def stages_in(account: dict[str, Any]) -> tuple[Stage, ...]:
    """Read back the solver's stages."""
    return tuple(Stage(**stage) for stage in account["stages"])


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """JSON has no infinity: a bound that is none is null."""
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in record.items()
    }
