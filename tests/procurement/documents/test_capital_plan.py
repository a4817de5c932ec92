import dataclasses
import hashlib
import io
import re

import openpyxl
import pytest
from pypdf import PdfReader

from networks.documents.pdf import why_unavailable
from procurement.documents.capital_plan import capital_plan_html, capital_plan_pdf
from procurement.documents.capital_plan_workbook import capital_plan_workbook
from procurement.domain.capital_plan import Money
from tests.builders.capital_plan import a_capital_plan

needs_pango = pytest.mark.skipif(why_unavailable() is not None, reason="this machine lacks Pango")


def test_tables_that_do_not_agree_are_refused_with_their_sums():
    plan = a_capital_plan()
    plan.check()
    first, *others = plan.envelopes
    wrong = dataclasses.replace(first, spend_pence=first.spend_pence + 1)
    with pytest.raises(ValueError, match="do not agree: replacements \\d+ pence"):
        dataclasses.replace(plan, envelopes=(wrong, *others)).check()
    with pytest.raises(ValueError, match="count different numbers of machines"):
        dataclasses.replace(plan, tenders=plan.tenders[1:]).check()


def test_the_workbook_agrees_with_the_figures_to_the_penny():
    plan = a_capital_plan(machines=97)
    book = openpyxl.load_workbook(io.BytesIO(capital_plan_workbook(plan)))
    total = plan.total.total_pence
    sums = {
        name: sum(round(row[column].value * 100) for row in list(book[name].rows)[1:-1])
        for name, column in (("Schedule", 8), ("Envelopes", 4), ("Machines", 16))
    }
    assert sums == {"Schedule": total, "Envelopes": total, "Machines": total}
    cached = openpyxl.load_workbook(io.BytesIO(capital_plan_workbook(plan)), data_only=True)
    assert [row[1].value for row in cached["Checks"].rows][-1] == "yes"
    assert round(cached["Checks"]["B1"].value * 100) == total
    assert len(list(book["Machines"].rows)) == len(plan.lines) + 2


def test_unknown_is_not_known_in_the_workbook_never_zero():
    plan = a_capital_plan()
    unknown = dataclasses.replace(plan.envelopes[0], envelope_pence=None)
    book = openpyxl.load_workbook(
        io.BytesIO(capital_plan_workbook(dataclasses.replace(plan, envelopes=(unknown, *plan.envelopes[1:]))))
    )
    assert [cell.value for cell in book["Envelopes"][2]][2:6:3] == ["not known", "not known"]
    assert "not known" in {row[7].value for row in book["Machines"].rows}


def test_the_same_figures_give_the_same_bytes():
    def digest(content: bytes) -> str:
        return hashlib.sha256(content).hexdigest()

    plan = a_capital_plan()
    assert digest(capital_plan_workbook(plan)) == digest(capital_plan_workbook(plan))
    assert digest(capital_plan_html(plan).encode()) == digest(capital_plan_html(plan).encode())


@needs_pango
def test_the_pdf_is_tagged_and_says_the_same_total():
    plan = a_capital_plan()
    pdf = PdfReader(io.BytesIO(capital_plan_pdf(plan)))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert pdf.metadata.title == plan.title
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pdf.pages))
    pounds = f"£{plan.total.total_pence // 100:,}.{plan.total.total_pence % 100:02d}"
    assert text.count(pounds) >= 2
    for heading in ("1. Summary", "3. The fleet today", "6. Schedule", "7. Envelopes", "Annex A"):
        assert heading in text
    assert "not known" in text


@needs_pango
def test_a_plan_that_replaces_nothing_still_makes_a_document():
    plan = a_capital_plan()
    empty = dataclasses.replace(
        plan,
        lines=tuple(
            dataclasses.replace(line, year=None, money=Money(), saving_pence=0) for line in plan.lines
        ),
        envelopes=tuple(dataclasses.replace(row, spend_pence=0) for row in plan.envelopes),
        tenders=(),
    )
    empty.check()
    assert capital_plan_pdf(empty).startswith(b"%PDF")
    assert capital_plan_workbook(empty)
