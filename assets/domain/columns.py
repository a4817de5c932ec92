"""The columns of the register in files: the one list behind imports, exports, the template and the column guide.

What a machine's cells say under them is in `assets.domain.entries`; how they are read, in `assets.domain.rows`.
"""

import re
import unicodedata
from dataclasses import dataclass


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


def _names(listed: str) -> tuple[str, ...]:
    return tuple(listed.split(", "))


REFERENCE = Column(
    "reference",
    "Reference",
    "Our own number for a machine already in the register. Leave it empty for a new one.",
    "A000123",
    _names("Our reference, Register reference, System reference"),
)
TRUST_CODE = Column(
    "trust_code",
    "Trust code",
    "The ODS code of the trust. Not needed: the site says which trust it is.",
    "RX1",
    _names(
        "ODS trust, ODS trust code, Trust ODS code, Trust ODS, Provider code, Organisation code, Org code"
    ),
)
TRUST = Column(
    "trust",
    "Trust",
    "The name of the trust. Not needed: the site says which trust it is.",
    "Ash Valley NHS Foundation Trust",
    _names("Trust name, Provider, Provider name, Organisation, Organisation name, NHS trust"),
)
SITE_CODE = Column(
    "site_code",
    "Site code",
    "The ODS code of the site. Needed, or the site's name.",
    "RX101",
    _names("ODS site, ODS site code, Site ODS code, Site ODS, ODS code, ODS, Hospital code, Location code"),
)
SITE = Column(
    "site",
    "Site",
    "The name of the site as in the list of organisations, or its ODS code. Needed, or the site code.",
    "Ash Royal Infirmary",
    _names("Site name, Hospital, Hospital name, Hospital site, Premises, Facility"),
)
LOCATION = Column(
    "location",
    "Room",
    "Where on the site it stands, in your own words.",
    "CT room 2",
    _names("Location, Room number, Room name, Department, Room location, Position"),
    max_length=100,
)
ASSET_TAG = Column(
    "asset_tag",
    "Asset number",
    "Your own number for it; no two of a trust's machines may share one.",
    "IMG-0042",
    _names(
        "Asset no, Asset tag, Asset ID, Asset reference, Asset ref, Equipment number, Equipment no, Equipment ID, Inventory number, Inventory no, Tag, Tag number, GIAI, Barcode"
    ),
    max_length=60,
)
MODALITY = Column(
    "modality",
    "Modality",
    "CT, MRI, X-ray or mammography, as people write them: CT scanner, MR, DR, mammo. Needed.",
    "CT",
    _names(
        "Equipment type, Type, Type of equipment, Device type, Scanner type, Machine type, Modality type, Equipment category, Category, Imaging modality"
    ),
)
SPECIFICATION = Column(
    "specification",
    "Specification",
    "The standard specification it would be replaced by: its code or its name. Empty means the usual one.",
    "CT-STD",
    _names("Specification code, Standard specification, Spec, Spec code, Specification name"),
)
MANUFACTURER = Column(
    "manufacturer",
    "Manufacturer",
    "The maker's name.",
    "Siemens Healthineers",
    _names("Make, Maker, Vendor, OEM, Supplier, Brand, Manufacturer name, Manufactured by"),
    max_length=100,
)
MODEL = Column(
    "model_name",
    "Model",
    "The model's name.",
    "SOMATOM go.Top",
    _names(
        "Model name, Model no, Model number, Model type, Product, Product name, Equipment model, Manufacturer model, Manufacturers model name"
    ),
    max_length=120,
)
SERIAL_NUMBER = Column(
    "serial_number",
    "Serial number",
    "The maker's serial number; no two of a trust's machines may share one. A machine already in the register is found by it.",
    "SN104233",
    _names(
        "Serial, Serial no, Serial num, Ser no, S/N, SN, Serial ID, Device serial number, Serial number or unique identifier"
    ),
    max_length=80,
)
YEAR_OF_MANUFACTURE = Column(
    "year_of_manufacture",
    "Year of manufacture",
    "A year, not after the installation.",
    "2015",
    _names(
        "Manufacture year, Year manufactured, Year made, Manufactured, Date of manufacture, Manufacture date, YOM, Year built, Build year"
    ),
)
INSTALLED = Column(
    "installed_on",
    "Installed",
    "A day, a month or only a year, day before month: 1 June 2012, 01/06/2012, June 2012, 2012. Not in the future.",
    "1 June 2012",
    _names(
        "Installation date, Install date, Date installed, Date of installation, Date of install, Installed on, Installed date, Year installed, Year of installation, Installation year, Install year, Installation, Install, Commissioned, Commissioning date, Date commissioned, In service date, Date into service, Date in use, Go live, Acceptance date"
    ),
)
SUPPORT_ENDS = Column(
    "support_ends_on",
    "End of support",
    "The last day on which the maker supports it. A month or a year alone means its last day.",
    "31 March 2028",
    _names(
        "Support end, Support ends, Support end date, Support ends on, End of support date, End of vendor support, Vendor support end, Vendor end of support, EOS, EoS date, End of service, Manufacturer support end"
    ),
)
CONDITION = Column(
    "condition",
    "Condition",
    "Good, fair or poor.",
    "Fair",
    _names("Equipment condition, State of repair, Condition rating, Physical condition"),
)
EXAMINATIONS = Column(
    "examinations_per_year",
    "Examinations per year",
    "A whole number.",
    "14,500",
    _names(
        "Examinations, Exams, Exams per year, Exams pa, Examinations pa, Annual examinations, Annual exams, Scans per year, Scans pa, Annual scans, Annual activity, Activity, Yearly examinations, Number of examinations, Exams yr"
    ),
)
PRICE_PAID = Column(
    "price_paid_pence",
    "Price paid (£ ex VAT)",
    "What the machine cost in pounds, without VAT and building works: £490,000, 490k, £1.2m.",
    "490000",
    _names(
        "Price, Price paid, Cost, Price paid ex VAT, Price ex VAT, Cost ex VAT, Price excl VAT, Cost excl VAT, Price excluding VAT, Cost excluding VAT, Purchase price, Purchase cost, Purchase price ex VAT, Purchase cost ex VAT, Purchase value, Capital cost, Capital cost ex VAT, Equipment cost, Equipment cost ex VAT, Unit cost, Unit price, Cost GBP, Price GBP, Original cost, Acquisition cost, Cost of equipment"
    ),
)
STATUS = Column(
    "status",
    "Status",
    "In use, standby or retired. Empty means in use for a new machine.",
    "In use",
    _names("State, Operational status, Equipment status, Asset status, Current status, Lifecycle status"),
)
RETIRED = Column(
    "retired_on",
    "Retired on",
    "The day it left service; only for a retired machine. A month or a year alone means its first day.",
    "30 September 2025",
    _names(
        "Retired, Retirement date, Date retired, Retired date, Decommissioned, Date decommissioned, Decommissioning date, Disposal date, Date of disposal, Disposed"
    ),
)
NOTES = Column(
    "notes",
    "Notes",
    "Anything else worth knowing. No names of patients.",
    "Detector replaced in 2019",
    _names("Note, Comment, Comments, Remarks, Remark, Additional information, Further information"),
    max_length=4000,
)

COLUMNS: tuple[Column, ...] = (
    REFERENCE,
    TRUST_CODE,
    TRUST,
    SITE_CODE,
    SITE,
    LOCATION,
    ASSET_TAG,
    MODALITY,
    SPECIFICATION,
    MANUFACTURER,
    MODEL,
    SERIAL_NUMBER,
    YEAR_OF_MANUFACTURE,
    INSTALLED,
    SUPPORT_ENDS,
    CONDITION,
    EXAMINATIONS,
    PRICE_PAID,
    STATUS,
    RETIRED,
    NOTES,
)
"""Every column that is read, in the order of our own files."""

BY_KEY: dict[str, Column] = {column.key: column for column in COLUMNS}

REQUIRED: tuple[tuple[str, ...], ...] = (("modality",), ("site_code", "site"))
"""A file must have one column of each group, and each new row a value in one of them."""

WORKED_OUT: tuple[Column, ...] = (
    Column(
        "age",
        "Age in years",
        "Worked out from the installation date; not read.",
        "11",
        _names("Age, Age years, Current age"),
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
