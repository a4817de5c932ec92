"""What we ship from elsewhere is exactly what the manifest says, and nothing on a page is fetched from outside."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings

STATIC = settings.BASE_DIR / "static"
VENDOR = STATIC / "vendor"
MANIFEST = json.loads((VENDOR / "MANIFEST.json").read_text())
HASHES = {path: sha256 for package in MANIFEST["packages"] for path, sha256 in package["sha256"].items()}
OURS = [*STATIC.glob("js/*.js"), *STATIC.glob("css/*.css")]
SHIPPED = [*OURS, *VENDOR.rglob("*.js"), *VENDOR.rglob("*.css")]

# Addresses inside vendored code that are never fetched, each with the reason.
NEVER_FETCHED = {
    "www.w3.org": "XML namespaces",
    "github.com": "comments that name a source",
    "feross.org": "a comment that names an author",
    "getify.mit-license.org": "a comment that names a licence",
    "syntheti.cc": "a comment that names an author",
    "plotly.com": "the logo's link and help texts; the logo is off (displaylogo)",
    "cloud.plotly.com": "sending a chart to Plotly's cloud; off (showSendToCloud, plotlyServerURL)",
    "cdn.plot.ly": "maps, which the cartesian bundle cannot draw",
}


def test_the_manifest_lists_every_vendored_file():
    found = {str(p.relative_to(VENDOR)) for p in VENDOR.rglob("*") if p.is_file()} - {"MANIFEST.json"}
    assert found == set(HASHES)
    assert len(found) > 10


@pytest.mark.parametrize("path", sorted(HASHES))
def test_a_vendored_file_is_what_the_manifest_says(path):
    assert hashlib.sha256((VENDOR / path).read_bytes()).hexdigest() == HASHES[path]


def test_every_package_has_its_version_and_licence():
    lock = json.loads((STATIC / "build" / "package-lock.json").read_text())["packages"]
    for package in MANIFEST["packages"]:
        assert package["version"] == lock[f"node_modules/{package['name']}"]["version"]
        assert package["licence"] in {"MIT", "OFL-1.1"}
        assert any(path.endswith("LICENCE.txt") for path in package["sha256"])


def test_the_lock_names_no_registry():
    lock = json.loads((STATIC / "build" / "package-lock.json").read_text())
    assert lock["packages"]
    assert not [name for name, entry in lock["packages"].items() if "resolved" in entry]


def test_plotly_is_the_version_python_draws_for():
    import plotly

    bundled = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_text()[:400]
    version = re.search(r"plotly\.js v([\d.]+)", bundled)[1]
    ours = next(p["version"] for p in MANIFEST["packages"] if p["name"].startswith("plotly"))
    assert ours.split(".")[0] == version.split(".")[0]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.name)
def test_nothing_is_fetched_from_outside(path):
    text = path.read_text()
    hosts = set(re.findall(r"(?:https?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)", text))
    allowed = set() if path in OURS else set(NEVER_FETCHED)
    assert hosts <= allowed
    assert "sourceMappingURL" not in text
    if path.suffix == ".css":
        assert "@import" not in text


@pytest.mark.parametrize("path", [p for p in SHIPPED if p.suffix == ".css"], ids=lambda p: p.name)
def test_what_a_style_sheet_points_at_is_there(path):
    for target in re.findall(r"url\([\"']?([^\"')]+)", path.read_text()):
        if not target.startswith("data:"):
            assert (path.parent / target).is_file(), target


def test_no_page_draws_the_frutiger_font():
    assert "frutiger" not in (VENDOR / "nhsuk-frontend/nhsuk-frontend.min.css").read_text().lower()


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_document_font_has_the_signs_documents_use(weight):
    from fontTools.ttLib import TTFont

    glyphs = TTFont(VENDOR / "fonts" / f"SourceSans3-{weight}.ttf").getBestCmap()
    assert [sign for sign in "£–—’“”−≥≤×½→•…é" if ord(sign) not in glyphs] == []


TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(settings.BASE_DIR / "templates")))
def test_a_page_has_nothing_its_security_policy_forbids(path):
    if "documents" in path.parts:
        pytest.skip("made into PDF, never sent to a browser")
    text = path.read_text()
    assert not re.search(r"<[^>]+\sstyle=", text), "inline style"
    assert not re.search(r"<[^>]+\son[a-z]+=", text), "inline handler"
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), "inline script"
