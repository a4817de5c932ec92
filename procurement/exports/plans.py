"""A plan version's lines as a file: the rows, columns and order that the ranked list shows."""

from collections.abc import Iterable, Iterator, Sequence

from assets.domain.columns import REFERENCE
from networks.domain.financial_year import label
from networks.exports.tables import Cell, in_pounds
from procurement.queries.plan_lines import LineRow

ACCOUNT = {
    "earlier": "A year earlier",
    "later": "A year later",
    "binding": "What binds",
    "would_change": "What would change it",
}
"""The keys of a line's account; empty where it was not worked out."""


def headings(years: Sequence[int]) -> list[str]:
    """Return the column headings for a version that runs over `years`."""
    return [
        "Rank",
        REFERENCE.heading,
        "Machine",
        "Modality",
        "Specification",
        "Trust",
        "Site",
        "Installed",
        f"Age on 31 March {years[0] + 1}",
        "Decision",
        "Upgrade in",
        "Replace in",
        "Age then",
        "Oldest first would replace in",
        "Equipment (£, ex VAT)",
        "Works (£, ex VAT)",
        "Upgrade (£, ex VAT)",
        "Cover (£, ex VAT)",
        "VAT (£)",
        "Total (£, inc VAT)",
        "Saved by joint price (£, ex VAT)",
        "Risk",
        "What raises the risk",
        "Pinned",
        "Not paid for",
        "Age assumed",
        "Reason",
        "Why pinned",
        *ACCOUNT.values(),
    ]


def cells(rows: Iterable[LineRow]) -> Iterator[list[Cell]]:
    """Yield each row's cells. Money is whole pounds and pence; what is not known, or does not apply, is empty."""
    for row in rows:
        line = row.line
        costs = bool(line.spend_by_year)
        yield [
            line.rank,
            row.reference,
            line.asset_label,
            row.modality,
            row.specification,
            line.trust.name,
            line.site.name,
            row.installed_words,
            row.first_age,
            line.words,
            None if line.upgrade_year is None else label(line.upgrade_year),
            label(line.year) if line.is_bought and line.year is not None else None,
            row.age_then,
            None if row.oldest_first_year is None else label(row.oldest_first_year),
            *(
                in_pounds(pence) if costs else None
                for pence in (
                    line.equipment_pence,
                    line.works_pence,
                    line.upgrade_pence,
                    line.cover_pence,
                    line.vat_pence,
                    row.total_pence,
                    row.saving_pence,
                )
            ),
            line.risk,
            row.risk_words or None,
            "yes" if line.is_pinned else "no",
            "yes" if row.not_paid_for else "no",
            "yes" if row.age_assumed else "no",
            line.reason,
            row.pin.reason if row.pin else None,
            *(" ".join(line.account.get(key, ())) or None for key in ACCOUNT),
        ]
