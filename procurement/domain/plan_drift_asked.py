"""What has changed about what a plan is asked, besides its machines: money, prices, limits, who takes part."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from assets.domain.vocabulary import Modality
from networks.domain.figures import pounds
from networks.domain.financial_year import label
from procurement.domain.plan import PLAN_FIELDS
from procurement.domain.plan_drift import (
    About,
    Inputs,
    Moved,
    Names,
    differs,
    machine_is_candidate,
    machines_moved,
    pins_moved,
)

Row = Mapping[str, Any]


def moved_since(before: Inputs, now: Inputs, names: Names) -> tuple[Moved, ...]:
    """Return all that differs between a version's inputs and a problem of today, machines first, in the order of names."""
    found = [
        *machines_moved(before, now, names),
        *pins_moved(before, now),
        *money_moved(before, now, names),
        *prices_moved(before, now),
        *limits_moved(before, now),
    ]
    order = list(About)
    return tuple(sorted(found, key=lambda row: (order.index(row.about), row.subject, row.what)))


def money_moved(before: Inputs, now: Inputs, names: Names) -> list[Moved]:
    """Return the envelopes that are not what they were: of trusts, of what several may use, of one modality."""
    pools = {row["pool_id"]: row["name"] for side in (before, now) for row in side.get("pools", ())}
    sums: list[tuple[str, tuple[str, ...], Callable[[Row], str], bool]] = [
        ("envelopes", ("trust_id", "year"), lambda row: f"Envelope of {names.of(row['trust_id'])}", True),
        (
            "pool_envelopes",
            ("pool_id", "year"),
            lambda row: f"Shared money of {pools.get(row['pool_id'], 'several trusts')}",
            False,
        ),
        ("network_envelopes", ("year",), lambda _: "Shared money of the network", False),
        (
            "ring_fences",
            ("modality", "year", "trust_ids"),
            lambda row: f"National money for {Modality(row['modality']).label}",
            False,
        ),
    ]
    found = []
    for key, by, subject, of_trust in sums:
        for old, new in _paired(before.get(key, ()), now.get(key, ()), by):
            row = {**old, **new}
            if differs(old.get("amount_pence"), new.get("amount_pence")):
                trusts = (row["trust_id"],) if of_trust else ()
                found.append(
                    Moved(About.MONEY, subject(row), label(row["year"]), _amount(old), _amount(new), trusts)
                )
    for old, new in _paired(before.get("pools", ()), now.get("pools", ()), ("pool_id",)):
        if old and new and _members(old) != _members(new):
            was, is_ = (", ".join(map(names.of, _members(side))) for side in (old, new))
            found.append(Moved(About.MONEY, f"Shared money of {new['name']}", "Who may use it", was, is_))
    return found


def prices_moved(before: Inputs, now: Inputs) -> list[Moved]:
    """Return what is priced otherwise, or can be had from another year: specifications and their works."""
    works = [_works(side) for side in (before, now)]
    found = []
    for old, new in _paired(before["specifications"], now["specifications"], ("code",)):
        if not old or not new:
            continue  # its machines joined or left, and say so themselves
        code = new["code"]
        asked = [
            ("Price", _tiers(old), _tiers(new)),
            ("Works", *(pounds(side[code]) if code in side else "" for side in works)),
            ("VAT", _percent(old["vat_basis_points"]), _percent(new["vat_basis_points"])),
            ("First year it can arrive", _year(old.get("earliest_year")), _year(new.get("earliest_year"))),
            ("Bought nationally", _yes(old.get("national")), _yes(new.get("national"))),
        ]
        found += [
            Moved(About.PRICES, code, what, was, is_)
            for what, was, is_ in asked
            if was != is_ and (was and is_)
        ]
    return found


def limits_moved(before: Inputs, now: Inputs) -> list[Moved]:
    """Return the plan's years, limits and weights that are not what they were, and trusts that joined or left it."""
    found = []
    for old, new in _paired(before["trusts"], now["trusts"], ("trust_id",)):
        if not old or not new:
            row = {**old, **new}
            planned, registered = ("yes", "no") if old else ("no", "yes")
            found.append(
                Moved(About.LIMITS, row["name"], "Takes part", planned, registered, (row["trust_id"],))
            )
    found += [
        Moved(About.LIMITS, "The plan", _heading(key), _said(key, before.get(key)), _said(key, now.get(key)))
        for key in sorted({*before, *now} - _ELSEWHERE)
        if differs(before.get(key), now.get(key))
    ]
    return found


def _paired(old: Sequence[Row], new: Sequence[Row], by: Sequence[str]) -> list[tuple[Row, Row]]:
    """Rows of both sides with the same key, empty where one side has none; in the order of keys."""

    def keyed(rows: Sequence[Row]) -> dict[tuple[Hashable, ...], Row]:
        return {tuple(str(row.get(name)) for name in by): row for row in rows}

    first, second = keyed(old), keyed(new)
    return [(first.get(key, {}), second.get(key, {})) for key in sorted({*first, *second})]


def _amount(row: Row) -> str:
    return pounds(row["amount_pence"]) if row else "none"


def _members(pool: Row) -> list[int]:
    return sorted(pool.get("trust_ids", ()))


def _works(side: Inputs) -> dict[str, int]:
    """Specification to what works cost with it; candidates state their own."""
    return {
        row["specification"]: row.get("works_pence", 0)
        for row in side["assets"]
        if not machine_is_candidate(row)
    }


def _tiers(specification: Row) -> str:
    return "; ".join(
        f"{pounds(tier['unit_price_pence'])} each"
        + (f" from {tier['minimum_units']} together" if tier["minimum_units"] > 1 else "")
        for tier in specification["tiers"]
    )


def _percent(basis_points: int) -> str:
    return f"{basis_points / 100:g}%"


def _year(year: int | None) -> str:
    return "any" if year is None else label(year)


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _heading(key: str) -> str:
    return (
        _HEADINGS.get(key)
        or key.removesuffix("_pence").removesuffix("_basis_points").replace("_", " ").capitalize()
    )


def _said(key: str, value: object) -> str:
    if value is None:
        return "not stated"
    if isinstance(value, Mapping):
        return ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in sorted(value.items()))
    if isinstance(value, list):
        return f"{len(value)} entr{'y' if len(value) == 1 else 'ies'}"
    if isinstance(value, bool):
        return _yes(value)
    if isinstance(value, int):
        if key == "first_year":
            return label(value)
        if key.endswith("_pence") or key.endswith("_pence_per_point"):
            return pounds(value)
        if key.endswith("_basis_points"):
            return _percent(value)
    return str(value)


_ELSEWHERE = frozenset(
    {
        "assets",
        "pins",
        "envelopes",
        "pool_envelopes",
        "network_envelopes",
        "ring_fences",
        "pools",
        "specifications",
        "trusts",
        "previous",
    }
)
"""Parts of the inputs that have rows of their own; `previous` is the earlier plan's decisions, not a fact."""

_HEADINGS = {
    "format": "Form in which inputs are kept",
    **{key: words[0].upper() + words[1:] for key, words in PLAN_FIELDS.items()},
    "horizon_years": "Years",
    "max_installations_per_trust_year": "Most installations per trust and year",
    "own_carry_over_basis_points": "Carry-over",
    "weights": "Weights of exposure",
}
