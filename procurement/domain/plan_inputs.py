"""From the inputs kept with a plan version back to the problem that was solved, exactly or not at all."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from procurement.domain.planning.problem import PlanningProblem


def problem_of(inputs: Mapping[str, Any], inputs_hash: str) -> PlanningProblem | None:
    """Return the problem whose JSON was kept as `inputs` and that hashes to `inputs_hash`.

    None where they were written in a form that the planner no longer reads, or that it reads as another problem: what
    cannot be brought back exactly is not brought back.
    """
    content = {key: value for key, value in inputs.items() if key != "format"}
    try:
        problem = cast(PlanningProblem, _read(PlanningProblem, content))
        return problem if problem.inputs_hash() == inputs_hash else None
    except (KeyError, TypeError, ValueError):
        return None


def _read(kind: Any, value: Any) -> Any:
    """Read a plain JSON value as what a field is declared to hold."""
    if value is None:
        return None
    if is_dataclass(kind):
        hints = _hints(cast(type, kind))
        if unknown := set(value) - set(hints):
            raise ValueError(f"Unknown fields: {', '.join(sorted(unknown))}")
        return cast(type, kind)(**{name: _read(hints[name], part) for name, part in value.items()})
    if get_origin(kind) in (Union, types.UnionType):
        return _read(next(arm for arm in get_args(kind) if arm is not type(None)), value)
    if get_origin(kind) is tuple:
        arms = get_args(kind)
        kinds = arms[:1] * len(value) if arms[-1] is Ellipsis else arms
        return tuple(_read(arm, part) for arm, part in zip(kinds, value, strict=True))
    if kind is date:
        return date.fromisoformat(value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, Enum) else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind) if field.init}
