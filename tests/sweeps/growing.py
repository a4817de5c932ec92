"""Lists, and how to make each of them long."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from assets.domain.activity_periods import Period, PeriodKind
from assets.models import (
    Activity,
    ActivityBatch,
    ActivityRow,
    AlertAnswer,
    Asset,
    Attachment,
    ImportBatch,
    ImportRow,
    MachineModel,
    Maker,
    Specification,
)
from networks.actions.events import record
from networks.domain.access import Role
from networks.domain.financial_year import financial_year_of, starts_on
from networks.domain.organisations import Kind, Tie
from networks.models import Appointment, Event, Link, Organisation, User
from procurement.models import (
    CandidateSite,
    Cover,
    Document,
    Envelope,
    OptionOffer,
    Pin,
    Plan,
    PlanLine,
    PlanVersion,
    PriceRecord,
    SpecificationVersion,
    Tender,
    TenderLine,
)
from tests.sweeps.world import World

Grow = Callable[[World, int], None]


@dataclass(frozen=True)
class Growing:
    """A list: its address, who reads it, and what makes it hold at least so many rows."""

    name: str
    who: str
    grow: Grow
    args: Callable[[World], list[object]] = lambda _: []
    query: str = ""
    most: int = 15
    """How many queries it may take, however many rows; more than usual only for a reason."""

    def url(self, world: World) -> str:
        return reverse(self.name, args=self.args(world)) + self.query


def _assets(world: World, count: int) -> None:
    for name in ("Ash", "Beech"):
        trust, site = world.orgs[name], world.orgs[f"{name} site"]
        standing = Asset.objects.filter(trust=trust).count()
        Asset.objects.bulk_create(
            Asset(
                trust=trust,
                site=site,
                modality="CT",
                specification=world.specification,
                serial_number=f"{name}-{count}-{number}",
                installed_on=date(2000 + number % 25, 1, 1),
                installed_precision="Y",
            )
            for number in range(max(0, count - standing))
        )


def _models(world: World, count: int) -> None:
    before = MachineModel.objects.count()
    maker = Maker.objects.create(name=f"Maker {before}")
    MachineModel.objects.bulk_create(
        MachineModel(
            maker=maker,
            name=f"Model {before}-{number}",
            modality=("CT", "MRI")[number % 2],
            sale_ends_on=date(2000 + number, 1, 1),
            support_guaranteed_until=date(2005 + number, 1, 1),
            support_ends_on=date(2010 + number, 1, 1),
            successor=world.machine_model,
        )
        for number in range(count)
    )


def _of_the_model(world: World, count: int) -> None:
    _assets(world, count)
    Asset.objects.exclude(pk=world.asset.pk).filter(modality="CT").update(machine_model=world.machine_model)


def _names(world: World, count: int) -> None:
    """Machines, each of a name of its own."""
    _assets(world, count)
    for number, asset in enumerate(Asset.objects.filter(serial_number__startswith="Ash-")):
        Asset.objects.filter(pk=asset.pk).update(
            manufacturer="Shared Maker", model_name=f"Shared CT {number}"
        )


def _due(world: World, count: int) -> None:
    """Machines whose warranty ends soon, each with an answer of Northern's that is over."""
    _assets(world, count)
    soon = world.today + timedelta(days=20)
    Asset.objects.filter(status="in_use").update(warranty_ends_on=soon, site=world.orgs["Ash site"])
    AlertAnswer.objects.bulk_create(
        (
            AlertAnswer(
                organisation=world.orgs["Northern"],
                asset=asset,
                kind="warranty",
                due_on=soon,
                snoozed_until=world.today,
                answered_by=world.people["lead"],
                answered_at=timezone.now(),
            )
            for asset in Asset.objects.filter(warranty_ends_on=soon)
        ),
        ignore_conflicts=True,
    )


