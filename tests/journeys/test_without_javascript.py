"""Where scripts are switched off or never arrive: every main page is read, and a register is imported and undone."""

import pytest
from playwright.sync_api import expect

from tests.builders.workbooks import corrected_register
from tests.journeys.test_whole_journey import XLSX, machines_listed

SITES = [("ZA201", "Brackengarth University Hospital"), ("ZA202", "Brackengarth Community Hospital")]
"""The sites of the second trust of the demonstration, which the other journey leaves alone."""

PAGES = {
    "manager": [
        "/",
        "/equipment/",
        "/equipment/fleet-age/",
        "/equipment/imports/",
        "/equipment/imports/columns/",
    ],
    "lead": ["/", "/plans/", "/tenders/", "/tenders/demand/", "/benchmarks/", "/documents/"],
    "admin": ["/", "/people/", "/organisations/", "/changes/"],
}


@pytest.mark.parametrize("account", PAGES)
def test_the_main_pages_are_read(visit, account):
    person = visit(f"plain-{account}", java_script_enabled=False)
    person.sign_in(account)
    for address in PAGES[account]:
        person.go(address)
        person.see(address.strip("/").replace("/", " ") or "home")
        main = person.page.get_by_role("main")
        for chart in main.locator(".app-chart").all():
            chart.get_by_text("Show these figures as a table").click()
            expect(chart.get_by_role("table")).to_be_visible()
        assert len(main.inner_text()) > 100, address


def test_a_register_is_imported_and_taken_back(visit):
    person = visit("plain-import", java_script_enabled=False)
    page = person.page
    person.sign_in("neighbour")
    person.menu("Equipment")
    before = machines_listed(page)
    person.go("/equipment/imports/new/")
    file = {"name": "kit.xlsx", "mimeType": XLSX, "buffer": corrected_register(SITES)}
    page.get_by_label("File").set_input_files(file)
    person.press("Check the file")
    # One heading is nobody's; that it is not read is asked, and remembered.
    page.get_by_role("heading", name="What the columns are").wait_for()
    person.press("Check the file")
    person.press("Save 60 new machines")
    page.get_by_text("The register was updated from kit.xlsx.").wait_for()
    person.menu("Equipment")
    assert machines_listed(page) == before + 60
    person.go("/equipment/imports/")
    person.follow("Undo")
    person.see("undo")
    person.press("Undo this import")
    page.get_by_text("The import of kit.xlsx was undone.").wait_for()
    person.menu("Equipment")
    assert machines_listed(page) == before
