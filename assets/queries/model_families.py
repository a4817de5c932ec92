"""The family of each model in the catalogue, under the maker that supports it today."""

from assets.domain.model_family import current_maker, family_of, same_spelling
from assets.models import MachineModel, Maker


def model_families() -> dict[int, str]:
    """Return each model's family by its id, without those that have none. Two queries."""
    makers = {
        pk: (name, successor) for pk, name, successor in Maker.objects.values_list("pk", "name", "successor")
    }
    successors = {pk: successor for pk, (_, successor) in makers.items()}
    found = {}
    for pk, name, maker in MachineModel.objects.values_list("pk", "name", "maker"):
        family = family_of(makers[current_maker(maker, successors)][0], name)
        if family is not None:
            found[pk] = family
    one_name = same_spelling(found.values())
    return {pk: one_name[family] for pk, family in found.items()}
