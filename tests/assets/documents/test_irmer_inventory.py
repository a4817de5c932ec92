import io
from datetime import UTC, date, datetime, timedelta

import openpyxl
import page as pdf_checker
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from assets.documents.irmer_inventory import (
    MOST_ROWS,
    TooLong,
    cells,
    inventory_html,
    inventory_pdf,
    inventory_workbook,
)
from assets.domain.irmer import Inventory, Machine
from assets.domain.vocabulary import Modality
from assets.queries.irmer_inventory import employers
from networks.documents.pdf import why_unavailable
from networks.domain.access import Role
from networks.domain.organisations import Tie
from tests.factories.assets import AssetFactory
from tests.factories.networks import LinkFactory, actor, network_of_trusts, person
from tests.sweeps.reading import text_of

needs_pango = pytest.mark.skipif(why_unavailable() is not None, reason=why_unavailable() or "")
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def machine(number: int = 1, **facts: object) -> Machine:
    values = {
        "pk": number,
        "reference": f"A{number:06d}",
        "asset_number": "",
        "site": "Ash General",
        "site_code": "RAA01",
        "room": f"Room {number}",
        "modality": Modality.CT,
        "manufacturer": "Maker",
        "model": "Model",
        "serial_number": f"SN{number}",
        "year_of_manufacture": 2017,
        "year_of_installation": 2018,
    }
    return Machine(**(values | facts))


def of(*machines: Machine) -> Inventory:
    return Inventory("Ash Trust", "RAA", "", date(2026, 11, 2), machines)


def pdf(inventory: Inventory) -> bytes:
    return inventory_pdf(inventory, furnished_by="Asha Ashworth", on=NOW)


class TestWhatIsCounted:
    def test_of_each_fact_how_many_machines_lack_it(self):
        whole = of(machine(), machine(2, year_of_manufacture=None), machine(3, serial_number="", model=""))
        assert [gap.words for gap in whole.gaps] == [
            "1 of 3 machines lacks a model",
            "1 of 3 machines lacks a serial number",
            "1 of 3 machines lacks a year of manufacture",
        ]
        assert whole.complete == 1

    def test_mri_is_outside_and_its_gaps_are_not_counted(self):
        whole = of(machine(), machine(2, modality=Modality.MRI, serial_number=""))
        assert [m.pk for m in whole.covered] == [1]
        assert [m.pk for m in whole.outside] == [2]
        assert whole.gaps == ()

    @pytest.mark.parametrize("modality", Modality)
    def test_every_other_modality_is_covered(self, modality):
        assert machine(modality=modality).is_ionising is (modality is not Modality.MRI)

    def test_sites_stand_apart(self):
        whole = of(machine(), machine(2, site="Birch", site_code="RAA02"), machine(3))
        assert [(s.code, [m.pk for m in s.machines]) for s in whole.sites] == [
            ("RAA01", [1, 3]),
            ("RAA02", [2]),
        ]


class TestPdf:
    @needs_pango
    def test_it_meets_pdf_ua_and_is_the_same_for_the_same_state(self):
        whole = of(*(machine(n, modality=Modality.MRI if n % 7 == 0 else Modality.CT) for n in range(1, 80)))
        made = pdf(whole)
        result = pdf_checker.validate_pdf_bytes(made, profile="ua1")
        assert result.is_compliant, result
        assert made == pdf(whole)

    @needs_pango
    def test_the_first_page_says_whose_it_is_who_furnished_it_and_what_is_not_known(self):
        made = pdf(of(machine(), machine(2, year_of_manufacture=None), machine(3, modality=Modality.MRI)))
        first = " ".join(PdfReader(io.BytesIO(made)).pages[0].extract_text().split())
        for words in (
            "Ash Trust (ODS code RAA)",
            "Asha Ashworth, on 2 November 2026",
            "1 of 2 machines lacks a year of manufacture",
            "1 of 2 have all five facts",
            "2 within regulation 15; 1 MRI outside it",
        ):
            assert words in first

    @needs_pango
    def test_headings_repeat_on_every_page_and_every_row_is_whole(self):
        made = PdfReader(io.BytesIO(pdf(of(*(machine(n) for n in range(1, 121))))))
        pages = [page.extract_text() for page in made.pages]
        assert len(pages) > 3
        assert all("Serial number" in text for text in pages)
        for number in range(1, 121):
            [where] = [text for text in pages if f"A{number:06d}" in text]
            assert f"Room {number}" in where
            assert f"SN{number}" in where

    @needs_pango
    def test_names_are_never_markup(self):
        assert "<b>Bold & Sons</b>" in text_of(pdf(of(machine(manufacturer="<b>Bold & Sons</b>")))).replace(
            "\n", " "
        )

    def test_too_long_a_one_is_refused_with_the_way_out(self):
        with pytest.raises(TooLong, match="Choose one site, or take the workbook"):
            pdf(of(*(machine(n) for n in range(MOST_ROWS + 1))))

    def test_mri_stands_under_its_own_heading(self):
        html = inventory_html(of(machine(), machine(2, modality=Modality.MRI)), furnished_by="x", on=NOW)
        before, after = html.split("<h2>Outside regulation 15: MRI</h2>")
        assert "A000001" in before
        assert "A000002" not in before
        assert "A000002" in after


