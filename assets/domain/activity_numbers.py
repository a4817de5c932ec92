"""Reading counts of examinations and numbers of hours as people write them."""

import re
from decimal import Decimal

from assets.domain.activity import Measure
from assets.domain.cells import unguarded

_GROUPED = r"\d{1,3}(?:[, ]\d{3})+|\d{1,12}"
_WHOLE = re.compile(rf"({_GROUPED})(?:\.0+)?", re.ASCII)
_HOURS = re.compile(rf"((?:{_GROUPED})(?:\.\d{{1,15}})?)\s*(?:h|hrs?|hours?)?", re.ASCII | re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,9}):([0-5]\d)(?::[0-5]\d)?", re.ASCII)
_MOST = 10**7
"""More than any site's machines have in a year; what the database holds as well."""


class NotANumber(ValueError):
    """The text is no number of what is measured. The message says what to write."""


def read_number(text: str, measure: Measure) -> Decimal:
    """Return examinations as a whole number, hours to hundredths: "1,204", "412.5", "412:30", "8 h". Raises NotANumber."""
    text = unguarded(text.strip())
    if measure.is_hours:
        number = _hours(text)
    else:
        found = _WHOLE.fullmatch(text)
        number = Decimal(re.sub("[, ]", "", found[1])) if found else None
    if number is None:
        how = (
            "a number of hours. Write it as 412.5 or 412:30"
            if measure.is_hours
            else "a whole number. Write it as 1,204"
        )
        raise NotANumber(f"This is not {how}, or leave the cell empty if it is not known.")
    if number >= _MOST:
        raise NotANumber("This is more than there can be. Correct it.")
    return number


def _hours(text: str) -> Decimal | None:
    if found := _CLOCK.fullmatch(text):
        number = int(found[1]) + Decimal(int(found[2])) / 60
    elif found := _HOURS.fullmatch(text):
        number = Decimal(re.sub("[, ]", "", found[1]))
    else:
        return None
    return number.quantize(Decimal("0.01"))
