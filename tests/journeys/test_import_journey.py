"""An import as its person lives it: saying what the columns are, putting cells right where they stand, leaving and coming
back, saving, taking the register away and sending it back unchanged, undoing."""

import re

SITE = "Brackengarth Community Hospital"
"""Of the second trust of the demonstration."""

KIT = "\n".join(
    [
        "Equipment register of the trust",
        "",
        "Equipment type,Hospital,S/N,Colour of the covers,Where",
        "CT,Brackengarth Comunity,JOURNEY-1,white,Room 1",
        "MRI,Brackengarth Comunity,JOURNEY-2,grey,Room 2",
        f"Ultrasound,{SITE},JOURNEY-3,grey,Room 3",
        "Total,,,,3",
    ]
)


def test_an_import_is_mapped_corrected_left_saved_exported_and_undone(visit):
    person = visit("import")
    page = person.page
    person.sign_in("neighbour")
    person.go("/equipment/imports/new/")
    person.choose_file("File", "kit.csv", KIT.encode(), "text/csv")
    person.press("Check the file")

    page.get_by_role("heading", name="What the columns are").wait_for()
    page.get_by_label("Read Colour of the covers as").select_option("Notes")
    person.see("what the columns are", narrow=True)
    person.press("Check the file")

    page.get_by_role("heading", name="3 problems in 3 rows").wait_for()
    person.see("problems with boxes", narrow=True)
    page.get_by_label("Hospital in row 4").fill(SITE)
    page.get_by_label(re.compile("^In all 2 rows alike")).check()
    page.get_by_label("Equipment type in row 6").fill("CT scanner")
    person.press("Save what I put right, and check again")
    page.get_by_text("No row has a problem now, 3 before.").wait_for()
    person.see("put right")

    person.go("/equipment/imports/")
    person.see("imports with one waiting", narrow=True)
    person.follow(re.compile("^Go on with kit.csv"))
    person.follow("Row 5", exact=True)
    person.see("one row", narrow=True)
    person.follow("Back to the list")
    person.press("Save 3 new machines")
    page.get_by_text("The register was updated from kit.csv.").wait_for()

    person.menu("Equipment")
    page.get_by_text(re.compile("^Export .* machines")).click()
    with person.download() as register:
        page.get_by_role("link", name=re.compile("^CSV file .* with all columns")).click()
    assert b"Register version" in register.content
    person.go("/equipment/imports/new/")
    person.choose_file("File", "register.csv", register.content, "text/csv")
    person.press("Check the file")
    page.get_by_text("Every row says what the register says already. There is nothing to save.").wait_for()
    person.see("nothing to save")
    person.press("Discard this import")

    person.go("/equipment/imports/")
    person.follow(re.compile("^Undo the import of kit.csv"))
    person.see("undo", narrow=True)
    person.press("Undo this import")
    page.get_by_text("The import of kit.csv was undone.").wait_for()
    person.see("undone")
