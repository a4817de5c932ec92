"""Where a machine's end of support comes from: the catalogue of models, unless somebody has stated its own.

A date stated for the machine goes before the model's and stays when the model, or the model's date, changes. Emptying it
takes the model's again. The source stands beside the date, so that pages can say which it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from assets.domain.vocabulary import SupportSource

MAKE_FIELDS = frozenset({"manufacturer", "model_name", "modality"})
"""What names a model of the catalogue."""

SETTLED_BY = MAKE_FIELDS | {"support_ends_on"}
"""The fields a change of which means that the model and the end of support have to be settled anew."""


@dataclass(frozen=True, slots=True)
class ModelSupport:
    """A model of the catalogue and the day until which its maker supports it; None where that is not known."""

    id: int
    support_ends_on: date | None


def settled_support(
    *,
    stated: Mapping[str, object],
    held_on: date | None,
    held_source: str,
    model: ModelSupport | None,
) -> dict[str, date | str | None]:
    """Return what a change of a machine's facts means for its end of support, as field to value.

    `stated` are the fields the change sets, `held_on` and `held_source` the end of support and its source before it,
    `model` the machine's model after it. A date without a source was stated before sources were kept.
    """
    if stated.get("support_ends_on") is not None:
        return {"support_source": SupportSource.OWN.value}
    is_emptied = "support_ends_on" in stated
    follows = held_source == SupportSource.MODEL or held_on is None
    if not is_emptied and not follows:
        return {}
    if model is not None and model.support_ends_on is not None:
        return {"support_ends_on": model.support_ends_on, "support_source": SupportSource.MODEL.value}
    return {"support_ends_on": None, "support_source": ""}
