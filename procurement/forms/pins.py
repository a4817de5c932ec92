"""What people type to pin a machine, or a candidate for an additional one, to a decision."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict

from networks.domain.financial_year import label
from procurement.domain.plan import PlanInvalid
from procurement.domain.plan_options import Options
from procurement.domain.planning.result import Kind
from procurement.forms.plans import add_errors
from procurement.models import Pin

NOTHING = "Left to the planner"


class _Pinned(forms.Form):
    """A decision and why. `decision` is "free", "keep", or a year, in which a new machine comes."""

    FREE, KEEP = "free", "keep"
    mark_optional = False
    mark_optional = True

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    """What was pinned when the page was opened, in words: guards against overwriting what nobody has read."""
    decision = forms.ChoiceField(label="What should happen", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed to pin it. Everybody who reads the plan sees it.",
    )
    field_order = ("seen", "decision", "upgrade_year", "then_year", "retire_year", "reason")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") != self.FREE and not (cleaned.get("reason") or "").strip():
            self.add_error("reason", "Enter why it is pinned, for those who read the plan later")
        if "seen" in self.data and cleaned.get("seen") != self._now:
            self._say_what_is_new()
        return cleaned

    def _remember(self, pin: Pin | None) -> None:
        """Note what is pinned now, for the form that is sent back to be held against."""
        self._now = f"{pin.words}: {pin.reason}" if pin else NOTHING
        self.fields["seen"].initial = self._now

    def _say_what_is_new(self) -> None:
        """Refuse once, with what somebody else has decided meanwhile; what was typed stays, and can be saved then."""
        self.add_error(
            None,
            "Somebody else has decided about it after you opened this page. It is now – "
            f"{self._now[0].lower()}{self._now[1:]}. What you chose is still here: save again to replace theirs.",
        )
        data = cast(QueryDict, self.data).copy()
        data["seen"] = self._now
        self.data = data

    def refuse(self, refused: PlanInvalid) -> None:
        """Put a rule's words beside the fields they are about."""
        named = {"year": "then_year" if "then_year" in self.fields else "decision", "kind": "decision"}
        add_errors(
            self, PlanInvalid({named.get(name, name): words for name, words in refused.errors.items()})
        )

    @property
    def is_free(self) -> bool:
        """Whether the planner decides. Only for a valid form, as all that follows."""
        return self.cleaned_data["decision"] == self.FREE

    @property
    def year(self) -> int | None:
        """The year in which a new machine comes, or the machine is retired; None: neither."""
        decision: str = self.cleaned_data["decision"]
        return int(decision) if decision.isdigit() else None


def _choice_of_year(text: str, years: Sequence[int], empty: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=text,
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", empty), *((year, label(year)) for year in years)],
    )


class PinForm(_Pinned):
    """Fix the decision about one machine, or leave it to the planner again. Only what is offered for it can be chosen."""

    UPGRADE, RETIRE = Kind.UPGRADE.value, Kind.RETIRE.value

    def __init__(
        self, *args: Any, years: Sequence[int], pin: Pin | None, options: Options | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        options = options or Options()
        choices = [
            (self.FREE, "Let the planner decide"),
            *((str(year), f"Replace it in {label(year)}") for year in years),
            (self.KEEP, "Keep it throughout the plan"),
        ]
        if options.upgrade:
            choices.append((self.UPGRADE, "Upgrade it"))
            self.fields["upgrade_year"] = _choice_of_year(
                "If it is upgraded, in which year", years, "Choose a year"
            )
            self.fields["then_year"] = _choice_of_year(
                "If it is upgraded, replaced again in", years, "not within the plan"
            )
        if options.retirement:
            choices.append((self.RETIRE, "Retire it without a successor"))
            self.fields["retire_year"] = _choice_of_year(
                "If it is retired, in which year", years, "Choose a year"
            )
        self.fields["decision"].choices = choices  # type: ignore[attr-defined]
        self.order_fields(self.field_order)
        self._remember(pin)
        if pin is not None:
            self._show(pin)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("decision") == self.UPGRADE and not cleaned.get("upgrade_year"):
            self.add_error("upgrade_year", "Choose the year of the upgrade")
        if cleaned.get("decision") == self.RETIRE and not cleaned.get("retire_year"):
            self.add_error("retire_year", "Choose the year in which it is retired")
        return cleaned

    def _show(self, pin: Pin) -> None:
        decision = pin.kind if pin.kind in {self.UPGRADE, self.RETIRE} else str(pin.year or self.KEEP)
        self.fields["decision"].initial = decision
        self.fields["reason"].initial = pin.reason
        for name, year in (
            ("upgrade_year", pin.upgrade_year),
            ("then_year", pin.year),
            ("retire_year", pin.year),
        ):
            if name in self.fields and decision in {self.UPGRADE, self.RETIRE}:
                self.fields[name].initial = year

    @property
    def kind(self) -> Kind:
        """What it is pinned to."""
        decision: str = self.cleaned_data["decision"]
        if decision.isdigit():
            return Kind.REPLACE
        return {self.UPGRADE: Kind.UPGRADE, self.RETIRE: Kind.RETIRE}.get(decision, Kind.KEEP)

    @property
    def year(self) -> int | None:
        """The year in which it is replaced or retired; None: neither within the plan."""
        if self.kind is Kind.UPGRADE:
            later: int | None = self.cleaned_data.get("then_year")
            return later
        if self.kind is Kind.RETIRE:
            gone: int | None = self.cleaned_data.get("retire_year")
            return gone
        return super().year

    @property
    def upgrade_year(self) -> int | None:
        """The year of its upgrade, None where it is pinned to something else."""
        return self.cleaned_data["upgrade_year"] if self.kind is Kind.UPGRADE else None


class CandidatePinForm(_Pinned):
    """Fix whether and when an additional machine is sited, or leave it to the planner again."""

    def __init__(
        self, *args: Any, years: Sequence[int], pin: Pin | None, wanted_from: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [  # type: ignore[attr-defined]
            (self.FREE, "Let the planner decide"),
            *((str(y), f"Add it in {label(y)}") for y in years if wanted_from is None or y >= wanted_from),
            (self.KEEP, "Do not add it in this plan"),
        ]
        self._remember(pin)
        if pin is not None:
            self.fields["decision"].initial = str(pin.year or self.KEEP)
            self.fields["reason"].initial = pin.reason
