"""From the inputs kept with a plan version back to the problem that was solved, exactly or not at all."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from procurement.domain.plan_account import inputs_of
from procurement.domain.plan_life import hash_of
from procurement.domain.planning.problem import PlanningProblem


def problem_of(inputs: Mapping[str, Any], inputs_hash: str) -> PlanningProblem | None:
    """Return the problem whose JSON was kept as `inputs`, unaltered since it was hashed to `inputs_hash`.

    None where it was altered, or written in a form that the planner no longer reads: what cannot be brought back exactly
    is not brought back. Fields that the planner has learnt since take their defaults, which mean what was meant before.
    """
    if hash_of(inputs) != inputs_hash:
        return None
    content = {key: value for key, value in inputs.items() if key != "format"}
    try:
        problem = cast(PlanningProblem, _read(PlanningProblem, content))
    except (KeyError, TypeError, ValueError):
        return None
    return problem if inputs_of(problem)["format"] == inputs.get("format") else None


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
