"""One small England for the sweeps: Ash with everything the product can hold, its neighbour Beech, and Cedar elsewhere.

Ash and Beech are in the network Northern and share a plan and a tender; Cedar is in Southern, with a plan of its own.
What is Ash's alone is told by words and amounts that stand nowhere else, so that finding one of them is finding a leak.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.utils import timezone

from assets.actions.activity import check_activity, save_activity
from assets.actions.assets import add_asset, correct_asset, retire_asset
from assets.actions.attachments import add_attachment
from assets.actions.bulk_edits import make_bulk_edit
from assets.actions.import_commits import commit_batch
from assets.actions.import_sessions import take_file
from assets.domain.vocabulary import Modality, Precision
from assets.models import (
    ActivityBatch,
    Asset,
    Attachment,
    BulkEdit,
    ImportBatch,
    MachineModel,
    Maker,
    SavedView,
    Specification,
)
from networks.domain.access import Actor, Role, command
from networks.domain.financial_year import financial_year_of
from networks.domain.financial_year import label as year_label
from networks.models import Organisation, Run, User
from networks.queries.actors import actor_for
from networks.templatetags.format import pounds, pounds_short
from procurement.actions.candidates import add_candidate, withdraw_candidate
from procurement.actions.documents import save_document
from procurement.actions.pins import pin_asset
from procurement.actions.plan_life import answer_version, submit_version
from procurement.actions.plan_versions import save_version
from procurement.actions.plans import create_plan, set_envelopes
from procurement.actions.prices import PriceFacts, record_prices
from procurement.actions.tenders import open_tender, withdraw
from procurement.domain.candidate import CandidateValues
from procurement.domain.plan import PlanValues
from procurement.domain.planning.choice import KEPT, replaced
from procurement.domain.tender_dates import proposed_dates
from procurement.models import (
    CandidateSite,
    Document,
    Plan,
    PlanLine,
    PlanVersion,
    PriceRecord,
    Tender,
    TenderLine,
)
from procurement.models.plan_life import Conflict
from procurement.queries.plan_life import life_of
from procurement.queries.planning_problem import planning_problem
from procurement.queries.solve_runs import KIND
from procurement.queries.tenders import tender_account
from tests.builders.plan_results import result_for
from tests.factories.assets import SpecificationFactory
from tests.factories.networks import LONG_AGO, UserFactory, network_of_trusts, person
from tests.factories.plans import published

PASSWORD = "correct horse battery staple"
WORDS_OF_ASH = (
    "ASH-SN-7731",
    "ASH-TAG-55",
    "ASH-ROOM-9",
    "ASHMODEL",
    "ASH-NOTE",
    "ASH-REASON",
    "ASH-SN-8842",
    "ASH-FAULT",
    "ash-checked.csv",
    "ash-saved.csv",
    "ash-attached.pdf",
    "ash-activity.csv",
    "ash-activity-checked.csv",
    "ASH-RIS",
    "ASH-ORDER-12",
    "ASH-SUPPLIER",
    "ASH-CANDIDATE",
    "ASH-PIN",
    "ash-part.pdf",
    "ASH-ANSWER",
    "ASH-CONFLICT",
    "Asha Ashworth",
    "Asif Ashfield",
    "asha@ash.example",
)
"""Ash's own: machines, rows of files, purchases, reasons, names of people. Nobody of Beech or Cedar may read one of them."""

WORDS_OF_NORTHERN = (
    "NORTHERN-PLAN",
    "northern-plan.pdf",
    "northern-bundle.zip",
    "Norah Northern",
    "NORTHERN-REASON",
    "BEECH-SN-2",
)
"""What the network's people share, and Cedar and Southern have no part in."""

WORDS_OF_MONEY = (
    "ASH-ORDER-12",
    "ASH-SUPPLIER",
    "ASH-CANDIDATE",
    "ASH-PIN",
    "ASH-ANSWER",
    "ASH-CONFLICT",
    "ash-part.pdf",
    "NORTHERN-PLAN",
    "NORTHERN-REASON",
)
"""What plans, tenders, documents and purchases say: not for Ash's own equipment manager, who keeps its register."""