class TestWorkbook:
    def sheets(self, inventory: Inventory) -> openpyxl.Workbook:
        made = inventory_workbook(inventory, furnished_by="Asha Ashworth", on=NOW)
        assert made == inventory_workbook(inventory, furnished_by="Asha Ashworth", on=NOW)
        return openpyxl.load_workbook(io.BytesIO(made))

    def test_the_same_rows_as_the_pdf_with_mri_apart(self):
        whole = of(machine(), machine(2, modality=Modality.MRI), machine(3, year_of_manufacture=None))
        about, inside, outside = self.sheets(whole).worksheets
        assert [row[3] for row in inside.iter_rows(min_row=2, values_only=True)] == ["A000001", "A000003"]
        assert [row[3] for row in outside.iter_rows(min_row=2, values_only=True)] == ["A000002"]
        facts = {row[0]: row[1] for row in about.iter_rows(values_only=True)}
        assert facts["Not known"] == "1 of 2 machines lacks a year of manufacture"
        assert facts["Furnished by"] == "Asha Ashworth"

    def test_what_is_not_known_says_so_and_years_are_numbers(self):
        assert cells(machine(serial_number="", year_of_manufacture=None))[-3:] == (
            "not known",
            "not known",
            2018,
        )

    def test_a_formula_is_only_text(self):
        sheet = self.sheets(of(machine(serial_number="=1+1"))).worksheets[1]
        assert (sheet.cell(2, 9).value, sheet.cell(2, 9).data_type) == ("=1+1", "s")


@pytest.mark.django_db
class TestPage:
    @pytest.fixture
    def orgs(self):
        return network_of_trusts("Ash", "Beech")

    @pytest.fixture
    def manager(self, client: Client, orgs):
        client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"], name="Asha Ashworth"))
        return client

    def make(self, orgs, trust="Ash", **facts):
        return AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], **facts)

    def test_ones_own_trust_is_chosen_at_once(self, manager, orgs):
        mine, theirs = self.make(orgs), self.make(orgs, "Beech")
        text = manager.get(reverse("inventory_page")).content.decode()
        assert mine.reference in text
        assert theirs.reference not in text
        assert "1 of 1 machine lacks a year of manufacture" in text

    def test_retired_machines_and_those_not_yet_there_are_left_out(self, manager, orgs):
        today = timezone.localdate()
        self.make(orgs, status="retired", retired_on=today - timedelta(days=40))
        self.make(orgs, installed_on=today - timedelta(days=10))
        stays = self.make(orgs)
        then = f"{today - timedelta(days=20):%Y-%m-%d}"
        found = manager.get(reverse("inventory_page"), {"as_at": then}).context["inventory"]
        assert [m.reference for m in found.machines] == [stays.reference]
        then = f"{today - timedelta(days=60):%Y-%m-%d}"
        assert len(manager.get(reverse("inventory_page"), {"as_at": then}).context["inventory"].machines) == 2

    def test_one_site(self, manager, orgs):
        here = self.make(orgs)
        other = LinkFactory(source__kind="site", source__name="Other site", target=orgs["Ash"]).source
        AssetFactory(trust=orgs["Ash"], site=other)
        found = manager.get(reverse("inventory_page"), {"site": orgs["Ash site"].code}).context["inventory"]
        assert [m.reference for m in found.machines] == [here.reference]
        assert found.site == "Ash site"

    def test_a_workbook_in_one_click(self, manager, orgs):
        asset = self.make(orgs)
        response = manager.get(reverse("inventory_file"), {"trust": orgs["Ash"].code, "format": "xlsx"})
        assert "irmer-inventory-" in response.headers["Content-Disposition"]
        assert asset.serial_number in text_of(response.content)

    @needs_pango
    def test_a_pdf_in_one_click(self, manager, orgs):
        asset = self.make(orgs)
        response = manager.get(reverse("inventory_file"))
        assert response.headers["Content-Type"] == "application/pdf"
        text = text_of(response.content)
        assert asset.reference in text
        assert "Asha Ashworth, equipment manager, Ash" in text

    def test_another_trust_is_not_to_be_had(self, manager, orgs):
        self.make(orgs, "Beech")
        for url in (reverse("inventory_file"), reverse("inventory_file") + "?format=xlsx"):
            assert manager.get(url, {"trust": orgs["Beech"].code}).status_code == 404

    @pytest.mark.parametrize("day", ["1 January 1890", "31 March 2999", "yesterday"])
    def test_an_impossible_day_is_said_and_kept(self, manager, day):
        response = manager.get(reverse("inventory_file"), {"as_at": day})
        assert response.status_code == 400
        assert day in response.content.decode()
        assert "There is a problem" in response.content.decode()

    def test_without_pango_the_page_says_so_and_the_workbook_works(self, manager, monkeypatch):
        monkeypatch.setattr("networks.documents.pdf.why_unavailable", lambda: "Pango is missing.")
        response = manager.get(reverse("inventory_file"))
        assert response.status_code == 409
        assert "Pango is missing." in response.content.decode()
        assert manager.get(reverse("inventory_file"), {"format": "xlsx"}).status_code == 200

    def test_a_trust_answers_for_those_it_took_over(self, orgs):
        today = timezone.localdate()
        LinkFactory(source=orgs["Beech"], target=orgs["Ash"], tie=Tie.SUCCEEDED_BY, starts_on=today)
        mine = employers(actor(Role.EQUIPMENT_MANAGER, orgs["Ash"], on=today), on=today)
        assert [(e.name, e.trust_ids) for e in mine] == [("Ash", {orgs["Ash"].pk, orgs["Beech"].pk})]
        assert [
            e.name for e in employers(actor(Role.PROCUREMENT_LEAD, orgs["Northern"], on=today), on=today)
        ] == ["Ash"]

    def test_as_many_queries_for_many_machines(self, manager, orgs, django_assert_max_num_queries):
        for _ in range(30):
            self.make(orgs)
        with django_assert_max_num_queries(11):
            manager.get(reverse("inventory_page"))
