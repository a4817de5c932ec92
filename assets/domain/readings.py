"""Reading one cell: what it says of which fields, what is wrong with it, and what would be odd if it were new."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from assets.domain import dates, money
from assets.domain.cells import CLEAR, unguarded
from assets.domain.columns import BY_KEY
from assets.domain.dates import NotADate, PartialDate, read_date
from assets.domain.money import NotAnAmount
from assets.domain.plausibility import MOST_EXAMINATIONS
from assets.domain.register import Register, Value, empty
from assets.domain.synonyms import condition_of, kind_of, not_known, status_of
from assets.domain.vocabulary import Condition, Modality, Status


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell: a key of `problems.KINDS`, and words that say what to do."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says. A `doubt` is a fault only where the register does not already hold the same value.

    So a machine whose odd value somebody has entered on purpose comes back unchanged from an export.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    fault: Fault | None = None
    doubt: Fault | None = None
    subtype: str = ""


NOTHING = Reading()
Words = Callable[[str, date, Register], Reading]


def read_cell(key: str, text: str, *, on: date, register: Register) -> Reading:
    """Return what a column's cell says. `on` is today. Never raises, whatever the text."""
    text = text.strip()
    if key != "notes" and not_known(text):
        return NOTHING
    if fault := _fault_of_any_cell(text):
        return Reading(fault=fault)
    if text == CLEAR:
        return _cleared(key)
    return _READERS[key](unguarded(text), on, register) if text else NOTHING


_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_CANNOT_BE_CLEARED = frozenset(
    {"reference", "trust_code", "trust", "site_code", "site", "modality", "specification", "status"}
)


def _fault_of_any_cell(text: str) -> Fault | None:
    if text.startswith("="):
        return Fault("formula", "This is a formula, not a value. Replace it by its result.")
    if _INVISIBLE.search(text):
        return Fault("text_unreadable", "There is an invisible character in this cell. Type its text again.")
    return None


def _cleared(key: str) -> Reading:
    if key in _CANNOT_BE_CLEARED:
        return Reading(
            fault=Fault(
                "clear_refused",
                f"{BY_KEY[key].heading} cannot be emptied. Write its value, or leave the cell empty to keep what is there.",
            )
        )
    fields = ("installed_on", "installed_precision") if key == "installed_on" else (key,)
    return Reading({name: empty(name) for name in fields})


def _text(key: str) -> Words:
    longest = BY_KEY[key].max_length or 0

    def read(text: str, on: date, register: Register) -> Reading:
        if len(text) > longest:
            return Reading(
                fault=Fault(
                    "text_too_long",
                    f"This has {len(text):,} characters; {longest:,} are kept. Shorten it.",
                )
            )
        return Reading({key: text})

    return read


def _as_it_is(key: str) -> Words:
    return lambda text, on, register: Reading({key: text})


def _reference(text: str, on: date, register: Register) -> Reading:
    if found := re.fullmatch(r"A0*(\d{1,12})", text, re.IGNORECASE | re.ASCII):
        return Reading({"id": int(found[1])})
    return Reading(
        fault=Fault(
            "reference_unknown",
            "This is not one of our references, which look like A000123. Leave the cell empty if the machine is new. "
            "If the column holds numbers of your own, head it Asset number.",
        )
    )


def _modality(text: str, on: date, register: Register) -> Reading:
    if (kind := kind_of(text)) is None:
        known = ", ".join(modality.label for modality in Modality)
        message = (
            f"We do not know this type of equipment. Write one of {known}; take out rows of other equipment."
        )
        return Reading(fault=Fault("modality_unknown", message))
    return Reading({"modality": kind.modality.value}, subtype=kind.subtype)