def _attachments(world: World, count: int) -> None:
    before = Attachment.objects.count()
    Attachment.objects.bulk_create(
        Attachment(
            asset=world.asset,
            file=world.attachment.file.name,
            name=f"{number}.pdf",
            content_type="application/pdf",
            size_bytes=1,
            sha256=f"{before + number:064d}",
            added_by=world.people["manager"],
            added_at=timezone.now(),
        )
        for number in range(count)
    )


def _history(world: World, count: int) -> None:
    newest = world.asset.history.first()
    model = type(newest)
    rows = []
    for number in range(count):
        row = model.objects.get(pk=newest.pk)
        row.pk, row.location, row.version = None, f"Room {number}", 100 + number
        row.history_user_id = world.people["manager"].pk
        rows.append(row)
    model.objects.bulk_create(rows)


def _imports(world: World, count: int) -> None:
    ImportBatch.objects.bulk_create(
        ImportBatch(
            trust=world.orgs["Ash"],
            file_name=f"{number}.csv",
            file_sha256="0" * 64,
            uploaded_by=world.people["manager"],
        )
        for number in range(count)
    )


def _import_rows(outcome: str) -> Grow:
    def grow(world: World, count: int) -> None:
        wrong = {"row": 1, "column": "Room", "value": "x", "message": "Wrong.", "kind": "missing"}
        site, specification = world.orgs["Ash site"].pk, world.specification.pk
        facts = {"location": "x", "site_id": site, "specification_id": specification}
        last = ImportRow.objects.filter(batch=world.checked).order_by("-number").first().number
        ImportRow.objects.bulk_create(
            ImportRow(
                batch=world.checked,
                number=last + number,
                outcome=outcome,
                problems=[wrong] if outcome == "problem" else [],
                asset=world.asset if outcome == "changed" else None,
                before=facts | {"location": "y"} if outcome == "changed" else {},
                after=facts,
            )
            for number in range(1, count + 1)
        )

    return grow


def _activity(world: World, count: int) -> None:
    """Machines with a counted year each, and a figure of their site."""
    _assets(world, count)
    last = financial_year_of(world.today) - 1
    period = Period(starts_on(last), PeriodKind.YEAR)
    usual = {
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
        "period_kind": period.kind.value,
        "period_hours": period.hours,
        "examinations": count,
        "downtime_hours_unplanned": 5,
        "recorded_at": timezone.now(),
    }
    Activity.objects.bulk_create(
        Activity(asset=asset, source=f"Source {count}", **usual) for asset in Asset.objects.all()
    )
    site = {"site": world.orgs["Ash site"], "trust": world.orgs["Ash"], "modality": "CT", "machines": 2}
    Activity.objects.create(source=f"Source {count}", **site, **usual)


def _activity_files(world: World, count: int) -> None:
    ActivityBatch.objects.bulk_create(
        ActivityBatch(
            trust=world.orgs["Ash"],
            file_name=f"{number}.csv",
            file_sha256="0" * 64,
            uploaded_by=world.people["manager"],
        )
        for number in range(count)
    )


def _activity_rows(outcome: str) -> Grow:
    def grow(world: World, count: int) -> None:
        wrong = {"row": 1, "column": "Month", "value": "x", "message": "Wrong.", "kind": "missing"}
        ActivityRow.objects.bulk_create(
            ActivityRow(
                batch=world.activity_checked,
                number=10 + number,
                outcome=outcome,
                problems=[wrong] if outcome == "problem" else [],
                asset=world.asset if number % 2 else None,
                site=None if number % 2 else world.orgs["Ash site"],
                trust=None if number % 2 else world.orgs["Ash"],
                modality="" if number % 2 else "CT",
                period_kind="M",
                starts_on=date(2020, 1, 1),
                after={"examinations": "5"},
            )
            for number in range(count)
        )

    return grow


def _events(world: World, count: int) -> None:
    for number in range(count):
        record(
            by=world.actor("manager"),
            action="asset.corrected",
            subject_type="asset",
            subject_id=number,
            subject_label=f"Machine {number}",
            changes={"room": (None, number)},
            trust_id=world.orgs["Ash"].pk,
        )
    assert Event.objects.count() >= count


