"""Reading one cell: what it says of which fields, what is wrong with it, and what would be odd if it were new."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from assets.domain import dates, money
from assets.domain.cells import CLEAR, unguarded
from assets.domain.columns import BY_KEY as COLUMNS
from assets.domain.dates import NotADate, PartialDate, read_date
from assets.domain.facts import BY_KEY, FACTS, Fact, Kind
from assets.domain.money import NotAnAmount
from assets.domain.register import Register, Value, empty
from assets.domain.synonyms import kind_of, not_known, word_of, yes_or_no


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
    if key != "notes" and not_known(text) and not _is_a_word(key, text):
        return NOTHING
    if fault := _fault_of_any_cell(text):
        return Reading(fault=fault)
    if text == CLEAR:
        return _cleared(key)
    return _READERS[key](unguarded(text), on, register) if text else NOTHING


def _is_a_word(key: str, text: str) -> bool:
    """Say whether a way of writing "not known" is one of a column's own words: no funding is "none"."""
    fact = BY_KEY.get(key)
    return fact is not None and fact.kind is Kind.CHOICE and word_of(fact, text) is not None


_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_CANNOT_BE_CLEARED = frozenset({"reference", "trust_code", "trust", "site_code", "specification"}) | {
    fact.key for fact in FACTS if fact.is_needed
}


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
                f"{COLUMNS[key].heading} cannot be emptied. Write its value, or leave the cell empty to keep what is there.",
            )
        )
    return Reading({name: empty(name) for name in BY_KEY[key].fields})


def _text(fact: Fact) -> Words:
    longest = fact.max_length or 0

    def read(text: str, on: date, register: Register) -> Reading:
        if len(text) > longest:
            return Reading(
                fault=Fault(
                    "text_too_long",
                    f"This has {len(text):,} characters; {longest:,} are kept. Shorten it.",
                )
            )
        return Reading({fact.field: text})

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


def _version(text: str, on: date, register: Register) -> Reading:
    if found := re.fullmatch(r"0*([1-9]\d{0,8})", text, re.ASCII):
        return Reading({"version": int(found[1])})
    message = "This is not a version that an export has written. Empty the cell to compare the row with the register as it stands."
    return Reading(fault=Fault("version_unknown", message))


def _modality(text: str, on: date, register: Register) -> Reading:
    if (kind := kind_of(text)) is None:
        known = ", ".join(BY_KEY["modality"].words.values())
        message = (
            f"We do not know this type of equipment. Write one of {known}; take out rows of other equipment."
        )
        return Reading(fault=Fault("modality_unknown", message))
    said: dict[str, Value] = {"modality": kind.modality.value}
    # "Mobile X-ray" and "DR" say more than the modality.
    for key in ("subtype", "detector"):
        if kind.subtype in BY_KEY[key].words:
            said[key] = kind.subtype
    return Reading(said, subtype=kind.subtype)


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


def _choice(fact: Fact) -> Words:
    known = ", ".join(fact.words.values())
    or_empty = "" if fact.is_needed else ", or leave the cell empty"
    unknown = Reading(
        fault=Fault(
            "word_unknown",
            f"This is not a word for {fact.heading} that we know. Write one of: {known}{or_empty}.",
        )
    )

    def read(text: str, on: date, register: Register) -> Reading:
        word = word_of(fact, text)
        return unknown if word is None else Reading({fact.field: word})

    return read


def _yes_no(fact: Fact) -> Words:
    unknown = Reading(
        fault=Fault("word_unknown", "Write Yes or No, or leave the cell empty if it is not known.")
    )

    def read(text: str, on: date, register: Register) -> Reading:
        answer = yes_or_no(text)
        return unknown if answer is None else Reading({fact.field: answer})

    return read


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


def _year(fact: Fact) -> Words:
    return _dated(lambda found: {fact.field: found.first.year})


def _partial_date(fact: Fact) -> Words:
    return _dated(lambda found: {fact.field: found.first, fact.precision_field: found.precision.value})


def _first_day(fact: Fact) -> Words:
    return _dated(lambda found: {fact.field: found.first})


def _last_day(fact: Fact) -> Words:
    """What is promised to a month or year is promised to its end."""
    return _dated(lambda found: {fact.field: found.last}, may_lie_ahead=True)


def _number(fact: Fact) -> Words:
    most = fact.most or 0
    too_many = Fault("number_implausible", f"{fact.heading} cannot be more than {most:,}. Correct it.")

    def read(text: str, on: date, register: Register) -> Reading:
        found = re.fullmatch(r"(\d{1,3}(?:[, ]\d{3})+|\d{1,12})(?:\.0+)?", text, re.ASCII)
        if found is None:
            message = (
                "This is not a whole number. Write it as 14,500, or leave the cell empty if it is not known."
            )
            return Reading(fault=Fault("number_unreadable", message))
        number = int(re.sub("[, ]", "", found[1]))
        if number > _LARGEST_STORED[fact.key]:
            return Reading(fault=too_many)
        return Reading({fact.field: number}, doubt=too_many if number > most else None)

    return read


_LARGEST_STORED = {fact.key: 2**31 - 1 if (fact.most or 0) > 2**15 - 1 else 2**15 - 1 for fact in FACTS}
"""What the database can hold: a machine that holds more than can be true comes back unchanged."""


def _percent(fact: Fact) -> Words:
    def read(text: str, on: date, register: Register) -> Reading:
        found = re.fullmatch(r"(\d{1,3}(?:\.\d{1,2}0*)?)\s*%?", text, re.ASCII)
        if found is None or Decimal(found[1]) > 100:
            message = "This is not a percentage. Write it as 98 or 98.5, or leave the cell empty if it is not known."
            return Reading(fault=Fault("number_unreadable", message))
        return Reading({fact.field: Decimal(found[1]).quantize(Decimal("0.01"))})

    return read


def _money(fact: Fact) -> Words:
    def read(text: str, on: date, register: Register) -> Reading:
        if money.unsaid(text):
            return NOTHING
        try:
            pence = money.read_pence(text)
        except NotAnAmount as wrong:
            return Reading(fault=Fault(wrong.kind, str(wrong)))
        message = money.implausible(pence) if fact.key == "price_paid_pence" else money.too_much(pence)
        doubt = Fault("price_implausible", message) if message else None
        if pence > 100 * money.MOST_PLAUSIBLE_PENCE:
            return Reading(fault=doubt)
        return Reading({fact.field: pence}, doubt=doubt)

    return read


_BY_KIND: dict[Kind, Callable[[Fact], Words]] = {
    Kind.TEXT: _text,
    Kind.NOTES: _text,
    Kind.CHOICE: _choice,
    Kind.YES_NO: _yes_no,
    Kind.YEAR: _year,
    Kind.PARTIAL_DATE: _partial_date,
    Kind.FIRST_DAY: _first_day,
    Kind.LAST_DAY: _last_day,
    Kind.NUMBER: _number,
    Kind.PERCENT: _percent,
    Kind.MONEY: _money,
}
_READERS: dict[str, Words] = {
    **{fact.key: _BY_KIND[fact.kind](fact) for fact in FACTS if fact.kind is not Kind.REFERENCE},
    # Which site and trust these name is decided together, in `places`.
    **{key: _as_it_is(key) for key in ("trust_code", "trust", "site_code", "site")},
    "reference": _reference,
    "version": _version,
    "modality": _modality,
    "specification": _specification,
}
