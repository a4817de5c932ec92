"""What has changed since a plan was solved: its stored inputs beside what the register and the plan ask now, in words.

Both sides are the JSON of a planning problem (`plan_account.inputs_of`), so that versions solved under an older form of the
inputs compare too: what one side does not state counts as not stated, and differs only from something that is stated.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from networks.domain.figures import NOT_KNOWN, date_gb, pounds
from networks.domain.financial_year import label
from procurement.domain.plan_words import decided
from procurement.domain.planning.result import Kind
from procurement.domain.risk import condition_in

Inputs = Mapping[str, Any]
Words = Callable[[Any], str]


class About(StrEnum):
    """What a change is about. `RISK`: a score that follows from the facts and from the time that has passed."""

    MACHINES = "machines"
    PINS = "pins"
    MONEY = "money"
    PRICES = "prices"
    LIMITS = "limits"
    RISK = "risk"

    @property
    def label(self) -> str:
        return {
            "machines": "Machines",
            "pins": "Pins",
            "money": "Envelopes",
            "prices": "Prices",
            "limits": "Limits and who takes part",
            "risk": "Risk scores",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Names:
    """What drift cannot know by itself: names of trusts and sites by id, and what became of machines that are gone."""

    organisations: Mapping[int, str]
    gone: Mapping[int, str]

    def of(self, pk: object) -> str:
        """The name of an organisation; its number where it has none."""
        return self.organisations.get(pk, f"organisation {pk}") if isinstance(pk, int) else NOT_KNOWN


@dataclass(frozen=True, slots=True)
class Moved:
    """One thing that is not as it was planned. `trusts`: whose it is; none: the whole network's.

    `machine` is the number a planning problem knows it by, negative for a candidate; None where it is about none.
    """

    about: About
    subject: str
    what: str
    planned: str
    registered: str
    trusts: tuple[int, ...] = ()
    machine: int | None = None


def machines_moved(before: Inputs, now: Inputs, names: Names) -> list[Moved]:
    """Return what has changed about each machine or candidate: facts, joined since, gone since; and its risk apart."""
    old, new = ({row["asset_id"]: row for row in side["assets"]} for side in (before, now))
    found: list[Moved] = []
    for machine, was in old.items():
        if (row := new.get(machine)) is not None:
            found += _facts(machine, was, row, names)
        else:
            found.append(
                _whole(machine, was, "In the plan", names.gone.get(machine, "Not in the plan any more"))
            )
    for machine, row in new.items():
        if machine not in old:
            found.append(_whole(machine, row, "Not in the plan", f"New: {_described(row, names)}"))
    return found


def pins_moved(before: Inputs, now: Inputs) -> list[Moved]:
    """Return the pins set, moved or taken off; those of machines that are gone went with them."""
    rows = {row["asset_id"]: row for row in (*before["assets"], *now["assets"])}
    standing = {row["asset_id"] for row in now["assets"]}
    old, new = ({pin["asset_id"]: _pin(pin, rows) for pin in side["pins"]} for side in (before, now))
    return [
        Moved(
            About.PINS,
            rows[machine]["label"],
            "Pin",
            old.get(machine, "Not pinned"),
            new.get(machine, "Not pinned"),
            (rows[machine]["trust_id"],),
            machine,
        )
        for machine in sorted({*old, *new} & standing)
        if old.get(machine) != new.get(machine)
    ]


def by_machine(moved: Iterable[Moved]) -> dict[int, tuple[Moved, ...]]:
    """Return machine to what has changed about it, its risk apart."""
    found: dict[int, tuple[Moved, ...]] = {}
    for row in moved:
        if row.machine is not None and row.about is not About.RISK:
            found[row.machine] = (*found.get(row.machine, ()), row)
    return found


def _facts(machine: int, was: Mapping[str, Any], row: Mapping[str, Any], names: Names) -> list[Moved]:
    trusts = tuple(sorted({was["trust_id"], row["trust_id"]}))
    words = {**_WORDS, "trust_id": names.of, "site_id": names.of}
    candidate = row.get("need_points") is not None
    keys = [key for key in {**was, **row} if key not in _NOT_FACTS and (key != "works_pence" or candidate)]
    found = [
        Moved(
            About.MACHINES,
            row["label"],
            _HEADINGS.get(key, key.replace("_", " ").capitalize()),
            words.get(key, _plain)(was.get(key)),
            words.get(key, _plain)(row.get(key)),
            trusts,
            machine,
        )
        for key in keys
        if differs(was.get(key), row.get(key))
    ]
    old, new = (condition_in(side.get("risk_reasons", ())) for side in (was, row))
    if old != new:
        found.append(Moved(About.MACHINES, row["label"], "Condition", old, new, trusts, machine))
    if differs(was.get("risk"), row.get("risk")):
        scores = (f"{was.get('risk', 0):.2f}", f"{row.get('risk', 0):.2f}")
        found.append(Moved(About.RISK, row["label"], "Risk", *scores, trusts, machine))
    return found


def _whole(machine: int, row: Mapping[str, Any], planned: str, registered: str) -> Moved:
    what = "Candidate" if machine < 0 else "Machine"
    return Moved(About.MACHINES, row["label"], what, planned, registered, (row["trust_id"],), machine)


def _described(row: Mapping[str, Any], names: Names) -> str:
    since = "" if machine_is_candidate(row) else f", installed {_date(row.get('installed_on'))}"
    return f"{row['specification']} at {names.of(row['site_id'])}{since}"


def machine_is_candidate(row: Mapping[str, Any]) -> bool:
    """Whether a row of the inputs is a place for an additional machine."""
    return row.get("need_points") is not None


def differs(old: object, new: object) -> bool:
    """Whether two stored values differ. Not stated, none, no and nothing listed are one: an older form left them out."""
    return old != new and not (_is_nothing(old) and _is_nothing(new))


def _is_nothing(value: object) -> bool:
    """Nought is something: £0 is an envelope."""
    return value is None or value is False or value in ([], {}, "")


def _pin(pin: Mapping[str, Any], rows: Mapping[int, Mapping[str, Any]]) -> str:
    choice = pin.get("choice", pin)
    year = choice.get("year")
    kind = Kind(choice.get("kind", Kind.REPLACE if year is not None else Kind.KEEP))
    candidate = machine_is_candidate(rows[pin["asset_id"]])
    return decided(kind, year, choice.get("upgrade_year"), is_candidate=candidate)


def _date(value: object) -> str:
    return date_gb(date.fromisoformat(value)) if isinstance(value, str) else NOT_KNOWN


def _offer(value: object) -> str:
    if not isinstance(value, Mapping):
        return "Not offered"
    return f"{pounds(value['cost_pence'])} ex VAT, supported for {value['support_years']} years after"


def _money_or(none: str) -> Words:
    return lambda value: none if value is None else f"{pounds(value)} ex VAT"


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return NOT_KNOWN if value in (None, "") else str(value)


_NOT_FACTS = {"asset_id", "risk", "risk_reasons"}
_HEADINGS = {
    "label": "Name",
    "installed_on": "Installed",
    "support_ends_on": "Vendor support ends",
    "trust_id": "Trust",
    "site_id": "Site",
    "works_pence": "Works",
    "need_points": "Need, in points a year",
    "wanted_from": "Wanted from",
    "upgrade": "Upgrade offered",
    "retire_pence": "Retiring it offered",
    "is_only_one": "Only one of its modality on an emergency site",
    "cover_pence": "Cover while it is out",
    "family": "Model family",
}
_WORDS: dict[str, Words] = {
    "installed_on": _date,
    "support_ends_on": _date,
    "works_pence": _money_or("none"),
    "wanted_from": lambda year: "now" if year is None else label(year),
    "upgrade": _offer,
    "retire_pence": _money_or("Not offered"),
    "cover_pence": _money_or("None stated"),
    "is_only_one": lambda value: "yes" if value else "no",
}
