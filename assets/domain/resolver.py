"""From the names that images, orders and spreadsheets give a machine to its model in the catalogue. It proposes and never
guesses.

Only a spelling that the catalogue records is certain. What is merely close, or said under another modality, or without a
maker, is proposed to a person, with the reason in words. A name that nobody has recorded stays unresolved.

A model is looked for among the models of the maker that is written, and of those in its line of succession; never among
those of others. So "Canon Inc." finds no machine of Canon Medical.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assets.domain.catalogue import Catalogue, CatalogueMaker, CatalogueModel, spelling_of
from assets.domain.columns import normalised
from assets.domain.spelling_slips import are_close, differ_in_a_short_word
from assets.domain.synonyms import not_known
from assets.domain.vocabulary import Modality

MOST_CANDIDATES = 5
_FEWEST_WORDS = 2
"""A name that only begins like a recorded one is proposed where that one has at least so many words: "Aquilion" begins
the names of a whole family."""
_LONGEST = 200
"""Longer texts are no names."""


class State(StrEnum):
    """How sure it is."""

    CERTAIN = "certain"
    PROPOSED = "proposed"
    NO_MAKER = "no maker"
    UNRESOLVED = "unresolved"

    @property
    def label(self) -> str:
        return {
            "certain": "Certain",
            "proposed": "Proposed",
            "no maker": "No machine",
            "unresolved": "Not known",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that is proposed, and why, in words."""

    model: CatalogueModel
    why: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What names say. `maker` is the maker where its spelling is recorded; `candidates` hold one model where certain, at
    least one where proposed, else none."""

    state: State
    why: str
    maker: CatalogueMaker | None = None
    candidates: tuple[Candidate, ...] = ()

    @property
    def model(self) -> CatalogueModel | None:
        """The model, where it is certain."""
        return self.candidates[0].model if self.state is State.CERTAIN else None


def resolve(
    manufacturer: str, model: str, catalogue: Catalogue, *, modality: Modality | None = None
) -> Resolution:
    """Return what one pair of names says. For many, keep a `Resolver`."""
    return Resolver(catalogue).resolve(manufacturer, model, modality)


class Resolver:
    """Resolves names against one catalogue, each pair once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._makers: dict[str, CatalogueMaker] = {}
        for maker in catalogue.makers:
            for spelling in (spelling_of(maker.name), *sorted(maker.spellings)):
                self._makers.setdefault(spelling, maker)
        self._by_name = {maker.name: maker for maker in catalogue.makers}
        self._models: dict[tuple[int, str], list[CatalogueModel]] = defaultdict(list)
        self._of_line: dict[int, list[CatalogueModel]] = defaultdict(list)
        self._anywhere: dict[str, list[CatalogueModel]] = defaultdict(list)
        for model in catalogue.models:
            line = catalogue.lines[model.maker_id]
            self._of_line[line].append(model)
            for spelling in catalogue.spelt(model):
                self._models[line, spelling].append(model)
                self._anywhere[spelling].append(model)
        self._known: dict[tuple[str, str, Modality | None], Resolution] = {}

    def resolve(self, manufacturer: str, model: str, modality: Modality | None = None) -> Resolution:
        """Return what a maker's and a model's name say of a machine of a modality (None: not known). Never raises."""
        key = (manufacturer, model, modality)
        if key not in self._known:
            self._known[key] = self._resolve(manufacturer.strip(), model.strip(), modality)
        return self._known[key]

    def maker_written(self, manufacturer: str) -> CatalogueMaker | None:
        """Return the maker whose recorded spelling a text is; None where it is none's."""
        return self._makers.get(spelling_of(manufacturer))

    def _resolve(self, manufacturer: str, model: str, modality: Modality | None) -> Resolution:
        if len(manufacturer) > _LONGEST or len(model) > _LONGEST:
            return Resolution(State.UNRESOLVED, "It is too long to be a name.")
        if nothing := self._no_machine(manufacturer, model):
            return Resolution(State.NO_MAKER, nothing)
        if not_known(manufacturer):
            return self._without_maker(model, modality)
        spelling = spelling_of(manufacturer)
        maker = self._makers.get(spelling)
        if maker is not None:
            return self._of_maker(maker, model, modality)
        return self._of_close_makers(manufacturer, spelling, model, modality)

    def _no_machine(self, manufacturer: str, model: str) -> str:
        """Return what the names stand for where that is no machine: software, a test, a placeholder; else ""."""
        spelling = spelling_of(manufacturer)
        if what := self.catalogue.no_makers.get(spelling):
            return f"“{manufacturer}” makes no scanner: it is {what}."
        if spelling in self._makers and self._models.get(
            (self.catalogue.lines[self._makers[spelling].id], spelling_of(model))
        ):
            return ""
        what = self.catalogue.no_machines.get(spelling_of(model))
        return f"“{model}” is no scanner: it is {what}." if what else ""

    def _of_maker(self, maker: CatalogueMaker, model: str, modality: Modality | None) -> Resolution:
        """Return what a model's name says under a maker that is recorded."""
        if not_known(model):
            return Resolution(State.UNRESOLVED, f"{maker.name}, but no model is written.", maker)
        exact = self._models.get((self.catalogue.lines[maker.id], spelling_of(model)), [])
        fitting = [each for each in exact if modality is None or each.modality is modality]
        if len(fitting) == 1:
            why = f"“{model}” is recorded as {self.catalogue.name_of(fitting[0])}."
            return Resolution(State.CERTAIN, why, maker, (Candidate(fitting[0], why),))
        found = _first(self._proposals(maker, model, exact, modality))
        if found:
            return Resolution(State.PROPOSED, found[0].why, maker, found)
        return Resolution(
            State.UNRESOLVED, f"{maker.name}, but no model in the catalogue is written “{model}”.", maker
        )

    def _of_close_makers(
        self, manufacturer: str, spelling: str, model: str, modality: Modality | None
    ) -> Resolution:
        """Return what names say where the maker's is not recorded: several may go by it, or it may be a slip."""
        ambiguous = self.catalogue.ambiguous.get(spelling)
        if ambiguous is not None:
            makers = [self._by_name[name] for name in ambiguous.makers if name in self._by_name]
            reason = ambiguous.why
        else:
            makers = self._close_makers(spelling)
            names = " or ".join(maker.name for maker in makers)
            reason = f"The maker is written “{manufacturer}”, close to a spelling of {names}."
        if not makers:
            return Resolution(State.UNRESOLVED, f"No maker in the catalogue is written “{manufacturer}”.")
        if not_known(model):
            return Resolution(State.UNRESOLVED, f"{reason} No model is written.")
        found = _first(
            Candidate(candidate.model, f"{reason} {candidate.why}")
            for maker in makers
            for candidate in self._of_maker(maker, model, modality).candidates
        )
        if found:
            return Resolution(State.PROPOSED, found[0].why, None, found)
        return Resolution(State.UNRESOLVED, f"{reason} No model of it in the catalogue is written “{model}”.")

    def _without_maker(self, model: str, modality: Modality | None) -> Resolution:
        """Return what a model's name says alone: a proposal at most, and only where it is written as recorded."""
        if not_known(model):
            return Resolution(State.UNRESOLVED, "Neither a maker nor a model is written.")
        found = _first(
            Candidate(each, f"No maker is written; {self.catalogue.name_of(each)} is so written.")
            for each in self._anywhere.get(spelling_of(model), [])
            if modality is None or each.modality is modality
        )
        if found:
            return Resolution(State.PROPOSED, found[0].why, None, found)
        return Resolution(
            State.UNRESOLVED, f"No maker is written, and no model in the catalogue is written “{model}”."
        )

    def _close_makers(self, spelling: str) -> list[CatalogueMaker]:
        close = [maker for recorded, maker in self._makers.items() if are_close(recorded, spelling)]
        return list({maker.id: maker for maker in close}.values())

    def _proposals(
        self, maker: CatalogueMaker, model: str, exact: Sequence[CatalogueModel], modality: Modality | None
    ) -> Iterator[Candidate]:
        """Yield what the name may mean among the models of the maker's line, the likeliest first."""
        for each in exact:
            if modality is None or each.modality is modality:
                yield Candidate(each, f"More than one model of {maker.name} is written “{model}”.")
            else:
                yield Candidate(
                    each,
                    f"“{model}” is recorded as {self.catalogue.name_of(each)}, which is {each.modality.label}, "
                    f"not {modality.label}.",
                )
        line = self.catalogue.lines[maker.id]
        of_modality = [each for each in self._of_line[line] if modality in (None, each.modality)]
        spelling = spelling_of(model)
        for bare in self._without_the_makers_name(maker, spelling):
            for each in self._models.get((line, bare), []):
                if each in of_modality:
                    yield Candidate(
                        each, f"“{model}” is the name of {maker.name} before a recorded spelling."
                    )
        yield from self._longer(model, of_modality)
        for each in of_modality:
            close = any(are_close(recorded, spelling) for recorded in self.catalogue.spelt(each))
            if close and not differ_in_a_short_word(each.name, model):
                yield Candidate(each, f"“{model}” is close to a spelling of {self.catalogue.name_of(each)}.")

    def _without_the_makers_name(self, maker: CatalogueMaker, spelling: str) -> Iterator[str]:
        for name in (spelling_of(maker.name), *sorted(maker.spellings, key=len, reverse=True)):
            if name and spelling.startswith(name) and spelling != name:
                yield spelling.removeprefix(name)

    def _longer(self, model: str, of_modality: Sequence[CatalogueModel]) -> Iterator[Candidate]:
        """Yield the models whose name the written one begins with, the longest name first: "Senographe Essential ADS_56"
        says more than the catalogue does."""
        words = normalised(model.replace("+", " plus ")).split()
        beginnings = {"".join(words[:count]) for count in range(_FEWEST_WORDS, len(words))}
        begun = [
            (max(len(spelling) for spelling in fitting), each)
            for each in of_modality
            if (fitting := beginnings.intersection(self.catalogue.spelt(each)))
        ]
        for _, each in sorted(begun, key=lambda pair: -pair[0])[:1]:
            yield Candidate(
                each,
                f"“{model}” begins as {self.catalogue.name_of(each)} does; the rest is not in the catalogue.",
            )


def _first(candidates: Iterator[Candidate]) -> tuple[Candidate, ...]:
    """Return each model once, with the reason given first."""
    found: dict[int, Candidate] = {}
    for candidate in candidates:
        found.setdefault(candidate.model.id, candidate)
    return tuple(found.values())[:MOST_CANDIDATES]
