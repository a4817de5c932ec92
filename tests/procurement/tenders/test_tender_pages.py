"""The tenders' pages: what they say to whom, what they refuse, and that nothing typed is lost."""

import hashlib
import io
import re
import zipfile
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from networks.documents.pdf import why_unavailable
from networks.domain.access import Role, command
from networks.models import Run
from procurement.actions.tenders import close_tender, withdraw
from procurement.models import Document, Tender, TenderLine
from tests.factories.networks import network_of_trusts, person
from tests.factories.procurement import TODAY, plan_with_version, specification_version, tender_of

pytestmark = pytest.mark.django_db
BY = command("test")
LINES = [
    ("Ash", "CT-STD", 2028),
    ("Ash", "CT-STD", 2028),
    ("Beech", "CT-STD", 2028),
    ("Cedar", "CT-STD", 2029),
    ("Cedar", "MRI-15T", 2028),
]


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda at=None: at.date() if at else TODAY)


@pytest.fixture
def orgs():
    return network_of_trusts("Ash", "Beech", "Cedar")


@pytest.fixture
def version(orgs):
    return plan_with_version(orgs, lines=LINES)


@pytest.fixture
def tender(version):
    return tender_of(version, year=2028)


def signed_in(role: Role, organisation) -> Client:
    client = Client()
    client.force_login(person(role, organisation))
    return client


@pytest.fixture
def lead(orgs) -> Client:
    return signed_in(Role.PROCUREMENT_LEAD, orgs["Northern"])


