"""The first page: each role's own question, its own rows, links that lead where they say, and what to do while empty."""

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from assets.domain.vocabulary import Modality
from assets.models import ImportBatch
from networks.domain.access import Role
from networks.templatetags.format import pounds
from procurement.actions.plan_versions import save_version
from procurement.models import Document
from procurement.queries.home import plan_money
from procurement.queries.planning_problem import planning_problem
from tests.builders.plan_results import result_for
from tests.factories.assets import AssetFactory
from tests.factories.networks import UserFactory, network_of_trusts, person
from tests.factories.plans import TODAY, ready_plan
from tests.factories.procurement import tender_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: TODAY)


@pytest.fixture
def orgs():
    return network_of_trusts("Ash", "Beech")


def home(client, role, organisation):
    client.force_login(person(role, organisation))
    response = client.get("/")
    assert response.status_code == 200
    return response


def text(response):
    without_scripts = re.sub(r"<script.*?</script>", "", response.content.decode(), flags=re.DOTALL)
    words = re.sub(r"\s+([.,;:)])", r"\1", " ".join(re.sub(r"<[^>]+>", " ", without_scripts).split()))
    return words.replace("( ", "(")


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag == "a" and (address := dict(attrs).get("href", "")).startswith("/"):
            self.found.append(address)


def links(response):
    parser = Links()
    parser.feed(response.content.decode())
    return list(dict.fromkeys(parser.found))


def machine(orgs, trust="Ash", **fields):
    return AssetFactory(trust=orgs[trust], site=orgs[f"{trust} site"], **fields)


def listed(client, address):
    return client.get(address).context["total"]


# Equipment manager


@pytest.fixture
def register(orgs):
    """Ash's register with one of everything; Beech's one machine must never be seen by Ash."""
    machine(orgs, installed_on=date(2010, 1, 1), support_ends_on=date(2020, 1, 1), model_name="Oldest")
    machine(orgs, installed_on=date(2017, 2, 1), modality=Modality.MRI, model_name="Nearly")
    machine(orgs, installed_on=date(2024, 1, 1), support_ends_on=date(2034, 1, 1), serial_number="")
    machine(orgs, installed_on=None, installed_precision="", model_name="")
    machine(
        orgs,
        "Beech",
        installed_on=date(2009, 1, 1),
        support_ends_on=date(2019, 1, 1),
        serial_number="",
        model_name="Secret",
    )
    for trust in ("Ash", "Beech"):
        ImportBatch.objects.create(
            trust=orgs[trust], file_name=f"{trust}.xlsx", file_sha256="0" * 64, rows=60, faulty=12
        )
    return orgs


def test_a_manager_sees_what_is_old_due_unsupported_and_missing(client, register):
    response = home(client, Role.EQUIPMENT_MANAGER, register["Ash"])
    words = text(response)
    assert "1 of 3 machines whose installation date is known; 1 not known" in words
    assert "2 of 4 machines have reached an age at which guidance says to replace" in words
    assert "Vendor support ended on 1 January 2020 Replacement at 10 years: over by 6 years" in words
    assert "(RCR/ESR; NHS England)" in words
    assert "Replacement at 10 years: due this year, on 1 February 2027" in words
    assert "Support of 1 of 4 machines has ended" in words
    for gap in ("installation date", "serial number", "model"):
        assert f"1 of 4 machines has no {gap}" in words
    assert "Ash.xlsx" in words
    assert response.context["chart"].table.rows[0][0] == "CT"


def test_a_manager_sees_nothing_of_the_neighbour(client, register):
    words = text(home(client, Role.EQUIPMENT_MANAGER, register["Ash"]))
    for hidden in ("Beech", "Secret"):
        assert hidden not in words


def test_a_managers_lists_lead_to_just_those_machines(client, register):
    response = home(client, Role.EQUIPMENT_MANAGER, register["Ash"])
    found = {
        re.sub(r".*\?", "", address): listed(client, address)
        for address in links(response)
        if address.startswith(reverse("asset_list") + "?")
    }
    assert found == {
        "as_at=2027-03-31&band=7-9&band=10-14&band=15%2B": 2,
        "support_before=2028-11-24&sort=support": 1,
        "band=unknown": 1,
        "missing=serial_number": 1,
        "missing=model_name": 1,
        "missing=support_end": 2,
    }


def test_only_ten_are_listed_and_the_rest_counted(client, orgs):
    for number in range(12):
        machine(orgs, installed_on=date(2005 + number % 3, 1, 1))
    response = home(client, Role.EQUIPMENT_MANAGER, orgs["Ash"])
    assert len(response.context["due"].machines) == 10
    assert "These are the 10 oldest." in text(response)
    assert "All 12 machines overdue, or due by 31 March 2027" in text(response)


def test_a_young_and_complete_register_says_so(client, orgs):
    machine(orgs, installed_on=date(2025, 1, 1), support_ends_on=date(2035, 1, 1))
    words = text(home(client, Role.EQUIPMENT_MANAGER, orgs["Ash"]))
    assert "No machine (of 1) has reached an age" in words
    assert "No machine’s support has ended" in words
    assert "Nothing: every machine has an installation date" in words
    assert "No spreadsheet has been imported yet" in words


