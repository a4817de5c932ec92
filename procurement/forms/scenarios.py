"""What people type to copy a plan into a scenario, and to ask "what if" of one machine."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from networks.domain.financial_year import label
from networks.models import Organisation
from procurement.domain.plan import PlanInvalid
from procurement.domain.planning.problem import HORIZON_YEARS
from procurement.domain.planning.result import Kind
from procurement.domain.scenario import (
    LEAST_CHANGE_BASIS_POINTS,
    MOST_CHANGE_BASIS_POINTS,
    ScenarioChanges,
)
from procurement.forms.plans import TIME_LIMITS, PercentField, add_errors
from procurement.models import Plan


class ChangeField(forms.DecimalField):
    """A change in per cent, "-10", "+15%" or "0", cleaned to whole basis points up or down; empty is no change."""

    def __init__(self, **kwargs: Any) -> None:
        self.suffix = "%"
        super().__init__(
            required=False,
            initial="0",
            min_value=LEAST_CHANGE_BASIS_POINTS / 100,
            max_value=MOST_CHANGE_BASIS_POINTS / 100,
            decimal_places=2,
            widget=forms.TextInput(attrs={"class": "nhsuk-input--width-5"}),
            error_messages={
                "invalid": "Enter a change in per cent, like -10 or 15",
                "min_value": "Enter a change of at least −100%%",
                "max_value": "Enter a change of at most +1,000%%",
                "max_decimal_places": "Enter a change with at most two decimals",
            },
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.strip().removesuffix("%").strip().replace("\N{MINUS SIGN}", "-").removeprefix("+")
        return super().to_python(value)

    def clean(self, value: Any) -> int:
        change = super().clean(value)
        return 0 if change is None else int(change * 100)


class ScenarioForm(forms.Form):
    """A scenario's name and what it asks differently. Everything else comes from the plan as it stands."""

    name = forms.CharField(
        label="Name of the scenario",
        max_length=120,
        help_text="Say what it tries, like “A tenth less money” or “Seven years”",
    )
    own_change_basis_points = ChangeField(
        label="Change every trust’s own envelopes by",
        help_text="In per cent: -10 takes a tenth away, 15 adds 15%. Whole pounds.",
    )
    shared_change_basis_points = ChangeField(label="Change shared envelopes (network or ICB) by")
    national_change_basis_points = ChangeField(label="Change national money by")
    guidance_years = forms.TypedChoiceField(
        label="Replacement age it aims for",
        coerce=int,
        choices=[(10, "10 years (RCR, ESR, NHS England)"), (7, "7 years (BEAG)")],
        widget=forms.RadioSelect,
    )
    horizon_years = forms.TypedChoiceField(
        label="How many years", coerce=int, choices=[(years, f"{years} years") for years in HORIZON_YEARS]
    )
    joint_discount_basis_points = PercentField(
        label="Share of joint discounts counted on",
        help_text="100% counts on every price break that a joint tender reaches, 0% on none",
    )
    pins = forms.ChoiceField(
        label="Pins",
        choices=[("keep", "Keep the pins"), ("remove", "Leave them out: let the planner decide everything")],
        initial="keep",
        widget=forms.RadioSelect,
    )
    merged = forms.MultipleChoiceField(
        label="Networks merged in",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="With a network come its trusts, and the money, offers and pins of its newest plan. "
        "You can merge networks in which you are procurement lead.",
    )
    left_out = forms.MultipleChoiceField(
        label="Trusts left out",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="With a trust go its machines, envelopes and pins.",
    )
    reason = forms.CharField(label="Why it is tried", required=False, max_length=300)

    def __init__(
        self,
        *args: Any,
        plan: Plan,
        networks: Iterable[Organisation],
        trusts: Iterable[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        names = ("guidance_years", "horizon_years", "joint_discount_basis_points")
        kwargs["initial"] = {name: getattr(plan, name) for name in names}
        super().__init__(*args, **kwargs)
        self._offer("merged", [(network.pk, network.name) for network in networks])
        self._offer("left_out", list(trusts))

    def _offer(self, name: str, choices: Sequence[tuple[int, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields[name]

    def changes(self) -> ScenarioChanges:
        """Return what was typed, cleaned. Only for a valid form."""
        typed = self.cleaned_data
        return ScenarioChanges(
            own_change_basis_points=typed["own_change_basis_points"],
            shared_change_basis_points=typed["shared_change_basis_points"],
            national_change_basis_points=typed["national_change_basis_points"],
            guidance_years=typed["guidance_years"],
            horizon_years=typed["horizon_years"],
            joint_discount_basis_points=typed["joint_discount_basis_points"],
            keep_pins=typed["pins"] == "keep",
            merged=frozenset(map(int, typed.get("merged", ()))),
            left_out=frozenset(map(int, typed.get("left_out", ()))),
        )

    def refuse(self, refused: PlanInvalid) -> None:
        """Put a rule's words beside the fields they are about."""
        add_errors(self, refused)


class WhatIfForm(forms.Form):
    """Another decision for one machine, to be tried, and how long the planner may look."""

    KEEP = "keep"

    decision = forms.ChoiceField(label="What if", widget=forms.RadioSelect)
    reason = forms.CharField(label="Why you ask", required=False, max_length=300)
    seconds = forms.TypedChoiceField(
        label="Longest time to look",
        coerce=int,
        choices=[(s, f"{s} seconds" if s < 120 else f"{s // 60} minutes") for s in TIME_LIMITS],
        initial=TIME_LIMITS[0],
        help_text="It starts from the plan you are looking at, so it needs little.",
    )

    def __init__(
        self,
        *args: Any,
        years: Sequence[int],
        is_candidate: bool,
        may_retire: bool = False,
        may_upgrade: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if is_candidate:
            choices = [(f"{Kind.ADD}-{year}", f"it were added in {label(year)}") for year in years]
            choices.append((self.KEEP, "it were not added"))
        else:
            choices = [(f"{Kind.REPLACE}-{year}", f"it were replaced in {label(year)}") for year in years]
            choices.append((self.KEEP, "it were kept throughout"))
        if may_retire:
            choices += [(f"{Kind.RETIRE}-{year}", f"it were retired in {label(year)}") for year in years]
        if may_upgrade:
            choices += [
                (f"{Kind.UPGRADE}-{year}", f"it were upgraded in {label(year)} and not replaced")
                for year in years
            ]
        self.fields["decision"].choices = choices  # type: ignore[attr-defined]

    @property
    def decided(self) -> tuple[Kind, int | None, int | None]:
        """The kind, year and year of upgrade chosen. Only for a valid form."""
        word = self.cleaned_data["decision"]
        if word == self.KEEP:
            return Kind.KEEP, None, None
        kind, year = word.split("-")
        if kind == Kind.UPGRADE:
            return Kind.UPGRADE, None, int(year)
        return Kind(kind), int(year), None

    def refuse(self, refused: PlanInvalid) -> None:
        """Put a rule's words beside the fields they are about."""
        add_errors(self, refused)
