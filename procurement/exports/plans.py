"""A plan version's lines as a file: the rows, columns and order that the ranked list shows."""

from collections.abc import Iterable, Iterator, Sequence

from assets.domain.columns import REFERENCE
from networks.domain.financial_year import label
from networks.exports.tables import Cell, in_pounds
from procurement.queries.plan_lines import LineRow


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
        "Replace in",
        "Age then",
        "Oldest first would replace in",
        "Equipment (£, ex VAT)",
        "Works (£, ex VAT)",
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
    ]


def cells(rows: Iterable[LineRow]) -> Iterator[list[Cell]]:
    """Yield each row's cells. Money is whole pounds and pence; what is not known, or does not apply, is empty."""
    for row in rows:
        line = row.line
        replaced = line.year is not None
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
            None if line.year is None else label(line.year),
            row.age_then,
            None if row.oldest_first_year is None else label(row.oldest_first_year),
            *(
                in_pounds(pence) if replaced else None
                for pence in (
                    line.equipment_pence,
                    line.works_pence,
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
        ]
