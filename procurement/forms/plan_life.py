"""What people type when they take a step in the life of a plan version, and when they acknowledge its conflicts."""

from collections.abc import Mapping
from typing import Any, Self

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from networks.forms.sorting import SortFilter
from networks.models import Organisation
from procurement.actions.plan_life import LONGEST_NOTE, LONGEST_REASON, LifeMoved, StepRefused
from procurement.domain.plan_life import Move
from procurement.models import Conflict

AREA = {"rows": 3}


def _reason(label: str, *, longest: int = LONGEST_REASON, help_text: str = "") -> forms.CharField:
    """Whether it is needed, and whether it is too long, the action says: it knows, and its words are beside the field."""
    return forms.CharField(
        label=label,
        required=False,
        help_text=help_text or f"At most {longest} characters",
        widget=forms.Textarea(attrs=AREA),
    )


class StepForm(forms.Form):
    """One step. `mark` is the life as its person saw it; fields are prefixed by the step, so that several fit on a page."""

    move: Move
    mark = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: QueryDict | None = None, *, mark: str, prefix: str = "", **kwargs: Any) -> None:
        # What is optional is said in the words of each; the marks of a long form would only be noise here.
        self.mark_optional = False
        super().__init__(data, prefix=prefix or self.move.value, initial={"mark": mark}, **kwargs)

    def refuse(self, refused: StepRefused) -> None:
        """Put a refusal's words beside the fields they are about."""
        for name, words in refused.errors.items():
            self.add_error(name if name in self.fields else None, words)

    def after_move(self, moved: LifeMoved, mark: str) -> Self:
        """Return the form with everything typed, ready to be sent on the life as it stands now."""
        typed = QueryDict(mutable=True)
        typed.update(
            {self.add_prefix(name): self.data.get(self.add_prefix(name), "") for name in self.fields}
        )
        typed[self.add_prefix("mark")] = mark
        again = self.renewed(typed, mark)
        again.is_valid()
        again.add_error(None, str(moved))
        return again

    def renewed(self, typed: QueryDict, mark: str) -> Self:
        return type(self)(typed, mark=mark, prefix=str(self.prefix))

    @property
    def facts(self) -> dict[str, Any]:
        """What the action takes. Only for a valid form."""
        return dict(self.cleaned_data)


class SubmitForm(StepForm):
    move = Move.SUBMIT
    reason = _reason("Note to the trusts, if any")


class WithdrawForm(StepForm):
    move = Move.WITHDRAW
    reason = _reason("Why it is taken back", help_text="The trusts read it. At most 300 characters")


