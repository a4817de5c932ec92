"""The first page after signing in: each role's own question, answered."""

from collections.abc import Callable, Mapping
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from assets.charts.fleet import bands_chart
from assets.domain.ageing import band_edges
from assets.domain.fleet import TEN, AgeTally, Share
from assets.domain.fleet_groups import Grouping
from assets.domain.guidance import reference_ages
from assets.domain.vocabulary import Modality
from assets.models import ImportBatch
from assets.queries.due import SUPPORT_MONTHS, due_by_age, gaps, losing_support, support_until
from networks.domain.access import Actor, Role
from networks.domain.figures import date_gb
from networks.domain.financial_year import ends_on, financial_year_of
from networks.http import Request
from procurement.queries.home import (
    administration,
    fleet_by_modality,
    fleet_by_trust,
    newest_documents,
    newest_reading,
    open_tenders,
    plan_money,
    regions,
)
from procurement.queries.plan_figures import figures, headline
from procurement.queries.plan_life import tasks
from procurement.queries.plans import listed_plans

SHOWN = 10
"""How many machines a list on the first page shows before it leads to all of them."""
FEW = 5


def home(request: Request) -> HttpResponse:
    """Show the first page of whoever is signed in, in the role they act in; without one, what to do."""
    actor, today = request.actor, timezone.localdate()
    context: dict[str, object] = {"today": today, "data_as_at": today}
    if actor.role is None:
        context["part"] = "procurement/home/no_role.html"
    else:
        # A modality lead has the questions of an equipment manager; neither page shows prices.
        shown = Role.EQUIPMENT_MANAGER if actor.role is Role.MODALITY_LEAD else actor.role
        context |= {"part": f"procurement/home/{shown.value}.html", **_PARTS[shown](actor, today)}
    return render(request, "procurement/home.html", context)


def _equipment_manager(actor: Actor, on: date) -> dict[str, object]:
    groups, whole = fleet_by_modality(actor, on=on)
    support = losing_support(actor, on=on, limit=SHOWN)
    due = due_by_age(actor, on=on, limit=SHOWN)
    return {
        "whole": whole,
        "figures": [*_share_figures(whole), _support_figure(support.total, support.fleet)],
        "chart": bands_chart(groups, noun="machines", by=Grouping.MODALITY, source=_source(actor, on)),
        "due": due,
        "due_by": ends_on(financial_year_of(on)),
        "due_bands": [band.value for band, edge in band_edges().items() if edge >= min(reference_ages())],
        "support": support,
        "support_months": SUPPORT_MONTHS,
        "support_until": support_until(on),
        "gaps": gaps(actor, on=on),
        "imports": ImportBatch.objects.visible_to(actor).select_related("uploaded_by")[:FEW],
    }


def _procurement_lead(actor: Actor, on: date) -> dict[str, object]:
    trusts, by_modality, whole = fleet_by_trust(actor, on=on)
    return {
        "whole": whole,
        "figures": [*_share_figures(whole), *_modality_figures(by_modality)],
        "chart": bands_chart(trusts, noun="machines", by=Grouping.TRUST, source=_source(actor, on)),
        **_newest_plan(actor),
        "plans": listed_plans(actor)[:FEW],
        "plan_tasks": tasks(actor),
        "tenders": open_tenders(actor, limit=FEW),
    }


def _finance(actor: Actor, on: date) -> dict[str, object]:
    return {
        **_newest_plan(actor),
        "plan_tasks": tasks(actor),
        "documents": newest_documents(actor, limit=FEW),
        "tenders": open_tenders(actor, limit=FEW),
    }


def _national_analyst(actor: Actor, on: date) -> dict[str, object]:
    found = regions(actor, on=on)
    modalities = [modality for modality in Modality if modality in found.england]
    headings = ["Region", *(modality.label for modality in modalities), "All modalities"]
    tables = []
    for years in reversed(reference_ages()):
        rows = [
            [group.name, *_cells(found.by_modality[group.key], modalities, group.ages, years)]
            for group in found.groups
        ]
        rows.append(["England", *_cells(found.england, modalities, found.whole, years)])
        tables.append((f"Machines of {years} years or older, of those of known age", rows))
    return {
        "whole": found.whole,
        "figures": [*_share_figures(found.whole), *_modality_figures(found.england)],
        "chart": bands_chart(found.groups, noun="machines", by=Grouping.REGION, source=_source(actor, on)),
        "headings": headings,
        "tables": tables,
    }


def _administrator(actor: Actor, on: date) -> dict[str, object]:
    found = administration(actor, on=on)
    return {
        "people": found.people,
        "organisations": [(kind.value, number) for kind, number in found.organisations.items()],
    }


_PARTS: Mapping[Role, Callable[[Actor, date], dict[str, object]]] = {
    Role.EQUIPMENT_MANAGER: _equipment_manager,
    Role.PROCUREMENT_LEAD: _procurement_lead,
    Role.FINANCE: _finance,
    Role.NATIONAL_ANALYST: _national_analyst,
    Role.ADMINISTRATOR: _administrator,
}


def _newest_plan(actor: Actor) -> dict[str, object]:
    """The newest solved plan and its money; nothing of it while there is none."""
    reading = newest_reading(actor)
    if reading is None:
        return {"reading": None}
    return {
        "reading": reading,
        "headline": headline(reading),
        "plan_figures": figures(reading),
        "money": plan_money(reading),
    }


def _share_figures(whole: AgeTally) -> list[dict[str, str]]:
    return [_share_figure(f"{years} years or older", whole.at_least(years)) for years in reference_ages()]


def _modality_figures(by_modality: Mapping[Modality, AgeTally]) -> list[dict[str, str]]:
    """The strategy's own statistic: CT and MRI of ten years or older."""
    return [
        _share_figure(
            f"{modality.label} of {TEN} years or older",
            by_modality[modality].at_least(TEN),
            f"{modality.label} machines",
        )
        for modality in (Modality.CT, Modality.MRI)
        if modality in by_modality
    ]


def _share_figure(label: str, share: Share, noun: str = "machines") -> dict[str, str]:
    return {"label": label, "value": share.percent, "detail": share.words(noun)}


def _support_figure(ending: int, fleet: int) -> dict[str, str]:
    return {
        "label": f"Support ended, or ends within {SUPPORT_MONTHS} months",
        "value": f"{ending:,}",
        "detail": f"of {fleet:,} machines in the fleet",
    }


def _cells(
    ages: Mapping[Modality, AgeTally], modalities: list[Modality], whole: AgeTally, years: int
) -> list[str]:
    tallies = [*(ages.get(modality, AgeTally()) for modality in modalities), whole]
    shares = [tally.at_least(years) for tally in tallies]
    return [f"{share.percent} ({share.counts})" if share.whole else "not known" for share in shares]


def _source(actor: Actor, on: date) -> str:
    return f"Source: the register, {actor.acting_for}, as at {date_gb(on)}."
