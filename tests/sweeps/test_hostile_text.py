"""Texts meant to hurt, in every field that people or files fill: pages show them as text, spreadsheets never run them.

Each text opens a tag, closes an attribute and begins as a formula does.
"""

import csv
import io
import re
import zipfile
from html.parser import HTMLParser

import pytest
from django.db.models import CharField, TextField

from assets.domain.facts import FACTS, Kind
from assets.models import Asset, ImportBatch, ImportRow, MachineModel, Maker, Specification
from networks.models import Event, Organisation, Run, User
from procurement.documents.capital_plan_workbook import capital_plan_workbook
from procurement.documents.covering_schedule import covering_schedule_html, lots_csv
from procurement.documents.pricing_schedule import pricing_schedule
from procurement.documents.response_matrix import response_matrix
from procurement.models import (
    Document,
    Pin,
    Plan,
    PlanLine,
    PlanVersion,
    PriceRecord,
    Requirement,
    SpecificationVersion,
    Tender,
)
from procurement.queries.capital_plan import capital_plan
from procurement.queries.tender_bundle import bundle_content
from tests.sweeps.addresses import About, all_addresses
from tests.sweeps.reading import body
from tests.sweeps.test_pages import is_page, signed_in
from tests.sweeps.world import World

pytestmark = pytest.mark.django_db

TEXT = "=1+1\"'><xss onx=1>&{{6007*7001}}"
WRITTEN = {
    Organisation: ("name",),
    User: ("name",),
    Event: ("by_name", "by_role", "subject_label", "reason"),
    Run: ("title", "message", "error"),
    Asset: tuple(
        fact.key
        for fact in FACTS
        if fact.kind in (Kind.TEXT, Kind.NOTES) and (fact.max_length or 0) >= len(TEXT)
    ),
    Specification: ("name",),
    Maker: ("name", "evidence"),
    MachineModel: ("name", "evidence"),
    ImportBatch: ("file_name", "read_as"),
    Plan: ("name",),
    Pin: ("reason",),
    PlanVersion: ("status", "solver"),
    PlanLine: ("asset_label", "reason"),
    PriceRecord: ("supplier", "source"),
    Requirement: ("group", "name", "expected", "evidence"),
    SpecificationVersion: ("summary", "price_source"),
    Tender: ("name",),
    Document: ("title",),
}
"""Every field whose text comes from people or files. `test_no_text_field_is_forgotten` keeps it whole."""

OURS = {
    "code",  # ODS codes, and codes of our own specifications
    "cpv_code",
    "file",
    "file_name",
    "file_sha256",
    "gss_code",
    "inputs_hash",
    "password",
    "postcode",
    "sha256",
    "unit",
    "number",
    "action",
    "subject_type",
    "email",
    "result_url",
    "back_url",
    "gln",
    "device_code",
    "station_name",
    "support_source",
    "stored_as",
}
"""Texts that the program itself writes, that a rule bounds to a few letters, or that no page shows."""


def test_no_text_field_is_forgotten():
    known = {(model, field) for model, fields in WRITTEN.items() for field in fields}
    missing = [
        f"{model.__name__}.{field.name}"
        for model in WRITTEN
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField)
        and not field.choices
        and field.name not in OURS
        and (model, field.name) not in known
        and not field.name.endswith(("status", "modality", "kind", "precision"))
    ]
    assert missing == []


def hostile(value: object) -> object:
    """A JSON value with every text that people wrote replaced."""
    if isinstance(value, dict):
        told = {"name", "words", "label", "message", "column", "value", "location", "manufacturer", "notes"}
        return {
            key: TEXT if key in told and isinstance(inner, str) else hostile(inner)
            for key, inner in value.items()
        }
    return [hostile(inner) for inner in value] if isinstance(value, list) else value


