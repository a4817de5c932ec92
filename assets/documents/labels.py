"""Labels for machines: a QR code that leads to the machine's own page, and beside it what it is.

Two layouts: A4 sheets of 3 by 8 labels of 63.5 × 33.9 mm (the common 24-to-a-sheet size), or one such label a page for
a label printer. The QR code holds the page's address and nothing else: whoever reads it must sign in to see anything.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import segno

from networks.documents.pdf import document_html, make_pdf
from networks.templatetags.format import NOT_KNOWN

PER_ROW, ROWS = 3, 8
PER_SHEET = PER_ROW * ROWS
MOST_LABELS = 144
"""As many as are made while somebody waits: six sheets, about three seconds."""

_WIDTH_MM, _HEIGHT_MM, _GAP_MM = 63.5, 33.9, 2.54
_LEFT_MM = (210 - PER_ROW * _WIDTH_MM - (PER_ROW - 1) * _GAP_MM) / 2
_TOP_MM = (297 - ROWS * _HEIGHT_MM) / 2
_ONE_LINE, _TWO_LINES = 26, 44
"""Letters that fit beside the code on a line, and on two."""


class Layout(StrEnum):
    """How labels lie on the page."""

    SHEET = "sheet"
    SINGLE = "single"

    @property
    def label(self) -> str:
        return {
            "sheet": "A4 sheets of 24 labels, 63.5 × 33.9 mm",
            "single": "One label a page, 63.5 × 33.9 mm, for a label printer",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on one label; an empty text is not known. `address` is the whole address of the machine's page."""

    address: str
    reference: str
    asset_number: str
    modality: str
    maker_and_model: str
    serial_number: str
    trust: str


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A label as the template draws it. `place` is its position on a sheet from 0, row by row."""

    place: int
    code: str
    reference: str
    lines: tuple[str, ...]
    trust: str


@dataclass(frozen=True, slots=True)
class _Place:
    number: int
    left_mm: float
    top_mm: float


_PLACES = tuple(
    _Place(
        number,
        round(_LEFT_MM + number % PER_ROW * (_WIDTH_MM + _GAP_MM), 2),
        round(_TOP_MM + number // PER_ROW * _HEIGHT_MM, 2),
    )
    for number in range(PER_SHEET)
)


class TooMany(ValueError):
    """More labels than are made at once; the message says what to do."""


def labels_html(labels: Sequence[Label], *, layout: Layout, begin: int = 1) -> str:
    """Return the document's HTML. `begin` is the number of the first free label of the first sheet, 1 to 24."""
    if layout is Layout.SINGLE:
        pages = [[_drawn(label, 0)] for label in labels]
    else:
        pages = _sheets(labels, begin - 1)
    return document_html(
        "documents/labels.html",
        {
            "pages": pages,
            "is_single": layout is Layout.SINGLE,
            "places": _PLACES,
            "count": len(labels),
            "width_mm": _WIDTH_MM,
            "height_mm": _HEIGHT_MM,
        },
    )


def labels_pdf(labels: Sequence[Label], *, layout: Layout, begin: int = 1) -> bytes:
    """Return the PDF/UA-1 file. Raises TooMany, ValueError for no label at all, PdfUnavailable without Pango."""
    if not labels:
        raise ValueError("There is no machine to make a label for.")
    if len(labels) > MOST_LABELS:
        raise TooMany(
            f"These are {len(labels):,} machines, and {MOST_LABELS} labels can be made at a time. "
            "Filter the list to fewer, for example to one site."
        )
    return make_pdf(labels_html(labels, layout=layout, begin=begin))


def qr_svg(address: str) -> str:
    """Return the QR code of an address as SVG, error correction M, with the quiet zone of four modules that readers need."""
    target = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        target,
        kind="svg",
        title=f"QR code: {address}",
        border=4,
        omitsize=True,
        xmldecl=False,
        svgclass=None,
        lineclass=None,
        nl=False,
    )
    return target.getvalue().decode()


def _sheets(labels: Iterable[Label], skipped: int) -> list[list[_Drawn]]:
    pages: list[list[_Drawn]] = []
    for number, label in enumerate(labels, start=skipped):
        if number % PER_SHEET == 0 or not pages:
            pages.append([])
        pages[-1].append(_drawn(label, number % PER_SHEET))
    return pages


def _drawn(label: Label, place: int) -> _Drawn:
    number = f", No. {label.asset_number}" if label.asset_number else ""
    lines = (
        _cut(f"{label.modality}{number}", _ONE_LINE),
        _cut(label.maker_and_model, _TWO_LINES),
        _cut(f"S/N {label.serial_number or NOT_KNOWN}", _TWO_LINES),
    )
    return _Drawn(place, qr_svg(label.address), label.reference, lines, _cut(label.trust, _TWO_LINES + 8))


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
