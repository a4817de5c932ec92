"""The command: the same seed gives the same register, and nothing real is ever mixed with it unasked."""

import csv
import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from assets.exports.assets import HEADINGS, text_rows
from assets.models import Asset
from networks.domain.organisations import Kind
from networks.models import Organisation, User
from networks.queries.organisations import structure
from procurement.management.commands import load_demo as command_module
from procurement.models import CandidateSite, Plan, PlanLine, PlanVersion, Tender, TenderLine
from tests.factories.networks import OrganisationFactory
from tests.procurement.demo.conftest import AS_AT, load_demo


def register() -> bytes:
    """The whole register as the equipment page exports it."""
    assets: QuerySet[Asset] = Asset.objects.select_related("trust", "site", "specification").order_by("pk")
    out = StringIO()
    csv.writer(out).writerows([HEADINGS, *text_rows(assets, on=AS_AT)])
    return out.getvalue().encode()


def candidates() -> str:
    """The candidates for additional machines, and those chosen for each plan."""
    fields = ("name", "service", "modality", "works_pence", "wanted_from", "need_points", "evidence")
    rows = CandidateSite.objects.order_by("pk").values_list(*fields, "site__code", "site__longitude")
    chosen = Plan.candidates.through.objects.order_by("plan_id", "candidatesite_id").values_list()
    return json.dumps([list(rows), list(chosen)], default=str)


@pytest.mark.django_db(transaction=True, reset_sequences=True)
def test_the_same_seed_and_day_give_the_same_register_to_the_byte_and_another_seed_another():
    load_demo()
    first, wanted = register(), candidates()
    assert first.count(b"\r\n") == 401
    assert wanted.count("Community Diagnostic Centre") >= 3
    call_command("flush", interactive=False, verbosity=0)
    load_demo()
    assert register() == first
    assert candidates() == wanted
    call_command("flush", interactive=False, verbosity=0)
    load_demo(seed=2)
    assert register() != first


@pytest.mark.django_db
def test_it_refuses_to_load_twice():
    load_demo()
    with pytest.raises(CommandError, match="loaded already"):
        load_demo()
    with pytest.raises(CommandError, match="loaded already"):
        load_demo(force=True)
    again = load_demo(if_empty=True)
    assert "manager@demo.example" in again
    assert "demonstration-only" in again
    assert Asset.objects.count() == 400


@pytest.mark.django_db
def test_real_trusts_keep_it_out_unless_forced_and_then_the_known_password_opens_nothing(client):
    OrganisationFactory(code="RBT", name="A Real NHS Trust")
    with pytest.raises(CommandError, match="holds 1 trust that is not the demonstration's"):
        load_demo()
    assert load_demo(if_empty=True) == ""
    assert not User.objects.exists()
    out = load_demo(force=True)
    assert "demonstration-only" not in out
    assert not client.login(email="admin@demo.example", password="demonstration-only")
    printed = out.rstrip().rsplit(" ", 1)[1]
    assert client.login(email="admin@demo.example", password=printed)
    assert "demonstration-only" not in load_demo(if_empty=True)


@pytest.mark.django_db
def test_a_day_to_come_is_refused():
    with pytest.raises(CommandError, match="cannot be in the future"):
        load_demo(as_at=date(2999, 1, 1))
    assert not Organisation.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("as_at", [date(2024, 2, 29), date(2026, 3, 31), date(2026, 4, 1)])
def test_it_can_be_drawn_for_awkward_days(as_at):
    load_demo(as_at=as_at)
    assert Asset.objects.count() == 400
    assert len(structure(on=as_at).of_kind(Kind.TRUST)) == 24


@pytest.mark.django_db
def test_one_plan_is_solved_and_a_tender_opened_from_it():
    out = load_demo(solve_seconds=2)
    version = PlanVersion.objects.select_related("plan__network", "created_by").get()
    assert version.plan.network.code == "ZZA"
    assert version.created_by.email == "lead@demo.example"
    assert version.register_as_at == AS_AT
    bought = PlanLine.objects.filter(version=version, year__isnull=False)
    assert 0 < bought.count() < PlanLine.objects.filter(version=version).count()
    tender = Tender.objects.get()
    assert (tender.network.code, tender.status) == ("ZZA", "open")
    assert TenderLine.objects.filter(tender=tender).values("trust").distinct().count() >= 2
    assert "Solved the plan of Fellside Imaging Network" in out
    assert tender.name in out


@pytest.mark.django_db
def test_the_whole_of_england_in_small(monkeypatch):
    """All its organisations, with a tenth of its 12,000 machines; the benchmarks load it whole."""
    monkeypatch.setattr(command_module, "MACHINES_IN_ENGLAND", command_module.MACHINES_IN_ENGLAND // 10)
    load_demo(scale="england", solve_seconds=1)
    england = structure(on=AS_AT)
    assert len(england.of_kind(Kind.NETWORK)) == 24
    trusts = england.of_kind(Kind.TRUST)
    assert len(trusts) == len({o.name for o in trusts}) == 199
    assert {england.region_of(o.id) for o in trusts} == {o.id for o in england.of_kind(Kind.REGION)}
    assert Asset.objects.count() == 1_200
    assert set(Asset.objects.values_list("trust_id", flat=True)) == {o.id for o in trusts}
    assert Plan.objects.count() == 24
    assert not PlanVersion.objects.exists()
