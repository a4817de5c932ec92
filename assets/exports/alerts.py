"""Alerts as rows of a file: the same in the same order as on the page."""

from collections.abc import Iterable, Iterator

from assets.queries.alerts import ToldOf
from networks.exports.tables import Cell

HEADINGS = [
    *("Due on", "What", "Reference", "Asset number", "Modality", "Manufacturer", "Model", "Serial number"),
    *("Site", "Trust", "Answered", "Snoozed until", "Answered by", "Reason"),
]


def alert_rows(found: Iterable[ToldOf]) -> Iterator[list[Cell]]:
    """Yield a row for each alert under HEADINGS."""
    for each in found:
        asset, answer = each.asset, each.told.answer
        yield [
            each.told.alert.due_on,
            each.told.alert.kind.label,
            asset.reference,
            asset.asset_tag or None,
            asset.get_modality_display(),
            asset.manufacturer or None,
            asset.model_name or None,
            asset.serial_number or None,
            asset.site.name,
            asset.trust.name,
            each.told.state.label,
            answer.snoozed_until if answer else None,
            answer.answered_by.name if answer and answer.answered_by else None,
            (answer.reason or None) if answer else None,
        ]
