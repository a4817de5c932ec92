"""Fields that more than one app's forms need."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

_AMOUNT = re.compile(r"£?\s*(?P<number>\d[\d,\s]*(?:\.\d+)?|\.\d+)\s*(?P<unit>k|m|bn)?", re.IGNORECASE)
YEARS = range(1948, 2100)
"""The NHS began in 1948; what lies beyond this century is a slip of the keyboard."""
_LONGEST = 40
"""Letters in an amount, spaces included: far more than £1bn to the penny takes."""
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "bn": 10**9}


class DayField(forms.DateField):
    """A day on which something of the NHS happened or will, in one of YEARS."""

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and value.year not in YEARS:
            raise ValidationError(f"Enter a date from {YEARS[0]} to {YEARS[-1]}", code="far")


class PoundsField(forms.Field):
    """An amount typed in pounds ("1,250,000", "£1.25m", "490k"), cleaned to whole pence as an integer.

    `min_pence` and `max_pence` bound it, both included. The initial value and the model's are pence.
    """

    default_error_messages = {
        "invalid": "Enter an amount in pounds, like 1,250,000 or 1.25m",
        "fraction": "Enter an amount in whole pence, like 1,250.50",
        "too_small": "Enter an amount of at least %(limit)s",
        "too_large": "Enter an amount of at most %(limit)s",
    }

    def __init__(
        self, *, min_pence: int = 0, max_pence: int = 10**13, prefix: str = "£", **kwargs: Any
    ) -> None:
        self.min_pence = min_pence
        self.max_pence = max_pence
        self.prefix = prefix
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "nhsuk-input--width-10"})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        text = str(value).strip()
        match = _AMOUNT.fullmatch(text) if len(text) <= _LONGEST else None
        if match is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        number = Decimal(re.sub(r"[,\s]", "", match["number"]))
        pence = number * _UNITS[(match["unit"] or "").lower()] * 100
        if pence != pence.to_integral_value():
            raise ValidationError(self.error_messages["fraction"], code="fraction")
        return int(pence)

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is None:
            return
        if value < self.min_pence:
            self._refuse("too_small", self.min_pence)
        if value > self.max_pence:
            self._refuse("too_large", self.max_pence)

    def _refuse(self, code: str, limit: int) -> None:
        raise ValidationError(self.error_messages[code], code=code, params={"limit": f"£{_pounds(limit)}"})

    def prepare_value(self, value: Any) -> Any:
        """Show pence as pounds; leave what was typed as it was typed."""
        return _pounds(value) if isinstance(value, int) else value


def _pounds(pence: int) -> str:
    whole, rest = divmod(pence, 100)
    return f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"