PRICE_PAID_PENCE = 61_234_567
PURCHASE_PENCE = 54_321_098
CANDIDATE_WORKS_PENCE = 23_571_113
PRICES_OF_ASH = {
    "price_paid_pence": PRICE_PAID_PENCE,
    "vat_paid_pence": 12_246_913,
    "works_paid_pence": 7_654_321,
    "net_book_value_pence": 9_753_186,
    "maintenance_cost_pence": 4_681_357,
}
"""What Ash's first machine cost: shown to Ash's manager and finance, never to its modality lead."""


@dataclass
class World:
    """Everything by name. `orgs` as `network_of_trusts` returns them, both networks together."""

    orgs: dict[str, Organisation]
    people: dict[str, User]
    today: date
    year: int
    asset: Asset
    retired: Asset
    neighbours: Asset
    elsewhere: Asset
    specification: Specification
    checked: ImportBatch
    saved: ImportBatch
    activity_checked: ActivityBatch
    activity_saved: ActivityBatch
    plan: Plan
    version: PlanVersion
    """Submitted to Ash and Beech; Ash does not agree."""

    conflict: Conflict
    """Of Ash's first machine, not acknowledged."""

    other_plan: Plan
    tender: Tender
    live_line: TenderLine
    withdrawn_line: TenderLine
    documents: dict[str, Document]
    price: PriceRecord
    run: Run
    bulk_edit: BulkEdit
    """Of the machine `asset`, not yet applied."""

    view: SavedView
    """Of the equipment list, kept by Ash's manager for themselves."""

    attachment: Attachment
    candidate: CandidateSite
    """For an additional CT at Ash."""

    withdrawn_candidate: CandidateSite
    machine_model: MachineModel
    """A model of the catalogue, which all share; no machine is of it yet."""

    def actor(self, name: str) -> Actor:
        """Somebody of `people` as who they act as."""
        return _actor(self.people[name], self.today)

    @cached_property
    def money_of_ash(self) -> set[str]:
        """Ash's amounts, and sums that Ash's amounts are in, as pages, files and the API write them."""
        lines = list(PlanLine.objects.filter(version=self.version))
        ash, beech = self.orgs["Ash"].pk, self.orgs["Beech"].pk
        amounts = {*PRICES_OF_ASH.values(), PURCHASE_PENCE, CANDIDATE_WORKS_PENCE, 2 * PURCHASE_PENCE}
        amounts |= {_envelope("Ash", year) for year in self.plan.years}
        amounts |= {_envelope("Ash", year) + _envelope("Beech", year) for year in self.plan.years}
        amounts.add(sum(_envelope("Ash", year) for year in self.plan.years))
        amounts.add(sum(_envelope(trust, year) for trust in ("Ash", "Beech") for year in self.plan.years))
        for year in self.plan.years:
            by_trust = {
                trust: sum(line.total_pence for line in lines if line.trust_id == trust and line.year == year)
                for trust in (ash, beech)
            }
            if by_trust[ash]:
                amounts |= {by_trust[ash], by_trust[ash] + by_trust[beech]}
        amounts.add(sum(line.total_pence for line in lines if line.trust_id == ash))
        amounts.add(sum(line.total_pence for line in lines))
        whole = tender_account(self.actor("lead"), self.tender, today=self.today).whole
        assert whole is not None
        assert whole.saving_pence
        together = {whole.saving_pence, whole.equipment_pence, whole.alone_pence}
        amounts |= together | {sum(share.total_pence for share in whole.shares)}
        theirs = {line.total_pence for line in lines if line.trust_id == beech}
        theirs |= {_envelope("Beech", year) for year in self.plan.years}
        theirs.add(sum(line.total_pence for line in lines if line.trust_id == beech))
        short = {pounds_short(amount) for amount in together} - {pounds_short(amount) for amount in theirs}
        return short | {text for amount in amounts - theirs for text in written(amount)}


