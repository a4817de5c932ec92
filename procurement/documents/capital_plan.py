"""The capital plan as a PDF; its workbook, from the same figures, is in `capital_plan_workbook`."""

from dataclasses import dataclass

from assets.domain.ageing import Band
from networks.documents.pdf import document_html, make_pdf
from procurement.charts.capital_plan import age_chart, spend_chart
from procurement.domain.capital_plan import CapitalPlan

MOST_ROWS = 500
"""The longest table that is set in type; what is longer is in the workbook, and the page says so."""


@dataclass(frozen=True, slots=True)
class _Fleet:
    modality: str
    counts: tuple[int, ...]
    machines: int
    known: int
    ten_or_older: int


def capital_plan_html(plan: CapitalPlan) -> str:
    """Return the document's HTML, on which its content hash rests."""
    bands = [band for band in Band if any(row.bands.get(band) for row in plan.fleet)]
    return document_html(
        "documents/capital_plan.html",
        {
            "plan": plan,
            "draws": f"{plan.how_sure.draws:,}" if plan.how_sure else "",
            "first_year": plan.years[0],
            "last_year": plan.years[-1],
            "last": plan.profile[-1],
            "known": len(plan.machines) - plan.unknown_ages,
            "bands": bands,
            "fleet": [
                _Fleet(
                    row.modality,
                    tuple(row.bands.get(b, 0) for b in bands),
                    row.machines,
                    row.known,
                    row.ten_or_older,
                )
                for row in plan.fleet
            ],
            "profile": [
                {
                    "year": row.year,
                    "old_with_plan": row.old_with_plan,
                    "old_without": row.old_without,
                    "fewer": row.old_without - row.old_with_plan,
                }
                for row in plan.profile
            ],
            "age_chart": age_chart(plan),
            "spend_chart": spend_chart(plan),
            "changes": plan.changes[:MOST_ROWS],
            "changes_left_out": max(0, len(plan.changes) - MOST_ROWS),
            "schedule": plan.schedule[:MOST_ROWS],
            "schedule_left_out": max(0, len(plan.schedule) - MOST_ROWS),
            "envelopes": plan.envelopes[:MOST_ROWS],
            "envelopes_left_out": max(0, len(plan.envelopes) - MOST_ROWS),
            "annex": plan.lines[:MOST_ROWS],
            "annex_left_out": max(0, len(plan.lines) - MOST_ROWS),
        },
    )


def capital_plan_pdf(plan: CapitalPlan) -> bytes:
    """Return the PDF/UA-1 file. Raises PdfUnavailable where this machine cannot make one."""
    return make_pdf(capital_plan_html(plan))
