"""What the demonstration holds, on the day it was drawn for."""

from collections import Counter
from datetime import date
from statistics import median

import pytest

from assets.domain.ageing import completed_years
from assets.domain.facts import FACTS
from assets.domain.plausibility import faults
from assets.models import Asset
from networks.domain.access import Role
from networks.domain.financial_year import ends_on
from networks.domain.organisations import Kind
from networks.models import Event, Organisation, User
from networks.queries.actors import actor_for, appointments_of
from networks.queries.organisations import structure
from procurement.domain.benchmark import MINIMUM_PURCHASES
from procurement.models import Envelope, Plan, PriceRecord, SpecificationVersion
from procurement.queries.planning_problem import planning_problem
from tests.procurement.demo.conftest import AS_AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
NEXT_APRIL = date(2027, 4, 1)
PHASE_2 = date(2029, 4, 1)


def pk(code: str) -> int:
    return Organisation.objects.get(code=code).pk


def fleet(modality: str) -> list[Asset]:
    return list(Asset.objects.in_fleet().filter(modality=modality))


@pytest.mark.parametrize(("modality", "number", "share"), [("CT", 110, 14), ("MRI", 96, 34)])
def test_the_shares_at_ten_or_older_are_those_of_the_strategy(modality, number, share):
    machines = fleet(modality)
    known = [m for m in machines if m.installed_on is not None]
    old = sum(completed_years(m.installed_on, AS_AT) >= 10 for m in known)
    assert len(machines) == number
    assert abs(100 * old / len(machines) - share) <= 1
    # Whichever denominator a page names, the share reads about the same.
    assert abs(100 * old / len(known) - share) <= 2


def test_the_fleet_has_what_real_registers_have():
    machines = list(Asset.objects.all())
    assert len(machines) == 400
    assert Counter(m.modality for m in machines) == {"CT": 110, "MRI": 96, "XR": 150, "MG": 44}
    precisions = Counter(m.installed_precision for m in machines)
    assert precisions[""] == 10
    assert min(precisions["Y"], precisions["M"]) >= 30
    assert all(m.installed_on is None or m.installed_on <= AS_AT for m in machines)
    for unknown in ("serial_number", "manufacturer", "condition", "asset_tag"):
        missing = sum(not getattr(m, unknown) for m in machines)
        assert 0 < missing < 100, unknown
    for unknown in ("support_ends_on", "examinations_per_year", "price_paid_pence", "year_of_manufacture"):
        missing = sum(getattr(m, unknown) is None for m in machines)
        assert 0 < missing < 240, unknown
    spellings = {m.manufacturer for m in machines}
    assert {"GE MEDICAL SYSTEMS", "SIEMENS", "Siemens Healthineers"} <= spellings
    assert all(m.specification.modality == m.modality for m in Asset.objects.select_related("specification"))
    assert Asset.history.count() == 400


def test_one_trust_has_nothing_under_ten():
    all_old = [
        code
        for code in Organisation.objects.filter(kind=Kind.TRUST).values_list("code", flat=True)
        if all(
            m.installed_on and completed_years(m.installed_on, AS_AT) >= 10
            for m in Asset.objects.filter(trust__code=code)
        )
    ]
    assert all_old == ["ZA9"]


def test_three_networks_in_different_regions_with_changes_ahead():
    now = structure(on=AS_AT)
    networks = now.of_kind(Kind.NETWORK)
    assert [o.code for o in networks] == ["ZZA", "ZZC", "ZZB"]
    assert all("(demonstration)" in o.name for o in networks)
    assert [len(now.members(o.id)) for o in networks] == [9, 7, 8]
    regions = {now.region_of(next(iter(now.members(o.id)))) for o in networks}
    assert len(regions) == 3
    assert len(now.of_kind(Kind.REGION)) == 7
    assert len(now.of_kind(Kind.TRUST)) == 24
    assert structure(on=NEXT_APRIL).current(pk("ZB3")) == pk("ZB4")
    assert now.current(pk("ZB3")) == pk("ZB3")
    assert structure(on=PHASE_2).current(pk("ZZC")) == pk("ZZB")
    assert now.current(pk("ZZC")) == pk("ZZC")
    assert now.networks_of(pk("ZB8")) == {pk("ZZA"), pk("ZZB")}
    assert now.network_of(pk("ZB8")) == pk("ZZB")
    sites = Organisation.objects.filter(kind=Kind.SITE)
    # Each network has a planned centre besides.
    assert sites.count() == 3 + sum(3 if code[-1] in "1357" else 2 for code in sites_trusts())
    assert all(site.latitude and site.longitude for site in sites)


def sites_trusts() -> list[str]:
    return list(Organisation.objects.filter(kind=Kind.TRUST).values_list("code", flat=True))


ACCOUNTS = {
    "manager": [(Role.EQUIPMENT_MANAGER, "ZA1")],
    "modality": [(Role.MODALITY_LEAD, "ZA1")],
    "neighbour": [(Role.EQUIPMENT_MANAGER, "ZA2")],
    "lead": [(Role.PROCUREMENT_LEAD, "ZZA")],
    "lead-b": [(Role.PROCUREMENT_LEAD, "ZZB")],
    "lead-c": [(Role.PROCUREMENT_LEAD, "ZZC")],
    "finance": [(Role.FINANCE, "ZZA")],
    "trustfinance": [(Role.FINANCE, "ZA1")],
    "analyst": [(Role.NATIONAL_ANALYST, "ENG")],
    "admin": [(Role.ADMINISTRATOR, "ENG")],
    "both": [(Role.EQUIPMENT_MANAGER, "ZA3"), (Role.FINANCE, "ZZA")],
}