class SupersedeForm(StepForm):
    """`later` are the numbers of the plan's later versions."""

    move = Move.SUPERSEDE
    successor = forms.TypedChoiceField(label="Replaced by", coerce=int, required=False, empty_value=None)
    reason = _reason("Why it is superseded", help_text="Kept with both versions. At most 300 characters")

    def __init__(self, *args: Any, later: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.later = later
        choices = [("", "Choose a version"), *((number, f"Version {number}") for number in later)]
        self.fields["successor"].choices = choices  # type: ignore[attr-defined]

    def renewed(self, typed: QueryDict, mark: str) -> Self:
        return type(self)(typed, mark=mark, prefix=str(self.prefix), later=self.later)


class AnswerForm(StepForm):
    """What one trust says. `trust_id` names it."""

    move = Move.ANSWER
    agreed = forms.ChoiceField(
        label="Does the trust agree?",
        choices=[("yes", "It agrees"), ("no", "It does not agree")],
        widget=forms.RadioSelect,
        required=False,
    )
    note = _reason(
        "Note",
        longest=LONGEST_NOTE,
        help_text="Needed where the trust does not agree: say what would have to change. Your network’s people read it.",
    )

    def __init__(self, *args: Any, trust_id: int, **kwargs: Any) -> None:
        super().__init__(*args, prefix=self.prefix_of(trust_id), **kwargs)
        self.trust_id = trust_id

    @staticmethod
    def prefix_of(trust_id: int) -> str:
        return f"{Move.ANSWER.value}-{trust_id}"

    def renewed(self, typed: QueryDict, mark: str) -> Self:
        return type(self)(typed, mark=mark, trust_id=self.trust_id)

    @property
    def facts(self) -> dict[str, Any]:
        agreed: Mapping[str, bool] = {"yes": True, "no": False}
        return {
            **self.cleaned_data,
            "agreed": agreed.get(self.cleaned_data["agreed"]),
            "trust_id": self.trust_id,
        }


class ApproveForm(StepForm):
    """`replaces` is the number of the version that the board approved before, None where there is none."""

    move = Move.APPROVE
    reason = _reason(
        "Which board approved it, and on which day", help_text="For example: network board, 4 March 2027"
    )
    superseding_reason = _reason("Why it replaces the version approved before")

    def __init__(self, *args: Any, replaces: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.replaces = replaces
        if replaces is None:
            del self.fields["superseding_reason"]
        else:
            self.fields["superseding_reason"].label = f"Why it replaces version {replaces}"

    def renewed(self, typed: QueryDict, mark: str) -> Self:
        return type(self)(typed, mark=mark, prefix=str(self.prefix), replaces=self.replaces)


class AcknowledgeForm(forms.Form):
    """A note on the conflicts that are ticked, or on all that the filters leave, of which there were `seen`."""

    note = _reason("Note", help_text="What you did about it, if anything. At most 300 characters")
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.mark_optional = False
        super().__init__(*args, **kwargs)

    @property
    def ticked(self) -> list[int]:
        """The numbers of the conflicts that are ticked; the database knows none of 18 digits."""
        sent = self.data.getlist("conflict") if isinstance(self.data, QueryDict) else []
        return [int(text) for text in sent if text.isdecimal() and len(text) < 18]

    def refuse(self, refused: StepRefused) -> None:
        """Put a refusal's words beside the fields they are about."""
        for name, words in refused.errors.items():
            self.add_error(name if name == "note" else None, words)


_CHANGED = (
    ("decision", "The decision"),
    ("facts", "Facts or wishes"),
    ("both", "Both"),
)


class ConflictFilter(django_filters.FilterSet):
    """By name, whether acknowledged, what changed, and trust."""

    machine = django_filters.CharFilter(
        field_name="label", lookup_expr="icontains", label="Machine", max_length=200
    )
    state = django_filters.ChoiceFilter(
        label="Acknowledged",
        choices=(("open", "Not yet"), ("done", "Acknowledged")),
        method="by_state",
        empty_label="Both",
    )
    changed = django_filters.ChoiceFilter(
        label="What changed", choices=_CHANGED, method="by_change", empty_label="Any of it"
    )
    trust = django_filters.MultipleChoiceFilter(label="Trust", widget=forms.CheckboxSelectMultiple)
    sort = SortFilter(
        fields={
            "label": "machine",
            "trust__name": "trust",
            "acknowledged_at": "acknowledged",
            "facts_changed": "facts",
        }
    )

    class Meta:
        model = Conflict
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        trusts = Organisation.objects.filter(pk__in=self.queryset.order_by().values("trust")).order_by("name")
        self.filters["trust"].extra["choices"] = [
            (str(pk), name) for pk, name in trusts.values_list("pk", "name")
        ]

    def by_state(self, rows: QuerySet[Conflict], name: str, value: str) -> QuerySet[Conflict]:
        return rows.filter(acknowledged_at__isnull=value == "open") if value else rows

    def by_change(self, rows: QuerySet[Conflict], name: str, value: str) -> QuerySet[Conflict]:
        wanted = {
            "decision": {"decision_changed": True},
            "facts": {"facts_changed": True},
            "both": {"decision_changed": True, "facts_changed": True},
        }
        return rows.filter(**wanted.get(value, {}))
