"""Every address of the site: how to fill it with Ash's own things, what to send it, and who is the right person for it.

A new page must be added here: the sweep fails while an address is missing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from assets.forms.import_columns import ColumnsForm
from assets.models import ImportRow
from networks.models import Run
from procurement.models import PlanLine, PlanVersion
from procurement.queries.plan_life import life_of
from procurement.queries.solve_runs import KIND
from procurement.queries.tenders import state_of, tender_lines
from tests.builders.dicom import dicom_file, zipped
from tests.sweeps.world import PASSWORD, World


class About(Enum):
    """What an address holds, and so who may read it."""

    OPEN = auto()
    """Signing in and getting back in: for anybody."""
    OWN = auto()
    """One's own account and nothing else: for anybody signed in."""
    PUBLIC = auto()
    """The same for all, and nobody's secret: for anybody signed in. `why` says why."""
    LIST = auto()
    """Each reader's own rows: for roles that have them."""
    SHARED = auto()
    """What Ash and Beech have in common: Beech's finance reads Beech's part, others nothing."""
    CLOSED = auto()
    """Ash's own, or for administrators: refused to all others."""


Fill = Callable[[World], Any]


def _nothing(_: World) -> tuple[()]:
    return ()


@dataclass(frozen=True)
class Address:
    """One way to ask for an address. `post` is what is sent with `method`; without it the address is only read.

    `done` is the status of a change that succeeds, `own` why somebody else's sending may change something of their own.
    """

    about: About
    who: str = "manager"
    args: Fill = _nothing
    query: Fill = lambda _: ""
    post: Fill | None = None
    method: str = "post"
    done: int = 302
    get: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    why: str = ""
    own: str = ""
    personal: bool = False
    """Somebody's own work, which for their colleagues is not there."""

    def url(self, name: str, world: World) -> str:
        """The address, filled in."""
        if name.startswith("/"):
            return name
        return reverse(name, args=self.args(world)) + self.query(world)

    def send(self, client: Client, name: str, world: World) -> Any:
        """Send what is to be changed, as a form or, over the API, as JSON."""
        assert self.post is not None
        data = self.post(world)
        if name.startswith("api-"):
            call = getattr(client, self.method)
            return call(self.url(name, world), data, content_type="application/json", headers=self.headers)
        return client.post(self.url(name, world), data)


def patterns() -> list[str]:
    """The name of every address of the site; of one without a name, its path."""

    def walk(resolver: URLResolver, before: str = "") -> Iterator[str]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, before + str(pattern.pattern))
            elif isinstance(pattern, URLPattern):
                yield pattern.name or f"/{before}{pattern.pattern}"

    return list(walk(get_resolver()))


def _pk(of: Callable[[World], Any]) -> Fill:
    return lambda world: [of(world).pk]


_attachment = _pk(lambda w: w.attachment)
_asset, _retired = _pk(lambda w: w.asset), _pk(lambda w: w.retired)
_checked, _saved = _pk(lambda w: w.checked), _pk(lambda w: w.saved)
_activity_checked, _activity_saved = _pk(lambda w: w.activity_checked), _pk(lambda w: w.activity_saved)
_candidate = _pk(lambda w: w.candidate)
_plan, _tender = _pk(lambda w: w.plan), _pk(lambda w: w.tender)
_ash, _run = _pk(lambda w: w.orgs["Ash"]), _pk(lambda w: w.run)
_manager = _pk(lambda w: w.people["manager"])


def _solving(world: World) -> Sequence[int]:
    """The plan, and a run of the planner for it that is over."""
    run = Run.objects.get(kind=KIND, back_url=world.plan.get_absolute_url())
    return [world.plan.pk, run.pk]


def _version(world: World) -> Sequence[int]:
    return [world.plan.pk, world.version.number]


def _side_by_side(world: World) -> str:
    """The plan's version beside the older one that keeps every machine."""
    older = PlanVersion.objects.get(plan=world.plan, number=0)
    return f"?v={world.version.pk}&v={older.pk}"


def _line_of_ash(world: World) -> Sequence[int]:
    line = PlanLine.objects.get(version=world.version, asset=world.asset)
    return [*_version(world), line.pk]


def _mark(world: World, trust_id: int | None = None) -> str:
    """The life of the plan's version as its page showed it."""
    return life_of(world.version).mark(trust_id)


def _answer_of_ash(world: World) -> dict[str, object]:
    ash = world.orgs["Ash"].pk
    return {
        "do": "answer",
        "trust": ash,
        f"answer-{ash}-mark": _mark(world, ash),
        f"answer-{ash}-agreed": "yes",
    }


def _specification(world: World) -> Sequence[object]:
    return [world.specification.code, 1]


