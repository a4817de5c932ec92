import csv
import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assets.domain.problems import FileProblem
from networks.domain.access import NotAllowed, Role
from networks.models import Event
from procurement.actions.prices import PriceFacts, PriceRefused, import_prices, record_prices
from procurement.domain.price_rows import HEADINGS
from procurement.models import PriceRecord
from tests.factories.assets import SpecificationFactory
from tests.factories.networks import OrganisationFactory, actor, network_of_trusts, person

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture
def orgs():
    SpecificationFactory(is_default=True)
    return network_of_trusts("Ash", "Beech", "Cedar")


def facts(trust, **values):
    given = {
        "quantity": 1,
        "unit_price_pence": 50_000_000,
        "priced_on": date(2026, 4, 1),
        "source": "Order 1",
    }
    return PriceFacts(trust=trust, specification=SpecificationFactory(), **(given | values))


def a_file(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> SimpleUploadedFile:
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return SimpleUploadedFile("purchases.csv", text.getvalue().encode())


def test_a_purchase_is_recorded_with_its_region_and_an_event(orgs):
    lead = actor(Role.PROCUREMENT_LEAD, orgs["Northern"])
    (made,) = record_prices(by=lead, prices=[facts(orgs["Ash"])], on=TODAY)
    assert made.region == orgs["North West"]
    event = Event.objects.get(action="price.recorded")
    assert (event.changes["unit price, ex VAT"], event.trust) == ([None, "£500,000"], orgs["Ash"])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"priced_on": date(2026, 11, 25)}, "in the future"),
        ({"unit_price_pence": 0}, "above nothing"),
        ({"quantity": 0}, "above nothing"),
    ],
)
def test_what_cannot_be_a_purchase_is_refused(orgs, values, words):
    lead = actor(Role.PROCUREMENT_LEAD, orgs["Northern"])
    with pytest.raises(PriceRefused, match=words):
        record_prices(by=lead, prices=[facts(orgs["Ash"]), facts(orgs["Beech"], **values)], on=TODAY)
    assert not PriceRecord.objects.exists()


def test_a_buyer_whose_region_is_not_known_is_refused(orgs):
    lone = OrganisationFactory(name="Lone")
    admin = actor(Role.PROCUREMENT_LEAD, orgs["Northern"])
    with pytest.raises(NotAllowed):
        record_prices(by=admin, prices=[facts(lone)], on=TODAY)


def test_finance_reads_and_records_nothing(orgs):
    with pytest.raises(NotAllowed):
        record_prices(by=actor(Role.FINANCE, orgs["Ash"]), prices=[facts(orgs["Ash"])], on=TODAY)


def test_every_problem_of_a_file_is_named_and_nothing_is_recorded(orgs):
    lead = actor(Role.PROCUREMENT_LEAD, orgs["Northern"])
    good = (orgs["Ash"].code, "CT-STD", "2", "£490k", "June 2025", "", "", "Order 7")
    upload = a_file(
        good,
        ("NOPE", "CT-STD", "2", "£490k", "June 2025", "", "", "Order 8"),
        (orgs["Ash"].code, "CT-WHAT", "none", "Commercial in confidence", "31/02/2025", "swap", "", ""),
    )
    result = import_prices(by=lead, upload=upload, max_bytes=10**6, on=TODAY)
    assert result.recorded == 0
    assert [(p.row, p.column) for p in result.problems] == [
        (3, "Trust code"),
        (4, "Source"),
        (4, "Specification code"),
        (4, "Machines"),
        (4, "Price of one (£ ex VAT)"),
        (4, "Date of the price"),
        (4, "How bought"),
    ]
    assert not PriceRecord.objects.exists()


def test_an_export_of_purchases_reads_back_unchanged(orgs, client):
    lead = person(Role.PROCUREMENT_LEAD, orgs["Northern"])
    as_lead = actor(Role.PROCUREMENT_LEAD, orgs["Northern"])
    record_prices(
        by=as_lead,
        prices=[
            facts(orgs["Ash"], source="=HYPERLINK(1)", route="joint"),
            facts(orgs["Beech"], unit_price_pence=49_999_999),
        ],
        on=TODAY,
    )
    fields = (
        "trust",
        "specification",
        "quantity",
        "unit_price_pence",
        "priced_on",
        "route",
        "supplier",
        "source",
    )
    before = sorted(PriceRecord.objects.values_list(*fields))
    client.force_login(lead)
    for kind in ("csv", "xlsx"):
        response = client.get(reverse("price_export"), {"format": kind})
        content = b"".join(response.streaming_content) if response.streaming else response.content
        PriceRecord.objects.all().delete()
        upload = SimpleUploadedFile(f"prices.{kind}", content)
        result = import_prices(by=as_lead, upload=upload, max_bytes=10**6, on=TODAY)
        assert result.problems == ()
        assert sorted(PriceRecord.objects.values_list(*fields)) == before