def _organisations(world: World, count: int) -> None:
    """Trusts of Northern, each with a site, a machine, an ICB and a day on which it joined."""
    before = Organisation.objects.count()
    made = Organisation.objects.bulk_create(
        Organisation(
            kind=kind,
            code=f"{kind[:1].upper()}{before}-{number}",
            name=f"{kind} {before}-{number}",
            opened_on=date(2000 + number % 20, 4, 1),
        )
        for number in range(count)
        for kind in (Kind.TRUST, Kind.SITE)
    )
    trusts, sites = made[::2], made[1::2]
    Link.objects.bulk_create(
        link
        for trust, site in zip(trusts, sites, strict=True)
        for link in (
            Link(source=trust, target=world.orgs["North West ICB"], tie=Tie.PART_OF),
            Link(source=trust, target=world.orgs["Northern"], tie=Tie.MEMBER_OF),
            Link(source=site, target=trust, tie=Tie.PART_OF),
        )
    )
    Asset.objects.bulk_create(
        Asset(trust=trust, site=site, modality="CT", specification=world.specification)
        for trust, site in zip(trusts, sites, strict=True)
    )


def _people(world: World, count: int) -> None:
    before = User.objects.count()
    made = User.objects.bulk_create(
        User(email=f"{before}-{number}@example.org", name=f"Person {number}") for number in range(count)
    )
    Appointment.objects.bulk_create(
        Appointment(user=user, role=Role.FINANCE, organisation=world.orgs[name], starts_on=world.today)
        for user in made
        for name in ("Ash", "Northern")
    )


def _appointments(world: World, count: int) -> None:
    _organisations(world, count)
    newest = Organisation.objects.filter(kind=Kind.TRUST).order_by("-pk")[:count]
    Appointment.objects.bulk_create(
        Appointment(
            user=world.people["manager"], role=Role.FINANCE, organisation=trust, starts_on=world.today
        )
        for trust in newest
    )


def _plans(world: World, count: int) -> None:
    before = Plan.objects.count()
    plans = Plan.objects.bulk_create(
        Plan(network=world.orgs["Northern"], name=f"Plan {before}-{number}", first_year=world.year)
        for number in range(count)
    )
    Envelope.objects.bulk_create(
        Envelope(plan=plan, trust=world.orgs["Ash"], year=world.year, amount_pence=1) for plan in plans
    )
    _versions_of(world, plans)


def _versions_of(world: World, plans: list[Plan]) -> None:
    last = PlanVersion.objects.order_by("-number").first().number
    PlanVersion.objects.bulk_create(
        PlanVersion(
            plan=plan,
            number=last + number,
            register_as_at=world.today,
            status="made for a test",
            inputs=world.version.inputs,
            inputs_hash="0" * 64,
            result=world.version.result,
            seed=1,
            solver="none",
            created_by=world.people["lead"],
        )
        for number, plan in enumerate(plans, start=1)
    )


def _versions(world: World, count: int) -> None:
    _versions_of(world, [world.plan] * count)


def _lines(world: World, count: int) -> None:
    """Lines of the solved version, each with a machine of its own, a pin, and some in the years of the plan."""
    _assets(world, count + 5)
    with_line = PlanLine.objects.filter(version=world.version).values("asset_id")
    free = Asset.objects.filter(trust=world.orgs["Ash"], status="in_use").exclude(pk__in=with_line)[:count]
    bought = SpecificationVersion.objects.get(specification=world.specification)
    last = PlanLine.objects.filter(version=world.version).order_by("-rank").first().rank
    PlanLine.objects.bulk_create(
        PlanLine(
            version=world.version,
            asset=asset,
            trust_id=asset.trust_id,
            site_id=asset.site_id,
            specification_version=bought,
            asset_label=str(asset),
            modality="CT",
            installed_on=asset.installed_on,
            year=world.year + number % 3,
            rank=last + number,
            equipment_pence=57_000_000,
            single_price_pence=57_000_000,
            works_pence=8_000_000,
            vat_pence=13_000_000,
            risk=Decimal("0.5"),
            reason="Old.",
        )
        for number, asset in enumerate(free, start=1)
    )
    Pin.objects.bulk_create(Pin(plan=world.plan, asset=asset, reason="x") for asset in free)