def test_an_empty_register_leads_to_the_import(client, orgs):
    response = home(client, Role.EQUIPMENT_MANAGER, orgs["Ash"])
    assert "No equipment yet" in text(response)
    assert reverse("import_new") in links(response)


# Procurement lead and finance


@pytest.fixture
def planned():
    made = ready_plan("Ash", "Beech", assets_each=4, envelope_pence=80_000_000)
    problem = planning_problem(made.plan, on=TODAY)
    save_version(
        by=made.lead, plan=made.plan, problem=problem, result=result_for(problem), run=None, on=TODAY
    )
    return made


def test_a_lead_sees_the_newest_plan_with_its_proof_and_its_money(client, planned):
    response = home(client, Role.PROCUREMENT_LEAD, planned.orgs["Northern"])
    words = text(response)
    assert "Newest plan: Plan A, version 1" in words
    assert "Optimal within 1%" in words
    assert "at most 1.0%" in words
    money = response.context["money"]
    assert [row.name for row in money.by_year] == ["2027/28", "2028/29", "2029/30", "2030/31", "2031/32"]
    lines = response.context["reading"].replaced
    assert money.total.spend_pence == sum(line.total_pence for line in lines) > 0
    assert money.total.machines == len(lines)
    assert money.total.envelope_pence == 10 * 80_000_000
    assert f"{pounds(money.total.spend_pence)} {pounds(money.total.envelope_pence)}" in words


def test_money_adds_up_by_year_and_by_trust(client, planned):
    money = plan_money(home(client, Role.FINANCE, planned.orgs["Northern"]).context["reading"])
    for field in ("machines", "spend_pence", "envelope_pence", "other_pence"):
        whole = getattr(money.total, field)
        assert sum(getattr(row, field) for row in money.by_year) == whole
        assert sum(getattr(row, field) for row in money.by_trust) == whole
    assert [row.name for row in money.by_trust] == ["Ash", "Beech"]
    assert money.total.left_pence == money.total.envelope_pence - money.total.spend_pence


def test_an_envelope_nobody_gave_is_not_known(client, planned):
    version = planned.plan.versions.get()
    version.inputs["envelopes"] = [
        row
        for row in version.inputs["envelopes"]
        if (row["trust_id"], row["year"]) != (planned.orgs["Ash"].pk, 2028)
    ]
    version.save()
    money = home(client, Role.PROCUREMENT_LEAD, planned.orgs["Northern"]).context["money"]
    known = {row.name: row.envelope_pence for row in money.by_year}
    assert (known["2027/28"], known["2028/29"]) == (160_000_000, None)
    assert (money.total.envelope_pence, money.total.left_pence) == (None, None)


def test_finance_of_a_trust_sees_its_own_money_only(client, planned):
    whole = home(client, Role.FINANCE, planned.orgs["Northern"]).context["money"]
    response = home(client, Role.FINANCE, planned.orgs["Ash"])
    own = response.context["money"]
    ash = next(row for row in whole.by_trust if row.name == "Ash")
    assert (own.total.name, own.total.spend_pence) == ("Ash", ash.spend_pence)
    words = text(response)
    assert "Beech" not in words
    assert pounds(whole.total.spend_pence) not in words
    assert "at most 1.0%" not in words


def test_tenders_show_their_key_date_the_next_first(client, planned):
    version = planned.plan.versions.get()
    first, second = (
        version.lines.exclude(year=None).order_by("year").values_list("year", flat=True).distinct()[:2]
    )
    tender_of(version, year=second)
    tender_of(version, year=first)
    response = home(client, Role.PROCUREMENT_LEAD, planned.orgs["Northern"])
    assert [tender.year for tender in response.context["tenders"]] == [first, second]
    assert [tender.units for tender in response.context["tenders"]] == [
        version.lines.filter(year=year).count() for year in (first, second)
    ]
    assert f"1 March {first}" in text(response)
    outsider = network_of_trusts("Cedar", network="Southern", region="South West")
    assert home(client, Role.PROCUREMENT_LEAD, outsider["Southern"]).context["tenders"] == []


def test_a_lead_without_a_plan_is_told_what_to_do_first(client, orgs):
    response = home(client, Role.PROCUREMENT_LEAD, orgs["Northern"])
    words = text(response)
    assert "No equipment yet" in words
    assert "Enter what each trust can spend in each year" in words
    assert reverse("plan_add") in links(response)
    machine(orgs)
    assert "No equipment yet" not in text(home(client, Role.PROCUREMENT_LEAD, orgs["Northern"]))


def test_a_plan_not_yet_solved_says_so(client):
    made = ready_plan("Ash")
    words = text(home(client, Role.PROCUREMENT_LEAD, made.orgs["Northern"]))
    assert "Plan A: not solved yet" in words
    assert "Newest plan" not in words


