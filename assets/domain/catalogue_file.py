"""What the catalogue begins with: `assets/rules/makers.toml`, read into records."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from assets.domain.catalogue import Ambiguous, Catalogue, CatalogueMaker, CatalogueModel, spelling_of
from assets.domain.vocabulary import Modality

FILE = Path(__file__).resolve().parents[1] / "rules" / "makers.toml"


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model as the file has it, with its other spellings as they are written there."""

    maker: str
    name: str
    modality: Modality
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MakerEntry:
    """A maker as the file has it; `successor` is another's name, with the year and where that is known from."""

    name: str
    spellings: tuple[str, ...] = ()
    successor: str = ""
    succeeded_in: int | None = None
    evidence: str = ""


@dataclass(frozen=True)
class MakersFile:
    """The whole file. The last three are keyed by spelling, as `spelling_of` writes it."""

    makers: tuple[MakerEntry, ...]
    models: tuple[ModelEntry, ...]
    no_makers: Mapping[str, str]
    no_machines: Mapping[str, str]
    ambiguous: Mapping[str, Ambiguous]


@cache
def makers_file() -> MakersFile:
    """Read the file that comes with the program. Raises ValueError, naming the entry, where it contradicts itself."""
    return read_makers(tomllib.loads(FILE.read_text(encoding="utf-8")))


def read_makers(content: Mapping[str, Any]) -> MakersFile:
    """Return the records of the file's tables. Raises ValueError, naming the entry, where they contradict themselves."""
    makers = tuple(
        MakerEntry(
            name=each["name"],
            spellings=tuple(each.get("spellings", ())),
            successor=each.get("successor", ""),
            succeeded_in=each.get("succeeded_in"),
            evidence=each.get("evidence", ""),
        )
        for each in content.get("maker", ())
    )
    models = tuple(
        ModelEntry(table["maker"], names[0], Modality(table["modality"]), tuple(names[1:]))
        for table in content.get("model", ())
        for names in table["names"]
    )
    read = MakersFile(
        makers=makers,
        models=models,
        no_makers=_words(content.get("no_maker", ())),
        no_machines=_words(content.get("no_machine", ())),
        ambiguous={
            spelling_of(each["spelling"]): Ambiguous(tuple(each["makers"]), each["why"])
            for each in content.get("ambiguous", ())
        },
    )
    _refuse_contradictions(read)
    return read


def catalogue_of(read: MakersFile) -> Catalogue:
    """Return the file as a catalogue of its own, numbered in its order: for trying names without a database."""
    numbers = {entry.name: number for number, entry in enumerate(read.makers, start=1)}
    return Catalogue(
        makers=tuple(
            CatalogueMaker(
                id=numbers[entry.name],
                name=entry.name,
                spellings=frozenset(map(spelling_of, entry.spellings)),
                successor_id=numbers.get(entry.successor),
            )
            for entry in read.makers
        ),
        models=tuple(
            CatalogueModel(
                number,
                numbers[entry.maker],
                entry.name,
                entry.modality,
                frozenset(map(spelling_of, entry.spellings)),
            )
            for number, entry in enumerate(read.models, start=1)
        ),
        no_makers=read.no_makers,
        no_machines=read.no_machines,
        ambiguous=read.ambiguous,
    )


def _words(tables: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {spelling_of(spelling): table["what"] for table in tables for spelling in table["spellings"]}


def _refuse_contradictions(read: MakersFile) -> None:
    """A spelling means one thing: one maker, or none, or several that are named."""
    names = {entry.name for entry in read.makers}
    meant: dict[str, str] = {}
    for maker in read.makers:
        for spelling in {spelling_of(text) for text in (maker.name, *maker.spellings)}:
            other = meant.setdefault(spelling, maker.name)
            if other != maker.name or spelling in read.no_makers or spelling in read.ambiguous:
                raise ValueError(f"The spelling “{spelling}” of {maker.name} means something else too.")
        if maker.successor and maker.successor not in names:
            raise ValueError(
                f"{maker.name} is succeeded by {maker.successor}, which is no maker of the file."
            )
    told = {(model.maker, spelling_of(model.name)) for model in read.models}
    if len(told) != len(read.models):
        raise ValueError("A model stands twice under one maker.")
    for model in read.models:
        if model.maker not in names:
            raise ValueError(f"{model.name} is of {model.maker}, which is no maker of the file.")
