"""What people type about a plan: its years and limits, how long to solve it, a pin."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from networks.domain.financial_year import financial_year_of, label
from networks.forms.fields import PoundsField
from networks.models import Organisation
from procurement.actions.plans import PlanChanged
from procurement.domain.plan import LARGEST_AMOUNT_PENCE, MOST_INSTALLATIONS, USUAL, PlanInvalid, PlanValues
from procurement.domain.planning.problem import HORIZON_YEARS
from procurement.models import Pin, Plan

TIME_LIMITS = (10, 30, 60, 120, 180)
"""Seconds that the planner may take."""


class PercentField(forms.DecimalField):
    """A share typed in per cent, "10" or "12.5", cleaned to whole basis points. Initial values are basis points."""

    def __init__(self, **kwargs: Any) -> None:
        self.suffix = "%"
        super().__init__(
            min_value=0,
            max_value=100,
            max_digits=5,
            decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "nhsuk-input--width-5"}),
            error_messages={
                "invalid": "Enter a share in per cent, like 10 or 12.5",
                "min_value": "Enter a share of at least 0%%",
                "max_value": "Enter a share of at most 100%%",
                "max_decimal_places": "Enter a share with at most two decimals",
                "max_digits": "Enter a share with at most two decimals",
                "max_whole_digits": "Enter a share of at most 100%%",
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


class PlanForm(forms.Form):
    """A plan's name, years, guidance and limits. `networks` are those the person may plan for."""

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
        label="Share of a year’s envelope that may be carried into the next year",
        initial=USUAL.carry_over_basis_points,
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


class PinForm(forms.Form):
    """Fix the decision about one machine, or leave it to the planner again."""

    FREE, KEEP = "free", "keep"

    decision = forms.ChoiceField(label="What should happen to it", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed to pin it. Everybody who reads the plan sees it.",
    )

    def __init__(self, *args: Any, years: Sequence[int], pin: Pin | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [  # type: ignore[attr-defined]
            (self.FREE, "Let the planner decide"),
            *[(str(year), f"Replace it in {label(year)}") for year in years],
            (self.KEEP, "Keep it throughout the plan"),
        ]
        if pin is not None:
            self.fields["decision"].initial = self.KEEP if pin.year is None else str(pin.year)
            self.fields["reason"].initial = pin.reason

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") != self.FREE and not (cleaned.get("reason") or "").strip():
            self.add_error("reason", "Enter why it is pinned, for those who read the plan later")
        return cleaned

    def refuse(self, refused: PlanInvalid) -> None:
        """Put a rule's words beside the fields they are about."""
        add_errors(self, refused)

    @property
    def year(self) -> int | None:
        """The year it is pinned to; None: keep. Only where `is_free` is False."""
        decision = self.cleaned_data["decision"]
        return None if decision == self.KEEP else int(decision)

    @property
    def is_free(self) -> bool:
        return self.cleaned_data["decision"] == self.FREE
