"""A site of its own with one page for each piece of the front end, so that the look is tested before and apart from the pages."""

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import django_filters
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import include, path
from django.utils import timezone

from networks.forms.fields import PoundsField
from networks.models import Run

PAGES = Path(__file__).parent / "pages"
MODALITIES = [("CT", "CT (98)"), ("MRI", "MRI (61)"), ("XR", "X-ray (240)")]


def page(request: HttpRequest, name: str, **context: object) -> HttpResponse:
    template = engines["django"].from_string((PAGES / f"{name}.html").read_text())
    return HttpResponse(template.render(context, request))


class EveryWidget(forms.Form):
    """One field of each component, and the traps: a checkbox group is a radio group's subclass."""

    serial = forms.CharField(label="Serial number", max_length=20, help_text="On the maker's plate")
    maker = forms.ChoiceField(
        label="Manufacturer", choices=[("", "Choose one"), ("a", "Alpha"), ("b", "Beta")]
    )
    site = forms.ChoiceField(
        label="Site",
        required=False,
        choices=[("", ""), ("RX1", "Queen's Hospital"), ("RX2", "City Clinic")],
        widget=forms.Select(attrs={"data-autocomplete": True}),
    )
    modality = forms.MultipleChoiceField(
        label="Modalities",
        choices=MODALITIES,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick all that apply",
    )
    funding = forms.ChoiceField(
        label="Funding", choices=[("n", "National"), ("l", "Local")], widget=forms.RadioSelect
    )
    installed_on = forms.DateField(label="Installation date")
    price = PoundsField(label="Price ex VAT")
    lifetime = forms.IntegerField(label="Expected life", min_value=1, max_value=30)
    share = forms.DecimalField(label="Share", decimal_places=2, required=False)
    notes = forms.CharField(label="Notes", widget=forms.Textarea, required=False)
    agreed = forms.BooleanField(label="The trust has agreed")
    register = forms.FileField(label="Register file")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        if self.is_bound:
            raise forms.ValidationError("The trust and the network do not belong together.")


class MachineFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Name or serial number")
    modality = django_filters.MultipleChoiceFilter(
        label="Modality", choices=MODALITIES, widget=forms.CheckboxSelectMultiple
    )
    age = django_filters.NumericRangeFilter(label="Age in years")
    region = django_filters.ChoiceFilter(label="Region", choices=[("Y56", "London"), ("Y58", "South West")])
    sort = django_filters.OrderingFilter(fields=[("age", "age"), ("name", "name")])

    class Meta:
        model = Run
        fields: list[str] = []


def machines() -> list[SimpleNamespace]:
    bands = ["0–4", "5–6", "7–9", "10–14", "15+", None]
    return [
        SimpleNamespace(
            name=f"Scanner {n}",
            site=f"Hospital {n % 9}",
            age=(n * 3) % 20 if n % 6 != 5 else None,
            band=bands[n % 6],
            pence=n * 12_500_000 if n % 7 else None,
        )
        for n in range(1, 215)
    ]


def list_page(request: HttpRequest) -> HttpResponse:
    found = MachineFilter(request.GET, queryset=Run.objects.none())
    shown = Paginator(machines(), 20).get_page(request.GET.get("page"))
    figures = [
        {"label": "CT at 10 years or older", "value": "14% (14 of 98)", "url": "/list?modality=CT"},
        {"label": "MRI at 10 years or older", "value": "34% (21 of 61)", "detail": "England: 30%"},
        {"label": "Age not known", "value": "3 of 399"},
    ]
    return page(
        request, "list", filter=found, page=shown, figures=figures, data_as_at=date(2026, 3, 31), none=[]
    )


def form_page(request: HttpRequest) -> HttpResponse:
    form = EveryWidget(request.POST, request.FILES) if request.method == "POST" else EveryWidget()
    return page(request, "form", form=form)


def ages_chart() -> dict[str, object]:
    bands = ["0–4 years", "5–6 years", "7–9 years", "10–14 years", "15 years or older", "Not known"]
    counts = [[30, 18], [12, 9], [42, 13], [9, 14], [5, 7], [0, 1]]
    return {
        "heading": "Ages of CT and MRI scanners",
        "caption": "14 of 98 CT scanners and 21 of 62 MRI scanners are ten years or older.",
        "source": "Source: register as at 31 March 2026",
        "figure": {
            "data": [
                {"type": "bar", "orientation": "h", "name": band, "y": ["CT", "MRI"], "x": pair}
                for band, pair in zip(bands, counts, strict=True)
            ],
            "layout": {
                "barmode": "stack",
                "meta": {"palette": "ages"},
                "xaxis": {"title": {"text": "Scanners"}},
                "template": {"layout": {"paper_bgcolor": "#ff00ff"}},
            },
        },
        "table": {
            "headings": ["Age", "CT", "MRI"],
            "rows": [[band, *pair] for band, pair in zip(bands, counts, strict=True)],
        },
    }


