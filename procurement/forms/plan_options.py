"""What people type about one machine's options in a plan, and what the list of machines can be narrowed by."""

from collections import Counter
from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django_filters.constants import EMPTY_VALUES

from assets.domain.vocabulary import Modality
from assets.models import Asset
from networks.forms.fields import PoundsField
from procurement.domain.plan import LARGEST_AMOUNT_PENCE, PlanInvalid
from procurement.domain.plan_options import (
    LONGEST_REASON,
    SUPPORT_YEARS,
    Covered,
    Options,
    Retirement,
    Upgrade,
)
from procurement.forms.plans import add_errors
from procurement.queries.plan_options import PlanOptions


def _reason(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=LONGEST_REASON, help_text=help_text)


def _cost(label: str, help_text: str) -> PoundsField:
    return PoundsField(
        label=label, required=False, max_pence=LARGEST_AMOUNT_PENCE, help_text=f"Ex VAT. {help_text}".strip()
    )


class OptionsForm(forms.Form):
    """What is open to a plan for one machine. What is not ticked is not open, whatever stands in its boxes."""

    mark_optional = False
    revision = forms.IntegerField(widget=forms.HiddenInput)
    upgrade_offered = forms.BooleanField(
        label="The plan may upgrade it",
        required=False,
        help_text="A mid-life upgrade keeps the machine supported. It does not make it younger: its age counts on.",
    )
    upgrade_cost = _cost("What the upgrade costs", "The maker’s quotation for this machine.")
    upgrade_years = forms.IntegerField(
        label="Years of support after it",
        required=False,
        min_value=SUPPORT_YEARS[0],
        max_value=SUPPORT_YEARS[-1],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "nhsuk-input--width-5"}),
        error_messages={
            "invalid": "Enter a whole number of years, like 5",
            "min_value": f"Enter at least {SUPPORT_YEARS[0]} year of support",
            "max_value": f"Enter at most {SUPPORT_YEARS[-1]} years of support",
        },
    )
    upgrade_reason = _reason("Why it could be upgraded")
    retire_offered = forms.BooleanField(
        label="The plan may retire it without a successor",
        required=False,
        help_text="Only where its patients can be seen elsewhere. A machine that is not offered is never retired.",
    )
    retire_cost = _cost("What its removal costs", "0 where somebody takes it away for nothing.")
    retire_reason = _reason("Why it could go")
    cover_stated = forms.BooleanField(
        label="There is cover while it is out",
        required=False,
        help_text="Such as a mobile unit for the weeks of the works, or another site that takes its patients.",
    )
    cover_cost = _cost("What the cover costs each time it is out", "0 where it costs nothing.")
    cover_how = _reason("How it is covered")

    GROUPS = (
        ("Upgrade", ("upgrade_offered", "upgrade_cost", "upgrade_years", "upgrade_reason")),
        ("Going without it", ("retire_offered", "retire_cost", "retire_reason")),
        ("Cover", ("cover_stated", "cover_cost", "cover_how")),
    )
    NEEDED = (
        ("upgrade_offered", "upgrade_cost", "Enter what the upgrade costs"),
        ("upgrade_offered", "upgrade_years", "Enter for how many years it is supported after the upgrade"),
        ("upgrade_offered", "upgrade_reason", "Say why it could be upgraded"),
        ("retire_offered", "retire_cost", "Enter what its removal costs, if only 0"),
        ("retire_offered", "retire_reason", "Say why it could go"),
        ("cover_stated", "cover_cost", "Enter what the cover costs, if only 0"),
        ("cover_stated", "cover_how", "Say how it is covered"),
    )

    def __init__(self, data: QueryDict | None, *, options: Options, revision: int) -> None:
        initial: dict[str, object] = {"revision": revision}
        if options.upgrade:
            initial |= {
                "upgrade_offered": True,
                "upgrade_cost": options.upgrade.cost_pence,
                "upgrade_years": options.upgrade.support_years,
                "upgrade_reason": options.upgrade.reason,
            }
        if options.retirement:
            initial |= {
                "retire_offered": True,
                "retire_cost": options.retirement.cost_pence,
                "retire_reason": options.retirement.reason,
            }
        if options.cover:
            initial |= {
                "cover_stated": True,
                "cover_cost": options.cover.cost_pence,
                "cover_how": options.cover.how,
            }
        super().__init__(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for offered, name, words in self.NEEDED:
            if cleaned.get(offered) and name not in self.errors and cleaned.get(name) in (None, ""):
                self.add_error(name, words)
        return cleaned

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the fields by what they are about, each group under its heading."""
        return [(heading, [self[name] for name in names]) for heading, names in self.GROUPS]

    def options(self) -> Options:
        """Return what was typed. Only for a valid form."""
        typed = self.cleaned_data
        return Options(
            upgrade=Upgrade(typed["upgrade_cost"], typed["upgrade_years"], typed["upgrade_reason"])
            if typed["upgrade_offered"]
            else None,
            retirement=Retirement(typed["retire_cost"], typed["retire_reason"])
            if typed["retire_offered"]
            else None,
            cover=Covered(typed["cover_cost"], typed["cover_how"]) if typed["cover_stated"] else None,
        )

    def refuse(self, refused: PlanInvalid) -> None:
        """Put a rule's words beside the fields they are about."""
        add_errors(self, refused)


_ORDERS = (
    ("-age", "Age, oldest first"),
    ("age", "Age, newest first"),
    ("machine", "Machine"),
    ("-machine", "Machine, newest number first"),
    ("modality", "Modality"),
    ("-modality", "Modality, from Z"),
    ("-trust", "Trust, from Z"),
)
_OPEN = (
    ("any", "Anything offered or stated"),
    ("upgrade", "An upgrade offered"),
    ("retire", "Retirement offered"),
    ("cover", "Cover stated"),
    ("none", "Nothing yet"),
)


class OptionFilter(django_filters.FilterSet):
    """The machines of a plan by trust, modality, what is offered, lack of cover, and words of maker, model or site."""

    machine = django_filters.CharFilter(method="named", label="Maker, model or site", max_length=200)
    open = django_filters.ChoiceFilter(choices=_OPEN, method="offered", label="Options", empty_label="All")
    cover = django_filters.ChoiceFilter(
        choices=(("lacking", "Cover needed, none stated"), ("needed", "Cover needed")),
        method="covered",
        label="Cover",
        empty_label="All",
    )
    sort = django_filters.ChoiceFilter(
        choices=_ORDERS, method="unfiltered", label="Sort by", empty_label="Trust"
    )
    modality = django_filters.MultipleChoiceFilter(label="Modality", widget=forms.CheckboxSelectMultiple)
    trust = django_filters.MultipleChoiceFilter(
        method="of_trust", label="Trust", widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Asset
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, found: PlanOptions, **kwargs: Any) -> None:
        super().__init__(*args, queryset=found.fleet, **kwargs)
        self.found = found
        modalities = Counter(found.modalities)
        self.filters["modality"].extra["choices"] = [
            (m.value, f"{m.label} ({modalities[m.value]})") for m in Modality if modalities[m.value]
        ]
        self.filters["trust"].extra["choices"] = list(found.trusts.items())
        if len(found.trusts) < 2:
            del self.filters["trust"]

    def unfiltered(self, rows: QuerySet[Asset], name: str, value: str) -> QuerySet[Asset]:
        return rows

    def named(self, rows: QuerySet[Asset], name: str, value: str) -> QuerySet[Asset]:
        return rows.filter(
            Q(manufacturer__icontains=value) | Q(model_name__icontains=value) | Q(site__name__icontains=value)
        )

    def of_trust(self, rows: QuerySet[Asset], name: str, value: list[str]) -> QuerySet[Asset]:
        if not value:
            return rows
        england = self.found.england
        theirs = [trust for pk in value for trust in england.with_predecessors(int(pk))]
        return rows.filter(trust_id__in=theirs)

    def offered(self, rows: QuerySet[Asset], name: str, value: str) -> QuerySet[Asset]:
        if value in EMPTY_VALUES:
            return rows
        options = self.found.options
        if value == "none":
            return rows.exclude(pk__in=list(options))
        wanted = {"upgrade": "upgrade", "retire": "retirement", "cover": "cover"}.get(value)
        return rows.filter(
            pk__in=[pk for pk, one in options.items() if wanted is None or getattr(one, wanted) is not None]
        )

    def covered(self, rows: QuerySet[Asset], name: str, value: str) -> QuerySet[Asset]:
        if value in EMPTY_VALUES:
            return rows
        pks = self.found.lacking_cover if value == "lacking" else self.found.only_ones
        return rows.filter(pk__in=list(pks))


def in_order(rows: QuerySet[Asset], sort: str) -> QuerySet[Asset]:
    """Return rows in the order of `?sort=`; an age not known comes last either way, ties by trust and number."""
    word, falling = sort.removeprefix("-"), sort.startswith("-")
    if word == "age":
        falling = not falling  # the older, the earlier installed
    by = F({"machine": "pk", "age": "installed_on", "modality": "modality"}.get(word, "trust__name"))
    first = by.desc(nulls_last=True) if falling else by.asc(nulls_last=True)
    return rows.order_by(first, "trust__name", "site__name", "pk")