def text_of(response) -> str:
    """What is read on a page: no markup, one space between words."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def line_of(tender: Tender, trust: str) -> TenderLine:
    return TenderLine.objects.filter(tender=tender, trust__name=trust).first()


def pages_of(tender: Tender) -> list[str]:
    return [
        reverse("tender_detail", args=[tender.pk]),
        reverse("tender_close", args=[tender.pk]),
        reverse("tender_withdraw", args=[tender.pk]) + f"?trust={line_of(tender, 'Ash').trust_id}",
    ]


def open_url(version, year: int = 2028, code: str = "CT-STD") -> str:
    return reverse("tender_open", args=[version.pk, specification_version(code).pk, year])


def test_the_list_shows_what_the_plan_would_gather_and_how_to_begin(lead, version):
    text = text_of(lead.get(reverse("tender_list")))
    assert "What the plan would gather" in text
    assert "2028/29: 4 machines in 2 groups" in text
    assert "Ash, Beech" in text
    assert (
        "5% off, £541,500 each. 3 more CT-STD reach 8% off (£524,400 each, ex VAT). 1 in 2029/30 could move"
        in text
    )
    assert "which is not enough" in text
    assert "Open tender for Standard CT-STD, 2028/29" in text
    assert "No tenders yet" in text


def test_without_a_plan_the_list_says_where_to_begin(lead):
    assert "No plan yet" in text_of(lead.get(reverse("tender_list")))


def test_a_tender_is_opened_with_the_dates_proposed(lead, version):
    page = lead.get(open_url(version))
    assert 'value="30 June 2028"' in page.content.decode()
    assert 'value="31 March 2029"' in page.content.decode()
    response = lead.post(
        open_url(version), {"key_date_on": "1 June 2028", "deliver_by": "31 March 2029"}, follow=True
    )
    tender = Tender.objects.get()
    assert response.redirect_chain[-1][0] == tender.get_absolute_url()
    assert tender.key_date_on == date(2028, 6, 1)
    assert "is open until it is closed" in text_of(response)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (
            {"key_date_on": "1 June 2020", "deliver_by": "31 March 2029"},
            "The key date must be today or later",
        ),
        ({"key_date_on": "1 June 2028", "deliver_by": "31 March 2030"}, "from 1 April 2028 to 31 March 2029"),
        ({"key_date_on": "soon", "deliver_by": "31 March 2029"}, "Enter"),
        ({"key_date_on": "", "deliver_by": ""}, "Enter key date"),
    ],
)
def test_dates_that_cannot_stand_are_said_beside_the_field_and_kept(lead, version, typed, words):
    response = lead.post(open_url(version), typed)
    assert response.status_code == 200
    assert words in text_of(response)
    assert "There is a problem" in text_of(response)
    for value in filter(None, typed.values()):
        assert f'value="{value}"' in response.content.decode()
    assert not Tender.objects.exists()


def test_a_group_that_is_gone_leads_back_to_the_list(lead, version, tender):
    for url in (open_url(version), open_url(version, 2027), open_url(version, code="XR-DR")):
        response = lead.get(url, follow=True)
        assert "That group has changed since you looked" in text_of(response)


def test_a_late_lead_time_is_said(lead, orgs):
    version = plan_with_version(orgs, first_year=2026)
    assert "The lead time has begun" in text_of(lead.get(open_url(version, 2026)))


def test_the_page_of_a_tender_has_everything_for_the_lead(lead, tender):
    text = text_of(lead.get(tender.get_absolute_url()))
    for words in (
        "Joint tender of Northern",
        "Key date (next) 1 March 2028",
        "3 machines of 2 trusts reach 5% off : £541,500 each, ex VAT",
        "Buying together saves £86k ex VAT",
        "Everybody’s share",
        "Ash 2 £1,140,000 £1,083,000 £57,000",
        "Beech 1 £570,000 £541,500 £28,500",
        "All 3 £1,710,000 £1,624,500 £85,500",
        "Ash site",
        "Deliver by",
        "Withdraw all of Ash",
        "No bundle has been made yet",
        "Opened with 3 machines of 2 trusts.",
    ):
        assert words in text, words


def test_a_trusts_finance_reads_its_own_money_only(orgs, tender):
    text = text_of(signed_in(Role.FINANCE, orgs["Beech"]).get(tender.get_absolute_url()))
    assert "3 machines of 2 trusts" in text
    assert "Your share" in text
    assert "Beech 1 £570,000 £541,500 £28,500" in text
    for hidden in (
        "Ash",
        "£1,083,000",
        "£1,624,500",
        "Withdraw",
        "Make the bundle",
        "Close the tender",
        "£86k",
    ):
        assert hidden not in text, hidden


def test_the_networks_finance_reads_all_and_has_no_buttons(orgs, tender):
    client = signed_in(Role.FINANCE, orgs["Northern"])
    text = text_of(client.get(tender.get_absolute_url()))
    assert "Everybody’s share" in text
    for button in ("Withdraw all", "Make the bundle", "Close the tender"):
        assert button not in text
    assert "Open tender" not in text_of(client.get(reverse("tender_list")))


def test_whoever_has_no_part_in_it_is_refused_everywhere(orgs, version, tender):
    southern = network_of_trusts("Oak", network="Southern")
    expected = {
        (Role.PROCUREMENT_LEAD, southern["Southern"]): {404},
        (Role.FINANCE, orgs["Cedar"]): {404},
        (Role.EQUIPMENT_MANAGER, orgs["Ash"]): {404},
    }
    for (role, place), statuses in expected.items():
        client = signed_in(role, place)
        assert {client.get(url).status_code for url in pages_of(tender)} == statuses, (role, place)
        for name in ("tender_add", "tender_bundle", "tender_close", "tender_withdraw", "tender_reinstate"):
            assert client.post(reverse(name, args=[tender.pk])).status_code == 404, (role, name)
    assert signed_in(Role.EQUIPMENT_MANAGER, orgs["Ash"]).get(reverse("tender_list")).status_code == 403
    signed_out = Client()
    for url in [*pages_of(tender), reverse("tender_list"), open_url(version), reverse("demand")]:
        assert signed_out.get(url).status_code == 302


def test_readers_cannot_change_anything(orgs, version, tender):
    withdraw_url = reverse("tender_withdraw", args=[tender.pk]) + f"?line={line_of(tender, 'Ash').pk}"
    for role, place in (
        (Role.FINANCE, "Northern"),
        (Role.FINANCE, "Ash"),
        (Role.NATIONAL_ANALYST, "England"),
    ):
        client = signed_in(role, orgs[place])
        assert client.get(withdraw_url).status_code == 403
        assert client.post(withdraw_url, {"reason": "x"}).status_code == 403
        for name in ("tender_add", "tender_bundle", "tender_close"):
            assert client.post(reverse(name, args=[tender.pk])).status_code == 403
        assert client.get(open_url(version, code="MRI-15T")).status_code == 403
    assert not TenderLine.objects.filter(withdrawn_at__isnull=False).exists()
    assert Tender.objects.get().status == "open"


def test_withdrawing_shows_the_consequences_before_it_acts(lead, tender):
    trust = line_of(tender, "Beech").trust_id
    url = reverse("tender_withdraw", args=[tender.pk]) + f"?trust={trust}"
    page = lead.get(url)
    text = text_of(page)
    assert "Withdraw 1 machine of Beech?" in text
    assert "from £541,500 (5% off) to £570,000 (no discount), ex VAT" in text
    assert "Ash 2 2 +£28,500 £1,083,000 £1,140,000 £57,000 £0" in text
    assert "Beech 1 none – £541,500 not in it" in text
    assert not TenderLine.objects.filter(withdrawn_at__isnull=False).exists()
    state = page.context["account"].state
    response = lead.post(url, {"reason": "No room", "state": state}, follow=True)
    assert "1 machine of Beech is withdrawn" in text_of(response)
    assert "2 machines of 1 trust reach £570,000 each" in text_of(response)
    assert "Beech withdrew at Beech site. Reason: No room" in text_of(response)
    assert line_of(tender, "Beech").withdrawn_at is not None


def test_a_withdrawal_needs_its_reason_and_keeps_what_was_typed(lead, tender):
    url = reverse("tender_withdraw", args=[tender.pk]) + f"?line={line_of(tender, 'Ash').pk}"
    state = lead.get(url).context["account"].state
    response = lead.post(url, {"reason": "", "state": state})
    assert "Enter reason" in text_of(response)
    assert line_of(tender, "Ash").withdrawn_at is None


def test_a_withdrawal_confirmed_on_what_is_no_longer_so_is_shown_again(lead, tender):
    url = reverse("tender_withdraw", args=[tender.pk]) + f"?line={line_of(tender, 'Ash').pk}"
    state = lead.get(url).context["account"].state
    withdraw(by=BY, tender=tender, line_ids=[line_of(tender, "Beech").pk], reason="x", at=timezone.now())
    response = lead.post(url, {"reason": "No money", "state": state})
    assert "Somebody has changed this tender since you opened this page" in text_of(response)
    assert "No money" in response.content.decode()
    assert line_of(tender, "Ash").withdrawn_at is None
    lead.post(url, {"reason": "No money", "state": response.context["account"].state})
    assert line_of(tender, "Ash").withdrawn_at is not None


def test_what_has_gone_already_cannot_be_withdrawn_again(lead, tender):
    line = line_of(tender, "Beech")
    url = reverse("tender_withdraw", args=[tender.pk]) + f"?line={line.pk}"
    withdraw(by=BY, tender=tender, line_ids=[line.pk], reason="x", at=timezone.now())
    assert "nothing was withdrawn" in text_of(lead.get(url, follow=True))
    close_tender(by=BY, tender=tender)
    assert "The tender is closed since you looked" in text_of(lead.get(url, follow=True))


@pytest.mark.parametrize(
    "query", ["", "?line=x", "?trust=-1", "?line=1;2", f"?trust={'9' * 30}", f"?line={'9' * 5_000}"]
)
def test_an_address_that_names_no_machine_leads_nowhere(lead, tender, query):
    assert lead.get(reverse("tender_withdraw", args=[tender.pk]) + query).status_code == 404


def test_reinstating_shows_what_everybody_gains(lead, tender):
    line = line_of(tender, "Beech")
    withdraw(by=BY, tender=tender, line_ids=[line.pk], reason="x", at=timezone.now())
    url = reverse("tender_reinstate", args=[tender.pk]) + f"?line={line.pk}"
    page = lead.get(url)
    assert "would fall from £570,000 (no discount) to £541,500 (5% off)" in text_of(page)
    lead.post(url, {"reason": "Room found", "state": page.context["account"].state})
    assert line_of(tender, "Beech").withdrawn_at is None


def test_the_last_trust_can_leave_and_come_back(lead, tender):
    for trust in ("Ash", "Beech"):
        url = reverse("tender_withdraw", args=[tender.pk]) + f"?trust={line_of(tender, trust).trust_id}"
        page = lead.get(url)
        lead.post(url, {"reason": "x", "state": page.context["account"].state})
    text = text_of(lead.get(tender.get_absolute_url()))
    assert "Every machine has been withdrawn" in text
    assert "Make the bundle" not in text
    assert "All withdrawn" in text_of(lead.get(reverse("tender_list")))
    url = reverse("tender_reinstate", args=[tender.pk]) + f"?trust={line_of(tender, 'Ash').trust_id}"
    assert "2 machines instead of none" in text_of(lead.get(url))


def test_closing_is_confirmed_first(lead, tender):
    url = reverse("tender_close", args=[tender.pk])
    assert "cannot be opened again" in text_of(lead.get(url))
    assert Tender.objects.get().status == "open"
    text = text_of(lead.post(url, follow=True))
    assert Tender.objects.get().status == "closed"
    assert "is closed" in text
    assert "Withdraw" not in text
    assert "closed" in text_of(lead.post(url, follow=True))


def test_a_key_date_that_has_passed_is_said(lead, tender, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda at=None: at.date() if at else date(2028, 3, 2))
    assert "The key date has passed" in text_of(lead.get(tender.get_absolute_url()))


def test_more_machines_join_from_the_list(lead, orgs, version, tender):
    assets = [
        line.plan_line.asset for line in TenderLine.objects.select_related("plan_line__asset").order_by("pk")
    ]
    lines = [
        ("Ash", "CT-STD", 2028),
        ("Ash", "CT-STD", 2028),
        ("Beech", "CT-STD", 2028),
        ("Cedar", "CT-STD", 2028),
    ]
    plan_with_version(orgs, plan=version.plan, lines=lines, assets=assets)
    page = text_of(lead.get(reverse("tender_list")))
    assert "3 of its machines are in a tender already" in page
    assert "Add to the open tender" in page
    assert "1 machine joined" in text_of(lead.post(reverse("tender_add", args=[tender.pk]), follow=True))
    assert "Nothing" not in page
    again = text_of(lead.post(reverse("tender_add", args=[tender.pk]), follow=True))
    assert "not in a tender already" in again


@pytest.mark.parametrize("sort", ["tender", "-year", "machines", "-key_date", "status", "nonsense"])
def test_the_list_sorts_and_filters(lead, version, tender, sort):
    close_tender(by=BY, tender=tender)
    tender_of(version, "MRI-15T", 2028)
    table = lambda query: lead.get(reverse("tender_list") + query).context["page"].object_list  # noqa: E731
    assert len(table(f"?sort={sort}")) == 2
    assert [t.name for t in table("?status=closed")] == [tender.name]
    assert [t.name for t in table("?year=2028&status=open")] == ["Standard MRI-15T, 2028/29"]
    assert len(table(f"?specification={tender.specification_version.specification_id}")) == 1


def test_the_list_costs_the_same_however_many_tenders(lead, orgs, django_assert_max_num_queries):
    for year in range(2027, 2034):
        tender_of(plan_with_version(orgs, name=f"Plan {year}", lines=[("Ash", "CT-STD", year)]), year=year)
    with django_assert_max_num_queries(22):
        assert lead.get(reverse("tender_list")).status_code == 200


@pytest.mark.skipif(why_unavailable() is not None, reason=why_unavailable() or "")
def test_the_bundle_is_made_in_a_run_and_downloaded(
    lead, orgs, tender, settings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = lead.post(reverse("tender_bundle", args=[tender.pk]))
    run = Run.objects.get()
    assert response.url == reverse("run_detail", args=[run.pk])
    assert (run.status, run.error, run.done) == ("succeeded", "", 4)
    assert run.result_url == f"{tender.get_absolute_url()}#documents"
    document = Document.objects.get()
    assert "(draft)" in document.title
    assert document.title in text_of(lead.get(tender.get_absolute_url()))
    sent = lead.get(reverse("document_download", args=[document.pk]))
    data = b"".join(sent.streaming_content)
    assert hashlib.sha256(data).hexdigest() == document.sha256
    assert len(zipfile.ZipFile(io.BytesIO(data)).namelist()) == 6
    assert 'attachment; filename="tender-' in sent["Content-Disposition"]
    assert sent["X-Content-Type-Options"] == "nosniff"
    with django_capture_on_commit_callbacks(execute=True):
        lead.post(reverse("tender_bundle", args=[tender.pk]))
    assert Document.objects.count() == 1, "the same tender gives the same file, kept once"
    for role, place in ((Role.FINANCE, "Beech"), (Role.EQUIPMENT_MANAGER, "Beech")):
        assert (
            signed_in(role, orgs[place]).get(reverse("document_download", args=[document.pk])).status_code
            == 404
        )


def test_a_bundle_of_nobody_says_what_to_do(lead, tender, django_capture_on_commit_callbacks):
    lines = list(TenderLine.objects.values_list("pk", flat=True))
    withdraw(by=BY, tender=tender, line_ids=lines, reason="x", at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        lead.post(reverse("tender_bundle", args=[tender.pk]))
    run = Run.objects.get()
    assert run.status == "failed"
    assert "Reinstate one first" in run.error


def test_a_machine_that_cannot_make_pdfs_says_so(
    lead, tender, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("networks.documents.pdf.why_unavailable", lambda: "Pango is missing.")
    with django_capture_on_commit_callbacks(execute=True):
        lead.post(reverse("tender_bundle", args=[tender.pk]))
    run = Run.objects.get()
    assert (run.status, run.error) == ("failed", "Pango is missing.")
    assert not Document.objects.exists()


def test_demand_is_shown_with_other_networks_as_numbers(lead, version):
    southern = network_of_trusts("Oak", network="Southern")
    plan_with_version(southern, network="Southern", lines=[("Oak", "CT-STD", 2028)])
    text = text_of(lead.get(reverse("demand")))
    assert "2 of 2 networks have one" in text
    assert "Ash 2 0 2" in text
    assert "All yours 3 1 4" in text
    assert "Southern 1 0 1" in text
    assert "All networks 4 1 5" in text
    assert "Oak" not in text


def test_demand_without_plans_says_what_will_be_here(lead):
    assert "No plans yet" in text_of(lead.get(reverse("demand")))
