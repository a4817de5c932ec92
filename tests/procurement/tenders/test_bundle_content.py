"""Reading what a tender's bundle says from the database."""

from datetime import UTC, date, datetime

import pytest

from networks.domain.access import command
from procurement.actions.specifications import publish_all
from procurement.actions.tenders import close_tender, withdraw
from procurement.documents.tender_bundle import bundle_file_name
from procurement.domain.specification_files import read_folder
from procurement.models import Tender, TenderLine
from procurement.queries.specifications import latest_versions
from procurement.queries.tender_bundle import bundle_content
from tests.factories.networks import network_of_trusts
from tests.factories.procurement import plan_with_version, tender_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BY = command("test")


@pytest.fixture
def tender() -> Tender:
    """Four general CTs of three trusts, to the specification that is really published."""
    publish_all(by=BY, standards=read_folder(), today=date(2026, 11, 24))
    orgs = network_of_trusts("Ash", "Beech", "=Cedar & Sons")
    names = ["Ash", "Ash", "Beech", "=Cedar & Sons"]
    version = plan_with_version(orgs, lines=[(name, "CT-STD", 2028) for name in names])
    return tender_of(version, year=2028)


def lines_of(tender: Tender, *trusts: str) -> list[int]:
    return list(TenderLine.objects.filter(tender=tender, trust__name__in=trusts).values_list("pk", flat=True))


def test_the_content_is_read_by_lot_with_a_fixed_number_of_queries(tender, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        content = bundle_content(tender)
    assert [(lot.number, lot.trust, len(lot.deliveries)) for lot in content.lots] == [
        (1, "=Cedar & Sons", 1),
        (2, "Ash", 2),
        (3, "Beech", 1),
    ]
    assert [delivery.number for delivery in content.deliveries] == ["1.1", "2.1", "2.2", "3.1"]
    assert (content.units, content.quantities, content.is_draft) == (4, (1, 3, 4, 6), True)
    assert content.deliveries[0].replaces.startswith(
        "CT Siemens Healthineers SOMATOM go.Top, serial number SN"
    )
    assert bundle_file_name(content) == f"tender-T{tender.pk:06d}-CT-STD-2028-2029.zip"


def test_it_names_the_plan_and_the_specification_it_rests_on(tender):
    content = bundle_content(tender)
    version = TenderLine.objects.filter(tender=tender).first().plan_line.version
    assert [(plan.plan, plan.version, plan.inputs_hash) for plan in content.plans] == [
        ("Plan", 1, version.inputs_hash)
    ]
    published = next(row for row in latest_versions() if row.specification.code == "CT-STD")
    assert (content.specification_code, content.specification_version) == ("CT-STD", published.version)
    assert len(content.specification.requirements) == published.requirements.count()


def test_the_same_state_has_the_same_content_and_another_state_another(tender):
    first = bundle_content(tender)
    assert bundle_content(tender) == first
    withdraw(by=BY, tender=tender, line_ids=lines_of(tender, "Beech"), reason="x", at=NOW)
    second = bundle_content(tender)
    assert (second.units, second.state != first.state) == (3, True)
    close_tender(by=BY, tender=tender)
    tender.refresh_from_db()
    assert not bundle_content(tender).is_draft


def test_a_tender_with_nobody_left_has_no_bundle(tender):
    everybody = lines_of(tender, "Ash", "Beech", "=Cedar & Sons")
    withdraw(by=BY, tender=tender, line_ids=everybody, reason="x", at=NOW)
    assert bundle_content(tender) is None
