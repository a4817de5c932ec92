from assets.models.activity import Activity, ActivityBatch, ActivityRow
from assets.models.alert import AlertAnswer, Digest, DigestChoice, FeedToken
from assets.models.asset import Asset
from assets.models.attachment import Attachment
from assets.models.bulk_edit import BulkEdit, BulkEditRow
from assets.models.catalogue import MachineModel, Maker, MakerAlias, ModelAlias
from assets.models.import_batch import ImportBatch, ImportMapping, ImportRow
from assets.models.priority_weights import PriorityWeights
from assets.models.saved_view import DefaultView, SavedView
from assets.models.specification import Specification

__all__ = [
    "Activity",
    "ActivityBatch",
    "ActivityRow",
    "AlertAnswer",
    "Asset",
    "Attachment",
    "BulkEdit",
    "BulkEditRow",
    "DefaultView",
    "Digest",
    "DigestChoice",
    "FeedToken",
    "ImportBatch",
    "ImportMapping",
    "ImportRow",
    "MachineModel",
    "Maker",
    "MakerAlias",
    "ModelAlias",
    "PriorityWeights",
    "SavedView",
    "Specification",
]