def test_a_form_with_a_fault_keeps_what_was_typed(orgs, client):
    client.force_login(person(Role.PROCUREMENT_LEAD, orgs["Northern"]))
    typed = {
        "trust": orgs["Ash"].pk,
        "quantity": "2",
        "unit_price_pence": "£490k",
        "priced_on": "31 March 2099",
    }
    page = client.post(reverse("price_add"), typed)
    assert "Enter a date that is not in the future" in page.content.decode()
    assert 'value="£490k"' in page.content.decode()
    assert not PriceRecord.objects.exists()


def test_pages_show_own_purchases_and_only_the_benchmark_of_others(
    orgs, client, django_assert_max_num_queries
):
    others = network_of_trusts("Dogwood", "Elm", "Fir", network="Southern", region="South East")
    for name, pence in (("Dogwood", 61), ("Elm", 62), ("Fir", 63), ("Dogwood", 64), ("Elm", 65)):
        by = actor(Role.PROCUREMENT_LEAD, others["Southern"])
        record_prices(by=by, prices=[facts(others[name], unit_price_pence=pence * 1_000_000)], on=TODAY)
    record_prices(
        by=actor(Role.PROCUREMENT_LEAD, orgs["Northern"]),
        prices=[facts(orgs["Ash"], unit_price_pence=70_000_000)],
        on=TODAY,
    )
    client.force_login(person(Role.FINANCE, orgs["Ash"]))
    with django_assert_max_num_queries(14):
        listing = client.get(reverse("price_list")).content.decode()
    assert "£700,000" in listing
    assert "£610,000" not in listing
    page = client.get(reverse("benchmark")).content.decode()
    assert "£630,000" in page  # the South East's median
    file = b"".join(client.get(reverse("benchmark_export")).streaming_content).decode()
    assert "South East,5,5,620000,630000,640000" in file
    assert "North West,1,1,,," in file
    assert "hidden" in page  # the North West has one purchase
    assert "Dogwood" not in page
    assert "Above the median." in page


@pytest.mark.parametrize(
    "name", ["price_list", "price_export", "price_add", "price_import", "benchmark", "price_template"]
)
def test_an_equipment_manager_sees_no_prices(orgs, client, name):
    client.force_login(person(Role.EQUIPMENT_MANAGER, orgs["Ash"]))
    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize(
    ("machines", "price", "words"),
    [
        ("1", "9" * 30, "too much for one machine"),
        ("1", "12", "too little for an imaging machine"),
        ("00000199999", "500,000", "whole number from 1 to 999"),
        ("1000", "500,000", "whole number from 1 to 999"),
    ],
)
def test_a_file_s_figures_that_cannot_be_meant_are_named(orgs, machines, price, words):
    lead = actor(Role.PROCUREMENT_LEAD, orgs["Northern"])
    row = f'{orgs["Ash"].code},CT-STD,{machines},"{price}",01/04/2026,Order 1'
    content = f"Trust code,Specification code,Machines,Unit price,Date,Source\n{row}".encode()
    result = import_prices(by=lead, upload=SimpleUploadedFile("p.csv", content), max_bytes=10**6, on=TODAY)
    assert [words in problem.message for problem in result.problems] == [True]
    assert not PriceRecord.objects.exists()


def test_more_purchases_than_anybody_makes_are_not_taken_at_once(orgs, monkeypatch):
    monkeypatch.setattr("procurement.imports.prices.MOST_ROWS", 2)
    row = f"{orgs['Ash'].code},CT-STD,500000,01/04/2026,Order"
    content = "\n".join(["Trust code,Specification code,Unit price,Date,Source", *[row] * 3]).encode()
    upload = SimpleUploadedFile("p.csv", content)
    with pytest.raises(FileProblem, match="holds 3 purchases; 2 are taken at a time"):
        import_prices(
            by=actor(Role.PROCUREMENT_LEAD, orgs["Northern"]), upload=upload, max_bytes=10**6, on=TODAY
        )
    assert not PriceRecord.objects.exists()