def fill(world: World) -> None:
    """Put the text into every field, the row's number behind it, because of some no two rows may be alike."""
    for model, fields in WRITTEN.items():
        for row in model._base_manager.all():
            for name in fields:
                setattr(row, name, f"{TEXT}{row.pk}")
            row.save(update_fields=fields)
    for version in PlanVersion.objects.all():
        version.inputs, version.result = hostile(version.inputs), hostile(version.result)
        for row in version.inputs["assets"]:
            row["risk_reasons"] = [TEXT]
        version.result["notes"] = [TEXT]
        version.save()
    for batch in ImportBatch.objects.all():
        batch.headings, batch.ignored = dict.fromkeys(batch.headings, TEXT), [[TEXT, TEXT]]
        batch.layout = hostile(batch.layout)
        batch.save()
    for row in ImportRow.objects.all():
        row.cells, row.problems = dict.fromkeys(row.cells, TEXT), hostile(row.problems)
        row.before, row.after = hostile(row.before), hostile(row.after)
        row.sheet, row.corrected = TEXT, dict.fromkeys(row.cells, TEXT)
        row.save()


class Tags(HTMLParser):
    """Whether a page holds the tag that a text tried to open, or an attribute that it tried to add."""

    def __init__(self) -> None:
        super().__init__()
        self.broken: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "xss" or any(name.startswith("on") for name, _ in attrs):
            self.broken.append(f"{self.getpos()} <{tag} {attrs}>")


def runs_in_a_spreadsheet(name: str, content: bytes) -> list[str]:
    """The cells of a file that a spreadsheet program would run."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            sheets = [part for part in book.namelist() if part.startswith("xl/worksheets/sheet")]
            formulas = [
                found for part in sheets for found in re.findall(rb"<f[^>]*>.*?</f>", book.read(part))
            ]
        return [
            f"{name}: {formula.decode()}" for formula in formulas if b"xss" in formula or b"1+1" in formula
        ]
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    return [
        f"{name}: {cell}" for row in rows for cell in row if re.match(r"[=+@\t\r]|-(?!\d+(\.\d+)?$)", cell)
    ]


def test_every_page_shows_texts_as_texts_and_every_file_is_safe_to_open(world):
    fill(world)
    faults, pages, files, shown = [], 0, 0, 0
    for name, way in all_addresses():
        if not way.get or way.about is About.OPEN:
            continue
        response = signed_in(world, way.who).get(way.url(name, world), follow=True)
        content = body(response)
        if is_page(response):
            page = Tags()
            page.feed(content.decode())
            faults += [f"{name}: {broken}" for broken in page.broken]
            pages += 1
            shown += b"&lt;xss onx" in content
            assert b"<xss" not in content, name
            assert b"42055007" not in content, f"{name} works out what stands in a text"
        elif (
            "json" in response.headers["Content-Type"]
            or "yaml" in response.headers["Content-Type"]
            or "openapi" in response.headers["Content-Type"]
        ):
            continue
        elif name != "document_download" and not content.startswith(b"%PDF"):
            faults += runs_in_a_spreadsheet(name, content)
            files += 1
    assert faults == []
    assert pages >= 55, pages
    assert shown >= 40, shown
    assert files >= 18, files


def test_documents_show_texts_as_texts(world):
    fill(world)
    lead = world.actor("lead")
    plan = capital_plan(lead, PlanVersion.objects.select_related("plan__network").get(pk=world.version.pk))
    content = bundle_content(Tender.objects.get(pk=world.tender.pk))
    assert content is not None
    files = {
        "capital plan": capital_plan_workbook(plan),
        "lots": lots_csv(content),
        "pricing": pricing_schedule(content),
        "responses": response_matrix(content),
    }
    assert [fault for name, file in files.items() for fault in runs_in_a_spreadsheet(name, file)] == []
    html = covering_schedule_html(content, [("1.pdf", TEXT)])
    page = Tags()
    page.feed(html)
    assert page.broken == []
    assert "&lt;xss" in html