def written(pence: int) -> set[str]:
    """The ways an amount is written: in pounds on pages, with a point in files, in pence over the API."""
    return {pounds(pence), f"{pence / 100:.2f}", f"{pence / 100:,.2f}", f"{pence:,}", str(pence)}


def _envelope(trust: str, year: int) -> int:
    """Amounts that give themselves away: another one for each trust and year."""
    return {"Ash": 317_171_700, "Beech": 113_131_300, "Cedar": 129_292_900}[trust] + 10_100 * (year % 100)


def _actor(user: User, today: date) -> Actor:
    appointment = user.appointments.select_related("organisation").first()
    return actor_for(user, appointment, on=today)


def build() -> World:
    """Make the world, as at the real today."""
    today = timezone.localdate()
    year = financial_year_of(today) + 1
    orgs = network_of_trusts("Ash", "Beech") | network_of_trusts(
        "Cedar", network="Southern", region="South East"
    )
    people = _people(orgs)
    by = {name: _actor(user, today) for name, user in people.items()}
    specifications = _specifications()
    made = _assets(orgs, by, specifications)
    checked, saved = _imports(orgs, by, today)
    activity_checked, activity_saved = _activity(orgs, by, today)
    plan, version = _plan(orgs, by, made, today, year)
    conflict = _life(orgs, by, version)
    tender, live, withdrawn = _tender(orgs, by, version, today, year + 1)
    other = create_plan(
        by=by["southern lead"],
        network=orgs["Southern"],
        values=PlanValues(name="SOUTHERN-PLAN", first_year=year),
        on=today,
    )
    purchase = PriceFacts(
        trust=orgs["Ash"],
        specification=specifications[Modality.CT],
        quantity=2,
        unit_price_pence=PURCHASE_PENCE,
        priced_on=today - timedelta(days=30),
        source="ASH-ORDER-12",
        supplier="ASH-SUPPLIER",
    )
    [price] = record_prices(by=by["lead"], prices=[purchase], on=today)
    run = Run.objects.create(
        kind="import.check",
        title="Checking ash-checked.csv",
        started_by=people["manager"],
        started_as_id=by["manager"].appointment_id,
        trust=orgs["Ash"],
    )
    return World(
        orgs=orgs,
        people=people,
        today=today,
        year=year,
        asset=made["first"],
        retired=made["retired"],
        neighbours=made["neighbours"],
        elsewhere=made["elsewhere"],
        specification=specifications[Modality.CT],
        checked=checked,
        saved=saved,
        activity_checked=activity_checked,
        activity_saved=activity_saved,
        plan=plan,
        version=version,
        conflict=conflict,
        other_plan=other,
        tender=tender,
        live_line=live,
        withdrawn_line=withdrawn,
        documents=_documents(orgs, by, version, tender),
        price=price,
        run=run,
        bulk_edit=make_bulk_edit(
            by=by["manager"],
            assets=Asset.objects.filter(pk=made["first"].pk),
            values={"location": "Ash bulk room"},
            reason="Ash bulk reason",
        ),
        view=SavedView.objects.create(
            owner=people["manager"], organisation=orgs["Ash"], name="Ash's own view", query="modality=CT"
        ),
        attachment=add_attachment(
            by=by["manager"],
            asset=made["first"],
            file=ContentFile(b"%PDF-1.7 ASH-NOTE", name="ash-attached.pdf"),
            kind=Attachment.Kind.CERTIFICATE,
            description="",
            at=timezone.now(),
        ),
        candidate=_candidate(orgs, by, specifications, today, plan=plan),
        withdrawn_candidate=withdraw_candidate(
            by=by["lead"],
            candidate=_candidate(orgs, by, specifications, today, name="ASH-CANDIDATE of old"),
            revision=1,
            reason="ASH-REASON",
            on=today,
        ),
        machine_model=MachineModel.objects.create(
            maker=Maker.objects.create(name="Shared Maker"), name="Shared CT", modality="CT"
        ),
    )


