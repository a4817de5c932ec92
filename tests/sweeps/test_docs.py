"""What the documentation promises is held against the code."""

import re
from pathlib import Path

from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]


def test_reference_pages_say_what_the_code_says(tmp_path):
    call_command("reference_docs", folder=tmp_path, verbosity=0)
    for page in ("data-dictionary.md", "access.md"):
        assert (ROOT / "docs" / page).read_text() == (tmp_path / page).read_text(), (
            f"docs/{page} is out of date: run manage.py reference_docs"
        )


def test_links_between_pages_lead_somewhere():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    links = [
        (page, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    ]
    assert len(links) >= 5
    assert [f"{page.name} → {target}" for page, target in links if not (page.parent / target).exists()] == []


def test_files_named_in_the_documentation_exist():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {
        (page.name, path)
        for page in pages
        for path in re.findall(
            r"`((?:networks|assets|procurement|templates|static|tests|docs)/[\w./-]+)`", page.read_text()
        )
    }
    assert len(named) >= 15
    assert sorted(f"{page}: {path}" for page, path in named if not (ROOT / path).exists()) == []


def test_every_setting_from_outside_is_explained_to_who_runs_it():
    read = re.findall(r'environ\.get\("(\w+)"', (ROOT / "networks" / "config" / "settings.py").read_text())
    assert len(read) >= 10
    explained = (ROOT / "docs" / "running.md").read_text()
    assert [name for name in read if f"`{name}`" not in explained] == []
