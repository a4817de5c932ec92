"""The response matrix: every requirement with room for the bidder's value and evidence, checked as it is filled in."""

import io
from collections.abc import Sequence
from typing import Any

from procurement.documents.bid_workbook import Styles, add_sheet, bid_workbook
from procurement.domain.specification import Requirement, RequirementType
from procurement.queries.tender_bundle import BundleContent

_HEADING = 3
_COLUMNS = [
    ("No.", 8), ("Group", 24), ("Requirement", 50), ("Asked for", 30), ("Unit", 10), ("Level", 12),
    ("Your value", 20), ("Meets it", 16), ("Evidence asked for", 34), ("Your evidence: file and page", 34),
    ("Remark", 34),
]  # fmt: skip
_VALUE, _MEETS = 6, 7
MEETS, MISSES = "Meets", "Does not meet"


def response_matrix(content: BundleContent) -> bytes:
    """Return the workbook's bytes; equal content gives equal bytes."""
    target = io.BytesIO()
    requirements = content.specification.requirements
    with bid_workbook(
        target, title=f"Response matrix: {content.name}", subject=content.reference, made_on=content.opened_on
    ) as (book, styles):
        sheet = add_sheet(
            book,
            styles,
            "Requirements",
            title=f"Response matrix: {content.specification_code} version {content.specification_version}",
            columns=_COLUMNS,
            heading_row=_HEADING,
        )
        sheet.write_string(
            1, 0, "Fill in the tinted cells. “Meets it” works itself out where the answer can be checked."
        )
        for row, requirement in enumerate(requirements, start=_HEADING + 1):
            _write(sheet, styles, row, requirement)
        sheet.autofilter(_HEADING, 0, _HEADING + len(requirements), len(_COLUMNS) - 1)
        _count(book, styles, requirements)
    return target.getvalue()


def _write(sheet: Any, styles: Styles, row: int, requirement: Requirement) -> None:
    told = (requirement.number, requirement.group, requirement.name, requirement.asks, requirement.unit)
    for column, words in enumerate((*told, requirement.level)):
        sheet.write_string(row, column, words, styles.text)
    is_number = requirement.type is RequirementType.NUMBER
    sheet.write_blank(row, _VALUE, None, styles.fill_number if is_number else styles.fill_text)
    if check := meets_formula(requirement, f"G{row + 1}"):
        sheet.write_formula(row, _MEETS, check, styles.text, "")
    else:
        sheet.write_string(row, _MEETS, "Judged by people", styles.text)
    sheet.write_string(row, 8, requirement.evidence, styles.text)
    sheet.write_blank(row, 9, None, styles.fill_text)
    sheet.write_blank(row, 10, None, styles.fill_text)
    _validate(sheet, row, requirement)


def meets_formula(requirement: Requirement, cell: str) -> str:
    """Return the formula that says whether the answer in `cell` meets a requirement, "" where only people can judge."""
    if requirement.type is RequirementType.NUMBER:
        limits = [
            f"{cell}{sign}{limit.normalize():f}"
            for sign, limit in ((">=", requirement.minimum), ("<=", requirement.maximum))
            if limit is not None
        ]
        test = f"AND(ISNUMBER({cell}),{','.join(limits)})"
    elif requirement.type is RequirementType.YES:
        test = f'{cell}="Yes"'
    elif requirement.type is RequirementType.CHOICE:
        answers = ",".join(f'{cell}="{_quoted(answer)}"' for answer in listed(requirement))
        test = f"OR({answers})"
    else:
        return ""
    return f'=IF(ISBLANK({cell}),"",IF({test},"{MEETS}","{MISSES}"))'


def _quoted(text: str) -> str:
    return text.replace('"', '""')


def _validate(sheet: Any, row: int, requirement: Requirement) -> None:
    if requirement.type is RequirementType.NUMBER:
        unit = f" in {requirement.unit}" if requirement.unit else ""
        sheet.data_validation(
            row,
            _VALUE,
            row,
            _VALUE,
            {
                "validate": "decimal",
                "criteria": "between",
                "minimum": -1_000_000_000,
                "maximum": 1_000_000_000,
                "error_title": "Not a number",
                "error_message": f"Enter a number{unit}, without its unit.",
            },
        )
    elif requirement.type in {RequirementType.YES, RequirementType.CHOICE}:
        answers = (
            ["Yes", "No"]
            if requirement.type is RequirementType.YES
            else [*listed(requirement), "None of these"]
        )
        sheet.data_validation(
            row,
            _VALUE,
            row,
            _VALUE,
            {
                "validate": "list",
                "source": answers,
                "error_title": "Not in the list",
                "error_message": "Choose one of the answers in the list.",
            },
        )


def listed(requirement: Requirement) -> list[str]:
    """Return a choice's answers as the workbook lists them.

    A list in a cell is kept as one text with commas between, so an answer cannot have one: a semicolon reads alike.
    """
    return [answer.replace(",", ";") for answer in requirement.choices]


def _count(book: Any, styles: Styles, requirements: Sequence[Requirement]) -> None:
    """A sheet that counts what is answered, met and missed."""
    sheet = add_sheet(
        book, styles, "Count", title="How far you are", columns=[("Level", 20), ("Asked", 12), ("Answered", 12), ("Met", 12), ("Not met", 12)], heading_row=2
    )  # fmt: skip
    first, last = _HEADING + 2, _HEADING + 1 + len(requirements)
    levels, values, meets = (f"Requirements!${c}${first}:${c}${last}" for c in ("F", "G", "H"))
    for row, level in enumerate(("Mandatory", "Desirable"), start=3):
        asked = sum(requirement.level == level for requirement in requirements)
        sheet.write_string(row, 0, level, styles.total_label)
        sheet.write_formula(row, 1, f'=COUNTIF({levels},"{level}")', styles.whole, asked)
        sheet.write_formula(row, 2, f'=COUNTIFS({levels},"{level}",{values},"<>")', styles.whole, 0)
        for column, word in ((3, MEETS), (4, MISSES)):
            sheet.write_formula(
                row, column, f'=COUNTIFS({levels},"{level}",{meets},"{word}")', styles.whole, 0
            )
