"""The demonstration network's plan: how long it takes and how good it is, then the documents made from it."""

import io
from typing import Any

import pypdf
from django.utils import timezone

from networks.models import User
from procurement.documents.capital_plan import capital_plan_pdf
from procurement.documents.capital_plan_workbook import capital_plan_workbook
from procurement.documents.tender_bundle import tender_bundle
from procurement.domain.planning.result import Result
from procurement.domain.planning.solve import Stop, solve
from procurement.management.demo.people import acting
from procurement.management.demo.plan import open_demo_tender, solve_demo_plan
from procurement.models import Plan
from procurement.queries.capital_plan import capital_plan
from procurement.queries.planning_problem import planning_problem
from procurement.queries.tender_bundle import bundle_content
from tests.bench.figures import Figure, counted, measured, seconds

SEED = 1


def measure(*, runs: int, solve_seconds: int) -> list[Figure]:
    """Return the figures of the plan of the demonstration's first network and of its documents."""
    today = timezone.localdate()
    lead = acting(User.objects.get(email="lead@demo.example"), on=today)
    plan = Plan.objects.select_related("network").get(network__code="ZZA")
    figures = _solving(plan, runs, solve_seconds)
    version = solve_demo_plan(by=lead, plan=plan, as_at=today, seconds=solve_seconds, seed=SEED)
    figures += _capital_plan(lead, version, runs)
    tender = open_demo_tender(by=lead, network=plan.network, today=today)
    assert tender is not None, "the demonstration's plan buys nothing together in time"
    content = bundle_content(tender)
    assert content is not None
    taken = seconds(lambda: tender_bundle(content, lambda *_: None), runs)
    return [*figures, measured(f"tender bundle, {content.units} machines", taken, "s")]


def _solving(plan: Plan, runs: int, solve_seconds: int) -> list[Figure]:
    problem = planning_problem(plan, on=timezone.localdate())
    size = f"{len(problem.assets)} machines, {plan.horizon_years} years"
    results: list[Result] = []
    taken = seconds(lambda: results.append(solve(problem, Stop(seconds=solve_seconds), seed=SEED)), runs)
    result = results[-1]
    figures = [measured(f"plan solved, {size}, limit {solve_seconds} s", taken, "s")]
    figures += [
        counted(f"plan: gap of the stage “{stage.name}”", 100 * stage.gap, "%")
        for stage in result.stages
        if stage.gap is not None
    ]
    peer = "oldest first under the same envelopes"
    ours, theirs = result.metrics, result.baseline
    compared = (
        ("risk-weighted exposure", "points", ours.exposure, theirs.exposure),
        ("asset-years over 10", "asset-years", ours.asset_years_over_10, theirs.asset_years_over_10),
        ("machines replaced", "machines", ours.replaced, theirs.replaced),
        ("spend, inc VAT", "£", ours.spend_pence // 100, theirs.spend_pence // 100),
    )
    return [
        *figures,
        *(counted(f"plan: {what}", own, unit).beside(peer, other) for what, unit, own, other in compared),
    ]


def _capital_plan(lead: Any, version: Any, runs: int) -> list[Figure]:
    plan = capital_plan(lead, version)
    made: list[bytes] = []
    taken = seconds(lambda: made.append(capital_plan_pdf(plan)), runs)
    pages = len(pypdf.PdfReader(io.BytesIO(made[-1])).pages)
    return [
        measured("capital plan as PDF", taken, "s"),
        counted("capital plan as PDF: pages", pages, "pages"),
        measured("capital plan as workbook", seconds(lambda: capital_plan_workbook(plan), runs), "s"),
    ]
