"""The catalogue's models as the register needs them: which one a make names for certain, and until when it is supported."""

from dataclasses import dataclass
from functools import cached_property

from assets.domain.resolver import Resolver
from assets.domain.support import ModelSupport
from assets.domain.vocabulary import Modality
from assets.models import MachineModel
from assets.queries.catalogue import catalogue


@dataclass(frozen=True)
class KnownModels:
    """The catalogue as it stands, for many machines of one piece of work. Four queries when first asked, then none."""

    def named(self, maker: str, model: str, modality: Modality) -> ModelSupport | None:
        """Return the model that spellings name for certain; None where none does, or one of another modality."""
        found = self._resolver.resolve(maker, model, modality).model if maker or model else None
        if found is None or found.modality is not modality:
            return None
        return ModelSupport(found.id, found.support_ends_on)

    def by_id(self, model_id: int) -> ModelSupport | None:
        """Return a model with its end of support."""
        return self._by_id.get(model_id)

    @cached_property
    def _resolver(self) -> Resolver:
        return Resolver(catalogue())

    @cached_property
    def _by_id(self) -> dict[int, ModelSupport]:
        return {
            pk: ModelSupport(pk, support_ends_on)
            for pk, support_ends_on in MachineModel.objects.values_list("pk", "support_ends_on")
        }
