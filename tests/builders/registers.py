"""A small register in memory, for rules that need no database: two sites of Ash, one of Beech."""

from datetime import date

from assets.domain.checking import CheckedRow, check_rows
from assets.domain.columns import COLUMNS
from assets.domain.register import FIELDS, Held, Place, Register, SpecificationName, TrustName, Value, empty
from assets.domain.rows import SourceRow
from assets.domain.vocabulary import Modality

ON = date(2026, 11, 10)
ASH = TrustName(1, "RAA", "Ash Valley NHS Foundation Trust", family=1)
BEECH = TrustName(2, "RBB", "Beech NHS Trust", family=2)
ROYAL = Place(11, "RAA01", "Ash Royal Infirmary", trust_id=1)
GENERAL = Place(12, "RAA02", "St Mary's General", trust_id=1)
BEECH_SITE = Place(21, "RBB01", "Beech Hospital", trust_id=2)
SPECIFICATIONS = [
    SpecificationName(1, "CT-STD", "General CT", Modality.CT, is_default=True),
    SpecificationName(2, "CT-CARDIAC", "Cardiac CT", Modality.CT),
    SpecificationName(3, "MRI-STD", "1.5 T MRI", Modality.MRI, is_default=True),
    SpecificationName(4, "XR-STD", "General radiography room", Modality.XRAY, is_default=True),
    SpecificationName(5, "XR-FLUORO", "Fluoroscopy room", Modality.XRAY),
    SpecificationName(6, "MG-STD", "Digital mammography", Modality.MAMMOGRAPHY, is_default=True),
]
HEADINGS = {column.key: column.heading for column in COLUMNS}


def held(pk: int, *, trust: TrustName = ASH, version: int = 3, **values: Value) -> Held:
    """Return a CT in use at Ash Royal Infirmary, with what a test says of it."""
    usual: dict[str, Value] = {
        "site_id": ROYAL.id,
        "modality": "CT",
        "specification_id": 1,
        "status": "in_use",
    }
    return Held(pk, f"A{pk:06d}", version, trust.id, {name: empty(name) for name in FIELDS} | usual | values)


def register(*machines: Held, england: bool = False) -> Register:
    """Return Ash's register; with `england`, Beech's as well."""
    trusts = [ASH, BEECH] if england else [ASH]
    places = [ROYAL, GENERAL, BEECH_SITE] if england else [ROYAL, GENERAL]
    return Register({trust.id: trust for trust in trusts}, places, SPECIFICATIONS, machines)


def row(number: int, **cells: str) -> SourceRow:
    """Return a row for a CT at Ash Royal Infirmary, with what a test says of it; "" leaves a cell empty."""
    texts = {"modality": "CT", "site": "Ash Royal Infirmary"} | cells
    return SourceRow(number, {key: text for key, text in texts.items() if text})


def check(*rows: SourceRow, against: Register | None = None, on: date = ON) -> list[CheckedRow]:
    """Return what rows would do to a register, Ash's empty one unless another is given."""
    return check_rows(rows, against or register(), HEADINGS, on=on)


def kinds(checked: CheckedRow) -> list[tuple[str, str]]:
    """Return a row's problems as (heading, kind)."""
    return [(problem.column, problem.kind) for problem in checked.problems]
