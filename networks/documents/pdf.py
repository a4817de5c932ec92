"""HTML to PDF: the one place that calls WeasyPrint.

How a document is made, always inside a job (a long table takes seconds):

    html = document_html("documents/capital_plan.html", {...})     # extends documents/base.html
    data = make_pdf(html)                                          # bytes of a PDF/UA-1 file

What every file made here has:

- **PDF/UA-1 tags**: structure, language, title, alternative texts, and table headers that say whether they head a row
  or a column (WeasyPrint leaves /Scope out; `_scope_headers` sets it from the cell's `scope`).
- **The same bytes for the same content**: the file's identifier is the content's hash, no clock and no path goes in.
  `content_hash(html)` is known before the file is made, so a file already made can be found by it.
- **Nothing from outside**: only our own fonts (`vendor-font:<file>`) and images inside the document (`data:image/…`) are
  fetched; anything else, and a picture that cannot be drawn or has no alternative text, raises FaultyDocument.

For templates: extend `documents/base.html`; one `<h1>`; every `<th>` with `scope`; every `<img>` with `alt`; an inline
`<svg>` begins with a `<title>`, which becomes its alternative text. Long tables: set column widths, at most 500 rows.

WeasyPrint is imported when first needed: it takes half a second and needs Pango, which a machine may lack.
`why_unavailable()` says so in words; the system check in `networks.documents.checks` repeats them at start.
"""

import ctypes
import ctypes.util
import hashlib
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

FONT_SCHEME = "vendor-font:"
_LIBRARIES = {
    "libpango-1.0-0": ("pango-1.0", "libpango-1.0.so.0"),
    "libpangoft2-1.0-0": ("pangoft2-1.0", "libpangoft2-1.0.so.0"),
    "libharfbuzz-subset0": ("harfbuzz-subset", "libharfbuzz-subset.so.0"),
}


class PdfUnavailable(RuntimeError):
    """This machine cannot make PDF files; the message says what to install."""


class FaultyDocument(ValueError):
    """A mistake in a template, never in what people typed: an outside address, a picture without words for it."""


def document_html(template: str, context: Mapping[str, Any]) -> str:
    """Return a document's HTML: what the PDF is made of, and all that its content hash depends on."""
    return render_to_string(template, dict(context))


def content_hash(html: str) -> str:
    """Return the SHA-256, in hexadecimal, of a document's HTML and of the program that sets it in type."""
    return hashlib.sha256(f"weasyprint {version('weasyprint')}\n{html}".encode()).hexdigest()


@cache
def why_unavailable() -> str | None:
    """Return, in words, what this machine lacks to make PDF files; None where it lacks nothing."""
    missing = [package for package, names in _LIBRARIES.items() if not _loads(*names)]
    if not missing:
        return None
    return (
        "PDF files cannot be made on this machine, because it lacks Pango. Install it (on Debian and Ubuntu: "
        f"apt-get install {' '.join(missing)}) and start again."
    )


def _loads(name: str, file_name: str) -> bool:
    for candidate in (file_name, ctypes.util.find_library(name)):
        if candidate:
            try:
                ctypes.CDLL(candidate)
            except OSError:
                continue
            return True
    return False


def make_pdf(html: str) -> bytes:
    """Set a document in type and return the PDF/UA-1 file.

    Raises PdfUnavailable where the machine cannot, FaultyDocument where the document asks for anything outside itself
    or WeasyPrint reports an error instead of stopping.
    """
    if reason := why_unavailable():
        raise PdfUnavailable(reason)
    logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    # A base address makes relative addresses absolute, so that they too reach the fetcher and are refused there.
    document = HTML(string=html, base_url="document:///", url_fetcher=_fetcher())
    with _errors_kept() as errors:
        try:
            made: bytes = document.write_pdf(
                pdf_variant="pdf/ua-1",
                pdf_identifier=content_hash(html)[:32].encode(),
                finisher=_scope_headers,
            )
        except FatalURLFetchingError as exception:
            raise FaultyDocument(str(exception.__cause__ or exception)) from exception
    if errors:
        raise FaultyDocument(" ".join(errors))
    return made


@contextmanager
def _errors_kept() -> Iterator[list[str]]:
    """Collect what WeasyPrint logs as errors: it leaves a gap in the page and goes on, and nobody reads the log."""
    errors: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            errors.append(record.getMessage())

    keeper = Keeper(level=logging.ERROR)
    logger = logging.getLogger("weasyprint")
    logger.addHandler(keeper)
    try:
        yield errors
    finally:
        logger.removeHandler(keeper)


def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFilesOnly(URLFetcher):
        def fetch(self, url: str, headers: object = None) -> Any:
            if url.startswith(FONT_SCHEME):
                return URLFetcherResponse(url, _font(url), {"Content-Type": "font/ttf"})
            if url.startswith("data:image/"):
                return super().fetch(url, headers)
            raise FaultyDocument(f"A document may not fetch {url[:80]!r}: it holds all it needs in itself.")

    # Errors are fatal, so that the work stops instead of leaving a gap where the picture should be.
    return OwnFilesOnly(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)


def _font(url: str) -> bytes:
    folder = settings.BASE_DIR / "static" / "vendor" / "fonts"
    name = url.removeprefix(FONT_SCHEME)
    known = {path.name: path for path in folder.glob("*.ttf")}
    if name not in known:
        raise FaultyDocument(f"There is no font {name!r} in {folder.name}/.")
    return bytes(known[name].read_bytes())


def _scope_headers(document: Any, _pdf: object) -> None:
    """Say of every header cell whether it heads its row or its column, as PDF/UA-1 asks (ISO 14289-1, 7.5)."""
    for page in document.pages:
        for box in page._page_box.descendants():
            mark = getattr(box, "mark", None)
            if mark is not None and box.element_tag == "th":
                heads_row = box.element.attrib.get("scope") in {"row", "rowgroup"}
                mark["A"]["Scope"] = "/Row" if heads_row else "/Column"
