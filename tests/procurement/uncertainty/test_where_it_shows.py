"""The range beside the figures: on the version's and the plan's page, and in the capital plan's PDF and workbook."""

import io
import re

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from networks.documents.pdf import why_unavailable
from networks.domain.access import Role
from networks.domain.figures import pounds, pounds_short
from networks.models import User
from procurement.documents.capital_plan import capital_plan_html, capital_plan_pdf
from procurement.documents.capital_plan_workbook import capital_plan_workbook
from procurement.models import PlanVersion
from procurement.queries.capital_plan import capital_plan
from tests.factories.networks import person
from tests.procurement.uncertainty.test_plan_uncertainty_pages import text_of

pytestmark = pytest.mark.django_db
needs_pango = pytest.mark.skipif(why_unavailable() is not None, reason="this machine lacks Pango")


@pytest.fixture
def lead(client, made) -> Client:
    client.force_login(User.objects.get(pk=made.lead.user_id))
    return client


def span_of(version):
    return version.result["uncertainty"]["spend"]


def between(span) -> str:
    return f"between {pounds_short(span['likely_low'])} and {pounds_short(span['likely_high'])}"


def test_the_version_and_the_plan_say_what_is_likely_and_lead_to_why(lead, made, version):
    answer = lead.get(version.get_absolute_url())
    assert f"inc VAT, likely {between(span_of(version))}." in text_of(answer)
    how_sure = reverse("plan_uncertainty", args=[made.plan.pk, 1])
    assert how_sure in answer.content.decode()
    plan = lead.get(made.plan.get_absolute_url())
    low, high = span_of(version)["likely_low"], span_of(version)["likely_high"]
    assert f"likely {pounds_short(low)} to {pounds_short(high)}" in text_of(plan)
    assert how_sure in plan.content.decode()


def test_a_trusts_people_read_their_own_range_and_no_network_one(client, made, version):
    client.force_login(person(Role.FINANCE, made.orgs["Ash"]))
    own = next(
        row["spend"]
        for row in version.result["uncertainty"]["trusts"]
        if row["trust_id"] == made.orgs["Ash"].pk
    )
    assert f"inc VAT, likely {between(own)}." in text_of(client.get(version.get_absolute_url()))
    page = text_of(client.get(made.plan.get_absolute_url()))
    assert "likely" not in page


def test_without_ranges_nothing_is_claimed(lead, made, version):
    account = {name: value for name, value in version.result.items() if name != "uncertainty"}
    PlanVersion.objects.filter(pk=version.pk).update(result=account)
    assert "likely" not in text_of(lead.get(version.get_absolute_url()))
    assert "likely" not in text_of(lead.get(made.plan.get_absolute_url()))
    plan = capital_plan(made.lead, PlanVersion.objects.get(pk=version.pk))
    assert plan.how_sure is None
    assert "How sure" not in capital_plan_html(plan)
    assert "How sure" not in openpyxl.load_workbook(io.BytesIO(capital_plan_workbook(plan))).sheetnames


def test_the_capital_plan_prints_the_range_on_its_first_page_and_by_year(made, version):
    plan = capital_plan(made.lead, version)
    words = " ".join(re.sub(r"<[^>]+>", " ", capital_plan_html(plan)).split())
    assert plan.how_sure is not None
    assert plan.how_sure.spend.planned == plan.total.total_pence
    assert f"It is likely to come to {between(span_of(version))}" in words
    assert "6 of 12 installation dates are known to the day" in words
    assert sum(row.spend.planned for row in plan.how_sure.years) == plan.total.total_pence
    for row in plan.how_sure.years:
        assert pounds(row.spend.high) in words
    book = openpyxl.load_workbook(io.BytesIO(capital_plan_workbook(plan)), data_only=True)
    last = [cell.value for cell in list(book["How sure"].rows)[-1]]
    assert last[0] == "Total"
    span = plan.how_sure.spend
    assert [round(100 * value) for value in last[1:4]] == [span.low, span.planned, span.high]
    assert last[5:] == [None, None]  # likely ranges do not add up, so nothing pretends that they do
    missing = plan.how_sure.short_by_trust
    assert sum(total for _, _, total in missing) == plan.how_sure.short_pence > 0
    assert all(sum(amounts) == total and len(amounts) == len(plan.years) for _, amounts, total in missing)
    facts = {row[0].value: row[1].value for row in book["Summary"].rows}
    assert round(100 * facts["Likely from, 8 of 10 outcomes (£ inc VAT)"]) == span.likely_low


def test_a_trusts_part_has_its_own_range(made, version):
    ash = made.orgs["Ash"]
    plan = capital_plan(made.lead, version, trust=ash)
    assert plan.how_sure is not None
    assert plan.how_sure.spend.planned == plan.total.total_pence
    assert {row.trust_id for row in plan.how_sure.years} == {ash.pk}
    assert {name for name, _ in plan.how_sure.short} <= {"Ash"}
    assert "3 of 6 installation dates" in " ".join(re.sub(r"<[^>]+>", " ", capital_plan_html(plan)).split())


def test_the_workbook_of_everything_has_it_for_each_reader_as_far_as_they_see(client, made, version):
    at = reverse("plan_version_workbook", args=[made.plan.pk, 1])

    def whose(person_):
        client.force_login(person_)
        book = openpyxl.load_workbook(io.BytesIO(client.get(at).content))
        return {row[0].value for row in list(book["How sure"].rows)[1:]}

    lead = User.objects.get(pk=made.lead.user_id)
    assert whose(lead) == {made.orgs["Northern"].name, "Ash", "Beech"}
    assert whose(person(Role.FINANCE, made.orgs["Ash"])) == {"Ash"}


@needs_pango
def test_the_first_page_of_the_pdf_has_the_range(made, version):
    pages = PdfReader(io.BytesIO(capital_plan_pdf(capital_plan(made.lead, version)))).pages
    first = " ".join(pages[0].extract_text().split())
    assert between(span_of(version)) in first
    assert "Agreement" in first