def lines_chart() -> dict[str, object]:
    years = ["2026/27", "2027/28", "2028/29", "2029/30"]
    series = {"Plan": [14, 9, 6, 2], "Oldest first": [14, 11, 8, 5], "Do nothing": [14, 19, 26, 31]}
    return {
        "heading": "Scanners over ten years old",
        "caption": "The plan leaves 2 scanners over ten by March 2030, against 31 if nothing is done.",
        "figure": {
            "data": [
                {"type": "scatter", "mode": "lines+markers", "name": name, "x": years, "y": values}
                for name, values in series.items()
            ],
            "layout": {},
        },
        "table": {
            "headings": ["Year", *series],
            "rows": [[year, *(series[name][i] for name in series)] for i, year in enumerate(years)],
        },
    }


def chart_page(request: HttpRequest) -> HttpResponse:
    return page(request, "charts", ages=ages_chart(), lines=lines_chart())


def run(status: str = "running", **changes: object) -> Run:
    fields: dict[str, object] = {
        "pk": 7,
        "title": "Solve the replacement plan",
        "status": status,
        "message": "Weighing joint purchases",
        "done": 3,
        "total": 8,
        "started_at": timezone.now() - timedelta(minutes=3),
        "back_url": "/list",
    }
    return Run(**(fields | changes))


ASKED: list[str] = []
"""How the page with a run was asked for, in order: by "htmx" or as a "page"."""


def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    asked_by_htmx = request.headers.get("HX-Request") == "true"
    ASKED.append("htmx" if asked_by_htmx else "page")
    if asked_by_htmx:
        done = run("failed", error="The solver found no plan: the envelopes of 2027/28 are empty.")
        return render(request, "partials/run_progress.html", {"run": done})
    return page(request, "run", run=run())


def pieces_page(request: HttpRequest) -> HttpResponse:
    for level, text in (
        ("success", "The register was saved."),
        ("info", "Two colleagues are editing this plan."),
        ("warning", "The envelope of 2027/28 is overspent."),
        ("error", "The file could not be read."),
    ):
        getattr(messages, level)(request, text)
    return page(request, "pieces")


def confirm_page(request: HttpRequest) -> HttpResponse:
    losses = [
        "The lot falls from 6 to 5 scanners and loses the price break at 6.",
        "Every other trust pays £12,000 more, ex VAT.",
    ]
    return page(request, "confirm", losses=losses)


def refuse(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("Finance for Northgate NHS Trust cannot edit plans here.")


def misunderstand(request: HttpRequest) -> HttpResponse:
    raise BadRequest("no")


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("meant to fail")


def nothing(request: HttpRequest) -> HttpResponse:
    return page(request, "confirm", losses=[])


_open = {
    "list": list_page,
    "form": form_page,
    "charts": chart_page,
    "pieces": pieces_page,
    "confirm": confirm_page,
    "403": refuse,
    "400": misunderstand,
    "500": fail,
}
_named = (
    "home",
    "asset_list",
    "fleet_age",
    "plan_list",
    "tender_list",
    "benchmark",
    "document_list",
    "people",
    "event_list",
    "specification_list",
    "api-docs",
    # The pages beside the equipment list
    "dashboard",
    "priority_list",
    "activity_list",
    "alert_list",
    "quality",
    "catalogue_list",
    "import_list",
    "inventory_page",
    "labels_page",
    "calendar_page",
    "register_past",
    "register_changes",
)

urlpatterns = [
    *(path(address, login_not_required(view), name=f"look_{address}") for address, view in _open.items()),
    path("run/<int:pk>/", login_not_required(run_page), name="run_detail"),
    path("run/<int:pk>/cancel/", login_not_required(run_page), name="run_cancel"),
    path("acting-for/", login_not_required(nothing), name="acting_switch"),
    path("accounts/", include("allauth.urls")),
    *(
        path("" if name == "home" else f"pages/{name}/", login_not_required(nothing), name=name)
        for name in _named
    ),
]
