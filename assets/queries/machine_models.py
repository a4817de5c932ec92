"""The catalogue's models as the register needs them: which one a make names for certain, and until when it is supported."""

from assets.domain.support import ModelSupport
from assets.domain.vocabulary import Modality
from assets.models import MachineModel


def model_named(maker: str, model: str, modality: Modality) -> ModelSupport | None:
    """Return the model that spellings name for certain; None where the catalogue knows none or is not sure."""
    return None


def model_support(model_id: int) -> ModelSupport | None:
    """Return a model by its id with its end of support. One query."""
    row = MachineModel.objects.filter(pk=model_id).values_list("pk", "support_ends_on").first()
    return ModelSupport(*row) if row else None