def _people(orgs: dict[str, Organisation]) -> dict[str, User]:
    people = {
        "manager": person(Role.EQUIPMENT_MANAGER, orgs["Ash"], name="Asha Ashworth"),
        "modality lead": person(Role.MODALITY_LEAD, orgs["Ash"], name="Ada Ashdown"),
        "finance": person(Role.FINANCE, orgs["Ash"], name="Asif Ashfield"),
        "lead": person(Role.PROCUREMENT_LEAD, orgs["Northern"], name="Norah Northern"),
        "neighbour": person(Role.EQUIPMENT_MANAGER, orgs["Beech"], name="Bea Beechwood"),
        "neighbour finance": person(Role.FINANCE, orgs["Beech"], name="Ben Beechcroft"),
        "southern lead": person(Role.PROCUREMENT_LEAD, orgs["Southern"], name="Sunil Southern"),
        "analyst": person(Role.NATIONAL_ANALYST, orgs["England"], name="Ana Analyst"),
        "administrator": person(Role.ADMINISTRATOR, orgs["England"], name="Ada Administrator"),
        "stranger": UserFactory(name="Sam Stranger"),
    }
    people["manager"].email = "asha@ash.example"
    for user in people.values():
        user.set_password(PASSWORD)
    get_user_model().objects.bulk_update(people.values(), ["email", "password"])
    return people


def _specifications() -> dict[Modality, Specification]:
    found = {
        modality: SpecificationFactory(
            code=f"{modality}-STD", modality=modality, name=f"General {modality.label}", is_default=True
        )
        for modality in Modality
    }
    published(found[Modality.CT], tiers=((2, 500), (6, 800)))
    published(found[Modality.MRI], unit_price_pence=83_000_000, works_pence=11_000_000)
    return found


def _assets(
    orgs: dict[str, Organisation], by: dict[str, Actor], specifications: dict[Modality, Specification]
) -> dict[str, Asset]:
    def add(who: str, trust: str, serial: str, modality: Modality = Modality.CT, **more: object) -> Asset:
        values = {
            "site": orgs[f"{trust} site"],
            "modality": modality.value,
            "specification": specifications[modality],
            "manufacturer": "Maker",
            "model_name": f"{trust.upper()}MODEL",
            "serial_number": serial,
            "installed_on": date(2012, 5, 1),
            "installed_precision": Precision.DAY.value,
        }
        return add_asset(by=by[who], values=values | more)

    first = add(
        "manager",
        "Ash",
        "ASH-SN-7731",
        asset_tag="ASH-TAG-55",
        location="ASH-ROOM-9",
        notes="ASH-NOTE",
        warranty_ends_on=timezone.localdate() + timedelta(days=30),
        **PRICES_OF_ASH,
    )
    first = correct_asset(
        by=by["manager"], asset=first, values={"condition": "poor"}, version=1, reason="ASH-REASON"
    )
    retired = add("manager", "Ash", "ASH-SN-0", installed_on=date(2005, 1, 1))
    retired = retire_asset(
        by=by["manager"], asset=retired, on=date(2020, 1, 1), version=1, reason="ASH-REASON"
    )
    return {
        "first": first,
        "second": add("manager", "Ash", "ASH-SN-2", installed_on=date(2013, 5, 1)),
        "mri": add("manager", "Ash", "ASH-SN-3", Modality.MRI),
        "retired": retired,
        "neighbours": add("neighbour", "Beech", "BEECH-SN-2"),
        "elsewhere": add_asset(
            by=command("test"),
            values={
                "site": orgs["Cedar site"],
                "modality": "CT",
                "specification": specifications[Modality.CT],
                "serial_number": "CEDAR-SN-1",
            },
        ),
    }


