"""What is wrong with a file or with a cell of it, in words that say where it is and what to do."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass


class FileProblem(Exception):
    """A file that cannot be read at all. The message says what was found and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell, or with a row where `column` is "".

    `row` is the row's number in the spreadsheet, `column` the heading as it stands in the file, `value` the cell as it
    was typed. `kind` is a key of KINDS, by which like problems are shown together. `sheet` is the name of the row's sheet,
    "" where only one was read. `values` are what a conflict is between: the key of the fact, and
    what it is as exported, in the register, in the file.
    """

    row: int
    column: str
    value: str
    message: str
    kind: str
    sheet: str = ""
    values: Sequence[str] = ()

    def as_json(self) -> dict[str, str | int | Sequence[str]]:
        """Return it as a dictionary, as it is stored."""
        return asdict(self)


KINDS = {
    "missing": "Something needed is missing",
    "site_unknown": "Sites that are not in the list of organisations",
    "trust_unknown": "Trusts that are not yours, or not in the list of organisations",
    "trust_differs": "Sites that belong to another trust than the row says",
    "modality_unknown": "Types of equipment we do not know",
    "specification_unknown": "Specifications we do not know",
    "word_unknown": "Words we do not know",
    "date_unreadable": "Dates that cannot be read",
    "date_two_meanings": "Dates that can mean two things",
    "date_order": "Dates with the month before the day",
    "date_empty": "Empty dates that a program has filled in",
    "date_future": "Dates in the future",
    "date_implausible": "Dates that cannot be right",
    "fact_of_others": "Facts that machines of this kind do not have",
    "dates_disagree": "Dates that disagree with each other",
    "price_unreadable": "Prices that cannot be read",
    "price_vat": "Prices with VAT",
    "price_currency": "Prices in another currency",
    "price_implausible": "Prices that cannot be right",
    "number_unreadable": "Numbers that cannot be read",
    "number_implausible": "Numbers that cannot be right",
    "text_too_long": "Texts that are too long",
    "text_unreadable": "Texts with invisible characters",
    "formula": "Formulas",
    "error_cell": "Cells that show a spreadsheet's error",
    "clear_refused": "Values that cannot be emptied",
    "same_in_file": "Rows of the file that mean the same machine",
    "taken": "Numbers that another machine in the register has",
    "reference_unknown": "References that are not in the register",
    "match_unclear": "Rows that fit more than one machine in the register",
    "conflict": "Facts changed both in the register and in the file since it was exported",
    "version_unknown": "Versions that the register does not have",
    "edited_since": "Machines changed since the file was checked",
}
"""Kind of problem to the heading under which problems of that kind are gathered."""
