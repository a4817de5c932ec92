"""What each heading of a file is read as: by the words we know, by what the trust chose before, or by what is chosen now."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from assets.domain.columns import BY_KEY, REQUIRED, compact
from assets.domain.headings import column_letter, is_passed_over, why_not_read
from assets.domain.problems import FileProblem
from assets.domain.tables import Heading, Rows, Table

NOT_READ = ""
"""Chosen for a heading whose column is not to be read."""

Choices = Mapping[str, str]
"""A heading's `word` to the key of the register's column, or NOT_READ."""

_HIDDEN = "you do not see what equipment cost, so your files do not change it"
_EXAMPLES = 3
_SEARCHED = 200
_LONGEST_WORD = 200


class How(StrEnum):
    """Why a heading is read as it is."""

    KNOWN = "known"
    CHOSEN = "chosen"
    REMEMBERED = "remembered"
    PASSED_OVER = "passed over"
    ELSEWHERE = "read from another column"
    NOT_KNOWN = "not known"
    SUGGESTED = "suggested"
    DOUBLED = "doubled"


DOUBTS = frozenset({How.NOT_KNOWN, How.SUGGESTED, How.DOUBLED})
"""What is to be asked, where the column has anything in it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A heading, with some of its cells, and what it is read as: `key`, "" for nothing. `reason` says why it is not.

    `own` is what its words say by themselves, None where we do not know them.
    """

    position: int
    label: str
    key: str
    how: How
    examples: tuple[str, ...] = ()
    reason: str = ""
    own: str | None = None

    @property
    def word(self) -> str:
        """What it is remembered by."""
        return word_of(self.label)

    @property
    def is_doubtful(self) -> bool:
        """Whether it has to be asked: a column without a single value need not."""
        return self.how in DOUBTS and bool(self.examples)


@dataclass(frozen=True, slots=True)
class Settled:
    """The headings of one table. `columns` gives each column read its position and its heading; `missing` are groups of
    needed columns with none among them."""

    found: tuple[Found, ...]
    columns: Mapping[str, tuple[int, str]]
    missing: tuple[tuple[str, ...], ...]

    @property
    def is_clear(self) -> bool:
        """Whether nothing has to be asked."""
        return not self.missing and not any(found.is_doubtful for found in self.found)

    @property
    def ignored(self) -> tuple[tuple[str, str], ...]:
        """The headings of columns that are not read, each with the reason; those of our own files go without saying."""
        return tuple((each.label, each.reason) for each in self.found if each.reason)


def word_of(label: str) -> str:
    """Return what a heading is remembered by: its letters and figures, without case."""
    return compact(label)[:_LONGEST_WORD] or label[:_LONGEST_WORD]


def settle(
    table: Table,
    rows: Rows,
    *,
    chosen: Choices,
    remembered: Choices,
    given: Iterable[str] = (),
    hidden: Collection[str] = (),
) -> Settled:
    """Return what a table's headings are read as. What is chosen goes before what is remembered, and that before the
    words we know. `given` are columns that something else than a heading says, such as the name of the sheet. `hidden` are
    columns that the file's person may not see in the register, and so may not read into it."""
    found = [_found(heading, table, rows, chosen, remembered) for heading in table.headings]
    found = [replace(each, key=NOT_READ, reason=_HIDDEN) if each.key in hidden else each for each in found]
    found = _without_doubles(found)
    columns = {each.key: (each.position, each.label) for each in found if each.key and each.how not in DOUBTS}
    known = {*columns, *given}
    # A file of known machines only, such as our own export of some columns, needs to say nothing more of them.
    needed = () if "reference" in known else REQUIRED
    missing = tuple(group for group in needed if not known.intersection(group))
    return Settled(tuple(found), columns, missing)


