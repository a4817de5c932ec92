"""What a fact of a machine is: the one description behind files, forms, the API, bulk edits and the words of history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from assets.domain.vocabulary import Modality


class Kind(StrEnum):
    """How a fact is written, read and stored."""

    TEXT = "a line of text"
    NOTES = "a text of several lines"
    CHOICE = "one of some words, stored as its code"
    YES_NO = "yes, no or not known"
    YEAR = "a year"
    PARTIAL_DATE = "a day, month or year, stored as its first day with a precision beside it"
    FIRST_DAY = "a day in the past; a month or year means its first day"
    LAST_DAY = "a day that may lie ahead; a month or year means its last day"
    NUMBER = "a whole number"
    PERCENT = "a percentage with up to two decimals"
    MONEY = "pounds, stored as whole pence"
    REFERENCE = "a row of another table, stored as its id"


class Section(StrEnum):
    """Under which heading a fact stands on the pages of a machine."""

    WHERE = "Where it is"
    WHAT = "What it is"
    LIFE = "Its dates and software"
    MONEY = "Whose it is and what it cost"
    UPKEEP = "Its upkeep"
    USE = "Its use and state"


class Word(Protocol):
    """A word of the vocabulary: `value` is stored, `label` is read."""

    @property
    def value(self) -> str: ...
    @property
    def label(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a machine.

    `key` names it in files, addresses, forms and the API; `field` is the database's, which differs for references.
    `heading` is its name everywhere people read it. `synonyms` are other headings understood in files. `accepts` and
    `example` are for the column guide, `hint` for the box of a form. `most` is the largest number that can be true.
    `modalities` are the kinds of machine it is a fact of, None for all. `is_price` says that it is shown only to those
    who may see what equipment cost.
    """

    key: str
    heading: str
    kind: Kind
    section: Section
    accepts: str
    example: str
    synonyms: tuple[str, ...] = ()
    hint: str = ""
    max_length: int | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    spellings: Mapping[str, str] = field(default_factory=dict)
    most: int | None = None
    modalities: frozenset[Modality] | None = None
    is_price: bool = False
    is_needed: bool = False

    @property
    def field(self) -> str:
        """The name of the database's field: `specification_id` for `specification`."""
        return f"{self.key}_id" if self.kind is Kind.REFERENCE else self.key

    @property
    def fields(self) -> tuple[str, ...]:
        """The field, and the one with its precision where it has one."""
        if self.kind is Kind.PARTIAL_DATE:
            return (self.key, self.precision_field)
        return (self.field,)

    @property
    def precision_field(self) -> str:
        """Where the precision of a PARTIAL_DATE is kept: `installed_precision` for `installed_on`."""
        return f"{self.key.removesuffix('_on')}_precision"

    def is_of(self, modality: Modality) -> bool:
        """Say whether machines of a modality have this fact."""
        return self.modalities is None or modality in self.modalities


def listed(names: str) -> tuple[str, ...]:
    """Return the names of a list written with commas."""
    return tuple(names.split(", "))


def words_of(vocabulary: Iterable[Word]) -> dict[str, str]:
    """Return code to label of what can be chosen; what is not known is no choice."""
    return {word.value: word.label for word in vocabulary if word.value}