def _specification(text: str, on: date, register: Register) -> Reading:
    found = register.specification_named(text)
    if len(found) == 1:
        return Reading({"specification_id": found[0].id})
    codes = ", ".join(each.code for each in found or register.specifications)
    problem = "Several specifications have this name" if found else "There is no such standard specification"
    return Reading(
        fault=Fault(
            "specification_unknown",
            f"{problem}. Write one of {codes}, or leave the cell empty for the usual one.",
        )
    )


def _status(text: str, on: date, register: Register) -> Reading:
    if (status := status_of(text)) is None:
        known = ", ".join(each.label for each in Status)
        return Reading(fault=Fault("status_unknown", f"We do not know this state. Write one of {known}."))
    return Reading({"status": status.value})


def _condition(text: str, on: date, register: Register) -> Reading:
    if (condition := condition_of(text)) is None:
        known = ", ".join(each.label for each in Condition if each)
        message = f"We do not know this condition. Write one of {known}, or leave the cell empty."
        return Reading(fault=Fault("condition_unknown", message))
    return Reading({"condition": condition.value})


def _dated(values: Callable[[PartialDate], Mapping[str, Value]], *, may_lie_ahead: bool = False) -> Words:
    def read(text: str, on: date, register: Register) -> Reading:
        try:
            found = read_date(text, on=on)
        except NotADate as wrong:
            return Reading(fault=Fault(wrong.kind, str(wrong)))
        doubt = None
        if message := dates.implausible(found):
            doubt = Fault("date_implausible", message)
        elif found.first > on and not may_lie_ahead:
            doubt = Fault(
                "date_future", "This is in the future. Write a date that has passed, or leave the cell empty."
            )
        return Reading(values(found), doubt=doubt)

    return read


def _examinations(text: str, on: date, register: Register) -> Reading:
    found = re.fullmatch(r"(\d{1,3}(?:[, ]\d{3})+|\d{1,12})(?:\.0+)?", text, re.ASCII)
    if found is None:
        message = (
            "This is not a whole number. Write it as 14,500, or leave the cell empty if it is not known."
        )
        return Reading(fault=Fault("number_unreadable", message))
    number = int(re.sub("[, ]", "", found[1]))
    if number > 2**31 - 1:
        return Reading(fault=_TOO_MANY)
    return Reading({"examinations_per_year": number}, doubt=_TOO_MANY if number > MOST_EXAMINATIONS else None)


_TOO_MANY = Fault(
    "number_implausible", "This is more than a machine can do in a year. Write the number of examinations."
)


def _price(text: str, on: date, register: Register) -> Reading:
    if money.unsaid(text):
        return NOTHING
    try:
        pence = money.read_pence(text)
    except NotAnAmount as wrong:
        return Reading(fault=Fault(wrong.kind, str(wrong)))
    if pence > 100 * money.MOST_PLAUSIBLE_PENCE:
        return Reading(fault=Fault("price_implausible", money.implausible(pence)))
    message = money.implausible(pence)
    return Reading(
        {"price_paid_pence": pence}, doubt=Fault("price_implausible", message) if message else None
    )


_READERS: dict[str, Words] = {
    # Which site and trust these name is decided together, in `places`.
    **{key: _as_it_is(key) for key in ("trust_code", "trust", "site_code", "site")},
    **{
        key: _text(key)
        for key in ("location", "asset_tag", "manufacturer", "model_name", "serial_number", "notes")
    },
    "reference": _reference,
    "modality": _modality,
    "specification": _specification,
    "year_of_manufacture": _dated(lambda found: {"year_of_manufacture": found.first.year}),
    "installed_on": _dated(
        lambda found: {"installed_on": found.first, "installed_precision": found.precision.value}
    ),
    # Support is promised to the end of a month or year; a machine is retired from its beginning at the earliest.
    "support_ends_on": _dated(lambda found: {"support_ends_on": found.last}, may_lie_ahead=True),
    "retired_on": _dated(lambda found: {"retired_on": found.first}),
    "condition": _condition,
    "examinations_per_year": _examinations,
    "price_paid_pence": _price,
    "status": _status,
}