def _options(world: World, count: int) -> None:
    """Machines of Ash, each offered an upgrade and covered while it is out."""
    _assets(world, count)
    taken = OptionOffer.objects.filter(plan=world.plan).values("asset_id")
    free = Asset.objects.filter(trust=world.orgs["Ash"], status="in_use").exclude(pk__in=taken)
    OptionOffer.objects.bulk_create(
        OptionOffer(
            plan=world.plan, asset=asset, kind="upgrade", cost_pence=1, support_years=5, reason="Offered"
        )
        for asset in free
    )
    covered = Cover.objects.filter(plan=world.plan).values("asset_id")
    Cover.objects.bulk_create(
        Cover(plan=world.plan, asset=asset, cost_pence=1, how="A mobile unit")
        for asset in Asset.objects.filter(trust=world.orgs["Ash"], status="in_use").exclude(pk__in=covered)
    )


def _tenders(world: World, count: int) -> None:
    before = Tender.objects.count()
    made = Tender.objects.bulk_create(
        Tender(
            network=world.orgs["Northern"],
            specification_version=world.tender.specification_version,
            year=world.year + number % 5,
            name=f"Tender {before}-{number}",
            status=Tender.Status.CLOSED,
            key_date_on=world.today,
        )
        for number in range(count)
    )
    line = world.live_line
    TenderLine.objects.bulk_create(
        TenderLine(
            tender=tender, plan_line=line.plan_line, trust=line.trust, site=line.site, deliver_by=world.today
        )
        for tender in made
    )


def _tender_lines(world: World, count: int) -> None:
    _lines(world, 3 * count)
    taken = TenderLine.objects.filter(tender=world.tender).values("plan_line_id")
    free = PlanLine.objects.filter(version=world.version, year=world.tender.year, modality="CT")
    free = free.exclude(pk__in=taken)[:count]
    TenderLine.objects.bulk_create(
        TenderLine(
            tender=world.tender,
            plan_line=line,
            trust_id=line.trust_id,
            site_id=line.site_id,
            deliver_by=world.today,
            withdrawn_at=timezone.now() if number % 3 == 0 else None,
        )
        for number, line in enumerate(free)
    )


def _prices(world: World, count: int) -> None:
    specifications = [world.specification, Specification.objects.get(code="MRI-STD")]
    PriceRecord.objects.bulk_create(
        PriceRecord(
            trust=world.orgs[("Ash", "Beech", "Cedar")[number % 3]],
            region=world.orgs[("North West", "North West", "South East")[number % 3]],
            specification=specifications[number % 2],
            unit_price_pence=50_000_000 + number,
            priced_on=world.today - timedelta(days=number),
            source="x",
        )
        for number in range(3 * count)
    )


def _candidates(world: World, count: int) -> None:
    """Candidates at sites of their own; the plan may site them all."""
    _organisations(world, count)
    newest = Organisation.objects.filter(kind=Kind.SITE).order_by("-pk")[:count]
    before = CandidateSite.objects.count()
    made = CandidateSite.objects.bulk_create(
        CandidateSite(
            network=world.orgs["Northern"],
            trust=world.orgs["Ash"],
            site=site,
            name=f"Candidate {before}-{number}",
            service="capacity",
            modality="CT",
            specification=world.specification,
            works_pence=1,
            need_points=number,
            evidence=world.candidate.evidence,
            reason="x",
        )
        for number, site in enumerate(newest)
    )
    world.plan.candidates.add(*made)