def test_finance_finds_the_documents(client, planned):
    reading = home(client, Role.FINANCE, planned.orgs["Northern"]).context["reading"]
    for trust in (None, planned.orgs["Beech"]):
        Document.objects.create(
            kind=Document.Kind.CAPITAL_PLAN_PDF,
            title=f"Capital plan of {trust.name if trust else 'Northern'}",
            file=ContentFile(b"x", name="x.pdf"),
            file_name="plan.pdf",
            sha256="0" * 64,
            size_bytes=2_048,
            version=reading.version,
            trust=trust,
        )
    assert "Capital plan of Northern (Capital plan (PDF), 2.0 KB)" in text(
        home(client, Role.FINANCE, planned.orgs["Northern"])
    ).replace("\xa0", " ")
    ash = text(home(client, Role.FINANCE, planned.orgs["Ash"]))
    assert "Capital plan of" not in ash
    assert "Make a capital plan" in ash


def test_finance_before_any_plan_is_told_what_will_be_here(client, orgs):
    words = text(home(client, Role.FINANCE, orgs["Ash"]))
    assert "No solved plan yet" in words
    assert "They are made from a solved plan." in words


# National analyst, administrator, nobody


def test_an_analyst_sees_regions_by_modality_at_both_ages(client, orgs):
    orgs |= network_of_trusts("Cedar", network="Southern", region="South West")
    machine(orgs, installed_on=date(2010, 1, 1))
    machine(orgs, installed_on=date(2018, 1, 1))
    machine(orgs, "Cedar", installed_on=date(2018, 1, 1), modality=Modality.MRI)
    response = home(client, Role.NATIONAL_ANALYST, orgs["England"])
    assert response.context["headings"] == ["Region", "CT", "MRI", "All modalities"]
    ten, seven = response.context["tables"]
    assert ten == (
        "Machines of 10 years or older, of those of known age",
        [
            ["North West", "50% (1 of 2)", "not known", "50% (1 of 2)"],
            ["South West", "not known", "0% (0 of 1)", "0% (0 of 1)"],
            ["England", "50% (1 of 2)", "0% (0 of 1)", "33% (1 of 3)"],
        ],
    )
    assert seven[1][-1] == ["England", "100% (2 of 2)", "100% (1 of 1)", "100% (3 of 3)"]
    assert "1 of 2 CT machines whose installation date is known" in text(response)


def test_an_analyst_of_an_empty_england(client, orgs):
    assert "No equipment yet" in text(home(client, Role.NATIONAL_ANALYST, orgs["England"]))


def test_an_administrator_finds_people_and_organisations(client, orgs):
    person(Role.FINANCE, orgs["Ash"])
    person(Role.FINANCE, orgs["Beech"]).appointments.update(ends_on=date(2020, 1, 1))
    response = home(client, Role.ADMINISTRATOR, orgs["England"])
    assert "2 people hold a role today." in text(response)
    assert "Today there are 2 trusts, 1 network, 1 icb and 2 sites." in text(response).replace("ICB", "icb")
    assert {reverse(n) for n in ("people", "person_add", "organisation_list", "event_list")} <= set(
        links(response)
    )


def test_without_a_role_one_is_told_what_to_do(client):
    client.force_login(UserFactory(email="new@example.org"))
    response = client.get("/")
    words = text(response)
    assert response.status_code == 200
    assert "You are signed in, but hold no role yet" in words
    assert "new@example.org" in words


def test_the_signed_out_are_sent_to_sign_in(client):
    response = client.get("/")
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


WHERE = {
    Role.EQUIPMENT_MANAGER: "Ash",
    Role.MODALITY_LEAD: "Ash",
    Role.PROCUREMENT_LEAD: "Northern",
    Role.FINANCE: "Northern",
    Role.NATIONAL_ANALYST: "England",
    Role.ADMINISTRATOR: "England",
}


@pytest.mark.parametrize("role", Role)
def test_every_link_leads_to_a_page_the_role_may_see(client, planned, role):
    AssetFactory(
        trust=planned.orgs["Ash"],
        site=planned.orgs["Ash site"],
        installed_on=date(2009, 1, 1),
        support_ends_on=date(2026, 1, 1),
    )
    version = planned.plan.versions.get()
    tender_of(version, year=version.lines.exclude(year=None).order_by("year")[0].year)
    response = home(client, role, planned.orgs[WHERE[role]])
    found = links(response)
    assert len(found) >= 6
    assert {address: client.get(address).status_code for address in found} == dict.fromkeys(found, 200)


@pytest.mark.parametrize("role", Role)
def test_one_heading_says_where_one_is(client, orgs, role):
    content = home(client, role, orgs[WHERE[role]]).content.decode()
    assert content.count("<h1") == 1
    assert "<title>Home, " in content


@pytest.mark.parametrize(("role", "most"), [(role, 22) for role in Role])
def test_queries_do_not_grow(client, planned, role, most, django_assert_max_num_queries):
    for number in range(25):
        AssetFactory(
            trust=planned.orgs["Ash"],
            site=planned.orgs["Ash site"],
            installed_on=date(2000 + number, 1, 1),
            support_ends_on=date(2026, 1, 1),
        )
    client.force_login(person(role, planned.orgs[WHERE[role]]))
    with django_assert_max_num_queries(most):
        client.get("/")
