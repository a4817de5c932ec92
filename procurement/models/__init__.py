from procurement.models.document import Document
from procurement.models.plan import Envelope, Pin, Plan, PlanLine, PlanVersion
from procurement.models.price import PriceRecord
from procurement.models.specification import PriceTier, Requirement, SpecificationVersion
from procurement.models.tender import Tender, TenderLine

__all__ = [
    "Document",
    "Envelope",
    "Pin",
    "Plan",
    "PlanLine",
    "PlanVersion",
    "PriceRecord",
    "PriceTier",
    "Requirement",
    "SpecificationVersion",
    "Tender",
    "TenderLine",
]