@pytest.mark.parametrize("name", ACCOUNTS)
def test_each_account_is_printed_signs_in_and_holds_its_roles(client, demonstration, name):
    email = f"{name}@demo.example"
    assert email in demonstration
    assert client.login(email=email, password="demonstration-only")
    held = appointments_of(User.objects.get(email=email), on=AS_AT)
    assert [(a.role, a.organisation.code) for a in held] == ACCOUNTS[name]


def test_the_password_is_printed_and_no_other_account_is_made(demonstration):
    assert "The password of all of them is: demonstration-only" in demonstration
    assert User.objects.count() == len(ACCOUNTS)


def test_prices_differ_by_region_and_some_are_too_few_to_show():
    groups: dict[tuple[str, str], list[float]] = {}
    for record in PriceRecord.objects.select_related("specification", "region"):
        key = record.specification.code, record.region.code
        groups.setdefault(key, []).append(record.unit_price_pence / 100)
    sizes = [len(prices) for prices in groups.values()]
    assert min(sizes) < MINIMUM_PURCHASES <= max(sizes)
    ct = sorted(median(prices) for (code, _), prices in groups.items() if code == "CT-STD")
    mri = sorted(median(prices) for (code, _), prices in groups.items() if code == "MRI-15T")
    assert 470_000 <= ct[0] < 540_000
    assert 600_000 < ct[-1] <= 670_000
    assert 770_000 <= mri[0] <= mri[-1] <= 880_000
    records = PriceRecord.objects.all()
    assert {r.source for r in records} == {"Demonstration figure, not a real purchase"}
    assert len({r.priced_on.year for r in records}) >= 5
    assert max(r.priced_on for r in records) < AS_AT
    in_forces = structure(on=AS_AT)
    assert all(in_forces.region_of(r.trust_id) == r.region_id for r in records)


def test_each_network_has_one_plan_that_lacks_nothing():
    plans = list(Plan.objects.select_related("network"))
    assert sorted(plan.network.code for plan in plans) == ["ZZA", "ZZB", "ZZC"]
    for plan in plans:
        assert (plan.first_year, plan.horizon_years) == (2027, 7)
        assert (
            len(planning_problem(plan, on=AS_AT).trusts) == {"ZZA": 9, "ZZB": 8, "ZZC": 7}[plan.network.code]
        )
    assert {plan.created_by.email for plan in plans} == {
        f"{name}@demo.example" for name in ("lead", "lead-b", "lead-c")
    }


def test_envelopes_pay_for_most_of_what_is_due_but_not_all():
    prices = {v.specification_id: v for v in SpecificationVersion.objects.all()}
    for plan in Plan.objects.all():
        end = ends_on(2033)
        members = structure(on=AS_AT).members(plan.network_id)
        due = [
            machine
            for machine in Asset.objects.filter(trust_id__in=members)
            if (machine.installed_on and completed_years(machine.installed_on, end) >= 10)
            or (machine.support_ends_on and machine.support_ends_on < end)
        ]
        need = sum(
            (prices[m.specification_id].unit_price_pence + prices[m.specification_id].works_pence) * 6 // 5
            for m in due
        )
        money = sum(Envelope.objects.filter(plan=plan).values_list("amount_pence", flat=True))
        assert 0.62 <= money / need <= 0.86, plan.network_id


def test_a_lead_sees_their_network_and_the_manager_their_trust():
    lead = User.objects.get(email="lead@demo.example")
    actor = actor_for(lead, appointments_of(lead, on=AS_AT).get(), on=AS_AT)
    codes = set(Asset.objects.visible_to(actor).values_list("trust__code", flat=True))
    # ZB8 is in two networks, this one is not its primary.
    assert codes == {f"ZA{n}" for n in range(1, 10)} | {"ZB8"}
    assert Plan.objects.visible_to(actor).count() == 1


def test_what_was_loaded_is_on_record():
    actions = Counter(Event.objects.values_list("action", flat=True))
    assert actions["trust.merged"] == actions["network.absorbed"] == 1
    assert actions["plan.created"] == 3
    assert actions["price.recorded"] == PriceRecord.objects.count()


def test_no_machine_says_what_cannot_be_true(demonstration):
    wrong = [
        (asset.reference, fault.message)
        for asset in Asset.objects.all()
        for fault in faults({fact.field: getattr(asset, fact.field) for fact in FACTS}, on=AS_AT)
    ]
    assert wrong == []


def test_every_fact_stands_on_some_machine(demonstration):
    elsewhere = {"retired_on", "gln", "udi_di", "device_code", "station_name", "software_version", "notes"}
    elsewhere |= {"is_refurbished", "upgraded_on"}
    bare = [
        fact.key
        for fact in FACTS
        if all(value in (None, "") for value in Asset.objects.values_list(fact.field, flat=True))
    ]
    assert set(bare) <= elsewhere
