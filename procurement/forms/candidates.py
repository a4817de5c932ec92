"""What people type about a candidate for an additional machine, and what the list of them can be narrowed by."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.http import QueryDict

from assets.domain.vocabulary import Modality
from assets.models import Specification
from networks.domain.financial_year import financial_year_of, label
from networks.forms.fields import PoundsField
from networks.forms.sorting import SortFilter
from networks.models import Organisation
from procurement.domain.candidate import LONGEST_NAME, LONGEST_REASON, CandidateInvalid, CandidateValues
from procurement.domain.plan import LARGEST_AMOUNT_PENCE
from procurement.forms.plans import add_errors
from procurement.models import CandidateSite, Service

_AHEAD = 15
"""Financial years that are offered for when it is needed."""


class CandidateForm(forms.Form):
    """Where, for what, what, at what cost, from when and why. `sites` are those of the network, as pk and name by trust."""

    site = forms.ModelChoiceField(
        label="Site", queryset=Organisation.objects.none(), empty_label="Choose a site", to_field_name="code"
    )
    service = forms.ChoiceField(label="What the machine would be for", choices=Service.choices)
    specification = forms.ModelChoiceField(
        label="Standard specification",
        queryset=Specification.objects.all(),
        to_field_name="code",
        empty_label="Choose a specification",
        help_text="It says what kind of machine it is, and its price",
    )
    works_pence = PoundsField(
        label="Building works, fees and contingency",
        max_pence=LARGEST_AMOUNT_PENCE,
        help_text="Ex VAT. A new machine needs a room of its own, which mostly costs more than works for a replacement.",
    )
    wanted_from = forms.TypedChoiceField(
        label="Needed from",
        required=False,
        coerce=int,
        empty_value=None,
        help_text="A plan sites it no earlier, and counts no need before",
    )
    name = forms.CharField(max_length=LONGEST_NAME, help_text="As plans and tenders will name it")
    reason = forms.CharField(
        label="Why it is wanted",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Everybody who reads a plan with it sees this",
    )

    def __init__(
        self, *args: Any, sites: Mapping[str, Iterable[tuple[str, str]]], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        codes = [code for group in sites.values() for code, _ in group]
        self.fields["site"].queryset = Organisation.objects.filter(kind="site", code__in=codes)  # type: ignore[attr-defined]
        self.fields["site"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a site"),
            *((trust, list(group)) for trust, group in sites.items()),
        ]
        years = [*range(financial_year_of(today), financial_year_of(today) + _AHEAD)]
        stored = self.initial.get("wanted_from")
        years = sorted({*years, stored} if isinstance(stored, int) else years)
        self.fields["wanted_from"].choices = [("", "Now"), *((year, label(year)) for year in years)]  # type: ignore[attr-defined]

    def values(self) -> CandidateValues:
        """Return what was typed, cleaned. Only for a valid form."""
        return CandidateValues(
            **{name: self.cleaned_data[name] for name in CandidateValues.__dataclass_fields__}
        )

    def refuse(self, refused: CandidateInvalid) -> None:
        """Put a rule's words beside the fields they are about."""
        add_errors(self, refused)


class CandidateEditForm(CandidateForm):
    """The same for a candidate that stands; why it changes may be given."""

    why = forms.CharField(label="Why it changes", required=False, max_length=LONGEST_REASON)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, candidate: CandidateSite, **kwargs: Any) -> None:
        initial = {name: getattr(candidate, name) for name in CandidateValues.__dataclass_fields__}
        initial |= {
            "site": candidate.site.code,
            "specification": candidate.specification.code,
            "revision": candidate.revision,
        }
        super().__init__(*args, initial=initial, **kwargs)

    def with_revision(self, candidate: CandidateSite, typed: QueryDict) -> QueryDict:
        """Return what was typed, ready to be saved over what somebody else has stored since."""
        data = typed.copy()
        data["revision"] = str(candidate.revision)
        return data


class StepForm(forms.Form):
    """A step of a candidate that needs a reason; `revision` guards against a step on what one has not seen."""

    reason = forms.CharField(label="Why", max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3}))
    revision = forms.IntegerField(widget=forms.HiddenInput)


class RevisionForm(forms.Form):
    """A step of a candidate that needs no reason."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class ChooseForm(forms.Form):
    """Which candidates a plan may site. The boxes stand in the page's table, one in each row."""

    candidates = forms.MultipleChoiceField(
        label="Candidates", required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label="Why it changes", required=False, max_length=LONGEST_REASON)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, candidates: Iterable[CandidateSite], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["candidates"].choices = [(str(c.pk), c.name) for c in candidates]  # type: ignore[attr-defined]

    @property
    def ticked(self) -> set[str]:
        """The boxes that are ticked now, typed or stored."""
        return {str(value) for value in self["candidates"].value() or ()}

    def chosen(self) -> list[int]:
        """Return the ids that were ticked. Only for a valid form."""
        return [int(pk) for pk in self.cleaned_data["candidates"]]


class CandidateFilter(django_filters.FilterSet):
    """What the list of candidates can be narrowed by."""

    name = django_filters.CharFilter(lookup_expr="icontains", label="Candidate", max_length=200)
    withdrawn = django_filters.ChoiceFilter(
        choices=(("no", "Not withdrawn"), ("yes", "Withdrawn only")),
        method="by_withdrawal",
        label="Withdrawn",
        empty_label="Both",
    )
    service = django_filters.MultipleChoiceFilter(
        choices=Service.choices, label="For", widget=forms.CheckboxSelectMultiple
    )
    modality = django_filters.MultipleChoiceFilter(
        choices=[(m.value, m.label) for m in Modality],
        label="Modality",
        widget=forms.CheckboxSelectMultiple,
    )
    sort = SortFilter(
        fields={
            "need_points": "need",
            "name": "name",
            "site__name": "site",
            "trust__name": "trust",
            "works_pence": "works",
            "wanted": "wanted",
        }
    )

    class Meta:
        model = CandidateSite
        fields: tuple[str, ...] = ()

    def by_withdrawal(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(withdrawn_on__isnull=value == "no") if value else rows
