"""What the filters of machines offer to choose from: value in an address, and words."""

from assets.domain.ageing import Band
from assets.domain.vocabulary import Condition, Ownership, Status
from assets.queries.asset_facets import ALL, FLEET, NOT_KNOWN
from assets.queries.due import SUPPORT_MONTHS

BAND_CHOICES = [(band.value, band.label[0].upper() + band.label[1:]) for band in Band]
CONDITION_CHOICES = [(condition.value or NOT_KNOWN, condition.label) for condition in Condition]
OWNERSHIP_CHOICES = [(ownership.value or NOT_KNOWN, ownership.label) for ownership in Ownership]
SUPPORT_CHOICES = [
    ("ended", "Ended"),
    ("ending", f"Ends within {SUPPORT_MONTHS} months"),
    ("later", "Ends later"),
    (NOT_KNOWN, "Not known"),
]
CATALOGUE_CHOICES = [("yes", "Model in the catalogue"), ("no", "Model not in the catalogue")]
STATUS_CHOICES = [
    (FLEET, "In the fleet"),
    *((status.value, status.label) for status in Status),
    (ALL, "All, retired too"),
]


DUE_CHOICES = [
    ("overdue", "Overdue: youngest age of guidance reached"),
    ("this_year", "Due by the end of the financial year"),
]

MISSING_CHOICES = [
    ("serial_number", "No serial number"),
    ("model_name", "No model"),
    ("support_end", "No end of support"),
]


COMPLETENESS_CHOICES = [
    ("100", "Complete"),
    ("75-99", "75% to 99%"),
    ("50-74", "50% to 74%"),
    ("0-49", "Under 50%"),
]


SCORE_CHOICES = [
    ("75-100", "75 to 100"),
    ("50-74", "50 to 74.9"),
    ("25-49", "25 to 49.9"),
    ("0-24", "Under 25"),
    (NOT_KNOWN, "Not known"),
]
