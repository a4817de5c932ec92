"""The covering schedule of a joint tender: who buys what for where by when; and the same deliveries as CSV."""

import csv
import io

from networks.documents.pdf import document_html
from networks.domain.spreadsheet_text import safe_text
from procurement.queries.tender_bundle import BundleContent

LOT_HEADINGS = (
    "lot",
    "delivery",
    "trust",
    "trust_code",
    "site",
    "site_code",
    "postcode",
    "room",
    "machine_to_be_removed",
    "deliver_by",
)


def covering_schedule_html(content: BundleContent, files: list[tuple[str, str]]) -> str:
    """Return the schedule's HTML. `files` are the bundle's, each as (name, what it is)."""
    return document_html("documents/tender_covering.html", {"tender": content, "files": files})


def lots_csv(content: BundleContent) -> bytes:
    """Return the deliveries as CSV, one machine a line, dates as 31/03/2029, UTF-8 with its mark for Excel."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(LOT_HEADINGS)
    for lot in content.lots:
        for delivery in lot.deliveries:
            names = (
                delivery.trust,
                delivery.trust_code,
                delivery.site,
                delivery.site_code,
                delivery.postcode,
                delivery.room,
                delivery.replaces,
            )
            writer.writerow(
                [
                    lot.number,
                    delivery.number,
                    *(safe_text(name) for name in names),
                    f"{delivery.deliver_by:%d/%m/%Y}",
                ]
            )
    return text.getvalue().encode("utf-8-sig")
