"""The columns of the register in files: those that name a machine and its place, and one for each of its facts.

What a machine's cells say under them is in `assets.domain.entries`; how they are read, in `assets.domain.readings`.
"""

import re
import unicodedata
from dataclasses import dataclass

from assets.domain.facts import FACTS, Fact
from assets.domain.facts.fact import listed


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` is the asset's field (or the organisation's), `heading` what our own files write.

    `synonyms` are other headings understood, whatever their case, spaces and punctuation. `accepts` and `example` are
    for the column guide. `max_length` is the longest text taken, None where the column is not free text.
    """

    key: str
    heading: str
    accepts: str
    example: str
    synonyms: tuple[str, ...] = ()
    max_length: int | None = None


REFERENCE = Column(
    "reference",
    "Reference",
    "Our own number for a machine already in the register. Leave it empty for a new one.",
    "A000123",
    listed("Our reference, Register reference, System reference"),
)
TRUST_CODE = Column(
    "trust_code",
    "Trust code",
    "The ODS code of the trust. Not needed: the site says which trust it is.",
    "RX1",
    listed(
        "ODS trust, ODS trust code, Trust ODS code, Trust ODS, Provider code, Organisation code, Org code"
    ),
)
TRUST = Column(
    "trust",
    "Trust",
    "The name of the trust. Not needed: the site says which trust it is.",
    "Ash Valley NHS Foundation Trust",
    listed("Trust name, Provider, Provider name, Organisation, Organisation name, NHS trust"),
)
SITE_CODE = Column(
    "site_code",
    "Site code",
    "The ODS code of the site. Needed, or the site's name.",
    "RX101",
    listed("ODS site, ODS site code, Site ODS code, Site ODS, ODS code, ODS, Hospital code, Location code"),
)


def _column(fact: Fact) -> Column:
    return Column(fact.key, fact.heading, fact.accepts, fact.example, fact.synonyms, fact.max_length)


COLUMNS: tuple[Column, ...] = (
    REFERENCE,
    TRUST_CODE,
    TRUST,
    SITE_CODE,
    *(_column(fact) for fact in FACTS),
)
"""Every column that is read, in the order of our own files."""

VERSION = Column(
    "version",
    "Register version",
    "Written by an export: how often the machine had been changed by then. With it, only what you changed in the file is "
    "changed in the register. Leave it as it is.",
    "3",
)
READ: tuple[Column, ...] = (*COLUMNS, VERSION)
"""Those, and what only our own exports have."""

BY_KEY: dict[str, Column] = {column.key: column for column in READ}

REQUIRED: tuple[tuple[str, ...], ...] = (("modality",), ("site_code", "site"))
"""A file must have one column of each group, and each new row a value in one of them."""

WORKED_OUT: tuple[Column, ...] = (
    Column(
        "age",
        "Age in years",
        "Worked out from the installation date; not read.",
        "11",
        listed("Age, Age years, Current age"),
    ),
    Column("age_band", "Age band", "Worked out from the installation date; not read.", "10–14"),
    Column("network", "Imaging network", "Known from the trust; not read.", "Northern", ("Network",)),
    Column("region", "Region", "Known from the trust; not read.", "North West"),
    Column("planned_year", "Planned replacement", "Known from the agreed plan; not read.", "2028/29"),
)
"""Columns that an export may add for its readers. An import knows them and passes over them without a word."""


ROW_IN_FILE = Column(
    "row", "Row in the file", "Where the row stood in the file it was sent in; not read.", "12"
)
WHAT_IS_WRONG = Column(
    "wrong", "What is wrong", "What to put right before the row is sent again; not read.", ""
)
TO_CORRECT: tuple[Column, ...] = (ROW_IN_FILE, WHAT_IS_WRONG)
"""Columns before the problem rows that an import hands back; passed over as well when they come again."""

_WORDS = re.compile(r"[a-z0-9]+")
_APOSTROPHES = re.compile("['\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}`]")


def normalised(text: str) -> str:
    """Return a text's words without case, accents and punctuation: "Serial No." and "SERIAL_NO" are "serial no"."""
    plain = text.casefold() if text.isascii() else unicodedata.normalize("NFKD", text).casefold()
    return " ".join(_WORDS.findall(_APOSTROPHES.sub("", plain)))


def compact(text: str) -> str:
    """Return a text as `normalised` does, without its spaces: "X-ray", "X ray" and "XRAY" are "xray"."""
    return normalised(text).replace(" ", "")
