"""Putting what the catalogue begins with into it: what is missing is added, what stands there is left as it is."""

from dataclasses import dataclass, field

from django.db import transaction

from assets.domain.catalogue import spelling_of
from assets.domain.catalogue_file import MakerEntry, MakersFile, ModelEntry
from assets.models import MachineModel, Maker, MakerAlias, ModelAlias
from networks.actions.events import record
from networks.domain.access import Actor, Permission


@dataclass
class Loaded:
    """What was added, in words; `left` says what was not, because something else stands there."""

    makers: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    spellings: int = 0
    successions: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        """Whether everything was there already."""
        return not (self.makers or self.models or self.spellings or self.successions)


@transaction.atomic
def load_catalogue(*, by: Actor, read: MakersFile) -> Loaded:
    """Add the makers, models and spellings that are missing and return what was added. A second time adds nothing.

    What is there is not changed: people may have put it right. Raises NotAllowed without ADMINISTER.
    """
    by.require(Permission.ADMINISTER)
    done = Loaded()
    makers = _load_makers(read.makers, done)
    _load_models(read.models, makers, done)
    if not done.is_nothing:
        record(
            by=by,
            action="catalogue.loaded",
            subject_type="catalogue",
            subject_id=None,
            subject_label="The catalogue of models",
            changes={
                "Makers": (None, len(done.makers)),
                "Models": (None, len(done.models)),
                "Spellings": (None, done.spellings),
            },
            reason="Loaded from the program's file of makers",
        )
    return done


def _load_makers(entries: tuple[MakerEntry, ...], done: Loaded) -> dict[str, Maker]:
    standing = {spelling_of(maker.name): maker for maker in Maker.objects.all()}
    taken = dict(MakerAlias.objects.values_list("spelling", "maker_id"))
    named = {spelling: maker.pk for spelling, maker in standing.items()}
    found: dict[str, Maker] = {}
    wanted: dict[str, MakerAlias] = {}
    for entry in entries:
        key = spelling_of(entry.name)
        maker = standing.get(key)
        if maker is None and key in taken:
            # Renamed by hand meanwhile, the old name being kept as a spelling.
            maker = next(each for each in standing.values() if each.pk == taken[key])
        if maker is None:
            maker = Maker.objects.create(name=entry.name)
            done.makers.append(entry.name)
            named[key] = maker.pk
        found[entry.name] = maker
        for spelling in dict.fromkeys(map(spelling_of, entry.spellings)):
            owner = taken.get(spelling, named.get(spelling))
            if owner is None:
                wanted[spelling] = MakerAlias(maker=maker, spelling=spelling)
                taken[spelling] = maker.pk
            elif owner != maker.pk:
                done.left.append(f"{entry.name}: “{spelling}” is a spelling of another maker.")
    MakerAlias.objects.bulk_create(wanted.values())
    done.spellings += len(wanted)
    for entry in entries:
        maker = found[entry.name]
        if entry.successor and maker.successor_id is None and found[entry.successor].pk != maker.pk:
            maker.successor = found[entry.successor]
            maker.succeeded_in, maker.evidence = entry.succeeded_in, entry.evidence
            maker.save()
            done.successions.append(f"{entry.name} → {entry.successor}, {entry.succeeded_in}")
    return found


def _load_models(entries: tuple[ModelEntry, ...], makers: dict[str, Maker], done: Loaded) -> None:
    standing: dict[tuple[int, str], int] = {}
    for model_id, maker_id, spelling in ModelAlias.objects.values_list(
        "model_id", "model__maker_id", "spelling"
    ):
        standing[maker_id, spelling] = model_id
    for pk, maker_id, name in MachineModel.objects.values_list("pk", "maker_id", "name"):
        standing[maker_id, spelling_of(name)] = pk
    new: list[ModelAlias] = []
    for entry in entries:
        maker = makers[entry.maker]
        key = (maker.pk, spelling_of(entry.name))
        if key not in standing:
            made = MachineModel.objects.create(maker=maker, name=entry.name, modality=entry.modality.value)
            done.models.append(str(made))
            standing[key] = made.pk
        pk = standing[key]
        for spelling in dict.fromkeys(map(spelling_of, entry.spellings)):
            other = standing.setdefault((maker.pk, spelling), pk)
            if other != pk:
                done.left.append(f"{maker.name} {entry.name}: “{spelling}” is a spelling of another model.")
            elif spelling != spelling_of(entry.name):
                new.append(ModelAlias(model_id=pk, spelling=spelling))
    kept = set(ModelAlias.objects.values_list("model_id", "spelling"))
    new = [alias for alias in new if (alias.model_id, alias.spelling) not in kept]
    ModelAlias.objects.bulk_create(new)
    done.spellings += len(new)
