"""The catalogue's models, and the names to resolve, as files."""

from collections.abc import Iterable, Iterator

from assets.models import MachineModel
from assets.queries.catalogue_names import NamedAlike
from networks.exports.tables import Cell

MODEL_HEADINGS = (
    "Maker",
    "Model",
    "Modality",
    "Machines you may see",
    "End of sale",
    "Support guaranteed until",
    "End of support",
    "Evidence",
    "Model that follows it",
)
NAME_HEADINGS = (
    "Modality",
    "Manufacturer",
    "Model",
    "Machines",
    "What the catalogue says",
    "Proposed",
    "Why",
)


def model_rows(models: Iterable[MachineModel]) -> Iterator[list[Cell]]:
    """Yield each model's line. They must come with their `machines`, maker and successor."""
    for model in models:
        yield [
            model.maker.name,
            model.name,
            model.get_modality_display(),
            model.machines,  # type: ignore[attr-defined]
            model.sale_ends_on,
            model.support_guaranteed_until,
            model.support_ends_on,
            model.evidence or None,
            str(model.successor) if model.successor else None,
        ]


def name_rows(names: Iterable[tuple[NamedAlike, str]]) -> Iterator[list[Cell]]:
    """Yield each name's line, given with what is proposed for it, in words."""
    for named, proposed in names:
        yield [
            named.modality.label,
            named.manufacturer or None,
            named.model_name or None,
            named.machines,
            named.resolution.state.label,
            proposed or None,
            named.resolution.why,
        ]