def _imports(
    orgs: dict[str, Organisation], by: dict[str, Actor], today: date
) -> tuple[ImportBatch, ImportBatch]:
    site = orgs["Ash site"].code

    def check(name: str, *rows: str) -> ImportBatch:
        content = "\n".join(["Modality,Site,Serial number,Room,Price paid", *rows]).encode()
        return take_file(by=by["manager"], file=ContentFile(content, name=name), trust=orgs["Ash"], on=today)

    saved = check("ash-saved.csv", f"X-ray,{site},ASH-SN-8842,ASH-ROOM-9,{PRICE_PAID_PENCE / 100}")
    saved = commit_batch(by=by["manager"], batch=saved, good_rows_only=False, at=timezone.now())
    checked = check(
        "ash-checked.csv",
        f"X-ray,{site},ASH-SN-9953,,{PRICE_PAID_PENCE / 100}",
        f"ASH-FAULT,{site},ASH-SN-9954,ASH-ROOM-9,{PRICE_PAID_PENCE / 100}",
    )
    return checked, saved


def _activity(
    orgs: dict[str, Organisation], by: dict[str, Actor], today: date
) -> tuple[ActivityBatch, ActivityBatch]:
    """A counted year of two of Ash's machines, and a file that waits with a problem."""
    last = year_label(financial_year_of(today) - 1)

    def check(name: str, *rows: str) -> ActivityBatch:
        content = "\n".join(["Serial number,Financial year,Examinations,Downtime", *rows]).encode()
        file = ContentFile(content, name=name)
        return check_activity(by=by["manager"], file=file, trust=orgs["Ash"], source="ASH-RIS", on=today)

    saved = check("ash-activity.csv", f"ASH-SN-7731,{last},14321,41", f"ASH-SN-2,{last},9876,")
    saved = save_activity(by=by["manager"], batch=saved, good_rows_only=False, at=timezone.now())
    checked = check(
        "ash-activity-checked.csv",
        f"ASH-SN-7731,{last},14322,",
        f"ASH-SN-3,{last},500,",
        f"ASH-FAULT,{last},1,",
    )
    return checked, saved


def _plan(
    orgs: dict[str, Organisation], by: dict[str, Actor], made: dict[str, Asset], today: date, year: int
) -> tuple[Plan, PlanVersion]:
    """Ash buys two CTs and an MRI, Beech one CT beside them: Ash's sums differ from Beech's and from the network's."""
    Asset.objects.filter(serial_number="ASH-SN-8842").update(status="standby")
    specification = SpecificationFactory(code="XR-STD", modality=Modality.XRAY)
    published(specification, unit_price_pence=20_000_000, works_pence=1_000_000)
    plan = create_plan(
        by=by["lead"],
        network=orgs["Northern"],
        values=PlanValues(name="NORTHERN-PLAN", first_year=year),
        on=today,
    )
    amounts = {
        (orgs[trust].pk, each): _envelope(trust, each) for trust in ("Ash", "Beech") for each in plan.years
    }
    plan = set_envelopes(
        by=by["lead"], plan=plan, amounts=amounts, revision=plan.revision, on=today, reason="NORTHERN-REASON"
    )
    pin_asset(by=by["lead"], plan=plan, asset=made["second"], year=year + 1, reason="ASH-PIN", on=today)
    problem = planning_problem(plan, on=today)
    schedule = dict.fromkeys((asset.asset_id for asset in problem.assets), KEPT)
    schedule |= {made[name].pk: replaced(year + 1) for name in ("first", "second", "neighbours")}
    schedule[made["mri"].pk] = replaced(year + 2)
    result = result_for(problem, schedule)
    version = save_version(by=by["lead"], plan=plan, problem=problem, result=result, run=None, on=today)
    Run.objects.create(
        kind=KIND,
        title="Solving",
        back_url=plan.get_absolute_url(),
        network=plan.network,
        status=Run.Status.CANCELLED,
    )
    _keeping_everything(version)
    return plan, version


