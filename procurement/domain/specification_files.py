"""Reading standard specifications from `procurement/rules/specifications/*.toml`.

One file is one specification. What several share (service, connectivity, radiation protection) lies once in
`specifications/common/` and is named in `common = [...]`. Numbers are written as plain TOML numbers and kept exactly.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.domain.vocabulary import Modality
from procurement.domain.pricing import price_list
from procurement.domain.specification import (
    CHOICE_SEPARATOR,
    Content,
    Requirement,
    RequirementType,
    StandardSpecification,
)

FOLDER = Path(__file__).resolve().parents[1] / "rules" / "specifications"
_REQUIREMENT_KEYS = frozenset(
    {"number", "name", "type", "unit", "minimum", "maximum", "choices", "evidence", "desirable"}
)
_KEYS = frozenset(
    {
        "code", "name", "modality", "is_default", "published_on", "summary", "cpv_code", "unit_price_pence",
        "works_pence", "price_base_on", "price_source", "lead_time_months", "tiers", "common", "group",
    }
)  # fmt: skip


class FaultyFile(ValueError):
    """A rules file that cannot be used; the message names the file and what to put right."""


def read_folder(folder: Path = FOLDER) -> tuple[StandardSpecification, ...]:
    """Read every specification of a folder, by code.

    Raises FaultyFile where a file is damaged, two share a code, or a modality has not exactly one default.
    """
    common = {
        path.stem: _groups(_toml(path), path.name) for path in sorted((folder / "common").glob("*.toml"))
    }
    found = [read(_toml(path), common, path.name) for path in sorted(folder.glob("*.toml"))]
    check_together(found)
    return tuple(sorted(found, key=lambda standard: standard.code))


def check_together(found: Iterable[StandardSpecification]) -> None:
    """Raise FaultyFile where two specifications share a code, or a modality has not exactly one default."""
    found = list(found)
    twice = [code for code, count in Counter(standard.code for standard in found).items() if count > 1]
    if twice:
        raise FaultyFile(f"{', '.join(twice)} is specified in two files. Give each its own code.")
    for modality in Modality:
        defaults = [s.code for s in found if s.modality is modality and s.is_default]
        if len(defaults) != 1:
            raise FaultyFile(
                f"{modality.label} needs exactly one default specification; it has "
                f"{', '.join(defaults) or 'none'}. Set is_default in the files."
            )


def read(
    raw: Mapping[str, Any], common: Mapping[str, tuple[Requirement, ...]], file_name: str
) -> StandardSpecification:
    """Turn one parsed file into a specification. Raises FaultyFile naming the file."""
    try:
        _only(raw, _KEYS)
        return StandardSpecification(
            code=raw["code"],
            name=raw["name"],
            modality=Modality(raw["modality"]),
            is_default=raw.get("is_default", False),
            published_on=_date(raw["published_on"]),
            content=_content(raw, common, file_name),
        )
    except KeyError as exception:
        raise FaultyFile(f"{file_name}: {exception.args[0]!r} is missing.") from exception
    except (ValueError, TypeError) as exception:
        if isinstance(exception, FaultyFile):
            raise
        raise FaultyFile(f"{file_name}: {exception}") from exception


def _content(
    raw: Mapping[str, Any], common: Mapping[str, tuple[Requirement, ...]], file_name: str
) -> Content:
    tiers = tuple(sorted((tier["minimum_units"], tier["discount_basis_points"]) for tier in raw["tiers"]))
    price_list(raw["unit_price_pence"], tiers)  # refuses discounts that make no sense
    if not re.fullmatch(r"\d{8}", raw["cpv_code"]):
        raise ValueError(
            f"a CPV code has eight digits and no check digit, as 33115100, not {raw['cpv_code']!r}."
        )
    requirements = [*_groups(raw, file_name), *(r for name in raw.get("common", ()) for r in common[name])]
    twice = [n for n, count in Counter(r.number for r in requirements).items() if count > 1]
    if twice:
        raise ValueError(f"requirement number {', '.join(twice)} is given twice.")
    return Content(
        summary=raw["summary"].strip(),
        cpv_code=raw["cpv_code"],
        unit_price_pence=raw["unit_price_pence"],
        works_pence=raw["works_pence"],
        price_base_on=_date(raw["price_base_on"]),
        price_source=raw["price_source"],
        lead_time_months=raw["lead_time_months"],
        tiers=tiers,
        requirements=tuple(sorted(requirements, key=lambda r: [int(part) for part in r.number.split(".")])),
    )


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exception:
        raise FaultyFile(f"{path.name} is not a TOML file: {exception}.") from exception


def _groups(raw: Mapping[str, Any], file_name: str) -> tuple[Requirement, ...]:
    try:
        return tuple(
            _requirement(item, group["name"]) for group in raw["group"] for item in group["requirements"]
        )
    except KeyError as exception:
        raise FaultyFile(f"{file_name}: {exception.args[0]!r} is missing from a requirement.") from exception
    except ValueError as exception:
        raise FaultyFile(f"{file_name}: {exception}") from exception


def _requirement(item: Mapping[str, Any], group: str) -> Requirement:
    _only(item, _REQUIREMENT_KEYS)
    return Requirement(
        number=item["number"],
        group=group,
        name=item["name"],
        type=RequirementType(item["type"]),
        evidence=item["evidence"],
        is_mandatory=not item.get("desirable", False),
        unit=item.get("unit", ""),
        minimum=_number(item.get("minimum")),
        maximum=_number(item.get("maximum")),
        expected=CHOICE_SEPARATOR.join(item.get("choices", ())),
    )


def _only(item: Mapping[str, Any], known: frozenset[str]) -> None:
    """A misspelt key would otherwise be passed over in silence, and a requirement with it."""
    if unknown := sorted(set(item) - known):
        raise ValueError(f"{', '.join(unknown)} is not a key that is known here.")


def _number(value: int | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _date(value: object) -> date:
    if type(value) is not date:
        raise ValueError(f"a date is written as 2026-11-24, not {value!r}.")
    return value
