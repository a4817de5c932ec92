from assets.models.activity import Activity, ActivityBatch, ActivityRow
from assets.models.asset import Asset
from assets.models.catalogue import MachineModel, Maker, MakerAlias, ModelAlias
from assets.models.import_batch import ImportBatch, ImportMapping, ImportRow
from assets.models.specification import Specification

__all__ = [
    "Activity",
    "ActivityBatch",
    "ActivityRow",
    "Asset",
    "ImportBatch",
    "ImportMapping",
    "ImportRow",
    "MachineModel",
    "Maker",
    "MakerAlias",
    "ModelAlias",
    "Specification",
]
