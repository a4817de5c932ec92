"""From a trust's spreadsheet to a network's capital plan, as three people do it in a browser."""

import io
import json
import re
import zipfile
from decimal import Decimal

import openpyxl
import pypdf

from tests.builders.workbooks import PLANTED, ROWS, corrected_register, messy_register

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SITES = (
    ("ZA101", "Allermere Royal Infirmary"),
    ("ZA102", "St Hilda’s Hospital, Allermere"),
    ("ZA103", "Allermere Community Diagnostic Centre"),
)
"""The sites of the demonstration's first trust, whose equipment manager imports."""
PLAN = "Board plan"
ENVELOPES = "\n".join(
    ["Trust\t2027/28\t2028/29\t2029/30\t2030/31\t2031/32"]
    + [f"ZA{number}\t2.4m\t1.9m\t£2,600,000\t1800k\t2.2" + "m" for number in range(1, 10)]
)
A_JOB_SECONDS = 60
"""After which we no longer believe in long work."""
WATCHED = re.compile("/runs/|/solving/")
"""The pages on which long work is watched."""


def test_from_a_spreadsheet_to_a_capital_plan(visit):
    manager = visit("manager")
    arrive(manager, "manager")
    import_a_register(manager)

    lead = visit("lead")
    arrive(lead, "lead")
    make_a_plan(lead)
    open_a_tender(lead)

    finance = visit("finance")
    arrive(finance, "finance")
    pdf, workbook = make_a_capital_plan(finance)
    assert_the_same_total(pdf, workbook)


def arrive(person, account):
    person.go("/")
    if account == "manager":
        person.see("sign in", narrow=True)
    person.sign_in(account)
    person.see("home", narrow=True)


def import_a_register(manager):
    page = manager.page
    manager.menu("Equipment")
    manager.see("equipment", narrow=True)
    before = machines_listed(page)
    manager.press_link("Import a spreadsheet")
    manager.see("imports")
    manager.press_link("Import a spreadsheet")
    manager.see("choose a file", narrow=True)

    manager.choose_file("File", "Kit list.xlsx", messy_register(SITES), XLSX)
    manager.press("Check the file")
    page.get_by_role("heading", name="What the columns are").wait_for()
    manager.see("what the columns are", narrow=True)
    manager.press("Check the file")
    page.get_by_role("heading", name="12 problems in 12 rows").wait_for()
    manager.see("every problem at once", narrow=True)
    named = [cells for cells in table_rows(page) if cells[0].isdigit()]
    assert sorted((int(row), column) for row, column, *_ in named) == [
        (row, column) for row, column, _ in PLANTED
    ]
    assert [cells for cells in named if not cells[-1].endswith(".")] == [], (
        "each says what to do in a sentence"
    )

    manager.press_link("Upload the corrected file")
    manager.choose_file("File", "Kit list, corrected.xlsx", corrected_register(SITES), XLSX)
    manager.press("Check the file")
    page.get_by_text("Every row is good.").wait_for()
    manager.see("every row is good")
    manager.press(f"Save {ROWS} new machines")
    page.get_by_text("The register was updated from Kit list, corrected.xlsx.").wait_for()
    manager.see("saved", narrow=True)
    manager.press_link("See the equipment")
    assert machines_listed(page) == before + ROWS

    page.get_by_role("textbox", name="Search").fill("SN10000")
    manager.press("Apply filters")
    manager.see("one of the new machines")
    manager.follow(re.compile(r"^A\d{6}$"))
    manager.see("a machine", narrow=True)
    manager.go("/equipment/fleet-age/")
    manager.see("fleet age", narrow=True)


def make_a_plan(lead):
    page = lead.page
    lead.menu("Plans")
    lead.see("plans", narrow=True)
    lead.press_link("Make a plan")
    page.get_by_role("textbox", name="Name").fill(PLAN)
    page.get_by_label("How many years").select_option("5")
    lead.see("make a plan")
    lead.press("Make the plan")
    page.get_by_role("heading", name="What each trust can spend").wait_for()
    page.get_by_label("Cells of your spreadsheet").fill(ENVELOPES)
    lead.press("Fill the table from this")
    page.get_by_text("45 amounts filled in").wait_for()
    lead.see("envelopes", narrow=True)
    lead.press("Save the envelopes")
    page.get_by_role("heading", name=PLAN).wait_for()
    page.get_by_label("Longest time to look for a better plan").select_option("10")
    lead.see("plan before it is solved")
    lead.press("Solve the plan")
    page.get_by_role("heading", name=f"Solving {PLAN}").wait_for()
    page.locator(".app-run p", has_text="Stage 2, exposure").wait_for()
    lead.see("solving", narrow=True)
    watch_until_done(lead)
    page.get_by_role("heading", name=f"{PLAN}, version 1").wait_for()
    lead.see("plan", narrow=True)
    assert re.search(r"£[\d,]+", page.locator("#board ~ * table").first.inner_text())


