"""What is wrong with an import's rows, each problem with the cell to put right."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from assets.domain.facts import BY_KEY, PRICE_KEYS
from assets.domain.problems import KINDS, Problem
from assets.models import ImportBatch, ImportRow

_NOT_SHOWN = "What equipment cost is not shown to you."


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """Problems of one kind: its heading, and how many there are."""

    kind: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """A problem and the cell it is about.

    `key` is the cell's column, "" for a whole row; `text` what is in it now; `in_file` what the file had, where that was
    corrected here. `alike` counts the rows with a problem in a cell that says the same.
    """

    problem: Problem
    row_id: int
    key: str
    text: str
    in_file: str | None
    alike: int
    decided: str = ""

    @property
    def kind(self) -> str:
        """By which like problems are shown together."""
        return self.problem.kind

    @property
    def name(self) -> str:
        """What its box is called."""
        return f"cell-{self.row_id}-{self.key}"

    @property
    def fact(self) -> str:
        """The fact that a conflict is about; "" for every other problem."""
        return self.problem.values[0] if self.problem.values else ""

    @property
    def fact_heading(self) -> str:
        """The name of that fact."""
        return BY_KEY[self.fact].heading if self.fact else ""


def problems_of(batch: ImportBatch, *, with_prices: bool = True) -> list[ProblemLine]:
    """Return every problem of an import: like ones together in the order of KINDS, each kind from the top of the file down.

    One query.
    """
    faulty = ImportRow.objects.filter(batch=batch, outcome=ImportRow.Outcome.PROBLEM).order_by("pk")
    rows = list(faulty.only("cells", "problems", "corrected", "decisions"))
    keys = {heading: key for key, heading in batch.headings.items()}
    return _in_order(_lines(rows, keys, with_prices=with_prices))


def problems_of_row(
    row: ImportRow, headings: dict[str, str], *, with_prices: bool = True
) -> list[ProblemLine]:
    """Return the problems of one row, as `problems_of` does."""
    return _in_order(
        _lines([row], {heading: key for key, heading in headings.items()}, with_prices=with_prices)
    )


def kinds_of(lines: Iterable[ProblemLine]) -> list[ProblemKind]:
    """Return how many problems there are of each kind, in the order of the problems."""
    counts = Counter(line.kind for line in lines)
    return [ProblemKind(kind, KINDS.get(kind, kind), count) for kind, count in counts.items()]


def _lines(rows: Collection[ImportRow], keys: dict[str, str], *, with_prices: bool) -> list[ProblemLine]:
    found: list[tuple[ImportRow, Problem, str]] = [
        (row, problem, keys.get(problem.column, ""))
        for row in rows
        for problem in (Problem(**each) for each in row.problems)
    ]
    alike = Counter(
        (key, text) for _, key, text in {(row.pk, key, row.cells.get(key, "")) for row, _, key in found}
    )
    lines = []
    for row, problem, key in found:
        text = row.cells.get(key, "")
        if key in PRICE_KEYS and not with_prices:
            problem = replace(problem, value="", message=_NOT_SHOWN, values=())
            key = text = ""
        fact = problem.values[0] if problem.values else ""
        lines.append(
            ProblemLine(
                problem,
                row.pk,
                key,
                text,
                row.corrected.get(key),
                alike[key, text],
                row.decisions.get(fact, "") if fact else "",
            )
        )
    return lines


def _in_order(lines: list[ProblemLine]) -> list[ProblemLine]:
    order = {kind: place for place, kind in enumerate(KINDS)}
    return sorted(lines, key=lambda line: (order.get(line.kind, len(order)), line.row_id))
