import io
import re

import numpy
import page as pdf_checker
import pytest
import zxingcpp
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from assets.documents.labels import (
    MOST_LABELS,
    PER_SHEET,
    Label,
    Layout,
    TooMany,
    labels_html,
    labels_pdf,
    qr_svg,
)
from networks.documents.pdf import why_unavailable
from networks.domain.access import Role
from tests.factories.assets import AssetFactory
from tests.factories.networks import network_of_trusts, person
from tests.sweeps.reading import text_of

needs_pango = pytest.mark.skipif(why_unavailable() is not None, reason=why_unavailable() or "")
ADDRESS = "https://imaging.example.nhs.uk/equipment/{}/"


def label(number: int = 1, **facts: str) -> Label:
    values = {
        "address": ADDRESS.format(number),
        "reference": f"A{number:06d}",
        "asset_number": "TAG-5",
        "modality": "CT",
        "maker_and_model": "Maker Model",
        "serial_number": f"SN-{number}",
        "trust": "Ash NHS Foundation Trust",
    }
    return Label(**(values | facts))


def painted(svg: str, scale: int = 8) -> numpy.ndarray:
    """Draw the squares of a code as a picture, from its SVG path alone."""
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])
    picture = numpy.full((side, side), 255, dtype=numpy.uint8)
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", re.search(r' d="([^"]+)"', svg)[1]):
        given = [float(number) for number in numbers.split()]
        if command == "h":
            picture[int(y), int(x) : int(x + given[0])] = 0
            x += given[0]
        else:
            x, y = (given[0], given[1]) if command == "M" else (x + given[0], y + given[1])
    return picture.repeat(scale, axis=0).repeat(scale, axis=1)


def decoded(svg: str) -> str:
    [found] = zxingcpp.read_barcodes(painted(svg))
    return str(found.text)


class TestCode:
    @pytest.mark.parametrize("number", [1, 999_999, 10**15])
    def test_a_reader_finds_the_address_of_the_machine(self, number):
        assert decoded(qr_svg(ADDRESS.format(number))) == ADDRESS.format(number)

    def test_the_codes_of_a_document_are_those_of_its_machines(self):
        html = labels_html([label(n) for n in range(1, 31)], layout=Layout.SHEET)
        codes = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
        assert [decoded(code) for code in codes] == [ADDRESS.format(n) for n in range(1, 31)]

    def test_it_says_in_words_what_it_is(self):
        assert "<title>QR code: https://" in qr_svg(ADDRESS.format(1))


class TestDocument:
    @needs_pango
    @pytest.mark.parametrize("layout", Layout)
    def test_it_meets_pdf_ua_and_is_the_same_for_the_same_labels(self, layout):
        labels = [label(n) for n in range(1, 27)]
        made = labels_pdf(labels, layout=layout)
        result = pdf_checker.validate_pdf_bytes(made, profile="ua1")
        assert result.is_compliant, result
        assert made == labels_pdf(labels, layout=layout)

    @needs_pango
    @pytest.mark.parametrize(("count", "begin", "pages"), [(24, 1, 1), (25, 1, 2), (24, 2, 2), (1, 24, 1)])
    def test_sheets_of_24_from_the_first_free_label(self, count, begin, pages):
        made = labels_pdf([label(n) for n in range(1, count + 1)], layout=Layout.SHEET, begin=begin)
        found = PdfReader(io.BytesIO(made)).pages
        assert len(found) == pages
        assert [round(float(side) / 72 * 25.4) for side in found[0].mediabox[2:]] == [210, 297]
        assert PER_SHEET == 24

    @needs_pango
    def test_one_label_a_page_of_its_own_size(self):
        found = PdfReader(io.BytesIO(labels_pdf([label(1), label(2)], layout=Layout.SINGLE))).pages
        assert len(found) == 2
        assert [round(float(side) / 72 * 25.4, 1) for side in found[0].mediabox[2:]] == [63.5, 33.9]

    @needs_pango
    def test_long_names_are_cut_and_never_markup(self):
        made = text_of(
            labels_pdf([label(maker_and_model="<b>" + "M" * 200, serial_number="")], layout=Layout.SINGLE)
        )
        assert "<b>MMM" in made.replace("\n", "")
        assert "…" in made
        assert "S/N not known" in made

    def test_too_many_are_refused_with_the_way_out(self):
        with pytest.raises(TooMany, match="one site"):
            labels_pdf([label()] * (MOST_LABELS + 1), layout=Layout.SHEET)


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def orgs(self):
        return network_of_trusts("Ash", "Beech")

    @pytest.fixture
    def manager(self, client: Client, orgs):
        client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"]))
        return client

    def make(self, orgs, trust="Ash", **facts):
        return AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], **facts)

    @needs_pango
    def test_the_filters_of_the_list_say_which(self, manager, orgs):
        ct, mri = self.make(orgs), self.make(orgs, modality="MRI")
        other = self.make(orgs, "Beech")
        assert manager.get(reverse("labels_page"), {"modality": "CT"}).context["count"] == 1
        text = text_of(manager.get(reverse("labels_file"), {"modality": "CT"}).content)
        assert ct.reference in text
        assert mri.reference not in text
        assert other.reference not in text

    @needs_pango
    def test_machines_chosen_one_by_one(self, manager, orgs):
        first, second, other = self.make(orgs), self.make(orgs), self.make(orgs, "Beech")
        asked = {"asset": [first.pk, other.pk, "x"], "layout": "single"}
        text = text_of(manager.get(reverse("labels_file"), asked).content)
        assert first.reference in text
        assert second.reference not in text
        assert other.reference not in text

    @needs_pango
    def test_one_machine(self, manager, orgs, settings):
        settings.SITE_ADDRESS = "https://imaging.example.nhs.uk"
        asset = self.make(orgs)
        response = manager.get(reverse("asset_label", args=[asset.pk]))
        assert (
            response.headers["Content-Disposition"] == f'attachment; filename="label-{asset.reference}.pdf"'
        )
        assert asset.serial_number in text_of(response.content)

    def test_nothing_of_others_and_nothing_of_nothing(self, manager, orgs):
        other = self.make(orgs, "Beech")
        assert manager.get(reverse("asset_label", args=[other.pk])).status_code == 404
        assert manager.get(reverse("labels_file"), {"asset": other.pk}).status_code == 404
        assert "No machine to label" in manager.get(reverse("labels_page")).content.decode()

    @pytest.mark.parametrize("begin", ["0", "25", "x"])
    def test_an_impossible_first_label_is_said_and_kept(self, manager, orgs, begin):
        self.make(orgs)
        response = manager.get(reverse("labels_file"), {"layout": "sheet", "begin": begin, "modality": "CT"})
        assert response.status_code == 400
        text = response.content.decode()
        assert f'value="{begin}"' in text
        assert '<input type="hidden" name="modality" value="CT">' in text

    @needs_pango
    def test_as_many_queries_for_many_machines(self, manager, orgs, django_assert_max_num_queries):
        for _ in range(24):
            self.make(orgs)
        with django_assert_max_num_queries(8):
            manager.get(reverse("labels_file"))