def require_clear(settled: Settled, row: int) -> None:
    """Raise FileProblem where two columns say the same thing or a needed one is missing: for who cannot be asked."""
    doubled: dict[str, list[Found]] = {}
    for each in settled.found:
        if each.how is How.DOUBLED:
            doubled.setdefault(each.key, []).append(each)
    for key, places in doubled.items():
        ours = BY_KEY[key].heading
        where = " and ".join(
            f"column {column_letter(each.position)} (“{_without_letter(each)}”)" for each in places
        )
        raise FileProblem(
            f"Row {row} has more than one column for “{ours}”: {where}. "
            f"Delete the ones that are not meant, or head the right one “{ours}” and the others differently."
        )
    if settled.missing:
        raise FileProblem(
            f"The headings stand in row {row}, but there is no column for {in_words(settled.missing)}. "
            "Add it, or change the heading of the column that holds it; the column guide lists the headings understood."
        )


def in_words(missing: Sequence[Sequence[str]]) -> str:
    """Return needed columns as words: "“Modality” and “Site code” or “Site”"."""
    return " and ".join(" or ".join(f"“{BY_KEY[key].heading}”" for key in group) for group in missing)


def _found(heading: Heading, table: Table, rows: Rows, chosen: Choices, remembered: Choices) -> Found:
    own = NOT_READ if heading.key is None and is_passed_over(heading.label) else heading.key
    key, how, reason = _meaning(heading, own, chosen, remembered)
    return Found(
        heading.position, heading.label, key, how, _examples(heading.position, table, rows), reason, own
    )


def _meaning(heading: Heading, own: str | None, chosen: Choices, remembered: Choices) -> tuple[str, How, str]:
    """Return what a heading is read as, why, and why not where it is not read."""
    word = word_of(heading.label)
    for choices, how in ((chosen, How.CHOSEN), (remembered, How.REMEMBERED)):
        key = choices.get(word)
        if key is not None and (key in BY_KEY or key == NOT_READ):
            return key, how, "" if key or own == NOT_READ else "it was chosen not to be read"
    if own is not None:
        return own, How.KNOWN if own else How.PASSED_OVER, ""
    if heading.suggested:
        reason = f"it may mean “{BY_KEY[heading.suggested].heading}”, or something else"
        return heading.suggested, How.SUGGESTED, reason
    return NOT_READ, How.NOT_KNOWN, why_not_read(heading.label)


def _examples(position: int, table: Table, rows: Rows) -> tuple[str, ...]:
    """Return some different cells of a column: of the first rows, or of any where those are empty."""
    seen: dict[str, None] = {}
    for count, index in enumerate(table.body):
        if len(seen) == _EXAMPLES or (seen and count >= _SEARCHED):
            break
        if position < len(rows[index]) and (text := rows[index][position]):
            seen[text if len(text) <= 60 else f"{text[:59]}…"] = None
    return tuple(seen)


def _without_doubles(found: list[Found]) -> list[Found]:
    """Of several columns for the same thing, read the one chosen, else the one headed as ours, else the only one with
    anything in it; else none."""
    places: dict[str, list[Found]] = {}
    for each in found:
        if each.key and each.how not in DOUBTS:
            places.setdefault(each.key, []).append(each)
    for key, doubled in places.items():
        if len(doubled) == 1:
            continue
        the_one = _the_one(key, doubled)
        for each in doubled:
            if each is the_one:
                continue
            if the_one is None:
                new = replace(each, how=How.DOUBLED)
            else:
                reason = f"“{BY_KEY[key].heading}” is read from another column"
                new = replace(each, key=NOT_READ, how=How.ELSEWHERE, reason=reason)
            found[found.index(each)] = new
    return found


def _the_one(key: str, doubled: Sequence[Found]) -> Found | None:
    ours = compact(BY_KEY[key].heading)
    for those in (
        [each for each in doubled if each.how is How.CHOSEN],
        [each for each in doubled if each.how is How.REMEMBERED],
        [each for each in doubled if compact(each.label) == ours],
        [each for each in doubled if each.examples],
    ):
        if those:
            return those[0] if len(those) == 1 else None
    return None


def _without_letter(found: Found) -> str:
    return found.label.removesuffix(f" (column {column_letter(found.position)})")
