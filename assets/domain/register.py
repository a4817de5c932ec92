"""The register as an import needs to know it: its machines, and the sites, trusts and specifications a row may name."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from assets.domain.columns import compact, normalised
from assets.domain.facts import FACTS, Kind
from assets.domain.support import ModelSupport
from assets.domain.vocabulary import Modality

Value = str | int | Decimal | date | None
"""What a field can hold; yes and no are whole numbers in Python."""

WORKED_OUT_FIELDS: tuple[str, ...] = ("machine_model_id", "support_source")
"""Fields that no column of a file says but that a file's rows settle: see `assets.domain.checking`."""

FIELDS: tuple[str, ...] = (*(name for fact in FACTS for name in fact.fields), *WORKED_OUT_FIELDS)
"""The fields of a machine that a file can set. Its trust follows from its site and is set once, when it is new."""

_DATE_KINDS = {Kind.PARTIAL_DATE, Kind.FIRST_DAY, Kind.LAST_DAY}
_TEXT_KINDS = {Kind.TEXT, Kind.NOTES, Kind.CHOICE}
DATE_FIELDS = frozenset(fact.field for fact in FACTS if fact.kind in _DATE_KINDS)
_DECIMAL_FIELDS = frozenset(fact.field for fact in FACTS if fact.kind is Kind.PERCENT)
_TEXT_FIELDS = frozenset(
    {fact.field for fact in FACTS if fact.kind in _TEXT_KINDS}
    | {fact.precision_field for fact in FACTS if fact.kind is Kind.PARTIAL_DATE}
    | {"support_source"}
)


def empty(name: str) -> Value:
    """Return what a field holds when it is not known."""
    return "" if name in _TEXT_FIELDS else None


def to_json(values: Mapping[str, Value]) -> dict[str, str | int | None]:
    """Return fields with dates as ISO texts and decimals as texts, fit to be stored as JSON."""
    return {
        name: value.isoformat()
        if isinstance(value, date)
        else str(value)
        if isinstance(value, Decimal)
        else value
        for name, value in values.items()
    }


def from_json(stored: Mapping[str, str | int | None]) -> dict[str, Value]:
    """Return what `to_json` was given."""
    return {name: _restored(name, value) for name, value in stored.items()}


def _restored(name: str, value: str | int | None) -> Value:
    if not isinstance(value, str) or name in _TEXT_FIELDS:
        return value
    if name in DATE_FIELDS:
        return date.fromisoformat(value)
    return Decimal(value) if name in _DECIMAL_FIELDS else value


@dataclass(frozen=True, slots=True)
class Held:
    """A machine in the register. `values` has every one of FIELDS; `version` grows with each change."""

    id: int
    reference: str
    version: int
    trust_id: int
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class TrustName:
    """A trust whose machines the import may write. Trusts of one `family` have taken each other over."""

    id: int
    code: str
    name: str
    family: int


@dataclass(frozen=True, slots=True)
class Place:
    """A site. `trust_id` is the trust that a new machine there belongs to.

    One that is not `open_to_new` belongs to none of the import's trusts any more: only machines already there name it.
    """

    id: int
    code: str
    name: str
    trust_id: int
    open_to_new: bool = True


@dataclass(frozen=True, slots=True)
class SpecificationName:
    """A standard specification. The default one is given to a new machine whose row names none."""

    id: int
    code: str
    name: str
    modality: Modality
    is_default: bool = False


MachineAt = tuple[int, int]
"""A machine's id and one of its versions."""


@dataclass(frozen=True)
class Register:
    """Everything of the register that the import may see: what is not in here does not exist for it."""

    trusts: Mapping[int, TrustName]
    places: Sequence[Place]
    specifications: Sequence[SpecificationName]
    held: Sequence[Held] = ()
    model_named: Callable[[str, str, Modality], ModelSupport | None] = lambda maker, model, modality: None
    """The catalogue's model of that maker, by spellings it is certain of; None otherwise."""
    model_of: Callable[[int], ModelSupport | None] = lambda id_: None
    """A model of the catalogue by its id."""
    values_at: Callable[[Collection[MachineAt]], Mapping[MachineAt, Mapping[str, Value]]] = lambda wanted: {}
    """What machines were at earlier versions; those that are not known are left out."""

    def family(self, trust_id: int) -> int:
        """Return what all trusts have in common that have taken each other over."""
        return self.trusts[trust_id].family

    @cached_property
    def only_family(self) -> int | None:
        """The family of every trust of the import, where there is only one."""
        families = {trust.family for trust in self.trusts.values()}
        return families.pop() if len(families) == 1 else None

    @cached_property
    def places_by_word(self) -> dict[str, list[Place]]:
        """Code or name of a site, compact, to the sites it may mean."""
        return _by_word(self.places)

    @cached_property
    def trusts_by_word(self) -> dict[str, list[TrustName]]:
        """Code or name of a trust, compact, to the trusts it may mean."""
        return _by_word(self.trusts.values())

    @cached_property
    def _specifications_by_id(self) -> dict[Value, SpecificationName]:
        return {each.id: each for each in self.specifications}

    @cached_property
    def _specifications_by_word(self) -> dict[str, list[SpecificationName]]:
        found = _by_word(self.specifications)
        for each in self.specifications:
            found.setdefault(compact(f"{each.code} {each.name}"), []).append(each)
        return found

    def specification(self, id_: Value) -> SpecificationName | None:
        """Return a specification by its id; None where there is none."""
        return self._specifications_by_id.get(id_)

    def specification_named(self, text: str) -> list[SpecificationName]:
        """Return the specifications that a code, a name or both together may mean."""
        return self._specifications_by_word.get(compact(text), [])

    def specification_for(self, modality: Modality, subtype: str = "") -> SpecificationName | None:
        """Return the one specification of a modality that has the subtype's word in its name, else the default one."""
        of_modality = [each for each in self.specifications if each.modality is modality]
        word = normalised(subtype)
        named = [each for each in of_modality if word in normalised(f"{each.code} {each.name}").split()]
        if len(named) == 1:
            return named[0]
        return next((each for each in of_modality if each.is_default), None)


_Named = TypeVar("_Named", Place, TrustName, SpecificationName)


def _by_word(named: Iterable[_Named]) -> dict[str, list[_Named]]:
    found: dict[str, list[_Named]] = {}
    for each in named:
        for word in {compact(each.code), compact(each.name)} - {""}:
            found.setdefault(word, []).append(each)
    return found