def open_a_tender(lead):
    page = lead.page
    lead.menu("Tenders")
    lead.see("tenders", narrow=True)
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^Open tender for")).first.click()
    lead.see("open a tender")
    lead.press("Open the tender")
    page.get_by_role("heading", name="Stages").wait_for()
    lead.see("tender", narrow=True)
    machines = int(re.search(r"(\d+) machines? of", page.get_by_role("main").inner_text())[1])
    lead.press("Make the bundle")
    watch_until_done(lead)
    lead.see("tender with its bundle")
    with lead.download() as bundle:
        page.get_by_role("link", name=re.compile("^Tender bundle: ")).click()
    check_bundle(bundle, machines)


def check_bundle(bundle, machines):
    assert re.fullmatch(r"tender-T\d+-[A-Z0-9-]+\.zip", bundle.name)
    with zipfile.ZipFile(io.BytesIO(bundle.content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    kinds = [
        "1-covering-schedule.pdf",
        "2-lots.csv",
        "3-",
        "4-pricing-schedule.xlsx",
        "5-response-matrix.xlsx",
    ]
    assert [
        name for name, kind in zip(files, [*kinds, "manifest.json"], strict=True) if not name.startswith(kind)
    ] == []
    for name, content in files.items():
        if name.endswith(".pdf"):
            assert content.startswith(b"%PDF"), name
        if name.endswith(".xlsx"):
            assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames, name
    assert json.loads(files["manifest.json"])["tender"]["units"] == machines
    assert len(files["2-lots.csv"].decode("utf-8-sig").strip().splitlines()) == 1 + machines


def make_a_capital_plan(finance):
    finance.menu("Plans")
    finance.follow(PLAN, exact=True)
    finance.see("plan as finance reads it")
    finance.follow("Version 1")
    finance.follow("make the capital plan")
    finance.see("make a capital plan", narrow=True)
    finance.press("Make the capital plan")
    watch_until_done(finance)
    finance.see("documents", narrow=True)
    return (download_row(finance, "PDF"), download_row(finance, "workbook"))


def watch_until_done(person):
    """Watch long work on its page, which goes to the result by itself once there is one; it must succeed."""
    page = person.page
    for _ in range(A_JOB_SECONDS * 10):
        if not WATCHED.search(page.url):
            break
        assert not page.get_by_text("What went wrong").is_visible(), page.get_by_role("main").inner_text()
        page.wait_for_timeout(100)
    assert not WATCHED.search(page.url), f"not done within {A_JOB_SECONDS} s"
    page.wait_for_load_state()


def download_row(person, kind):
    row = person.page.get_by_role("row").filter(has_text=kind)
    with person.download() as document:
        row.get_by_role("link").click()
    return document


def assert_the_same_total(pdf, workbook):
    """The PDF's and the workbook's totals agree to the penny, and with the sum of the machines' own lines."""
    assert pdf.name.endswith(".pdf")
    assert pdf.content.startswith(b"%PDF")
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.content)).pages)
    asked = re.search(r"inc VAT \(£([\d,]+(?:\.\d\d)?)\)", " ".join(text.split()))
    assert asked, text[:2_000]
    in_pdf = Decimal(asked[1].replace(",", ""))
    assert workbook.name == pdf.name.replace(".pdf", ".xlsx")
    book = openpyxl.load_workbook(io.BytesIO(workbook.content), data_only=True)
    stated = next(
        row[1]
        for row in book["Summary"].iter_rows(values_only=True)
        if row[0] == "Total asked for (£ inc VAT)"
    )
    headings, *lines, total = book["Machines"].iter_rows(values_only=True)
    column = headings.index("Total (£ inc VAT)")
    assert total[0] == "Total"
    assert len(lines) > 100
    summed = sum((pounds(line[column]) for line in lines), Decimal(0))
    assert in_pdf == pounds(stated) == summed == pounds(total[column])
    assert in_pdf > 1_000_000


def pounds(value):
    return Decimal(str(value)).quantize(Decimal("0.01"))


def table_rows(page):
    """The texts of every table's cells, row by row, without headings that span the table."""
    rows = page.get_by_role("main").locator("tbody tr")
    texts = rows.evaluate_all("rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))")
    return [cells for cells in texts if len(cells) > 1]


def machines_listed(page):
    """How many machines the list says it would export."""
    return int(
        re.search(r"([\d,]+) (?:rows?|machines?)", page.get_by_role("main").inner_text())[1].replace(",", "")
    )