def _machine(world: World, **more: object) -> dict[str, object]:
    """A machine as the form of a new one sends it, standing in Ash."""
    site = {"site": world.orgs["Ash site"].pk, "serial_number": "NEW-1"}
    return site | {"modality": "CT", "status": "in_use", "condition": ""} | more


def _soon(world: World) -> str:
    return (world.today + timedelta(days=40)).isoformat()


def _reason(world: World, **more: object) -> dict[str, object]:
    return {"reason": "Because", "version": world.asset.version} | more


def _api_machine(world: World) -> dict[str, object]:
    return {"site": world.orgs["Ash site"].code, "modality": "CT", "specification": "CT-STD"}


def _file(name: str, *lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join(lines).encode())


def _plan_form(world: World, **more: object) -> dict[str, object]:
    return {
        "network": world.orgs["Northern"].pk,
        "name": "Another",
        "first_year": world.year,
        "horizon_years": 5,
        "guidance_years": 10,
        "max_installations": 4,
        "tender_cost_pence": "25,000",
        "vat_basis_points": "20",
        "carry_over_basis_points": "10",
        "network_carry_over_basis_points": "5",
        "joint_discount_basis_points": "100",
        "family_price_pence": "0",
    } | more


def _candidate_form(world: World, **more: object) -> dict[str, object]:
    return {
        "site": world.orgs["Ash site"].code,
        "service": "lung",
        "specification": world.specification.code,
        "works_pence": "235,712",
        "wanted_from": "",
        "name": "A changed candidate",
        "reason": "ASH-REASON",
    } | more


def _mri_group(world: World) -> Sequence[int]:
    line = PlanLine.objects.get(version=world.version, modality="MRI")
    return [world.version.pk, line.specification_version_id, line.year]


def _tender_dates(world: World) -> dict[str, object]:
    year = _mri_group(world)[2]
    return {"key_date_on": world.today.isoformat(), "deliver_by": f"{year + 1}-03-31"}


def _tender_step(world: World) -> dict[str, object]:
    return {"reason": "Because", "state": state_of(world.tender, tender_lines(world.tender))}


_machine_model = _pk(lambda w: w.machine_model)
_NAME_OF_ASH = "CT|maker|ashmodel"


def _alert(world: World) -> str:
    return f"?alert=warranty-{world.asset.pk}-{world.asset.warranty_ends_on}"


_OWN_CALENDAR = "one makes and revokes one's own calendar"
_NAMES_ARE_PUBLIC = "names, codes and belongings of NHS organisations are published"
_NO_ROWS = "it describes the program and shows no row"
_OWN_TRUST = "the file is checked for one's own trust, whatever it says"
_SAME_FOR_ALL = "the PDF of a published specification, which is the same whoever has it made"
_OWN_WEIGHTS = "whoever plans for a network sets that network's weights"
_IF_MATCH = {"If-Match": "*"}


def _weights(_: World) -> dict[str, object]:
    """The weights of the priority score as their form sends them; nobody has set any before."""
    heavy = {"age": 30, "support": 20, "reliability": 20, "criticality": 10, "technology": 10, "cost": 10}
    return {**heavy, "reason": "Because", "seen": 0}


def _faulty(world: World) -> int:
    """The row of Ash's import that has a problem."""
    return ImportRow.objects.filter(batch=world.checked, outcome="problem").earliest("pk").pk


def _same_columns(world: World) -> dict[str, object]:
    """The columns of Ash's import as its page proposes them."""
    form = ColumnsForm(layout=world.checked.layout)
    return {name: form[name].initial for name in form.fields}


EXEMPT = {
    "calendar_feed": "it is opened by the secret in it, without signing in, whoever holds it; "
    "tests/assets/pages/test_calendar.py asks for it as everybody"
}
"""Addresses that are in no table, each with the reason."""

