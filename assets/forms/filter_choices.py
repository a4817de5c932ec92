"""What the filters of machines offer to choose from: value in an address, and words."""

from assets.domain.ageing import Band
from assets.domain.priority_marks import in_points
from assets.domain.vocabulary import Condition, Ownership, Status
from assets.queries import record_bands, score_bands
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


def _completeness_words(least: int, below: int) -> str:
    """A band of percentages in words: "Complete", "75% to 99%", "Under 50%"."""
    if least == 100:
        return "Complete"
    return f"{least}% to {below - 1}%" if least else f"Under {below}%"


def _score_words(least: int, below: int) -> str:
    """A band of scores, given in tenths, in words: "50 to 74.9", "Under 25"."""
    return f"{in_points(least)} to {in_points(below - 1)}" if least else f"Under {in_points(below)}"


COMPLETENESS_CHOICES = [(band, _completeness_words(*edges)) for band, edges in record_bands.BANDS.items()]

SCORE_CHOICES = [
    *((band, _score_words(*edges)) for band, edges in score_bands.BANDS.items()),
    (score_bands.NO_SCORE, "Not known"),
]
