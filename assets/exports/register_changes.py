"""Changes of the register as rows of a file: one for each fact that changed."""

from collections.abc import Iterable, Iterator

from django.utils import timezone

from assets.queries.register_changes import RegisterChange
from networks.exports.tables import Cell

CHANGE_HEADINGS = ["When", "Who", "Reference", "Machine", "What happened", "Fact", "From", "To", "Why"]


def change_rows(changes: Iterable[RegisterChange]) -> Iterator[list[Cell]]:
    """Yield a row for each fact of each change. What is not known is an empty cell."""
    for each in changes:
        change = each.change
        at = f"{timezone.localtime(change.at):%d/%m/%Y %H:%M:%S}"
        for difference in change.differences:
            yield [
                at,
                change.who,
                each.reference,
                each.label,
                change.what,
                difference.label,
                difference.old,
                difference.new,
                change.reason,
            ]
