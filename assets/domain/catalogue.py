"""The catalogue of makers and models as plain records, and how a spelling in it is written.

England has no national list of models, so the register keeps its own. What makers and models are called elsewhere is read
by `assets.domain.resolver`; the facts the catalogue begins with lie in `assets/rules/makers.toml`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from assets.domain.columns import compact
from assets.domain.vocabulary import Modality


def spelling_of(text: str) -> str:
    """Return a name as spellings are compared and kept: without case, accents, spaces and punctuation.

    A plus is a word: "Definition AS+" is another machine than "Definition AS".
    """
    return compact(text.replace("+", " plus ")) if "+" in text else compact(text)


@dataclass(frozen=True, slots=True)
class CatalogueMaker:
    """A maker. `spellings` are as `spelling_of` writes them; `successor_id` is who supports its machines today."""

    id: int
    name: str
    spellings: frozenset[str] = frozenset()
    successor_id: int | None = None


@dataclass(frozen=True, slots=True)
class CatalogueModel:
    """A model of one maker; `support_ends_on` is None where its maker's date is not known."""

    id: int
    maker_id: int
    name: str
    modality: Modality
    spellings: frozenset[str] = frozenset()
    support_ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A spelling that more than one maker goes by: their names, and why it is not settled."""

    makers: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Catalogue:
    """All that is known. The last three map spellings to words: what the name stands for, though no machine's maker; what
    a model's name stands for, though no machine; and names that several makers go by."""

    makers: tuple[CatalogueMaker, ...]
    models: tuple[CatalogueModel, ...]
    no_makers: Mapping[str, str] = field(default_factory=dict)
    no_machines: Mapping[str, str] = field(default_factory=dict)
    ambiguous: Mapping[str, Ambiguous] = field(default_factory=dict)

    @cached_property
    def maker_by_id(self) -> dict[int, CatalogueMaker]:
        """Makers by id."""
        return {maker.id: maker for maker in self.makers}

    @cached_property
    def lines(self) -> dict[int, int]:
        """Each maker's id to the id that its whole line of succession shares: who took over whom, to the last."""
        return {maker.id: self._last(maker) for maker in self.makers}

    def _last(self, maker: CatalogueMaker) -> int:
        seen: list[int] = []
        following: CatalogueMaker | None = maker
        while following is not None and following.id not in seen:
            seen.append(following.id)
            following = self.maker_by_id.get(following.successor_id or 0)
        # Makers that succeed each other in a circle, which no fact allows, still share one id.
        return seen[-1] if following is None else min(seen)

    def name_of(self, model: CatalogueModel) -> str:
        """Return a model with its maker: "GE HealthCare Revolution EVO"."""
        return f"{self.maker_by_id[model.maker_id].name} {model.name}"

    def spelt(self, model: CatalogueModel) -> Iterator[str]:
        """Yield every spelling of a model, its own name first."""
        yield spelling_of(model.name)
        yield from sorted(model.spellings - {spelling_of(model.name)})
