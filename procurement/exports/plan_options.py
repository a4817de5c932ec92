"""The machines of a plan with what is open for them, as a file: the rows, columns and order that the page shows."""

from collections.abc import Iterable, Iterator

from assets.domain.columns import REFERENCE
from networks.domain.figures import partial_date
from networks.exports.tables import Cell, in_pounds
from procurement.queries.plan_options import OptionRow

HEADINGS = [
    REFERENCE.heading,
    "Machine",
    "Modality",
    "Trust",
    "Site",
    "Installed",
    "Upgrade (£, ex VAT)",
    "Years of support after it",
    "Why it could be upgraded",
    "Removal (£, ex VAT)",
    "Why it could go",
    "Needs cover while out",
    "Cover each time (£, ex VAT)",
    "How it is covered",
]


def cells(rows: Iterable[OptionRow]) -> Iterator[list[Cell]]:
    """Yield each row's cells; what is not offered, not stated or not known is empty."""
    for row in rows:
        upgrade, retirement, cover = row.options.upgrade, row.options.retirement, row.options.cover
        asset = row.asset
        yield [
            asset.reference,
            str(asset),
            asset.get_modality_display(),
            row.trust,
            asset.site.name,
            partial_date(asset.installed_on, asset.installed_precision) if asset.installed_on else None,
            in_pounds(upgrade.cost_pence) if upgrade else None,
            upgrade.support_years if upgrade else None,
            upgrade.reason if upgrade else None,
            in_pounds(retirement.cost_pence) if retirement else None,
            retirement.reason if retirement else None,
            "yes" if row.is_only_one else "no",
            in_pounds(cover.cost_pence) if cover else None,
            cover.how if cover else None,
        ]
