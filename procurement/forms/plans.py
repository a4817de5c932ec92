"""What people type about a plan: its years, limits and wishes, and how long to solve it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from networks.domain.financial_year import financial_year_of, label
from networks.forms.fields import PoundsField
from networks.models import Organisation
from procurement.actions.plan_changes import PlanChanged
from procurement.domain.plan import (
    FAIRNESS_BASIS_POINTS,
    LARGEST_AMOUNT_PENCE,
    MOST_INSTALLATIONS,
    MOST_OUT,
    USUAL,
    PlanInvalid,
    PlanValues,
)
from procurement.domain.planning.problem import HORIZON_YEARS
from procurement.models import Plan

TIME_LIMITS = (10, 30, 60, 120, 180)
"""Seconds that the planner may take."""


class PercentField(forms.DecimalField):
    """A share typed in per cent, "10" or "12.5", cleaned to whole basis points. Initial values are basis points."""

    def __init__(self, *, least: int = 0, most: int = 100, **kwargs: Any) -> None:
        self.suffix = "%"
        super().__init__(
            min_value=least,
            max_value=most,
            max_digits=6,
            decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "nhsuk-input--width-5"}),
            error_messages={
                "invalid": "Enter a share in per cent, like 10 or 12.5",
                "min_value": f"Enter a share of at least {least}%%",
                "max_value": f"Enter a share of at most {most:,}%%",
                "max_decimal_places": "Enter a share with at most two decimals",
                "max_digits": "Enter a share with at most two decimals",
                "max_whole_digits": f"Enter a share of at most {most:,}%%",
            },
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.strip().removesuffix("%") if isinstance(value, str) else value)

    def clean(self, value: Any) -> int | None:
        share = super().clean(value)
        return None if share is None else int(share * 100)

    def prepare_value(self, value: Any) -> Any:
        return f"{value / 100:g}" if isinstance(value, int) else value


def _most_out(where: str) -> forms.IntegerField:
    """Return the box for the most machines of one modality that may be out at once; empty is no limit."""
    return forms.IntegerField(
        label=f"Most machines of one modality out {where} in one year",
        required=False,
        min_value=1,
        max_value=MOST_OUT,
        help_text="Replacing or upgrading a machine takes it out for a while. Leave it empty for no limit.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "nhsuk-input--width-5"}),
        error_messages={
            "invalid": "Enter a whole number of machines, like 1, or leave it empty",
            "min_value": "Enter at least 1 machine, or leave it empty for no limit",
            "max_value": f"Enter at most {MOST_OUT} machines, or leave it empty for no limit",
        },
    )


class PlanForm(forms.Form):
    """A plan's name, years, guidance, limits and wishes. `networks` are those the person may plan for."""

    network = forms.ModelChoiceField(
        label="Imaging network", queryset=Organisation.objects.none(), empty_label=None
    )
    name = forms.CharField(
        max_length=120, help_text="So that people can tell it from other plans, like “Board plan 2027”"
    )
    first_year = forms.TypedChoiceField(label="First financial year", coerce=int)
    horizon_years = forms.TypedChoiceField(
        label="How many years",
        coerce=int,
        choices=[(years, f"{years} years") for years in HORIZON_YEARS],
        initial=USUAL.horizon_years,
    )
    guidance_years = forms.TypedChoiceField(
        label="Replacement age the plan aims for",
        coerce=int,
        choices=[(10, "10 years (RCR, ESR, NHS England)"), (7, "7 years (BEAG)")],
        initial=USUAL.guidance_years,
        widget=forms.RadioSelect,
        help_text="Years beyond ten, and years after the end of vendor support, weigh heavier under either.",
    )
    max_installations = forms.IntegerField(
        label="Most installations in one trust in one year",
        min_value=1,
        max_value=MOST_INSTALLATIONS,
        initial=USUAL.max_installations,
        error_messages={
            "invalid": "Enter a whole number of installations, like 4",
            "min_value": "Enter at least 1 installation",
            "max_value": f"Enter at most {MOST_INSTALLATIONS} installations",
        },
    )
    tender_cost_pence = PoundsField(
        label="What running one tender costs",
        max_pence=LARGEST_AMOUNT_PENCE,
        initial=USUAL.tender_cost_pence,
        help_text="Ex VAT. The plan weighs it against the joint price.",
    )
    vat_basis_points = PercentField(
        label="VAT on equipment and works",
        initial=USUAL.vat_basis_points,
        help_text="20% unless the trusts recover some of it. Envelopes are inc VAT.",
    )
    carry_over_basis_points = PercentField(
        label="Share of a trust’s envelope that may be carried into the next year",
        initial=USUAL.carry_over_basis_points,
    )
    network_carry_over_basis_points = PercentField(
        label="Share of shared money that may be carried into the next year",
        initial=USUAL.network_carry_over_basis_points,
        help_text="Shared money is what the network or an ICB holds for several trusts. National money for one modality "
        "is never carried over.",
    )
    joint_discount_basis_points = PercentField(
        label="Share of joint discounts to count on",
        initial=USUAL.joint_discount_basis_points,
        help_text="100% takes the price breaks of the specifications as they stand. 50% counts on half of each saving, "
        "0% on none: every machine is then planned at the price of one bought alone.",
    )
    most_out_per_site = _most_out("at one site")
    most_out_per_network = _most_out("in the network")
    fairness_basis_points = PercentField(
        label="Fairness: most that one trust may be left with",
        required=False,
        least=FAIRNESS_BASIS_POINTS[0] // 100,
        most=FAIRNESS_BASIS_POINTS[-1] // 100,
        help_text="The exposure left in a trust for each pound of its estate, at most this share of the network’s own. "
        "120% lets no trust be left more than a fifth worse off than the network as a whole. Leave it empty for no limit.",
    )
    family_price_pence = PoundsField(
        label="What one more family of machines counts as",
        max_pence=LARGEST_AMOUNT_PENCE,
        initial=USUAL.family_price_pence,
        help_text="The same or similar machines let staff rotate between sites and cost less to train for. The plan weighs "
        "this sum against the cost of keeping one more family in a modality; it is not spent. 0 for no preference.",
    )
    GROUPS = (
        ("The plan", ("network", "name", "first_year", "horizon_years", "guidance_years")),
        (
            "Money",
            (
                "tender_cost_pence",
                "vat_basis_points",
                "carry_over_basis_points",
                "network_carry_over_basis_points",
                "joint_discount_basis_points",
            ),
        ),
        ("Limits", ("max_installations", "most_out_per_site", "most_out_per_network")),
        ("What is wanted besides", ("fairness_basis_points", "family_price_pence")),
    )

    def __init__(self, *args: Any, networks: Iterable[Organisation], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pks = [network.pk for network in networks]
        field = self.fields["network"]
        field.queryset = Organisation.objects.filter(pk__in=pks)  # type: ignore[attr-defined]
        if len(pks) == 1:
            field.widget, field.initial = forms.HiddenInput(), pks[0]
        this_year = financial_year_of(today)
        starts = {*range(this_year, this_year + 4)}
        if isinstance(self.initial.get("first_year"), int):
            starts.add(self.initial["first_year"])
        self.fields["first_year"].choices = [(y, label(y)) for y in sorted(starts)]  # type: ignore[attr-defined]
        self.fields["first_year"].initial = this_year + 1

    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """Return the fields by what they are about, each group under its heading; hidden ones are left out."""
        return [
            (heading, [self[name] for name in names if name in self.fields and not self[name].is_hidden])
            for heading, names in self.GROUPS
        ]

    def values(self) -> PlanValues:
        """Return what was typed, cleaned. Only for a valid form."""
        return PlanValues(**{name: self.cleaned_data[name] for name in PlanValues.__dataclass_fields__})

    def refuse(self, refused: PlanInvalid) -> None:
        """Put a rule's words beside the fields they are about."""
        add_errors(self, refused)


def add_errors(form: forms.Form, refused: PlanInvalid) -> None:
    """Put each of a refusal's messages at its field, or above the form where it has none."""
    for name, words in refused.errors.items():
        form.add_error(name if name in form.fields else None, words)


class PlanEditForm(PlanForm):
    """The same for a plan that stands: its network is fixed, and a reason may be given."""

    reason = forms.CharField(label="Why it changes", required=False, max_length=300)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, plan: Plan, today: date, **kwargs: Any) -> None:
        fields = [*PlanValues.__dataclass_fields__, "revision"]
        initial = {field: getattr(plan, field) for field in fields}
        super().__init__(*args, networks=[plan.network], today=today, initial=initial, **kwargs)
        del self.fields["network"]

    def after_change(self, changed: PlanChanged, *, typed: QueryDict, today: date) -> "PlanEditForm":
        """Return the form again with everything typed, ready to be saved over what somebody else has stored since."""
        data = typed.copy()
        data["revision"] = str(changed.plan.revision)
        again = PlanEditForm(data, plan=changed.plan, today=today)
        again.is_valid()
        again.add_error(None, str(changed))
        return again

    def differs(self, field: str, plan: Plan) -> bool:
        """Say whether what was typed differs from what is stored."""
        return bool(self.cleaned_data.get(field) != getattr(plan, field))


class SolveForm(forms.Form):
    """How long the planner may look, and from which random start."""

    seconds = forms.TypedChoiceField(
        label="Longest time to look for a better plan",
        coerce=int,
        choices=[(s, f"{s} seconds" if s < 120 else f"{s // 60} minutes") for s in TIME_LIMITS],
        initial=30,
        help_text="It stops sooner once no better plan is possible.",
    )
    seed = forms.IntegerField(
        label="Seed",
        min_value=0,
        max_value=999_999,
        initial=1,
        help_text="The same inputs and seed give the same plan. Leave it unless you want to see another one.",
        error_messages={"invalid": "Enter a whole number from 0 to 999,999"},
    )
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)
    """The number of the version whose decisions are kept where that costs nothing."""