ADDRESSES: dict[str, Sequence[Address]] = {
    # Signing in, and one's own account
    "account_login": [
        Address(About.OPEN, post=lambda w: {"login": w.people["manager"].email, "password": PASSWORD})
    ],
    "account_signup": [Address(About.OPEN, post=lambda _: {"email": "new@ash.example"}, done=200)],
    "account_inactive": [Address(About.OPEN)],
    "account_email_verification_sent": [Address(About.OPEN)],
    "account_confirm_login_code": [Address(About.OPEN)],
    "account_confirm_email": [Address(About.OPEN, args=lambda _: ["key"])],
    "account_reset_password": [Address(About.OPEN, post=lambda w: {"email": w.people["manager"].email})],
    "account_reset_password_done": [Address(About.OPEN)],
    "account_reset_password_from_key": [Address(About.OPEN, args=lambda _: ["1", "key"])],
    "account_reset_password_from_key_done": [Address(About.OPEN)],
    "account_logout": [Address(About.OWN, post=lambda _: {}, own="one signs oneself out")],
    "account_reauthenticate": [Address(About.OWN, post=lambda _: {"password": PASSWORD})],
    "account_email": [Address(About.OWN, post=lambda _: {"email": "other@ash.example", "action_add": ""})],
    "/accounts/email/": [Address(About.OWN)],
    "account_set_password": [Address(About.OWN)],
    "account_change_password": [
        Address(
            About.OWN,
            post=lambda _: (
                {"oldpassword": PASSWORD} | dict.fromkeys(("password1", "password2"), "a-new-one-4711")
            ),
            own="one changes one's own password",
        )
    ],
    "acting_switch": [
        Address(About.OWN, post=lambda w: {"appointment": w.people["manager"].appointments.get().pk})
    ],
    "home": [Address(About.OWN)],
    # Who
    "organisation_list": [Address(About.PUBLIC, why=_NAMES_ARE_PUBLIC)],
    "organisation_export": [Address(About.PUBLIC, why=_NAMES_ARE_PUBLIC)],
    "organisation_detail": [Address(About.PUBLIC, args=_ash, why=_NAMES_ARE_PUBLIC)],
    "organisation_join": [
        Address(
            About.CLOSED,
            "administrator",
            _ash,
            post=lambda w: {
                "network": w.orgs["Southern"].pk,
                "on": _soon(w),
                "is_primary": "no",
                "reason": "Because",
            },
        )
    ],
    "organisation_leave": [
        Address(
            About.CLOSED,
            "administrator",
            lambda w: [w.orgs["Ash"].pk, w.orgs["Northern"].pk],
            post=lambda w: {"on": _soon(w), "reason": "Because"},
        )
    ],
    "organisation_succession": [
        Address(
            About.CLOSED,
            "administrator",
            _ash,
            post=lambda w: {"into": w.orgs["Beech"].pk, "on": _soon(w), "reason": "Because"},
        )
    ],
    "people": [Address(About.CLOSED, "administrator")],
    "people_export": [Address(About.CLOSED, "administrator")],
    "person_add": [
        Address(
            About.CLOSED,
            "administrator",
            post=lambda _: {"name": "New Person", "email": "new@ash.example"},
            done=200,
        )
    ],
    "person_detail": [
        Address(
            About.CLOSED,
            "administrator",
            _manager,
            post=lambda w: {
                "role": "finance",
                "organisation": w.orgs["Ash"].pk,
                "starts_on": w.today.isoformat(),
            },
        )
    ],
    "person_passphrase": [Address(About.CLOSED, "administrator", _manager, post=lambda _: {}, done=200)],
    "person_sign_in": [
        Address(About.CLOSED, "administrator", _manager, post=lambda _: {"reason": "Because"})
    ],
    "appointment_end": [
        Address(
            About.CLOSED,
            "administrator",
            _pk(lambda w: w.people["finance"].appointments.get()),
            post=lambda w: {"ends_on": w.today.isoformat(), "reason": "Because"},
        )
    ],
    "event_list": [Address(About.LIST)],
    "event_export": [Address(About.LIST)],
    "run_detail": [Address(About.CLOSED, args=_run, personal=True)],
    "run_cancel": [Address(About.CLOSED, args=_run, get=False, post=lambda _: {})],
    # The API
    "api-root": [Address(About.PUBLIC, why=_NO_ROWS)],
    "api-schema": [Address(About.PUBLIC, why=_NO_ROWS)],
    "api-docs": [Address(About.PUBLIC, why=_NO_ROWS)],
    "api-try": [Address(About.PUBLIC, why=_NO_ROWS)],
    "api-organisation-list": [Address(About.PUBLIC, why=_NAMES_ARE_PUBLIC)],
    "api-organisation-detail": [Address(About.PUBLIC, args=_ash, why=_NAMES_ARE_PUBLIC)],
    "api-asset-list": [Address(About.LIST, post=_api_machine, done=201)],
    "api-asset-detail": [
        Address(
            About.CLOSED,
            args=_asset,
            method=method,
            post=lambda w: _api_machine(w) | {"location": "Elsewhere", "reason": "Because"},
            done=200,
            headers=_IF_MATCH,
        )
        for method in ("patch", "put")
    ],
    "api-asset-retire": [
        Address(
            About.CLOSED,
            args=_asset,
            get=False,
            post=lambda w: {"retired_on": w.today.isoformat(), "reason": "Because"},
            done=200,
            headers=_IF_MATCH,
        )
    ],
    "api-asset-bring-back": [
        Address(
            About.CLOSED,
            args=_retired,
            get=False,
            post=lambda _: {"reason": "Because"},
            done=200,
            headers=_IF_MATCH,
        )
    ],
    "api-plan-list": [Address(About.LIST, "lead")],
    "api-plan-detail": [Address(About.SHARED, "lead", _plan)],
    "api-plan-version-list": [Address(About.LIST, "lead", _plan)],
    "api-plan-version-detail": [Address(About.SHARED, "lead", _version)],
    "api-plan-line-list": [Address(About.LIST, "lead", _version)],
    # What
    "asset_list": [Address(About.LIST)],
    "asset_numbers": [Address(About.LIST)],
    "asset_columns": [Address(About.LIST)],
    "bulk_edit_new": [
        Address(About.LIST, query=lambda w: f"?asset={w.asset.pk}"),
        Address(
            About.LIST,
            query=lambda w: f"?asset={w.asset.pk}&fact=location",
            post=lambda _: {"location": "Room 12", "reason": "Because"},
        ),
    ],
    "bulk_edit_detail": [Address(About.CLOSED, args=_pk(lambda w: w.bulk_edit), personal=True)],
    "bulk_edit_export": [Address(About.CLOSED, args=_pk(lambda w: w.bulk_edit), personal=True)],
    "bulk_edit_apply": [Address(About.CLOSED, args=_pk(lambda w: w.bulk_edit), post=lambda _: {}, get=False)],
    "view_list": [Address(About.LIST)],
    "view_new": [Address(About.LIST, post=lambda _: {"name": "CT", "query": ""}, own="a view of one's own")],
    "view_open_with": [
        Address(About.LIST, post=lambda _: {"view": ""}, get=False, own="how one's own list opens")
    ],
    "view_edit": [
        Address(
            About.CLOSED,
            args=_pk(lambda w: w.view),
            post=lambda _: {"name": "Ours", "is_shared": "on"},
            personal=True,
        )
    ],
    "view_delete": [Address(About.CLOSED, args=_pk(lambda w: w.view), post=lambda _: {}, personal=True)],
    "asset_export": [Address(About.LIST), Address(About.LIST, query=lambda _: "?format=xlsx&status=all")],
    "asset_add": [Address(About.LIST, post=_machine)],
    "asset_detail": [Address(About.CLOSED, args=_asset)],
    "asset_history": [Address(About.CLOSED, args=_asset)],
    "asset_history_export": [Address(About.CLOSED, args=_asset)],
    "asset_past": [Address(About.CLOSED, args=_asset)],
    "register_past": [Address(About.LIST)],
    "register_past_export": [Address(About.LIST)],
    "register_changes": [Address(About.LIST)],
    "register_changes_export": [Address(About.LIST)],
    "asset_edit": [
        Address(
            About.CLOSED, args=_asset, post=lambda w: _machine(w, reason="Because", version=w.asset.version)
        )
    ],
    "asset_move": [
        Address(
            About.CLOSED,
            args=_asset,
            post=lambda w: _reason(w, site=w.orgs["Ash site"].pk, location="Another room"),
        )
    ],
    "asset_retire": [
        Address(About.CLOSED, args=_asset, post=lambda w: _reason(w, retired_on=w.today.isoformat()))
    ],
    "asset_bring_back": [
        Address(About.CLOSED, args=_retired, post=lambda w: {"reason": "x", "version": w.retired.version})
    ],
    "asset_support": [
        Address(
            About.CLOSED,
            args=_asset,
            post=lambda w: _reason(w, source="own", support_ends_on=_soon(w)),
        )
    ],
    "catalogue_list": [Address(About.LIST)],
    "catalogue_export": [Address(About.LIST), Address(About.LIST, query=lambda _: "?format=xlsx")],
    "catalogue_names": [Address(About.LIST, post=lambda _: {"name": _NAME_OF_ASH})],
    "catalogue_names_export": [Address(About.LIST), Address(About.LIST, query=lambda _: "?format=xlsx")],
    "catalogue_name": [
        Address(
            About.CLOSED,
            query=lambda _: f"?name={_NAME_OF_ASH}",
            post=lambda w: {"model": w.machine_model.pk, "machines": [w.asset.pk]},
        )
    ],
    "maker_edit": [
        Address(
            About.CLOSED,
            "administrator",
            _pk(lambda w: w.machine_model.maker),
            post=lambda _: {"name": "Shared Makers", "version": 1, "reason": "Because"},
        )
    ],
    "maker_spelling": [
        Address(
            About.CLOSED,
            "administrator",
            _pk(lambda w: w.machine_model.maker),
            get=False,
            post=lambda _: {"spelling": "Shared"},
        )
    ],
    "machine_model_add": [
        Address(
            About.CLOSED,
            "administrator",
            post=lambda w: {"maker": w.machine_model.maker_id, "name": "New CT", "modality": "CT"},
        )
    ],
    "machine_model_detail": [Address(About.LIST, args=_machine_model)],
    "machine_model_edit": [
        Address(
            About.CLOSED,
            "administrator",
            _machine_model,
            post=lambda w: {
                "maker": w.machine_model.maker_id,
                "name": "Shared CT",
                "modality": "CT",
                "support_ends_on": _soon(w),
                "version": 1,
                "reason": "Because",
            },
        )
    ],
    "machine_model_spelling": [
        Address(
            About.CLOSED, "administrator", _machine_model, get=False, post=lambda _: {"spelling": "Shared"}
        )
    ],
    "fleet_age": [Address(About.LIST)],
    "fleet_age_export": [Address(About.LIST), Address(About.LIST, query=lambda _: "?format=xlsx&by=trust")],
    "dashboard": [Address(About.LIST), Address(About.LIST, query=lambda _: "?as_at=2028-03-31")],
    "dashboard_export": [
        Address(About.LIST),
        Address(About.LIST, query=lambda _: "?table=lights&format=xlsx"),
    ],
    "quality": [Address(About.LIST)],
    "quality_export": [Address(About.LIST), Address(About.LIST, query=lambda _: "?format=xlsx")],
    "quality_trust": [Address(About.CLOSED, args=_ash)],
    "quality_trust_export": [
        Address(About.CLOSED, args=_ash),
        Address(About.CLOSED, args=_ash, query=lambda _: "?format=xlsx&kind=missing"),
    ],
    "quality_confirm": [
        Address(About.CLOSED, args=_asset, get=False, post=lambda w: {"version": w.asset.version})
    ],
    "priority_list": [Address(About.LIST), Address(About.LIST, query=lambda _: "?sort=-score&gate=none")],
    "priority_export": [Address(About.LIST), Address(About.LIST, query=lambda _: "?format=xlsx")],
    "priority_weights": [
        Address(About.LIST, "lead", post=_weights, own=_OWN_WEIGHTS),
        Address(About.LIST, "administrator", post=_weights, own=_OWN_WEIGHTS),
    ],
    "priority_weights_sum": [Address(About.LIST, query=lambda _: "?age=100")],
    "priority_weights_follow": [
        Address(
            About.LIST,
            "lead",
            get=False,
            post=lambda _: {"follow-reason": "Because", "follow-seen": 0},
            own=_OWN_WEIGHTS,
        )
    ],
    "inventory_page": [
        Address(About.LIST),
        Address(About.LIST, query=lambda w: f"?trust={w.orgs['Ash'].code}"),
    ],
    "inventory_file": [
        Address(About.CLOSED, query=lambda w: f"?trust={w.orgs['Ash'].code}&format=pdf"),
        Address(About.CLOSED, query=lambda w: f"?trust={w.orgs['Ash'].code}&format=xlsx"),
    ],
    "attachment_list": [Address(About.CLOSED, args=_asset)],
    "attachment_add": [
        Address(
            About.CLOSED,
            args=_asset,
            post=lambda _: {
                "file": SimpleUploadedFile("new.pdf", b"%PDF-1.7 new"),
                "kind": "photo",
                "description": "",
            },
        )
    ],
    "attachment_download": [Address(About.CLOSED, args=_attachment)],
    "attachment_remove": [Address(About.CLOSED, args=_attachment, post=lambda _: {"reason": "Because"})],
    "alert_list": [Address(About.LIST)],
    "alert_export": [Address(About.LIST), Address(About.LIST, query=lambda _: "?format=xlsx&state=all")],
    "alert_answer": [
        Address(About.CLOSED, query=_alert, post=lambda _: {"decision": "acknowledge", "reason": "Because"})
    ],
    "alert_digest": [
        Address(
            About.LIST,
            get=False,
            post=lambda _: {"frequency": "never"},
            own="one chooses how oneself is told",
        )
    ],
    "calendar_page": [Address(About.LIST)],
    "calendar_make": [Address(About.LIST, get=False, post=lambda _: {}, done=200, own=_OWN_CALENDAR)],
    "calendar_revoke": [Address(About.LIST, get=False, post=lambda _: {}, own=_OWN_CALENDAR)],
    "labels_page": [Address(About.LIST)],
    "labels_file": [Address(About.CLOSED, query=lambda w: f"?asset={w.asset.pk}")],
    "asset_label": [Address(About.CLOSED, args=_asset)],
    "import_list": [Address(About.LIST)],
    "import_columns": [Address(About.LIST)],
    "import_template": [Address(About.LIST), Address(About.LIST, query=lambda _: "?format=csv")],
    "import_new": [
        Address(
            About.LIST,
            post=lambda w: {
                "trust": w.orgs["Ash"].pk,
                "file": _file(
                    "new.csv", "Modality,Site,Serial number", f"CT,{w.orgs['Ash site'].code},NEW-1"
                ),
            },
            own=_OWN_TRUST,
        )
    ],
    "dicom_new": [
        Address(
            About.LIST,
            post=lambda w: {
                "site": w.orgs["Ash site"].pk,
                "file": SimpleUploadedFile("ct.zip", zipped(dicom_file())),
            },
            done=200,
        )
    ],
    "activity_list": [
        Address(About.LIST),
        Address(About.LIST, query=lambda w: f"?trust={w.orgs['Ash'].pk}&known=own&sort=-uptime"),
    ],
    "activity_export": [
        Address(About.LIST),
        Address(About.LIST, query=lambda _: "?format=xlsx&sort=examinations"),
    ],
    "activity_take": [
        Address(About.CLOSED, args=_asset, get=False, post=lambda w: {"version": w.asset.version})
    ],
    "activity_files": [Address(About.LIST)],
    "activity_new": [
        Address(
            About.LIST,
            post=lambda w: {
                "trust": w.orgs["Ash"].pk,
                "source": "RIS",
                "file": _file("ris.csv", "Serial number,Month,Exams", "ASH-SN-7731,April 2020,5"),
            },
            own=_OWN_TRUST,
        )
    ],
    "activity_batch": [
        Address(About.CLOSED, args=_activity_checked),
        Address(About.CLOSED, args=_activity_checked, query=lambda _: "?show=new"),
        Address(About.CLOSED, args=_activity_saved),
    ],
    "activity_save": [
        Address(About.CLOSED, args=_activity_checked, get=False, post=lambda _: {"rows": "good"})
    ],
    "activity_discard": [Address(About.CLOSED, args=_activity_checked, get=False, post=lambda _: {})],
    "activity_undo": [Address(About.CLOSED, args=_activity_saved, post=lambda _: {})],
    "activity_take_all": [Address(About.CLOSED, args=_activity_saved, post=lambda _: {})],
    "import_detail": [Address(About.CLOSED, args=_checked)],
    "import_mapping": [Address(About.CLOSED, args=_checked, post=_same_columns)],
    "import_correct": [
        Address(About.CLOSED, args=_checked, get=False, post=lambda w: {f"cell-{_faulty(w)}-modality": "CT"})
    ],
    "import_check_again": [Address(About.CLOSED, args=_checked, get=False, post=lambda _: {})],
    "import_rows_export": [
        Address(About.CLOSED, args=_checked),
        Address(About.CLOSED, args=_checked, query=lambda _: "?show=new&format=xlsx&text=ash"),
    ],
    "import_row": [
        Address(
            About.CLOSED,
            args=lambda w: [w.checked.pk, _faulty(w)],
            post=lambda w: {f"cell-{_faulty(w)}-modality": "CT"},
        )
    ],
    "import_commit": [Address(About.CLOSED, args=_checked, get=False, post=lambda _: {"rows": "good"})],
    "import_undo": [Address(About.CLOSED, args=_saved, post=lambda _: {})],
    "import_discard": [Address(About.CLOSED, args=_checked, get=False, post=lambda _: {})],
    "import_problems_export": [Address(About.CLOSED, args=_checked)],
    # How
    "benchmark": [Address(About.LIST, "lead")],
    "benchmark_export": [
        Address(About.LIST, "lead"),
        Address(About.LIST, "lead", query=lambda _: "?format=xlsx"),
    ],
    "price_list": [Address(About.LIST, "lead")],
    "price_export": [
        Address(About.LIST, "lead"),
        Address(About.LIST, "lead", query=lambda _: "?format=xlsx"),
    ],
    "price_template": [Address(About.LIST, "lead")],
    "price_add": [
        Address(
            About.LIST,
            "lead",
            post=lambda w: {
                "trust": w.orgs["Ash"].pk,
                "specification": w.specification.pk,
                "quantity": 1,
                "unit_price_pence": "500,000",
                "priced_on": w.today.isoformat(),
                "source": "Order 1",
            },
        )
    ],
    "price_import": [
        Address(
            About.LIST,
            "lead",
            post=lambda w: {
                "file": _file(
                    "prices.csv",
                    "Trust code,Specification code,Price of one (£ ex VAT),Date of the price,Source",
                    f"{w.orgs['Ash'].code},CT-STD,500000,{w.today:%d/%m/%Y},Order 1",
                )
            },
        )
    ],
    "document_list": [Address(About.LIST, "finance")],
    "document_download": [
        Address(About.CLOSED, "finance", _pk(lambda w: w.documents["part"])),
        Address(About.CLOSED, "lead", _pk(lambda w: w.documents["whole"])),
        Address(About.CLOSED, "lead", _pk(lambda w: w.documents["bundle"])),
    ],
    "document_make": [
        Address(About.SHARED, "finance", _version, post=lambda w: {"about": w.orgs["Ash"].pk}),
        Address(About.SHARED, "lead", _version, post=lambda _: {"about": "network"}),
    ],
    "plan_list": [Address(About.LIST, "lead")],
    "plan_add": [Address(About.LIST, "lead", post=_plan_form)],
    "plan_detail": [Address(About.SHARED, "lead", _plan)],
    "plan_edit": [
        Address(
            About.CLOSED,
            "lead",
            _plan,
            post=lambda w: _plan_form(w, revision=w.plan.revision, horizon_years=6),
        )
    ],
    "plan_envelopes": [
        Address(
            About.CLOSED,
            "lead",
            _plan,
            post=lambda w: {
                "revision": w.plan.revision,
                **{f"envelope_{w.orgs[t].pk}_{y}": "1m" for t in ("Ash", "Beech") for y in w.plan.years},
            },
        )
    ],
    "plan_shared_money": [
        Address(
            About.CLOSED,
            "lead",
            _plan,
            post=lambda w: {
                "revision": w.plan.revision,
                f"shared_{w.plan.network_id}_{w.plan.first_year}": "1m",
                "do": "save",
            },
        )
    ],
    "plan_option_list": [Address(About.CLOSED, "lead", _plan)],
    "plan_option_export": [Address(About.CLOSED, "lead", _plan)],
    "plan_option_edit": [
        Address(
            About.CLOSED,
            "lead",
            lambda w: [w.plan.pk, w.asset.pk],
            post=lambda w: {
                "revision": w.plan.revision,
                "retire_offered": "on",
                "retire_cost": "0",
                "retire_reason": "The site closes",
            },
        )
    ],
    "plan_compare": [
        Address(About.LIST, "lead"),
        Address(About.SHARED, "lead", query=_side_by_side),
    ],
    "plan_compare_export": [
        Address(About.SHARED, "lead", query=_side_by_side),
        Address(About.SHARED, "lead", query=lambda w: f"{_side_by_side(w)}&format=xlsx"),
    ],
    "scenario_add": [
        Address(
            About.CLOSED,
            "lead",
            _plan,
            post=lambda _: {
                "name": "Try",
                "guidance_years": 7,
                "horizon_years": 5,
                "joint_discount_basis_points": "100",
                "pins": "keep",
            },
        )
    ],
    "scenario_what_if": [
        Address(
            About.CLOSED,
            "lead",
            _line_of_ash,
            post=lambda _: {"decision": "keep", "seconds": "10"},
        )
    ],
    "plan_pin": [
        Address(
            About.CLOSED,
            "lead",
            lambda w: [w.plan.pk, w.asset.pk],
            post=lambda _: {"decision": "keep", "reason": "Because"},
        )
    ],
    "plan_pin_candidate": [
        Address(
            About.CLOSED,
            "lead",
            lambda w: [w.plan.pk, w.candidate.pk],
            post=lambda _: {"decision": "keep", "reason": "Because"},
        )
    ],
    "plan_solve": [
        Address(About.CLOSED, "lead", _plan, get=False, post=lambda _: {"seconds": "10", "seed": "1"})
    ],
    "plan_progress": [Address(About.CLOSED, "lead", _solving)],
    "plan_progress_stop": [Address(About.CLOSED, "lead", _solving, get=False, post=lambda _: {})],
    "plan_version": [Address(About.SHARED, "lead", _version)],
    "plan_board": [
        Address(About.SHARED, "lead", _version),
        Address(About.SHARED, "lead", _version, query=lambda w: f"?machine={w.version.lines.first().pk}"),
    ],
    "plan_version_workbook": [Address(About.SHARED, "lead", _version)],
    "plan_agreement": [
        Address(
            About.SHARED,
            "lead",
            _version,
            post=lambda w: {"do": "withdraw", "withdraw-mark": _mark(w), "withdraw-reason": "Because"},
        ),
        Address(About.SHARED, "finance", _version, post=_answer_of_ash),
    ],
    "plan_changes": [Address(About.SHARED, "lead", _version)],
    "plan_changes_export": [
        Address(About.SHARED, "lead", _version),
        Address(About.SHARED, "lead", _version, query=lambda _: "?format=xlsx"),
    ],
    "plan_conflicts": [
        Address(
            About.SHARED,
            "lead",
            _version,
            post=lambda w: {"do": "chosen", "conflict": w.conflict.pk, "note": "Because"},
        )
    ],
    "plan_conflicts_export": [
        Address(About.SHARED, "lead", _version),
        Address(About.SHARED, "lead", _version, query=lambda _: "?format=xlsx"),
    ],
    "plan_margins": [Address(About.SHARED, "lead", _version)],
    "plan_margins_export": [
        Address(About.SHARED, "lead", _version),
        Address(About.SHARED, "lead", _version, query=lambda _: "?format=xlsx"),
    ],
    "plan_uncertainty": [
        Address(About.SHARED, "lead", _version),
        Address(About.SHARED, "finance", _version),
    ],
    "plan_uncertainty_export": [
        Address(About.SHARED, "lead", _version),
        Address(About.SHARED, "lead", _version, query=lambda _: "?table=years&format=xlsx"),
    ],
    "plan_version_export": [
        Address(About.SHARED, "lead", _version),
        Address(About.SHARED, "lead", _version, query=lambda _: "?format=xlsx"),
    ],
    "site_need_list": [Address(About.LIST, "lead")],
    "site_need_export": [
        Address(About.LIST, "lead"),
        Address(About.LIST, "lead", query=lambda _: "?format=xlsx"),
    ],
    "site_need_detail": [
        Address(About.CLOSED, "lead", lambda w: [w.orgs["Ash site"].code, "CT", "capacity"])
    ],
    "family_list": [Address(About.LIST, "lead")],
    "family_export": [
        Address(About.LIST, "lead"),
        Address(About.LIST, "lead", query=lambda _: "?format=xlsx"),
    ],
    "candidate_list": [Address(About.LIST, "lead")],
    "candidate_export": [
        Address(About.LIST, "lead"),
        Address(About.LIST, "lead", query=lambda _: "?format=xlsx"),
    ],
    "candidate_add": [
        Address(About.LIST, "lead", post=lambda w: _candidate_form(w, name="Another candidate"))
    ],
    "candidate_detail": [
        Address(About.CLOSED, "lead", _candidate),
        Address(About.CLOSED, "finance", _candidate),
    ],
    "candidate_edit": [
        Address(
            About.CLOSED,
            "lead",
            _candidate,
            post=lambda w: _candidate_form(w, revision=w.candidate.revision),
        )
    ],
    "candidate_judge": [
        Address(About.CLOSED, "lead", _candidate, post=lambda w: {"revision": w.candidate.revision})
    ],
    "candidate_withdraw": [
        Address(
            About.CLOSED,
            "lead",
            _candidate,
            post=lambda w: {"revision": w.candidate.revision, "reason": "Because"},
        )
    ],
    "candidate_reinstate": [
        Address(
            About.CLOSED,
            "lead",
            _pk(lambda w: w.withdrawn_candidate),
            post=lambda w: {"revision": w.withdrawn_candidate.revision, "reason": "Because"},
        )
    ],
    "plan_candidates": [
        Address(
            About.CLOSED,
            "lead",
            _plan,
            post=lambda w: {"revision": w.plan.revision, "candidates": [w.candidate.pk]},
        )
    ],
    "specification_list": [Address(About.LIST)],
    "specification_detail": [Address(About.LIST, args=lambda w: [w.specification.code])],
    "specification_export": [
        Address(About.LIST, args=_specification),
        Address(About.LIST, args=_specification, query=lambda _: "?format=xlsx"),
    ],
    "specification_pdf": [Address(About.LIST, args=_specification, post=lambda _: {}, own=_SAME_FOR_ALL)],
    "demand": [Address(About.LIST, "lead")],
    "tender_list": [Address(About.LIST, "lead")],
    "tender_detail": [Address(About.SHARED, "lead", _tender)],
    "tender_add": [Address(About.CLOSED, "lead", _tender, get=False, post=lambda _: {})],
    "tender_bundle": [Address(About.CLOSED, "lead", _tender, get=False, post=lambda _: {})],
    "tender_close": [Address(About.CLOSED, "lead", _tender, post=lambda _: {})],
    "tender_withdraw": [
        Address(About.CLOSED, "lead", _tender, query=lambda w: f"?line={w.live_line.pk}", post=_tender_step)
    ],
    "tender_reinstate": [
        Address(
            About.CLOSED, "lead", _tender, query=lambda w: f"?line={w.withdrawn_line.pk}", post=_tender_step
        )
    ],
    "tender_open": [Address(About.CLOSED, "lead", _mri_group, post=_tender_dates)],
}


def all_addresses() -> list[tuple[str, Address]]:
    """Every way to ask for every address, with its name."""
    return [(name, way) for name, ways in ADDRESSES.items() for way in ways]