def _documents(world: World, count: int) -> None:
    document = world.documents["whole"]
    Document.objects.bulk_create(
        Document(
            kind=document.kind,
            title=f"Document {number}",
            file=document.file.name,
            file_name="x.pdf",
            sha256="0" * 64,
            size_bytes=1,
            version=None if number % 2 else world.version,
            tender=world.tender if number % 2 else None,
            made_by=world.people["lead"],
        )
        for number in range(count)
    )


def _specifications(world: World, count: int) -> None:
    before = Specification.objects.count()
    made = Specification.objects.bulk_create(
        Specification(code=f"CT-{before}-{number}", name="A CT", modality="CT") for number in range(count)
    )
    SpecificationVersion.objects.bulk_create(
        SpecificationVersion(
            specification=specification,
            version=1,
            published_on=world.today,
            summary="x",
            cpv_code="33115100",
            unit_price_pence=1,
            works_pence=1,
            price_base_on=world.today,
            price_source="x",
        )
        for specification in made
    )


def _everything(world: World, count: int) -> None:
    for grow in (_assets, _imports, _events, _plans, _tenders, _documents, _prices):
        grow(world, count)


def _version(world: World) -> list[object]:
    return [world.plan.pk, world.version.number]


def _home(who: str) -> Growing:
    return Growing("home", who, _everything)


