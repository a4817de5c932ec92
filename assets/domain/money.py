"""Reading an amount of money as people write it in a spreadsheet. An amount that nobody says is unknown, never nought."""

import re
from decimal import ROUND_HALF_UP, Decimal

LEAST_PLAUSIBLE_PENCE = 1_000_00
"""Below £1,000 no imaging machine was bought: the column is probably in thousands."""

MOST_PLAUSIBLE_PENCE = 100_000_000_00
"""Above £100m it is a total, or pence."""


class NotAnAmount(ValueError):
    """The text is not one amount in pounds without VAT. The message says what to write; `kind` groups like problems."""

    def __init__(self, message: str, kind: str = "price_unreadable") -> None:
        super().__init__(message)
        self.kind = kind


_HOW = "Write pounds without VAT, as 490,000 or £1.2m, or leave the cell empty if it is not known."
_UNSAID = re.compile(
    r"(?:commercial(?:ly)?|company)[\s\-]*(?:in[\s\-]*confidence|confidential|sensitive)|c\.?i\.?c\.?|confidential|in confidence"
    r"|withheld|redacted|not (?:disclosed|available|recorded|held|stated)|undisclosed|s(?:ection)?\.?\s*43|exempt(?: under s(?:ection)?\.?\s*43)?",
    re.ASCII,
)
_WITHOUT_VAT = re.compile(
    r"\s*(?:\(?(?:ex|excl|excluding|exc|net of|without|plus|\+)\.?\s*vat\)?|\(?net\)?)$", re.ASCII
)
_WITH_VAT = re.compile(r"\b(?:inc|incl|including|with)\.?\s*vat\b|\bgross\b", re.ASCII)
_FOREIGN = re.compile(r"[$€¥]|\b(?:usd|eur|euros?|dollars?)\b", re.ASCII)
_AMOUNT = re.compile(
    r"(?:£|gbp)?\s*(?P<number>(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.\d+)?)\s*"
    r"(?P<unit>k|m|mn|million|thousand)?\s*(?:gbp|pounds)?",
    re.ASCII,
)
_UNITS = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "mn": 1_000_000, "million": 1_000_000}
_LONGEST = 80


def unsaid(text: str) -> bool:
    """Say whether a cell of a price column says that the price is not told, as "Commercial in confidence" does."""
    return len(text) <= _LONGEST and _UNSAID.fullmatch(" ".join(text.split()).lower()) is not None


def read_pence(text: str) -> int:
    """Return an amount in pounds ("£490,000", "490k", "£1.2m + VAT") as whole pence. Raises NotAnAmount.

    Blank cells and those of which `unsaid` is true are the caller's to pass over.
    """
    words = " ".join(text.split()).lower()
    if len(words) > _LONGEST:
        raise NotAnAmount(f"This is not an amount we can read. {_HOW}")
    words = _WITHOUT_VAT.sub("", words)
    if _WITH_VAT.search(words):
        raise NotAnAmount("This price includes VAT. Write the price without it.", "price_vat")
    if _FOREIGN.search(words):
        raise NotAnAmount("This is not in pounds. Write what was paid in pounds.", "price_currency")
    found = _AMOUNT.fullmatch(words)
    if found is None:
        raise NotAnAmount(f"This is not an amount we can read. {_HOW}")
    return _pence(found)


def implausible(pence: int) -> str:
    """Return what is wrong with an amount that cannot be the price of a machine, and what to do; "" where nothing is."""
    if pence == 0:
        return "A price of nought says the machine was free. Leave the cell empty if the price is not known."
    if pence < LEAST_PLAUSIBLE_PENCE:
        return "This is too little for an imaging machine. If it is in thousands of pounds, write it in full or with a k, as 490k."
    return too_much(pence)


def too_much(pence: int) -> str:
    """Return what is wrong with an amount that is too large to be about one machine; "" where nothing is."""
    if pence > MOST_PLAUSIBLE_PENCE:
        return "This is too much for one machine. Write what this machine alone cost, in pounds."
    return ""


def _pence(found: re.Match[str]) -> int:
    """A division of VAT in the spreadsheet leaves parts of a penny: they are rounded, half up."""
    unit = _UNITS.get(found["unit"] or "", 1)
    if unit == 1 and re.fullmatch(r"\d{1,3}\.\d{3}", found["number"], re.ASCII):
        whole = found["number"].replace(".", ",")
        raise NotAnAmount(
            f"This may be pounds and pence or thousands. Write {whole} if you mean that.", "price_unreadable"
        )
    number = Decimal(re.sub("[, ]", "", found["number"]))
    return int((number * unit * 100).to_integral_value(ROUND_HALF_UP))
