from procurement.models.candidate import CandidateSite, Service
from procurement.models.document import Document
from procurement.models.plan import Envelope, Pin, Plan, PlanLine, PlanVersion
from procurement.models.plan_life import Conflict, Step, TrustAnswer, VersionStep
from procurement.models.plan_money import RingFence, SharedEnvelope
from procurement.models.plan_options import Cover, OptionOffer
from procurement.models.price import PriceRecord
from procurement.models.solve_sample import SolveSample
from procurement.models.specification import PriceTier, Requirement, SpecificationVersion
from procurement.models.tender import Tender, TenderLine

__all__ = [
    "CandidateSite",
    "Conflict",
    "Cover",
    "Document",
    "Envelope",
    "OptionOffer",
    "Pin",
    "Plan",
    "PlanLine",
    "PlanVersion",
    "PriceRecord",
    "PriceTier",
    "Requirement",
    "RingFence",
    "Service",
    "SharedEnvelope",
    "SolveSample",
    "SpecificationVersion",
    "Step",
    "Tender",
    "TenderLine",
    "TrustAnswer",
    "VersionStep",
]
