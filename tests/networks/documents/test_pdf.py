import io

import page
import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from networks.documents import pdf
from networks.documents.checks import pdf_can_be_made
from networks.documents.pdf import FaultyDocument, PdfUnavailable, content_hash, make_pdf, why_unavailable

needs_pango = pytest.mark.skipif(why_unavailable() is not None, reason=why_unavailable() or "")
STYLE = (
    '@font-face { font-family: S; src: url("vendor-font:SourceSans3-Regular.ttf"); } html { font-family: S; }'
)


def document(body: str = "", style: str = STYLE) -> str:
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><title>Trial &amp; error</title><style>{style}</style></head>'
        f"<body><h1>Trial</h1>{body}</body></html>"
    )


TABLE = (
    '<table><thead><tr><th scope="col">Trust</th><th scope="col">Units</th></tr></thead>'
    '<tbody><tr><th scope="row">Ash</th><td>3</td></tr></tbody></table>'
)


def header_scopes(made: bytes) -> list[str]:
    found = []

    def walk(element: object) -> None:
        if isinstance(element, DictionaryObject):
            if element.get("/S") == "/TH":
                found.append(element["/A"]["/Scope"])
            kids = element.get("/K")
            for kid in kids if isinstance(kids, list) else [kids]:
                walk(kid.get_object() if hasattr(kid, "get_object") else kid)

    walk(PdfReader(io.BytesIO(made)).trailer["/Root"]["/StructTreeRoot"])
    return found


@needs_pango
def test_a_document_is_tagged_titled_and_in_english():
    made = make_pdf(document(TABLE))
    reader = PdfReader(io.BytesIO(made))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Trial & error"
    report = page.validate_pdf_bytes(made, profile="ua1")
    assert report.is_compliant, [failure.message for failure in report.failures]


@needs_pango
def test_header_cells_say_whether_they_head_a_row_or_a_column():
    assert header_scopes(make_pdf(document(TABLE))) == ["/Column", "/Column", "/Row"]


@needs_pango
def test_the_checker_would_notice_a_document_without_tags():
    from weasyprint import HTML

    untagged = HTML(string=document(TABLE, style="")).write_pdf()
    assert not page.validate_pdf_bytes(untagged, profile="ua1").is_compliant


@needs_pango
def test_the_same_content_gives_the_same_bytes():
    assert make_pdf(document(TABLE)) == make_pdf(document(TABLE))
    assert make_pdf(document("<p>One</p>")) != make_pdf(document("<p>Two</p>"))
    assert content_hash(document("<p>One</p>")) != content_hash(document("<p>Two</p>"))


@needs_pango
@pytest.mark.parametrize(
    "body",
    [
        '<img alt="" src="https://example.org/picture.png">',
        '<img alt="" src="file:///etc/hostname">',
        '<img alt="" src="picture.png">',
        '<link rel="stylesheet" href="https://example.org/style.css">',
    ],
)
def test_nothing_is_fetched_from_outside_the_document(body):
    with pytest.raises(FaultyDocument, match="may not fetch"):
        make_pdf(document(body))


@needs_pango
@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (
            '<svg><title>x</title><image href="https://example.org/picture.png" width="9" height="9"/></svg>',
            "Failed to render",
        ),
        ('<img src="data:image/png;base64,AAAA">', "no required alt|Failed to load"),
    ],
)
def test_a_picture_that_would_be_missing_stops_the_work(body, complaint):
    with pytest.raises(FaultyDocument, match=complaint):
        make_pdf(document(body))


@needs_pango
def test_a_font_that_is_not_ours_is_refused():
    with pytest.raises(FaultyDocument, match="no font"):
        make_pdf(document(style=STYLE.replace("SourceSans3-Regular.ttf", "../../settings.py")))


@needs_pango
def test_only_our_own_font_is_embedded():
    made = make_pdf(document(TABLE))
    fonts = PdfReader(io.BytesIO(made)).pages[0]["/Resources"]["/Font"]
    names = {font.get_object()["/BaseFont"].split("+")[-1] for font in fonts.values()}
    assert names == {"S", "S-Bold"}, (
        "a system font slipped in, so the file would differ from machine to machine"
    )


def test_a_machine_without_pango_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(pdf, "_loads", lambda *_: False)
    why_unavailable.cache_clear()
    try:
        with pytest.raises(PdfUnavailable, match="apt-get install libpango-1.0-0"):
            make_pdf(document())
        assert [warning.id for warning in pdf_can_be_made()] == ["networks.W001"]
    finally:
        monkeypatch.undo()
        why_unavailable.cache_clear()
