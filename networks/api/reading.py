"""The OpenAPI description as a page tells it: operations with what they take and give, in plain records."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

_CHOICE = re.compile(r"^\* `(?P<value>.*)` - (?P<label>.*)$", re.MULTILINE)
_METHODS = ("get", "post", "put", "patch", "delete")
_TYPES = {"integer": "whole number", "boolean": "yes or no", "string": "text", "number": "number"}
_FORMATS = {
    "date": "date, as 2028-03-31",
    "date-time": "moment, as 2028-03-31T14:05:00Z",
    "decimal": "decimal number, as text",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a body: `kind` in words, and its choices as (value, meaning)."""

    name: str
    kind: str
    needed: bool
    description: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing the API does. `gives` names the record of its answer, one of `records`."""

    anchor: str
    group: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    takes: tuple[Field, ...]
    gives: str
    refusals: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """All operations, in the order of their addresses, and the records they answer with."""

    operations: tuple[Operation, ...]
    records: Mapping[str, tuple[Field, ...]]


@cache
def reference() -> Reference:
    """Return the whole API for its readers. Worked out once: it changes only with the program."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    read = _Reader(schema)
    operations = tuple(read.operations())
    records = {operation.gives: read.fields(operation.gives) for operation in operations if operation.gives}
    links = {"Link": read.fields("Link")} if "Link" in schema["components"]["schemas"] else {}
    return Reference(operations, records | links)


class _Reader:
    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._paths = schema["paths"]
        self._components = schema["components"]["schemas"]

    def operations(self) -> Iterator[Operation]:
        for path, methods in self._paths.items():
            for method in _METHODS:
                if (said := methods.get(method)) is not None:
                    yield self._operation(path, method, said)

    def _operation(self, path: str, method: str, said: Mapping[str, Any]) -> Operation:
        body = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        answers = said.get("responses", {})
        return Operation(
            anchor=said["operationId"],
            group=said["tags"][0],
            method=method.upper(),
            path=path,
            summary=said.get("summary", said["operationId"]),
            description=said.get("description", ""),
            parameters=tuple(
                self._field(given["name"], given["schema"], given.get("required", False), given)
                for given in said.get("parameters", [])
            ),
            takes=self.fields(_name(body)) if body else (),
            gives=next((self._record(answer) for code, answer in answers.items() if code < "300"), ""),
            refusals=tuple(
                (code, answer.get("description", "")) for code, answer in answers.items() if code >= "400"
            ),
        )

    def _record(self, answer: Mapping[str, Any]) -> str:
        """The record in an answer; of a page of a list, the one in its results."""
        schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
        name = _name(schema)
        results = self._components.get(name, {}).get("properties", {}).get("results")
        return _name(results["items"]) if results else name

    def fields(self, name: str) -> tuple[Field, ...]:
        """Return the fields of a record by its name in the schema; none for a name that is not there."""
        component = self._components.get(name, {})
        needed = set(component.get("required", ()))
        return tuple(
            self._field(field, schema, field in needed, schema)
            for field, schema in component.get("properties", {}).items()
        )

    def _field(self, name: str, schema: Mapping[str, Any], needed: bool, said: Mapping[str, Any]) -> Field:
        text = said.get("description") or schema.get("description", "")
        choices = tuple((found["value"], found["label"]) for found in _CHOICE.finditer(text))
        return Field(name, self._kind(schema), needed, _CHOICE.sub("", text).strip(), choices)

    def _kind(self, schema: Mapping[str, Any]) -> str:
        if schema.get("type") == "array":
            return f"{self._kind(schema['items'])}, may be given several times"
        inner = schema.get("oneOf") or schema.get("allOf") or ([schema] if "$ref" in schema else [])
        if inner:
            component = self._components.get(_name(inner[0]), {})
            kind = "one of" if "enum" in component else _name(inner[0])
        else:
            kind = _FORMATS.get(schema.get("format", ""), _TYPES.get(schema.get("type", ""), "text"))
            kind = "one of" if "enum" in schema else kind
        return f"{kind}, or null" if schema.get("nullable") else kind


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]