GROWING = [
    Growing("asset_list", "lead", _assets),
    Growing("asset_export", "lead", _assets),
    Growing("asset_export", "lead", _assets, query="?format=xlsx"),
    Growing("api-asset-list", "lead", _assets),
    Growing("catalogue_list", "manager", _models),
    Growing("catalogue_export", "manager", _models),
    Growing("machine_model_detail", "lead", _of_the_model, lambda w: [w.machine_model.pk]),
    Growing("catalogue_names", "manager", _names),
    Growing("catalogue_names_export", "manager", _names),
    Growing("attachment_list", "manager", _attachments, lambda w: [w.asset.pk]),
    Growing("alert_list", "lead", _due),
    Growing("alert_export", "lead", _due),
    Growing("inventory_page", "manager", _assets),
    Growing("inventory_file", "manager", _assets, query="?format=xlsx"),
    Growing("labels_page", "lead", _assets),
    Growing("calendar_page", "lead", _due),
    Growing("asset_history", "manager", _history, lambda w: [w.asset.pk]),
    Growing("asset_detail", "manager", _history, lambda w: [w.asset.pk], most=19),
    Growing("import_list", "manager", _imports),
    Growing("import_detail", "manager", _import_rows("problem"), lambda w: [w.checked.pk]),
    Growing("import_detail", "manager", _import_rows("new"), lambda w: [w.checked.pk], "?show=new"),
    Growing("import_detail", "manager", _import_rows("changed"), lambda w: [w.checked.pk], "?show=changed"),
    Growing("activity_list", "lead", _activity),
    Growing("activity_list", "lead", _activity, query="?sort=-examinations"),
    Growing("activity_export", "lead", _activity),
    Growing("activity_files", "manager", _activity_files),
    Growing("activity_batch", "manager", _activity_rows("problem"), lambda w: [w.activity_checked.pk]),
    Growing(
        "activity_batch", "manager", _activity_rows("new"), lambda w: [w.activity_checked.pk], "?show=new"
    ),
    Growing("event_list", "manager", _events),
    Growing("event_export", "manager", _events),
    Growing("fleet_age", "lead", _organisations),
    Growing("fleet_age", "analyst", _organisations, query="?by=trust"),
    Growing("dashboard", "analyst", _organisations),
    Growing("dashboard", "lead", _assets),
    Growing("dashboard_export", "lead", _assets),
    Growing("quality", "analyst", _organisations),
    Growing("quality", "lead", _assets),
    Growing("quality_export", "lead", _assets),
    Growing("quality_trust", "manager", _assets, lambda w: [w.orgs["Ash"].pk]),
    Growing("quality_trust_export", "manager", _assets, lambda w: [w.orgs["Ash"].pk]),
    Growing("priority_list", "lead", _assets),
    Growing("priority_list", "analyst", _organisations),
    Growing("priority_export", "lead", _assets),
    Growing("organisation_list", "manager", _organisations),
    Growing("organisation_export", "manager", _organisations),
    Growing("organisation_detail", "manager", _organisations, lambda w: [w.orgs["Northern"].pk]),
    Growing("api-organisation-list", "manager", _organisations),
    Growing("asset_add", "manager", _organisations),
    Growing("people", "administrator", _people),
    Growing("people_export", "administrator", _people),
    Growing("person_detail", "administrator", _appointments, lambda w: [w.people["manager"].pk]),
    Growing("plan_list", "lead", _plans),
    Growing("plan_list", "finance", _plans),
    Growing("api-plan-list", "lead", _plans),
    # It also reads all that a plan is solved from, to say what is missing and whether it has changed; and where its
    # versions stand, its scenarios, its shared money and its candidates.
    Growing("plan_detail", "lead", _versions, lambda w: [w.plan.pk], most=40),
    Growing("plan_detail", "finance", _lines, lambda w: [w.plan.pk], most=20),
    Growing("plan_envelopes", "lead", _organisations, lambda w: [w.plan.pk]),
    Growing("plan_shared_money", "lead", _organisations, lambda w: [w.plan.pk]),
    Growing("plan_option_list", "lead", _options, lambda w: [w.plan.pk]),
    Growing("plan_option_export", "lead", _options, lambda w: [w.plan.pk]),
    Growing("api-plan-version-list", "lead", _versions, lambda w: [w.plan.pk]),
    Growing("plan_version", "lead", _lines, _version),
    Growing("plan_version", "finance", _lines, _version),
    Growing("plan_version_export", "lead", _lines, _version),
    Growing("plan_board", "lead", _lines, _version),
    Growing("plan_board", "finance", _lines, _version),
    Growing("plan_version_workbook", "lead", _lines, _version),
    Growing("api-plan-line-list", "lead", _lines, _version),
    Growing("document_make", "lead", _lines, _version),
    # Two lists on one page: the tenders there are, and what the plan would gather.
    Growing("tender_list", "lead", _tenders, most=18),
    Growing("tender_list", "lead", _lines, most=18),
    Growing("tender_list", "finance", _tenders),
    Growing("tender_detail", "lead", _tender_lines, lambda w: [w.tender.pk]),
    Growing("tender_detail", "finance", _tender_lines, lambda w: [w.tender.pk]),
    Growing("demand", "lead", _lines),
    Growing("site_need_list", "lead", _candidates, query="?service=all"),
    Growing("site_need_export", "lead", _candidates),
    Growing(
        "site_need_detail", "lead", _organisations, lambda w: [w.orgs["Ash site"].code, "CT", "capacity"]
    ),
    Growing("family_list", "lead", _assets),
    Growing("family_list", "lead", _lines),
    Growing("candidate_list", "lead", _candidates),
    Growing("candidate_list", "finance", _candidates),
    Growing("candidate_export", "lead", _candidates),
    Growing("candidate_add", "lead", _organisations),
    # Two lists on one page: what may be chosen, and the network's densities with what is.
    Growing("plan_candidates", "lead", _candidates, lambda w: [w.plan.pk], most=24),
    Growing("plan_detail", "finance", _candidates, lambda w: [w.plan.pk], most=24),
    Growing("price_list", "lead", _prices),
    Growing("price_export", "lead", _prices),
    Growing("benchmark", "lead", _prices),
    Growing("document_list", "lead", _documents),
    Growing("specification_list", "manager", _specifications),
    _home("manager"),
    _home("lead"),
    _home("finance"),
    _home("analyst"),
    _home("administrator"),
]