def _keeping_everything(version: PlanVersion) -> None:
    """An older version of the same plan, number 0, that keeps every machine: something to hold the version against."""
    lines = list(PlanLine.objects.filter(version=version))
    older = PlanVersion.objects.get(pk=version.pk)
    older.pk, older.number = None, 0
    older.save(force_insert=True)
    PlanVersion.objects.filter(pk=older.pk).update(created_at=version.created_at - timedelta(days=9))
    for line in lines:
        line.pk, line.version, line.year, line.kind = None, older, None, "keep"
    PlanLine.objects.bulk_create(lines)


def _life(orgs: dict[str, Organisation], by: dict[str, Actor], version: PlanVersion) -> Conflict:
    """Submit the version, have Ash say no, and leave a conflict about Ash's machine open."""
    submit_version(by=by["lead"], version=version, mark=life_of(version).mark())
    ash = orgs["Ash"]
    answer_version(
        by=by["finance"],
        version=version,
        trust_id=ash.pk,
        agreed=False,
        note="ASH-ANSWER",
        mark=life_of(version).mark(ash.pk),
    )
    line = PlanLine.objects.filter(version=version, trust=ash).earliest("rank")
    return Conflict.objects.create(
        version=version,
        new_line=line,
        trust=ash,
        label=line.asset_label,
        planned="Not in the plan.",
        registered="ASH-CONFLICT",
        replanned="Kept throughout.",
        facts_changed=True,
        decision_changed=False,
    )


def _tender(
    orgs: dict[str, Organisation], by: dict[str, Actor], version: PlanVersion, today: date, year: int
) -> tuple[Tender, TenderLine, TenderLine]:
    bought = PlanLine.objects.filter(version=version, modality="CT").first().specification_version
    dates = proposed_dates(year=year, lead_time_months=bought.lead_time_months, today=today)
    tender = open_tender(
        by=by["lead"],
        version=version,
        specification_version=bought,
        year=year,
        key_date_on=dates.key_date_on,
        deliver_by=dates.deliver_by,
        today=today,
    )
    lines = list(TenderLine.objects.filter(tender=tender, trust=orgs["Ash"]).order_by("pk"))
    withdraw(by=by["lead"], tender=tender, line_ids=[lines[0].pk], reason="ASH-REASON", at=timezone.now())
    return tender, lines[1], lines[0]


def _candidate(
    orgs: dict[str, Organisation],
    by: dict[str, Actor],
    specifications: dict[Modality, Specification],
    today: date,
    *,
    name: str = "ASH-CANDIDATE",
    plan: Plan | None = None,
) -> CandidateSite:
    """A candidate, among those of a plan where one is given."""
    row = add_candidate(
        by=by["lead"],
        network=orgs["Northern"],
        site=orgs["Ash site"],
        specification=specifications[Modality.CT],
        values=CandidateValues(
            name=name, service="capacity", works_pence=CANDIDATE_WORKS_PENCE, reason="ASH-REASON"
        ),
        on=today,
    )
    if plan is not None:
        plan.candidates.add(row)
    return row


def _documents(
    orgs: dict[str, Organisation], by: dict[str, Actor], version: PlanVersion, tender: Tender
) -> dict[str, Document]:
    whole = save_document(
        by=by["lead"],
        kind=Document.Kind.CAPITAL_PLAN_PDF,
        title="NORTHERN-PLAN",
        file_name="northern-plan.pdf",
        content=b"%PDF-1.7 the whole network",
        version=version,
    )
    part = save_document(
        by=by["finance"],
        kind=Document.Kind.CAPITAL_PLAN_PDF,
        title="ASH-REASON for capital",
        file_name="ash-part.pdf",
        content=b"%PDF-1.7 of Ash alone",
        version=version,
        trust_id=orgs["Ash"].pk,
    )
    bundle = save_document(
        by=by["lead"],
        kind=Document.Kind.TENDER_BUNDLE,
        title="NORTHERN-PLAN bundle",
        file_name="northern-bundle.zip",
        content=b"PK not really",
        tender=tender,
    )
    return {"whole": whole, "part": part, "bundle": bundle}


__all__ = ["LONG_AGO", "World", "build", "written"]
